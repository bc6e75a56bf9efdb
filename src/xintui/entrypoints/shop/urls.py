"""Addresses of the shop."""

from django.urls import path

from xintui.entrypoints.shop import buying, pages

urlpatterns = [
    path("", pages.home),
    path("p/<str:product_id>", pages.product),
    path("s/<str:code>", pages.shared),
    path("enter", pages.enter),
    path("cart", buying.cart),
    path("cart/add", buying.add),
    path("checkout", buying.checkout),
    path("pay/<str:checkout_id>", buying.pay),
    path("me/orders", buying.mine),
    path("me/orders/<str:order_id>", buying.order),
    path("me/orders/<str:order_id>/receipt.pdf", buying.receipt),
]

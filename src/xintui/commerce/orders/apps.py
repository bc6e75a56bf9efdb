from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "xintui.commerce.orders"
    label = "orders"
    verbose_name = "订单"

"""Addresses of orders: what a buyer asks, what a shop asks, what the platform asks."""

from ninja import Router

from xintui.commerce.orders.http.buyer import router as buyer
from xintui.commerce.orders.http.shop import router as shop

router = Router(tags=["订单"])
router.add_router("/shop", shop)
router.add_router("", buyer)

__all__ = ["router"]

"""What the consoles' first page says of orders: what waits for whom, and since when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime

from xintui.commerce.orders.models import AfterSale, Order, Quarantine
from xintui.commerce.orders.terms import deadline
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import Queue, merchant_site, ops_site, queue, waiting
from xintui.infra.console.cells import NOTHING

SHIP_HOURS: Final = 48
"""A parcel that has not left two days after the payment is late."""
SIDES = {"merchant": "商家", "buyer": "买家"}


def time_left(state: str, due_at: datetime | None) -> str:
    """`商家 剩 1 天 3 小时`."""
    waited = deadline(state, localtime(clock.now()).date())
    if due_at is None or waited is None:
        return NOTHING
    minutes = int((due_at - clock.now()).total_seconds() // 60)
    if minutes <= 0:
        return f"{SIDES[waited.side]}已逾期，平台即将按规则处理"
    days, hours = divmod(minutes // 60, 24)
    left = f"{days} 天 {hours} 小时" if days else f"{hours} 小时 {minutes % 60} 分"
    return f"{SIDES[waited.side]} 剩 {left}"


@queue(merchant_site, roles={Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE}, order=0)
def shop_work(request: HttpRequest) -> Iterable[Queue]:
    """What a shop has to do: send parcels, answer after-sales."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    orders, sales = Order.objects.filter(merchant_id=merchant_id), AfterSale.objects.filter(merchant_id=merchant_id)
    to_ship = waiting(orders.filter(state="paid"), since="paid_at", hours=SHIP_HOURS)
    yield Queue("待发货", "/merchant/orders/order/?state__exact=paid", *to_ship, f"付款后超过 {SHIP_HOURS} 小时")
    yield from _sales(sales, "/merchant")


@queue(ops_site, roles={Role.OPERATOR}, order=10)
def platform_work(request: HttpRequest) -> Iterable[Queue]:
    """What the platform looks after: shops that are late, after-sales that are."""
    to_ship = waiting(Order.objects.filter(state="paid"), since="paid_at", hours=SHIP_HOURS)
    yield Queue("待发货", "/ops/orders/order/?state__exact=paid", *to_ship, f"付款后超过 {SHIP_HOURS} 小时")
    yield from _sales(AfterSale.objects.all(), "/ops")


def _sales(sales: QuerySet[AfterSale], site: str) -> Iterable[Queue]:
    """After-sales in the three states in which the shop is waited for, each its list."""
    to_page = f"{site}/orders/aftersale/?state__exact="
    asked = waiting(sales.filter(state="applied"), since="applied_at", due="due_at")
    yield Queue("待处理售后", f"{to_page}applied", *asked, "超过答复时限")
    back = waiting(sales.filter(state="returning"), since="applied_at", due="due_at")
    yield Queue("退货待验收", f"{to_page}returning", *back, "超过验收时限")
    failed = waiting(sales.filter(state="refund_failed"), since="decided_at", hours=24)
    yield Queue("退款失败", f"{to_page}refund_failed", *failed, "超过 24 小时未重试")


@queue(ops_site, roles={Role.OPERATOR, Role.FINANCE}, order=20)
def stray_money(request: HttpRequest) -> Iterable[Queue]:
    """Money that fits no order."""
    apart = waiting(Quarantine.objects.filter(state="open"), since="captured_at", hours=24)
    yield Queue("隔离款项", "/ops/orders/quarantine/?state__exact=open", *apart, "到账后超过 24 小时")

"""导入发货: carriers and tracking numbers of many orders from a file."""

import re
from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest

from xintui.commerce.orders import facade
from xintui.commerce.orders.models import Order
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import UNCHANGED, Column, Importer, importer, merchant_site
from xintui.infra.sheets import BadCell

ORDER, CARRIER, NUMBER = "订单号", "承运商", "运单号"
HANDLERS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})
COLUMNS: Final = (
    Column(ORDER, "完整订单号，可从订单列表导出"),
    Column(CARRIER, "例如 顺丰"),
    Column(NUMBER, "4 至 40 位字母、数字或短横"),
)


def _one(request: HttpRequest, row: Mapping[str, str]) -> str:
    who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
    if not re.fullmatch(r"[0-9A-Za-z-]{4,40}", row[NUMBER], re.ASCII):
        raise BadCell(NUMBER, "not_a_number", "应为 4 至 40 位字母、数字或短横")
    if len(row[CARRIER]) > 30:
        raise BadCell(CARRIER, "too_long", "不超过 30 个字")
    order = Order.objects.filter(id=row[ORDER], merchant_id=merchant_id).first()
    if order is None:
        raise BadCell(ORDER, "unknown", "本店没有这个订单")
    if order.shipped_at is not None and (order.carrier, order.tracking_no) == (row[CARRIER], row[NUMBER]):
        return UNCHANGED
    facade.ship(
        order.id, merchant_id=merchant_id, carrier=row[CARRIER], tracking_no=row[NUMBER], actor=who, now=clock.now(),
        note="文件导入",
    )  # fmt: skip
    return "已发货"


importer(
    merchant_site,
    Importer(
        name="shipments", title="导入发货", group="订单", roles=HANDLERS, columns=COLUMNS,
        examples=(("ord01…", "顺丰", "SF1234567890"),), one=_one,
        intro="为已付款的订单批量填写运单；已按同一运单发货的行不会重复。", back="merchant:orders_order_changelist",
    ),
)  # fmt: skip

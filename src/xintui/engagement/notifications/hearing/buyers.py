"""What buyers and shops are told of orders and after-sales."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    KIND_NAMES,
    AfterSaleKind,
    AfterSaleMoved,
    AfterSaleVerb,
    OrderPaid,
    OrderShipped,
)
from xintui.engagement.notifications import rules
from xintui.engagement.notifications.contracts import Notice
from xintui.engagement.notifications.services.telling import tell, tell_shops

V = AfterSaleVerb
TO_BUYER: Final = {
    V.APPROVE_REFUND.value: "aftersale_agreed",
    V.ACCEPT_RETURN.value: "aftersale_agreed",
    V.APPROVE_RETURN.value: "aftersale_return",
    V.APPROVE_EXCHANGE.value: "aftersale_return",
    V.REJECT.value: "aftersale_rejected",
    V.SHIP_REPLACEMENT.value: "aftersale_reshipped",
    V.SETTLE.value: "refund_arrived",
    V.FAIL.value: "refund_failed",
    V.RETRY.value: "aftersale_agreed",
}
RULING: Final = "ruling"
"""A dispute was decided: its parties are told by the dispute itself."""
TO_SHOP: Final = {
    "apply": "shop_aftersale_asked",
    V.SEND_BACK.value: "shop_goods_back",
    V.FAIL.value: "shop_refund_failed",
}


def paid(events: Sequence[OrderPaid], *, now: datetime) -> int:
    """The buyer has paid; the shop has an order."""
    known = orders.some({event.order_id for event in events})
    facts = {
        order.id: {
            "order_id": order.id,
            "goods": rules.goods([line.title for line in order.lines]),
            "amount": rules.yuan(order.total_fen),
        }
        for order in known.values()
    }
    told = tell([Notice(one.buyer_id, "order_paid", one.id, facts[one.id]) for one in known.values()], now=now)
    return told + tell_shops(
        [Notice(one.merchant_id, "shop_order_paid", one.id, facts[one.id]) for one in known.values()], now=now
    )


def shipped(events: Sequence[OrderShipped], *, now: datetime) -> int:
    """The parcel is on its way."""
    known = orders.some({event.order_id for event in events})
    notices = [
        Notice(
            event.buyer_id,
            "order_shipped",
            event.order_id,
            {
                "order_id": event.order_id,
                "goods": rules.goods([line.title for line in known[event.order_id].lines]),
                "carrier": event.carrier,
                "tracking_no": event.tracking_no,
            },
        )
        for event in events
        if event.order_id in known
    ]
    return tell(notices, now=now)


def after_sale(events: Sequence[AfterSaleMoved], *, now: datetime) -> int:
    """What the other side did. It may go the same way twice (a refund tried again), so the key has its instant."""
    to_buyer, to_shop = [], []
    for event in events:
        facts = {
            "order_id": event.order_id,
            "amount": rules.yuan(event.total_fen),
            "kind": KIND_NAMES[AfterSaleKind(event.kind)],
            "note": event.note.strip().rstrip("。") or "未填写",
        }
        key = f"{event.after_sale_id}/{event.verb}/{event.at:%Y%m%d%H%M%S}"
        code = None if event.actor == RULING else TO_BUYER.get(event.verb)
        if event.verb == V.CANCEL and event.actor != "buyer":
            code = "aftersale_closed"
        if code:
            to_buyer.append(Notice(event.buyer_id, code, key, facts))
        if shop_code := TO_SHOP.get(event.verb):
            to_shop.append(Notice(event.merchant_id, shop_code, key, facts))
    return tell(to_buyer, now=now) + tell_shops(to_shop, now=now)

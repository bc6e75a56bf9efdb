"""分账 of an order: started by the shop or the platform, booked when the gateway says that it has happened."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.orders import models
from xintui.commerce.orders.contracts import NotPaid, OrderNotFound, PaidTogether
from xintui.commerce.orders.services.cases import Actor, audit
from xintui.commerce.orders.services.paying import clearing, payable
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Move, Posting
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Method, NotFound, Receiver, Share, ShareSettled
from xintui.kernel.times import accounting_date


def shares(order_id: str, *, merchant_id: str = "") -> list[Share]:
    """Every 分账, 回退 and 解冻 of the order's payment, oldest first. Raises `OrderNotFound`."""
    order = _order(order_id, merchant_id)
    return payments.shares_of(order.payment_id) if order.payment_id else []


@transaction.atomic
def split(
    order_id: str,
    receivers: Sequence[Receiver],
    *,
    share_id: str,
    actor: Actor,
    now: datetime,
    merchant_id: str = "",
    finish: bool = False,
    note: str = "",
) -> Share:
    """Start a 分账. The same `share_id` starts one, however often it is sent.

    Raises `OrderNotFound`, `NotPaid`, `PaidTogether` and what `payments.request_split` raises.
    """
    order = _paid_alone(order_id, merchant_id)
    fresh = _fresh(order, share_id)
    made = payments.request_split(
        share_id, order.payment_id, receivers, finish=finish, description=note[:80] or "分账", now=now
    )
    parts = [{"type": one.type, "account": one.account[:4] + "****", "fen": one.amount_fen} for one in receivers]
    if fresh:
        audit(actor, "split", ("order", order.id), _told(made, receivers=parts, finish=finish), note)
    return made


@transaction.atomic
def return_split(
    order_id: str,
    of_share: str,
    receiver_mchid: str,
    amount_fen: int,
    *,
    share_id: str,
    actor: Actor,
    now: datetime,
    merchant_id: str = "",
    note: str = "",
) -> Share:
    """分账回退. Raises as `split`, and `NotReturnable` for persons and for more than a receiver has got."""
    order = _paid_alone(order_id, merchant_id)
    if of_share not in {one.id for one in payments.shares_of(order.payment_id)}:
        raise NotFound(of_share)
    fresh = _fresh(order, share_id)
    made = payments.request_split_return(
        share_id, of_share, receiver_mchid, amount_fen, description=note[:80] or "分账回退", now=now
    )
    if fresh:
        audit(actor, "return_split", ("order", order.id), _told(made, of=of_share, receiver=receiver_mchid), note)
    return made


@transaction.atomic
def unfreeze(
    order_id: str, *, share_id: str, actor: Actor, now: datetime, merchant_id: str = "", note: str = ""
) -> Share:
    """解冻: nothing more will be split of this order. Raises as `split`."""
    order = _paid_alone(order_id, merchant_id)
    fresh = _fresh(order, share_id)
    made = payments.request_unfreeze(share_id, order.payment_id, description=note[:80] or "解冻剩余资金", now=now)
    if fresh:
        audit(actor, "unfreeze", ("order", order.id), _told(made), note)
    return made


@transaction.atomic
def record_share(events: Sequence[ShareSettled]) -> None:
    """Handler: what the gateway has moved leaves the books of the shop, what came back returns. Once per share."""
    moved = {event.share_id: event for event in events if event.moved_fen}
    found = models.Order.objects.filter(payment_id__in={event.payment_id for event in moved.values()})
    orders = {order.payment_id: order for order in found}
    postings = []
    for event in moved.values():
        order = orders.get(event.payment_id)
        if order is None:
            continue
        shop, gateway = payable(order.merchant_id, order.currency), clearing(order.currency, Method.WECHAT)
        back = event.kind == "return"
        move = Move(gateway, shop, event.moved_fen) if back else Move(shop, gateway, event.moved_fen)
        reason = f"orders.{'split_returned' if back else 'split'}/{event.share_id}"
        postings.append(Posting(reason, (move,), ledger.open_date(accounting_date(event.settled_at))))
    ledger.post(*postings)


def _order(order_id: str, merchant_id: str) -> models.Order:
    found = models.Order.objects.filter(id=order_id)
    order = (found.filter(merchant_id=merchant_id) if merchant_id else found).first()
    if order is None:
        raise OrderNotFound(order_id)
    return order


def _paid_alone(order_id: str, merchant_id: str) -> models.Order:
    """A paid order whose payment is for nothing else: another shop's money is nobody's to split."""
    order = _order(order_id, merchant_id)
    if order.paid_at is None:
        raise NotPaid(order_id)
    if payments.payment(order.payment_id).captured_fen != order.total_fen:
        raise PaidTogether(order_id)
    return order


def _fresh(order: models.Order, share_id: str) -> bool:
    return share_id not in {one.id for one in payments.shares_of(order.payment_id)}


def _told(made: Share, **more: object) -> tuple[dict[str, object], dict[str, object]]:
    """Before and after, for the audit trail."""
    return {}, {"share": made.id, "state": made.state.value, "fen": made.amount_fen, **more}

"""What the PSP says about a refund becomes effect: counters, ledger, fee, stock, events. Once per refund."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import AfterSaleState, AfterSaleVerb, LineRefunded, OrderState, OrderVerb
from xintui.commerce.orders.services.cases import advance
from xintui.commerce.orders.services.exchanges import put_back
from xintui.commerce.orders.services.paying import clearing, fee_account, payable
from xintui.commerce.orders.services.placing import log
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Move, Posting
from xintui.foundation.payments.contracts import RefundFailed, RefundSettled
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date


@transaction.atomic
def settle_refund(events: Sequence[RefundSettled]) -> None:
    """Handler: the money is back. A refund that is not ours, or was settled before, changes nothing."""
    by_id = {event.refund_id: event for event in events}
    for event in by_id.values():
        models.Quarantine.objects.filter(refund_id=event.refund_id, state="returning").update(
            state="returned", settled_at=event.settled_at
        )
    for order, sale in _locked(list(by_id)):
        if sale.state == AfterSaleState.REFUNDING:
            _settle(order, sale, by_id[sale.refund_id])


@transaction.atomic
def fail_refund(events: Sequence[RefundFailed]) -> None:
    """Handler: definitely not refunded. What was reserved can be asked for again; the merchant may try again."""
    by_id = {event.refund_id: event for event in events}
    models.Quarantine.objects.filter(refund_id__in=list(by_id), state="returning").update(state="open", refund_id="")
    for order, sale in _locked(list(by_id)):
        if sale.state == AfterSaleState.REFUNDING:
            event = by_id[sale.refund_id]
            advance(order, sale, AfterSaleVerb.FAIL, actor="psp", now=event.settled_at, note=event.reason)


def _locked(refund_ids: Sequence[str]) -> list[tuple[models.Order, models.AfterSale]]:
    """Orders in id order first, then their after-sales. Each refund comes with its order's one shared row."""
    seen = models.AfterSale.objects.filter(refund_id__in=refund_ids)
    wanted = sorted(set(seen.values_list("order_id", flat=True)))
    rows = models.Order.objects.select_for_update().filter(id__in=wanted).order_by("id")
    orders = {row.id: row for row in rows}
    sales = models.AfterSale.objects.select_for_update().filter(refund_id__in=refund_ids).order_by("id")
    return [(orders[sale.order_id], sale) for sale in sales]


def _settle(order: models.Order, sale: models.AfterSale, event: RefundSettled) -> None:
    assert event.amount_fen == sale.total_fen, "the PSP returned another amount than it was told to"
    lines = list(models.AfterSaleLine.objects.filter(aftersale_id=sale.id, merchant_id=sale.merchant_id))
    for line in sorted(lines, key=lambda row: row.line_id):
        models.Line.objects.filter(id=line.line_id, order_id=order.id, merchant_id=order.merchant_id).update(
            refund_pending_fen=F("refund_pending_fen") - line.fen, refunded_fen=F("refunded_fen") + line.fen
        )
    fee_was = order.fee_fen
    order.refunded_fen += sale.total_fen
    order.fee_fen = rules.fee_on(order.total_fen, order.refunded_fen, order.fee_bp)
    # Relative in the database (the row is locked, the CHECK decides); the fee is a function of the net.
    models.Order.objects.filter(id=order.id, merchant_id=order.merchant_id).update(
        refund_pending_fen=F("refund_pending_fen") - sale.total_fen,
        refunded_fen=F("refunded_fen") + sale.total_fen,
        fee_fen=order.fee_fen,
    )
    sale.settled_at = event.settled_at
    advance(order, sale, AfterSaleVerb.SETTLE, actor="psp", now=event.settled_at)
    put_back(sale, event.settled_at)
    _close_if_all_is_back(order, event.settled_at)
    _post(order, sale, fee_was - order.fee_fen, event)
    outbox.publish(
        *(
            LineRefunded(
                refund_id=line.id,
                order_id=order.id,
                line_id=line.line_id,
                merchant_id=order.merchant_id,
                refund_fen=line.fen,
                refunded_at=event.settled_at,
            )
            for line in lines
        )
    )


def _post(order: models.Order, sale: models.AfterSale, fee_back_fen: int, event: RefundSettled) -> None:
    """The merchant gives the refund; the platform gives back the fee on it. Σ fee = floor of the rate on the net."""
    shop = payable(order.merchant_id, order.currency)
    moves = [Move(shop, clearing(order.currency, event.psp), sale.total_fen)]
    if fee_back_fen:
        moves.append(Move(fee_account(order.currency), shop, fee_back_fen))
    on = ledger.open_date(accounting_date(event.settled_at))
    ledger.post(Posting(f"orders.refunded/{sale.refund_id}", tuple(moves), on))


def _close_if_all_is_back(order: models.Order, now: datetime) -> None:
    rest = models.Line.objects.filter(order_id=order.id, merchant_id=order.merchant_id, paid_fen__gt=F("refunded_fen"))
    if rest.exists() or not rules.ORDER_FLOW.allows(OrderState(order.state), OrderVerb.REFUND_ALL):
        return
    order.state = rules.ORDER_FLOW.after(OrderState(order.state), OrderVerb.REFUND_ALL)
    order.closed_at = now
    models.Order.objects.filter(id=order.id, merchant_id=order.merchant_id).update(
        state=order.state, closed_at=order.closed_at
    )
    log([order], "refund_all", now)

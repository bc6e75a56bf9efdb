"""What the PSP says about a refund becomes effect: counters, ledger, fee, stock, events. Once per refund."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F

from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import AfterSaleState, AfterSaleVerb, LineRefunded, OrderState, OrderVerb
from xintui.commerce.orders.services.cases import Step, advance
from xintui.commerce.orders.services.exchanges import put_back
from xintui.commerce.orders.services.paying import clearing, fee_account, payable
from xintui.commerce.orders.services.placing import entry, write_log
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Move, Posting
from xintui.foundation.payments.contracts import RefundFailed, RefundSettled
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

_PACKAGE = "xintui.commerce.orders"

Going = tuple[models.Order, models.AfterSale]


@transaction.atomic
def settle_refund(events: Sequence[RefundSettled]) -> None:
    """Handler: the money is back. A refund that is not ours, or was settled before, changes nothing.

    A hundred events cost as many statements as one.
    """
    by_id = {event.refund_id: event for event in events}
    for row in models.Quarantine.objects.filter(refund_id__in=list(by_id), state="returning"):
        row.state, row.settled_at = "returned", by_id[row.refund_id].settled_at
        row.save(update_fields=["state", "settled_at"])
    if going := [pair for pair in _locked(list(by_id)) if pair[1].state == AfterSaleState.REFUNDING]:
        _settle(going, by_id)


@transaction.atomic
def fail_refund(events: Sequence[RefundFailed]) -> None:
    """Handler: definitely not refunded. What was reserved can be asked for again; the merchant may try again."""
    by_id = {event.refund_id: event for event in events}
    models.Quarantine.objects.filter(refund_id__in=list(by_id), state="returning").update(state="open", refund_id="")
    steps = []
    for order, sale in _locked(list(by_id)):
        if sale.state == AfterSaleState.REFUNDING:
            event = by_id[sale.refund_id]
            steps.append(Step(order, sale, AfterSaleVerb.FAIL, "psp", event.settled_at, event.reason))
    advance(steps)


def _locked(refund_ids: Sequence[str]) -> list[Going]:
    """Orders in id order first, then their after-sales. Each refund comes with its order's one shared row."""
    seen = models.AfterSale.objects.filter(refund_id__in=refund_ids)
    wanted = sorted(set(seen.values_list("order_id", flat=True)))
    if not wanted:
        return []
    rows = models.Order.objects.select_for_update().filter(id__in=wanted).order_by("id")
    orders = {row.id: row for row in rows}
    sales = models.AfterSale.objects.select_for_update().filter(refund_id__in=refund_ids).order_by("id")
    return [(orders[sale.order_id], sale) for sale in sales]


def _settle(going: Sequence[Going], told: Mapping[str, RefundSettled]) -> None:
    days = {accounting_date(told[sale.refund_id].settled_at) for _, sale in going}
    books, postings = {day: ledger.open_date(day) for day in days}, []
    for order, sale in going:
        event = told[sale.refund_id]
        assert event.amount_fen == sale.total_fen, "the PSP returned another amount than it was told to"
        fee_was = order.fee_fen
        order.refunded_fen += sale.total_fen
        order.fee_fen = rules.fee_on(order.total_fen, order.refunded_fen, order.fee_bp)
        on = books[accounting_date(event.settled_at)]
        postings.append(_posting(order, sale, fee_was - order.fee_fen, event.psp, on))
        sale.settled_at = event.settled_at
    sales = [sale for _, sale in going]
    rows = models.AfterSaleLine.objects.filter(
        aftersale_id__in=[sale.id for sale in sales], merchant_id__in={sale.merchant_id for sale in sales}
    )
    lines: dict[str, list[models.AfterSaleLine]] = defaultdict(list)
    for row in rows.order_by("aftersale_id", "line_id"):
        lines[row.aftersale_id].append(row)
    _write(going, lines)
    advance([Step(order, sale, AfterSaleVerb.SETTLE, "psp", told[sale.refund_id].settled_at) for order, sale in going])
    put_back(sales, max(event.settled_at for event in told.values()))
    _close_if_all_is_back(going)
    ledger.post(*postings)
    outbox.publish(
        *(
            LineRefunded(
                refund_id=line.id,
                order_id=order.id,
                line_id=line.line_id,
                merchant_id=order.merchant_id,
                refund_fen=line.fen,
                refunded_at=told[sale.refund_id].settled_at,
            )
            for order, sale in going
            for line in lines[sale.id]
        )
    )


def _write(going: Sequence[Going], lines: Mapping[str, Sequence[models.AfterSaleLine]]) -> None:
    """The counters: relative in the database (the rows are locked, the CHECK decides); the fee follows the net."""
    orders = {order.id: order for order, _ in going}
    back: Counter[str] = Counter()
    for order, sale in going:
        back[order.id] += sale.total_fen
    parts = [(order, line) for order, sale in going for line in lines[sale.id]]
    sql.run(
        _PACKAGE,
        "refunded",
        {
            "merchants": [order.merchant_id for order, _ in parts],
            "orders": [order.id for order, _ in parts],
            "lines": [line.line_id for _, line in parts],
            "fens": [line.fen for _, line in parts],
            "whole_merchants": [order.merchant_id for order in orders.values()],
            "whole_orders": list(orders),
            "whole_fens": [back[key] for key in orders],
            "fees": [order.fee_fen for order in orders.values()],
        },
    )


def _posting(order: models.Order, sale: models.AfterSale, fee_back_fen: int, psp: str, on: date) -> Posting:
    """The merchant gives the refund; the platform gives back the fee on it. Σ fee = floor of the rate on the net."""
    shop = payable(order.merchant_id, order.currency)
    moves = [Move(shop, clearing(order.currency, psp), sale.total_fen)]
    if fee_back_fen:
        moves.append(Move(fee_account(order.currency), shop, fee_back_fen))
    return Posting(f"orders.refunded/{sale.refund_id}", tuple(moves), on)


def _close_if_all_is_back(going: Sequence[Going]) -> None:
    orders = {order.id: (order, sale.settled_at) for order, sale in going}  # of several refunds the last one
    rest = models.Line.objects.filter(order_id__in=list(orders), paid_fen__gt=F("refunded_fen"))
    left = set(rest.values_list("order_id", flat=True))
    closing = [
        (order, at)
        for order, at in orders.values()
        if order.id not in left and at and rules.ORDER_FLOW.allows(OrderState(order.state), OrderVerb.REFUND_ALL)
    ]
    if not closing:
        return
    for order, at in closing:
        order.state, order.closed_at = rules.ORDER_FLOW.after(OrderState(order.state), OrderVerb.REFUND_ALL), at
    sql.run(
        _PACKAGE,
        "all_back",
        {
            "merchants": [order.merchant_id for order, _ in closing],
            "ids": [order.id for order, _ in closing],
            "closed_at": [at for _, at in closing],
        },
    )
    write_log(entry(order, "refund_all", at) for order, at in closing)

"""Money has arrived: compare, credit, or keep apart."""

import contextlib
import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import StockKind
from xintui.commerce.orders import models, rules
from xintui.commerce.orders.contracts import OrderPaid, OrderState, PaidLine, QuarantineNotFound
from xintui.commerce.orders.rules import Owed, Verdict
from xintui.commerce.orders.services.cases import Actor, audit, name
from xintui.commerce.orders.services.placing import entry, stock_changes, write_bills, write_log
from xintui.commerce.orders.terms import fee_bp
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import NotFound, NotPayable, PaymentCaptured
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

alarm = logging.getLogger("xintui.orders")
_PACKAGE = "xintui.commerce.orders"


def clearing(currency: str, psp: str) -> Account:
    """What this gateway holds for us until it settles."""
    return Account(Kind.GATEWAY_CLEARING, psp, currency)


def payable(merchant_id: str, currency: str) -> Account:
    return Account(Kind.MERCHANT_PAYABLE, merchant_id, currency)


def fee_account(currency: str) -> Account:
    return Account(Kind.PLATFORM_FEE, "platform", currency)


@transaction.atomic
def mark_paid(events: Sequence[PaymentCaptured]) -> None:
    """Handler: credit what fits its checkout to the fen; everything else goes into quarantine, never to an order.

    A thousand events cost as many statements as one.
    """
    rows = list(models.Checkout.objects.select_for_update().filter(id__in=[e.subject for e in events]).order_by("id"))
    owed = {r.id: Owed(OrderState(r.state), r.total_fen, r.currency, r.payment_id) for r in rows}
    good: dict[str, PaymentCaptured] = {}
    apart: list[tuple[PaymentCaptured, Verdict]] = []
    for event in events:
        verdict = rules.judge_capture(owed.get(event.subject), event.payment_id, event.amount_fen, event.currency)
        if verdict is Verdict.CREDIT:
            good[event.subject] = event
            was = owed[event.subject]  # the next event for the same checkout finds it paid
            owed[event.subject] = Owed(OrderState.PAID, was.total_fen, was.currency, event.payment_id)
        elif verdict is not Verdict.REPEATED:
            apart.append((event, verdict))
    _keep_apart(apart, owed)
    if good:
        paid = [row for row in rows if row.id in good]
        for row in paid:
            _call_off(row.payment_id, good[row.id])
            row.state, row.payment_id = OrderState.PAID, good[row.id].payment_id
        write_bills(paid)
        _credit(good)


def _call_off(current: str, event: PaymentCaptured) -> None:
    """The buyer had gone on to another way to pay, and the first one came after all: the other takes no money now."""
    if current and current != event.payment_id:
        with contextlib.suppress(NotPayable, NotFound):
            payments.close_payment(current, now=event.paid_at)


def _keep_apart(found: Sequence[tuple[PaymentCaptured, Verdict]], owed: dict[str, Owed]) -> None:
    for event, verdict in found:
        alarm.error("payment %s quarantined: %s (%s)", event.payment_id, verdict.value, event.subject)
    models.Quarantine.objects.bulk_create(
        (
            models.Quarantine(
                id=event.payment_id,
                subject=event.subject,
                amount_fen=event.amount_fen,
                currency=event.currency,
                transaction_id=event.transaction_id,
                reason=verdict.value,
                expected_fen=owed[event.subject].total_fen if event.subject in owed else 0,
                captured_at=event.paid_at,
            )
            for event, verdict in found
        ),
        ignore_conflicts=True,
    )


def _credit(good: dict[str, PaymentCaptured]) -> None:
    orders = list(models.Order.objects.select_for_update().filter(checkout_id__in=list(good)).order_by("id"))
    days = {accounting_date(event.paid_at) for event in good.values()}
    books = {day: ledger.open_date(day) for day in days}
    postings = []
    for order in orders:
        event = good[order.checkout_id]
        order.state, order.paid_at, order.payment_id = OrderState.PAID, event.paid_at, event.payment_id
        order.fee_bp = fee_bp(accounting_date(event.paid_at))
        order.fee_fen = rules.fee_on(order.total_fen, 0, order.fee_bp)
        postings.append(_posting(order, event.psp, books[accounting_date(event.paid_at)]))
    _write(orders)
    paid_at = {order.id: order.paid_at for order in orders}
    write_log(entry(order, "pay", good[order.checkout_id].paid_at) for order in orders)
    catalog.move(StockKind.SELL, stock_changes(paid_at, "orders.paid"), now=max(e.paid_at for e in good.values()))
    outbox.publish(*_paid_events(orders))
    ledger.post(*postings)


def _write(orders: Sequence[models.Order]) -> None:
    changed = sql.run(
        _PACKAGE,
        "credit",
        {
            "merchants": [o.merchant_id for o in orders],
            "ids": [o.id for o in orders],
            "paid_at": [o.paid_at for o in orders],
            "payments": [o.payment_id for o in orders],
            "fee_bp": [o.fee_bp for o in orders],
            "fee_fen": [o.fee_fen for o in orders],
        },
    )
    assert changed == len(orders), "an order of an unpaid checkout was not waiting for its money"


def _posting(order: models.Order, psp: str, on: date) -> Posting:
    """The sale and the platform's fee on it, as one fact."""
    shop = payable(order.merchant_id, order.currency)
    moves = [Move(clearing(order.currency, psp), shop, order.total_fen)]
    if order.fee_fen:
        moves.append(Move(shop, fee_account(order.currency), order.fee_fen))
    return Posting(f"orders.paid/{order.id}", tuple(moves), on)


def _paid_events(orders: Sequence[models.Order]) -> list[OrderPaid]:
    lines: dict[str, list[PaidLine]] = defaultdict(list)
    for row in models.Line.objects.filter(order_id__in=[o.id for o in orders]).order_by("order_id", "no"):
        lines[row.order_id].append(
            PaidLine(
                line_id=row.id,
                product_id=row.product_id,
                sku_id=row.sku_id,
                category=row.category,
                qty=row.qty,
                paid_fen=row.paid_fen,
                promoter_id=row.promoter_id,
                attribution_id=row.attribution_id,
                buyer_promoter_id=row.buyer_promoter_id,
            )
        )
    events = []
    for order in orders:
        assert order.paid_at is not None
        assert sum(line.paid_fen for line in lines[order.id]) == order.goods_fen - order.discount_fen
        events.append(
            OrderPaid(
                order_id=order.id,
                merchant_id=order.merchant_id,
                buyer_id=order.buyer_id,
                currency=order.currency,
                paid_at=order.paid_at,
                lines=tuple(lines[order.id]),
            )
        )
    return events


@transaction.atomic
def return_quarantined(payment_id: str, *, actor: Actor, now: datetime, note: str = "") -> str:
    """An operator sends money that fits no order back to its payer; the refund's id. Raises `QuarantineNotFound`."""
    row = models.Quarantine.objects.select_for_update().filter(id=payment_id).first()
    if row is None:
        raise QuarantineNotFound(payment_id)
    if not row.refund_id:
        row.refund_id, row.state, row.handled_by = new_id("rfd"), "returning", name(actor)
        row.save(update_fields=["refund_id", "state", "handled_by"])
        payments.request_refund(row.refund_id, row.id, row.amount_fen, "款项与订单不符，原路退回", now=now)
        returning = {"state": "returning", "refund": row.refund_id, "fen": row.amount_fen}
        audit(actor, "return_quarantined", ("payment", row.id), ({"state": "open"}, returning), note)
    return row.refund_id

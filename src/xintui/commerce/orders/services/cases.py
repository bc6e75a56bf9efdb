"""An after-sale as all its verbs handle it: locked after its order, its money reserved, its steps told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import StockKind
from xintui.commerce.orders import models, queries, rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleMoved,
    AfterSaleNotFound,
    AfterSaleState,
    AfterSaleVerb,
    RefundPart,
    RefundTooLarge,
)
from xintui.commerce.orders.services.placing import CLOCK, log
from xintui.commerce.orders.terms import deadline
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

Actor = str | Principal
"""Who acts: somebody signed in, whose act is audited, or the name of a job, a handler or a story."""
HELD = frozenset({AfterSaleState.AWAITING_RETURN, AfterSaleState.RETURNING})
"""Where an exchange has its replacement reserved."""


def name(actor: Actor) -> str:
    return actor if isinstance(actor, str) else actor.user_id


def audit(
    actor: Actor,
    what: str,
    on: tuple[str, str],
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
    note: str = "",
) -> None:
    """The line of the audit trail for somebody who signed in; what the clock and the PSP do stands in the log."""
    if not isinstance(actor, str):
        identity.audit(actor, f"orders.{what}", on, *states, reason=note)


def locked(after_sale_id: str, *, merchant_id: str = "", buyer_id: str = "") -> tuple[models.Order, models.AfterSale]:
    """The order first, then its after-sale: the same order everywhere. Without an owner it is the platform's clock."""
    found = models.AfterSale.objects.filter(id=after_sale_id)
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    if buyer_id:
        found = found.filter(buyer_id=buyer_id)
    seen = found.first()
    if seen is None:
        raise AfterSaleNotFound(after_sale_id)
    order = models.Order.objects.select_for_update().get(id=seen.order_id, merchant_id=seen.merchant_id)
    return order, models.AfterSale.objects.select_for_update().get(id=after_sale_id, merchant_id=seen.merchant_id)


def parts_of(sale: models.AfterSale) -> list[RefundPart]:
    rows = models.AfterSaleLine.objects.filter(aftersale_id=sale.id, merchant_id=sale.merchant_id)
    return [RefundPart(row.line_id, row.fen, row.qty) for row in rows]


def reserve(order: models.Order, sale: models.AfterSale, parts: Sequence[RefundPart], sign: int = 1) -> None:
    """Take the amounts from (sign −1: give them back to) what can still be refunded: relative, under CHECK."""
    try:
        with transaction.atomic():
            for part in sorted(parts, key=lambda p: p.line_id):
                models.Line.objects.filter(id=part.line_id, order_id=order.id, merchant_id=order.merchant_id).update(
                    refund_pending_fen=F("refund_pending_fen") + sign * part.fen,
                    return_qty=F("return_qty") + sign * part.qty,
                )
            models.Order.objects.filter(id=order.id, merchant_id=order.merchant_id).update(
                refund_pending_fen=F("refund_pending_fen") + sign * sale.total_fen
            )
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if constraint.endswith("refunded_within_paid") or constraint == "orders_line_returns":
            raise RefundTooLarge(parts[0].line_id if len(parts) == 1 else order.id) from error
        raise


def advance(
    order: models.Order,
    sale: models.AfterSale,
    verb: AfterSaleVerb,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> AfterSale:
    """Move the request on; a verb that ends it without money frees what it had reserved."""
    before = AfterSaleState(sale.state)
    sale.state = rules.AFTERSALE_FLOW.after(before, verb)
    if verb in rules.RELEASING and before is not AfterSaleState.REFUND_FAILED:
        reserve(order, sale, parts_of(sale), sign=-1)
        release_replacement(sale, before, now)
    if name(actor) not in {"buyer", "psp"}:
        sale.decided_at, sale.decision = now, note or sale.decision
    set_deadline(sale, now)
    sale.save()
    log([order], verb.value, now, actor=name(actor), more=note)
    states = {"state": before.value}, {"state": sale.state.value, "refund": sale.refund_id, "fen": sale.total_fen}
    audit(actor, verb.value, ("after_sale", sale.id), states, note)
    tell(sale, verb.value, name(actor), note, now)
    return queries.after_sale(sale.id)


def tell(sale: models.AfterSale, verb: str, actor: str, note: str, at: datetime) -> None:
    """Say that the request was made or went on."""
    outbox.publish(
        AfterSaleMoved(
            after_sale_id=sale.id,
            order_id=sale.order_id,
            merchant_id=sale.merchant_id,
            buyer_id=sale.buyer_id,
            kind=AfterSaleKind(sale.kind).value,
            verb=verb,
            state=AfterSaleState(sale.state).value,
            actor=actor,
            total_fen=sale.total_fen,
            note=note,
            at=at,
        )
    )


def set_deadline(sale: models.AfterSale, now: datetime) -> None:
    """When whoever is waited for in this state must have acted."""
    due = deadline(sale.state, accounting_date(now))
    sale.due_at = now + timedelta(hours=due.hours) if due else None


def replacement(sale: models.AfterSale) -> list[catalog.StockChange]:
    """The pieces that are sent instead, as a change of stock named by the after-sale."""
    qty = sum(part.qty for part in parts_of(sale))
    return [catalog.StockChange(sale.merchant_id, sale.exchange_sku_id, qty, f"orders.exchange/{sale.id}")]


def release_replacement(sale: models.AfterSale, before: AfterSaleState, now: datetime) -> None:
    """The pieces kept for an exchange that does not happen are free again."""
    if sale.kind == AfterSaleKind.EXCHANGE and before in HELD:
        catalog.move(StockKind.RELEASE, replacement(sale), now=now)


__all__ = [
    "CLOCK", "HELD", "Actor", "advance", "audit", "locked", "name", "parts_of", "release_replacement", "replacement",
    "reserve", "set_deadline", "tell",
]  # fmt: skip

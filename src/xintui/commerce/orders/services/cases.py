"""An after-sale as all its verbs handle it: locked after its order, its money reserved, its steps told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction

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
from xintui.commerce.orders.services.placing import CLOCK, entry, write_log
from xintui.commerce.orders.terms import deadline
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

Actor = str | Principal
"""Who acts: somebody signed in, whose act is audited, or the name of a job, a handler or a story."""
HELD = frozenset({AfterSaleState.AWAITING_RETURN, AfterSaleState.RETURNING})
"""Where an exchange has its replacement reserved."""
CHANGING = (
    "kind", "state", "decision", "refund_id", "restock", "return_carrier", "return_no", "decided_at", "settled_at",
    "due_at", "exchange_sku_id", "exchange_spec", "reship_carrier", "reship_no", "reshipped_at",
)  # fmt: skip
"""The columns of an after-sale that are not the same from its first day to its last."""
_PACKAGE = "xintui.commerce.orders"


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


@dataclass(frozen=True)
class Wanted:
    """An after-sale, and whose it must be; without an owner it is the platform's clock that asks."""

    after_sale_id: str
    merchant_id: str = ""
    buyer_id: str = ""

    def fits(self, row: models.AfterSale) -> bool:
        return self.merchant_id in {"", row.merchant_id} and self.buyer_id in {"", row.buyer_id}


@dataclass
class Step:
    """A request about to go on, locked after its order."""

    order: models.Order
    sale: models.AfterSale
    verb: AfterSaleVerb
    actor: Actor
    now: datetime
    note: str = ""


def locked(wanted: Sequence[Wanted]) -> list[tuple[models.Order, models.AfterSale]]:
    """Orders first, then their after-sales, each in id order: the same order everywhere. Raises `AfterSaleNotFound`."""
    seen = {row.id: row for row in models.AfterSale.objects.filter(id__in=[one.after_sale_id for one in wanted])}
    for one in wanted:
        if one.after_sale_id not in seen or not one.fits(seen[one.after_sale_id]):
            raise AfterSaleNotFound(one.after_sale_id)
    shops = {row.merchant_id for row in seen.values()}
    bought = models.Order.objects.select_for_update().filter(
        merchant_id__in=shops, id__in={row.order_id for row in seen.values()}
    )
    orders = {row.id: row for row in bought.order_by("id")}
    asked = models.AfterSale.objects.select_for_update().filter(merchant_id__in=shops, id__in=list(seen))
    sales = {row.id: row for row in asked.order_by("id")}
    return [(orders[sales[one.after_sale_id].order_id], sales[one.after_sale_id]) for one in wanted]


def reserve(found: Iterable[tuple[models.AfterSale, Sequence[RefundPart]]], sign: int = 1) -> None:
    """Take the amounts from (sign −1: give them back to) what can still be refunded: relative, under CHECK."""
    asked = list(found)
    parts = [(sale, part) for sale, some in asked for part in some]
    if not parts:
        return
    try:
        with transaction.atomic():
            sql.run(
                _PACKAGE,
                "reserve",
                {
                    "merchants": [sale.merchant_id for sale, _ in parts],
                    "orders": [sale.order_id for sale, _ in parts],
                    "lines": [part.line_id for _, part in parts],
                    "fens": [sign * part.fen for _, part in parts],
                    "qtys": [sign * part.qty for _, part in parts],
                    "whole_merchants": [sale.merchant_id for sale, _ in asked],
                    "whole_orders": [sale.order_id for sale, _ in asked],
                    "whole_fens": [sign * sale.total_fen for sale, _ in asked],
                },
            )
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if constraint.endswith("refunded_within_paid") or constraint == "orders_line_returns":
            sale, some = asked[0]  # of a batch any one will do: it is asked again until one stands alone
            raise RefundTooLarge(some[0].line_id if len(some) == 1 else sale.order_id) from error
        raise


def advance(steps: Sequence[Step]) -> list[AfterSale]:
    """Move requests on; a verb that ends one without money frees what it had reserved. Raises `NoSuchMove`."""
    if not steps:
        return []
    was = [AfterSaleState(step.sale.state) for step in steps]
    for step, before in zip(steps, was, strict=True):
        step.sale.state = rules.AFTERSALE_FLOW.after(before, step.verb)
    _free(
        [
            (step, before)
            for step, before in zip(steps, was, strict=True)
            if step.verb in rules.RELEASING and before is not AfterSaleState.REFUND_FAILED
        ]
    )
    for step in steps:
        if name(step.actor) not in {"buyer", "psp"}:
            step.sale.decided_at, step.sale.decision = step.now, step.note or step.sale.decision
        set_deadline(step.sale, step.now)
    _save([step.sale for step in steps])
    write_log(entry(step.order, step.verb.value, step.now, actor=name(step.actor), more=step.note) for step in steps)
    for step, before in zip(steps, was, strict=True):
        state = AfterSaleState(step.sale.state).value
        after = {"state": state, "refund": step.sale.refund_id, "fen": step.sale.total_fen}
        audit(step.actor, step.verb.value, ("after_sale", step.sale.id), ({"state": before.value}, after), step.note)
    outbox.publish(*(moved(s.sale, s.verb.value, name(s.actor), s.note, s.now) for s in steps))
    return queries.as_after_sales([step.sale for step in steps])


def _free(ended: Sequence[tuple[Step, AfterSaleState]]) -> None:
    """What these had reserved, money and pieces, can be asked for again."""
    if not ended:
        return
    parts = queries.parts_of(step.sale for step, _ in ended)
    reserve([(step.sale, parts[step.sale.id]) for step, _ in ended], sign=-1)
    for step, before in ended:
        release_replacement(step.sale, before, step.now)


def _save(sales: Sequence[models.AfterSale]) -> None:
    """Everything that a verb may have changed, of many in one statement."""
    columns: dict[str, list[Any]] = defaultdict(list)
    for sale in sales:
        for field in ("id", "merchant_id", *CHANGING):
            value = getattr(sale, field)
            columns[field].append(value.value if isinstance(value, Enum) else value)
    sql.run(_PACKAGE, "advance", columns)


def moved(sale: models.AfterSale, verb: str, actor: str, note: str, at: datetime) -> AfterSaleMoved:
    """The word that the request was made or went on."""
    return AfterSaleMoved(
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


def set_deadline(sale: models.AfterSale, now: datetime) -> None:
    """When whoever is waited for in this state must have acted."""
    due = deadline(sale.state, accounting_date(now))
    sale.due_at = now + timedelta(hours=due.hours) if due else None


def replacement(sale: models.AfterSale) -> list[catalog.StockChange]:
    """The pieces that are sent instead, as a change of stock named by the after-sale."""
    qty = sum(part.qty for part in queries.parts_of([sale])[sale.id])
    return [catalog.StockChange(sale.merchant_id, sale.exchange_sku_id, qty, f"orders.exchange/{sale.id}")]


def release_replacement(sale: models.AfterSale, before: AfterSaleState, now: datetime) -> None:
    """The pieces kept for an exchange that does not happen are free again."""
    if sale.kind == AfterSaleKind.EXCHANGE and before in HELD:
        catalog.move(StockKind.RELEASE, replacement(sale), now=now)


__all__ = [
    "CLOCK", "HELD", "Actor", "Step", "Wanted", "advance", "audit", "locked", "moved", "name", "release_replacement",
    "replacement", "reserve", "set_deadline",
]  # fmt: skip

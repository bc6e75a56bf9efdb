"""Reads; they answer with contracts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from xintui.infra import sql, tenancy
from xintui.promotion.commission import rules
from xintui.promotion.commission.contracts import (
    SHOP,
    Earning,
    LineState,
    MonthStatement,
    NoSuchLine,
    Plan,
    Step,
    Totals,
)
from xintui.promotion.commission.models import CommissionLine, CommissionMonth, CommissionPlan


def plan(version: str, *, books: str = SHOP) -> Plan | None:
    """A published version."""
    found = CommissionPlan.objects.filter(books=books, version=version).first()
    return rules.parse_plan(found.body) if found else None


def plan_in_force(at: datetime, *, books: str = SHOP) -> Plan | None:
    """The version that fixes the rule of what is paid at `at`."""
    found = CommissionPlan.objects.filter(books=books, in_force_from__lte=at).order_by("-in_force_from").first()
    return rules.parse_plan(found.body) if found else None


def earning(order_id: str, line_id: str, *, now: datetime, books: str = SHOP) -> Earning:
    """A promoted line as it stands at `now`. Raises `NoSuchLine`."""
    line = (
        CommissionLine.objects.filter(books=books, order_id=order_id, line_id=line_id).exclude(promoter_id="").first()
    )
    if line is None:
        raise NoSuchLine(order_id, line_id)
    return as_earning(line, now)


def earnings(
    promoter_id: str,
    *,
    now: datetime,
    after: tuple[datetime, str, str] | None = None,
    limit: int = 50,
    books: str = SHOP,
) -> list[Earning]:
    """A promoter's lines, newest payment first; `after` = (paid_at, order_id, line_id) of the last one seen."""
    lines = CommissionLine.objects.filter(books=books, promoter_id=promoter_id)
    if after is not None:
        at, order_id, line_id = after
        lines = lines.extra(where=["(paid_at, order_id, line_id) < (%s, %s, %s)"], params=[at, order_id, line_id])
    return [as_earning(line, now) for line in lines.order_by("-paid_at", "-order_id", "-line_id")[:limit]]


def explain(order_id: str, line_id: str, *, now: datetime, books: str = SHOP) -> tuple[Earning, list[Step]]:
    """The line and its commission recomputed step by step. Raises `NoSuchLine`."""
    line = earning(order_id, line_id, now=now, books=books)
    return line, rules.explain(line, plan(line.plan_version, books=books))


def statements(promoter_id: str, *, books: str = SHOP) -> list[MonthStatement]:
    """A promoter's months with a released line, oldest first."""
    rows = CommissionMonth.objects.filter(books=books, promoter_id=promoter_id, lines__gt=0).order_by("month")
    return [as_statement(row) for row in rows]


def as_statement(row: CommissionMonth) -> MonthStatement:
    """The row as others see it."""
    return MonthStatement(
        promoter_id=row.promoter_id,
        month=row.month,
        lines=row.lines,
        net_fen=row.net_fen,
        commission_fen=row.released_fen - row.clawed_back_fen,
        bonus_fen=row.bonus_fen,
        released_fen=row.released_fen,
        clawed_back_fen=row.clawed_back_fen,
    )


def stream(name: str, *, books: str, as_of: datetime | None = None, currency: str = "CNY") -> Iterator[bytes]:
    """`lines`, `statements` or `balances` as CSV chunks straight from the server: memory stays flat."""
    params = {"books": books, "as_of": as_of, "currency": currency}
    return sql.copy_out(__package__, f"export_{name}", params)


def totals(*, books: str = SHOP) -> Totals:
    """The books in sums."""
    row = sql.one(__package__, "totals", {"books": books})
    assert row is not None
    return Totals(**row)


def audit(*, books: str | None = None) -> list[dict[str, Any]]:
    """Lines recomputed from their facts against counters and ledger; no rows: nothing is wrong.

    It says itself that it sees every merchant's lines: behind the wall an audit would find nothing, and call it well.
    """
    with tenancy.as_platform(), transaction.atomic():
        return sql.rows(__package__, "audit", {"books": books})


def as_earning(line: CommissionLine, now: datetime) -> Earning:
    """The row as it stands at `now`."""
    base = line.paid_fen - line.refunded_fen
    if base == 0:
        state = LineState.VOID
    else:
        state = LineState.DUE if line.release_at and line.release_at <= now else LineState.PENDING
    return Earning(
        order_id=line.order_id,
        line_id=line.line_id,
        promoter_id=line.promoter_id,
        merchant_id=line.merchant_id,
        rule_id=line.rule_id,
        rate_bp=line.rate_bp,
        cap_fen=line.cap_fen,
        plan_version=line.plan_version,
        currency=line.currency,
        paid_fen=line.paid_fen,
        refunded_fen=line.refunded_fen,
        base_fen=base,
        commission_fen=rules.target_fen(base, line.rate_bp, line.cap_fen),
        state=state,
        self_purchase=line.promoter_id == line.buyer_id,
        paid_at=line.paid_at,
        release_at=line.release_at,
        product_id=line.product_id,
        held=line.held and base > 0,
    )

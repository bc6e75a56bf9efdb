"""Reads. Everything returned is a contract."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Sum

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.infra import sql
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import models
from xintui.promotion.payouts.contracts import (
    LogLine,
    NoSuchStatement,
    NoSuchWithdrawal,
    Period,
    Policy,
    QueueCount,
    Rail,
    State,
    Statement,
    StatementEntry,
    StatementHead,
    StatementPage,
    TaxLine,
    TaxStep,
    VatLine,
    VatMethod,
    Wallet,
    Withdrawal,
    WithdrawalPage,
)
from xintui.promotion.promoters import facade as promoters


def due_account(promoter_id: str) -> ledger.Account:
    """What may be withdrawn."""
    return ledger.Account(ledger.Kind.PROMOTER_DUE, promoter_id)


def as_contract(row: models.Withdrawal) -> Withdrawal:
    """One row as others see it."""
    return Withdrawal(
        id=row.id,
        promoter_id=row.promoter_id,
        amount_fen=row.amount_fen,
        tax_fen=row.tax_fen,
        vat_fen=row.vat_fen,
        net_fen=row.amount_fen - row.tax_fen - row.vat_fen,
        state=State(row.state),
        rail=Rail(row.rail),
        kind=row.kind,
        reason=row.reason,
        transfer_id=row.transfer_id,
        payee_masked=row.payee_masked,
        payee_digest=row.payee_digest,
        invoice_ref=row.invoice_ref,
        needs_review=row.needs_review,
        maker=row.maker,
        checker=row.checker,
        not_before=row.not_before,
        requested_at=row.requested_at,
        settled_at=row.settled_at,
    )


def policy(on: date) -> Policy:
    """The limits in force on a day."""
    row = models.Policy.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
    assert row is not None, "the migration seeds the first policy"
    fields = {name: getattr(row, name) for name in Policy.__dataclass_fields__}
    return Policy(**fields | {"vat_method": VatMethod(row.vat_method)})


def get(withdrawal_id: str, *, promoter_id: str = "") -> Withdrawal:
    """One withdrawal; with `promoter_id` only his own. Raises `NoSuchWithdrawal`."""
    found = models.Withdrawal.objects.filter(id=withdrawal_id)
    row = (found.filter(promoter_id=promoter_id) if promoter_id else found).first()
    if row is None:
        raise NoSuchWithdrawal(withdrawal_id)
    return as_contract(row)


def search(
    *, promoter_id: str = "", state: State | None = None, after: str | None = None, limit: int = 50
) -> WithdrawalPage:
    """Newest first, in one query."""
    found = models.Withdrawal.objects.order_by("-id")
    if promoter_id:
        found = found.filter(promoter_id=promoter_id)
    if state:
        found = found.filter(state=state.value)
    if after:
        found = found.filter(id__lt=after)
    rows = list(found[: limit + 1])
    return WithdrawalPage(tuple(map(as_contract, rows[:limit])), rows[limit - 1].id if len(rows) > limit else None)


def confirm_package(withdrawal: Withdrawal) -> str:
    """What the payee's app needs to confirm the transfer; "" when there is nothing to confirm (now)."""
    if withdrawal.rail is not Rail.WECHAT or withdrawal.state not in (State.SENDING, State.UNKNOWN):
        return ""
    return payments.transfer(withdrawal.transfer_id).package_info


def history(withdrawal_id: str) -> tuple[LogLine, ...]:
    """What happened to a withdrawal, oldest first."""
    rows = models.Event.objects.filter(withdrawal_id=withdrawal_id).order_by("id")[:200]
    return tuple(LogLine(r.at, r.verb, State(r.state), r.actor, r.note) for r in rows)


def queue(now: datetime) -> tuple[QueueCount, ...]:
    """What waits in each open state, and for how long."""
    rows = {row["state"]: row for row in sql.rows(__package__, "queue")}
    out = []
    for state in (State.REVIEW, State.APPROVED, State.SENDING, State.UNKNOWN):
        row = rows.get(state.value)
        oldest = row["oldest_at"] if row else None
        age = int((now - oldest).total_seconds()) if oldest else 0
        out.append(QueueCount(state, row["count"] if row else 0, row["amount_fen"] if row else 0, oldest, age))
    return tuple(out)


def paid_out(promoter_ids: Iterable[str]) -> dict[str, int]:
    """What has left to each of them, taxes included."""
    rows = models.Withdrawal.objects.filter(promoter_id__in=set(promoter_ids), state=State.PAID.value)
    return {r["promoter_id"]: int(r["fen"]) for r in rows.values("promoter_id").annotate(fen=Sum("amount_fen"))}


def wallet(promoter_id: str) -> Wallet:
    """What a promoter has, from the ledger."""
    due = due_account(promoter_id)
    pending = ledger.Account(ledger.Kind.PROMOTER_PENDING, promoter_id)
    debt = ledger.Account(ledger.Kind.PROMOTER_DEBT, promoter_id)
    held = ledger.balances([due, pending, debt])
    return Wallet(
        promoter_id=promoter_id,
        pending_fen=held[pending].posted_fen,
        due_fen=held[due].posted_fen,
        held_fen=held[due].held_fen,
        available_fen=held[due].available_fen,
        debt_fen=held[debt].posted_fen,
        payable_from=_cooled(promoter_id),
    )


def _cooled(promoter_id: str) -> datetime | None:
    """When the payee on record may be paid, if it is not the first one (reliability row 10)."""
    payee = promoters.payee(promoter_id)
    if payee is None or payee.version == 1:
        return None
    return payee.changed_at + timedelta(hours=policy(accounting_date(payee.changed_at)).cooling_hours)


def tax_line(withdrawal_id: str) -> TaxLine | None:
    """How the tax of a withdrawal came about; None before it is sent, and for companies."""
    row = models.TaxLine.objects.filter(withdrawal_id=withdrawal_id).first()
    return line_contract(row) if row else None


def line_contract(row: models.TaxLine) -> TaxLine:
    """One tax line."""
    step = TaxStep(
        base_fen=row.base_fen,
        rate_bp=row.rate_bp,
        quick_fen=row.quick_fen,
        due_fen=row.due_fen,
        before_fen=row.before_fen,
        tax_fen=row.tax_fen,
        table=row.method,
        version=row.version,
        lines=tuple(row.lines),
    )
    return TaxLine(row.withdrawal_id, row.month, row.income_fen, step, row.agent, row.reversed_at)


def vat_contract(row: models.VatLine) -> VatLine:
    """One VAT line."""
    step = TaxStep(
        base_fen=row.sales_fen,
        rate_bp=row.rate_bp,
        quick_fen=0,
        due_fen=row.due_fen,
        before_fen=row.before_fen,
        tax_fen=row.vat_fen,
        table="vat_small_scale",
        version=row.version,
        lines=tuple(row.lines),
    )
    return VatLine(
        row.withdrawal_id, row.month, Period(row.period), row.gross_fen, row.carried_fen, step, row.reversed_at
    )


def statements(promoter_id: str, *, after: str | None = None, limit: int = 24) -> StatementPage:
    """A promoter's months with payments, newest first; `after` is a month."""
    rows = sql.rows(
        __package__, "statements", {"promoter_id": promoter_id, "before": after or "9999-12", "limit": limit + 1}
    )
    items = tuple(StatementHead(**row) for row in rows[:limit])
    return StatementPage(items, items[-1].month if len(rows) > limit else None)


def statement(promoter_id: str, month: str) -> Statement:
    """One month: every payment with its tax, and the year so far. Raises `NoSuchStatement`."""
    paid = models.Withdrawal.objects.filter(promoter_id=promoter_id, paid_month=month, state=State.PAID.value)
    rows = list(paid.order_by("id")[:1000])
    if not rows:
        raise NoSuchStatement(month)
    found = models.TaxLine.objects.filter(promoter_id=promoter_id, withdrawal_id__in=[row.id for row in rows])
    lines = {line.withdrawal_id: line_contract(line) for line in found}
    vats = models.VatLine.objects.filter(promoter_id=promoter_id, withdrawal_id__in=[row.id for row in rows])
    vat_of = {line.withdrawal_id: vat_contract(line) for line in vats}
    entries = tuple(StatementEntry(as_contract(row), lines.get(row.id), vat_of.get(row.id)) for row in rows)
    gross, tax, vat = (sum(getattr(row, name) for row in rows) for name in ("amount_fen", "tax_fen", "vat_fen"))
    year = models.TaxYear.objects.filter(promoter_id=promoter_id, year=int(month[:4])).first()
    return Statement(
        head=StatementHead(promoter_id, month, len(rows), gross, tax, vat, gross - tax - vat),
        entries=entries,
        year_income_fen=year.income_fen if year else 0,
        year_withheld_fen=year.withheld_fen if year else 0,
    )

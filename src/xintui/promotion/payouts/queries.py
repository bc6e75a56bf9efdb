"""Reads. Everything returned is a contract."""

from datetime import date, datetime

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.infra import sql
from xintui.kernel.times import accounting_date, month_of
from xintui.promotion.payouts import models
from xintui.promotion.payouts.contracts import (
    LogLine,
    NoSuchStatement,
    NoSuchWithdrawal,
    Policy,
    QueueCount,
    Rail,
    SoFar,
    State,
    Statement,
    StatementEntry,
    StatementHead,
    StatementPage,
    TaxLine,
    TaxPreview,
    TaxStep,
    TaxYear,
    Wallet,
    Withdrawal,
    WithdrawalPage,
    YearToDate,
)
from xintui.promotion.payouts.rules import cumulative_withholding, load_table, open_month, ordinary_withholding
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterKind


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
        net_fen=row.amount_fen - row.tax_fen,
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
    return Policy(**fields)


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
    )


def year_of(row: models.TaxYear | None, year: int) -> YearToDate:
    """A row of the year as the rules read it."""
    if row is None:
        return YearToDate(year)
    return YearToDate(
        year=row.year,
        last_month=row.last_month,
        months=row.months,
        income_fen=row.income_fen,
        withheld_fen=row.withheld_fen,
        exempt_fen=row.exempt_fen,
        other_deductions_fen=row.other_deductions_fen,
        relief_fen=row.relief_fen,
    )


def step_for(method: str, year: YearToDate, month: SoFar, amount_fen: int, on: date) -> tuple[YearToDate, TaxStep]:
    """The year with this month opened, and the tax on one more payment, by the policy's method."""
    if method == "iit_platform":
        table = load_table("iit_platform", on)
        opened = open_month(year, month_of(on), table)
        return opened, cumulative_withholding(opened, amount_fen, table)
    return year, ordinary_withholding(amount_fen, load_table("iit_labour", on), month)


def preview_tax(promoter_id: str, amount_fen: int, *, now: datetime) -> TaxPreview:
    """What would be withheld if this amount were paid now; nothing is written. Raises `NoSuchPromoter`."""
    if promoters.one(promoter_id).kind is PromoterKind.COMPANY:
        return TaxPreview(amount_fen, 0, amount_fen, None, "企业凭发票结算，不代扣个人所得税")
    on = accounting_date(now)
    year = models.TaxYear.objects.filter(promoter_id=promoter_id, year=on.year).first()
    month = models.TaxMonth.objects.filter(promoter_id=promoter_id, month=month_of(on)).first()
    so_far = SoFar(month.income_fen, month.withheld_fen) if month else SoFar()
    _, step = step_for(policy(on).tax_method, year_of(year, on.year), so_far, amount_fen, on)
    return TaxPreview(amount_fen, step.tax_fen, amount_fen - step.tax_fen, step, "按打款当月累计预扣，最终以打款时为准")


def tax_years(promoter_id: str) -> tuple[TaxYear, ...]:
    """A promoter's years, newest first."""
    rows = models.TaxYear.objects.filter(promoter_id=promoter_id).order_by("-year")[:20]
    return tuple(TaxYear(r.promoter_id, r.year, r.last_month, r.months, r.income_fen, r.withheld_fen) for r in rows)


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
    entries = tuple(StatementEntry(as_contract(row), lines.get(row.id)) for row in rows)
    gross, tax = sum(row.amount_fen for row in rows), sum(row.tax_fen for row in rows)
    year = models.TaxYear.objects.filter(promoter_id=promoter_id, year=int(month[:4])).first()
    return Statement(
        head=StatementHead(promoter_id, month, len(rows), gross, tax, gross - tax),
        entries=entries,
        year_income_fen=year.income_fen if year else 0,
        year_withheld_fen=year.withheld_fen if year else 0,
    )

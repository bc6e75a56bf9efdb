"""Which taxes a payment carries: reads and rules together. What is withheld and what is previewed come from here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from xintui.kernel.times import accounting_date, month_of
from xintui.promotion.payouts import models, queries
from xintui.promotion.payouts.contracts import (
    Period,
    Policy,
    Registration,
    SoFar,
    TaxableMonth,
    Taxes,
    TaxPreview,
    TaxProfile,
    TaxStep,
    TaxYear,
    VatLine,
    YearToDate,
)
from xintui.promotion.payouts.rules import (
    PERSON,
    TRADER,
    cumulative_withholding,
    load_table,
    open_month,
    ordinary_withholding,
    treatment,
    vat_to_take,
)
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter, PromoterKind

HOME = "CHN"


@dataclass(frozen=True)
class Payment:
    """One payment as the tax rules see it."""

    promoter_id: str
    kind: str
    amount_fen: int
    on: date


def profile(promoter_id: str, month: str) -> TaxProfile:
    """What the payee is to the tax office in a month: a resident natural person unless finance wrote otherwise."""
    row = (
        models.TaxProfile.objects.filter(promoter_id=promoter_id, from_month__lte=month)
        .order_by("-from_month", "-id")
        .first()
    )
    return profile_contract(row) if row else _unwritten(promoter_id)


def profiles(promoter_ids: list[str], month: str) -> dict[str, TaxProfile]:
    """The same for many, in one query."""
    rows = models.TaxProfile.objects.filter(promoter_id__in=promoter_ids, from_month__lte=month)
    found = {row.promoter_id: profile_contract(row) for row in rows.order_by("from_month", "id")}
    return {one: found.get(one) or _unwritten(one) for one in promoter_ids}


def _unwritten(promoter_id: str) -> TaxProfile:
    return TaxProfile(promoter_id, "", True, Registration.NATURAL, HOME, "", "", None)


def profile_history(promoter_id: str) -> tuple[TaxProfile, ...]:
    """Every profile finance wrote, newest first."""
    rows = models.TaxProfile.objects.filter(promoter_id=promoter_id).order_by("-id")[:50]
    return tuple(map(profile_contract, rows))


def profile_contract(row: models.TaxProfile) -> TaxProfile:
    """One profile."""
    return TaxProfile(
        promoter_id=row.promoter_id,
        from_month=row.from_month,
        resident=row.resident,
        registration=Registration(row.registration),
        country=row.country,
        proof=row.proof,
        set_by=row.set_by,
        set_at=row.set_at,
    )


def kind_of(person: Promoter, on: date) -> str:
    """`individual`, `sole_trader` or `company`: who is withheld on and who invoices."""
    if person.kind is PromoterKind.COMPANY:
        return person.kind.value
    return TRADER if profile(person.id, month_of(on)).registration is Registration.REGISTERED else PERSON


def taxes_on(payment: Payment, policy: Policy, year: YearToDate, month: TaxableMonth) -> Taxes:
    """VAT first, because income tax is computed on income without it; then the income tax of the payee's table."""
    resident = profile(payment.promoter_id, month_of(payment.on)).resident
    how = treatment(payment.kind, resident=resident, policy=policy)
    vat, carried = _vat(payment, policy, how.vat, month)
    if not how.iit:
        return Taxes(how, year, None, vat, carried)
    income = payment.amount_fen - (vat.tax_fen if vat else 0)
    opened, step = _iit(how.iit, year, SoFar(month.income_fen, month.withheld_fen), income, payment.on)
    return Taxes(how, opened, step, vat, carried)


def _vat(payment: Payment, policy: Policy, period: Period | None, month: TaxableMonth) -> tuple[TaxStep | None, int]:
    if period is None:
        return None, 0
    before = SoFar(month.income_fen + month.vat_fen, month.vat_fen)
    if period is Period.EACH:
        before = _day(payment.promoter_id, payment.on)
    table = load_table("vat_small_scale", payment.on)
    return vat_to_take(payment.amount_fen, table, before, period, keep_fen=policy.min_fen)


def _day(promoter_id: str, on: date) -> SoFar:
    """每次（日）: what was paid on one day counts as one."""
    rows = models.VatLine.objects.filter(promoter_id=promoter_id, on=on, reversed_at=None)
    sums = rows.aggregate(gross=Sum("gross_fen"), vat=Sum("vat_fen"))
    return SoFar(sums["gross"] or 0, sums["vat"] or 0)


def _iit(name: str, year: YearToDate, month: SoFar, income_fen: int, on: date) -> tuple[YearToDate, TaxStep]:
    """The year with this month opened, and the tax on one more payment. Only the cumulative method opens months."""
    if name == "iit_platform":
        table = load_table("iit_platform", on)
        opened = open_month(year, month_of(on), table)
        return opened, cumulative_withholding(opened, income_fen, table)
    if name == "iit_nonresident":
        return year, ordinary_withholding(income_fen, load_table("iit_nonresident", on), month)
    return year, ordinary_withholding(income_fen, load_table("iit_labour", on), month)


def preview_tax(promoter_id: str, amount_fen: int, *, now: datetime) -> TaxPreview:
    """What would be withheld if this amount were paid now; nothing is written. Raises `NoSuchPromoter`."""
    on = accounting_date(now)
    payment = Payment(promoter_id, kind_of(promoters.one(promoter_id), on), amount_fen, on)
    year = models.TaxYear.objects.filter(promoter_id=promoter_id, year=on.year).first()
    month = models.TaxMonth.objects.filter(promoter_id=promoter_id, month=month_of(on)).first()
    made = taxes_on(payment, queries.policy(on), year_of(year, on.year), month_so_far(month))
    return TaxPreview(
        amount_fen=amount_fen,
        tax_fen=made.tax_fen,
        vat_fen=made.vat_fen,
        net_fen=amount_fen - made.tax_fen - made.vat_fen,
        step=made.iit,
        vat=made.vat,
        note=made.treatment.note,
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


def month_so_far(row: models.TaxMonth | None) -> TaxableMonth:
    """A row of the month as the rules read it."""
    return TaxableMonth(row.income_fen, row.withheld_fen, row.vat_fen) if row else TaxableMonth()


def tax_years(promoter_id: str) -> tuple[TaxYear, ...]:
    """A promoter's years, newest first."""
    rows = models.TaxYear.objects.filter(promoter_id=promoter_id).order_by("-year")[:20]
    return tuple(TaxYear(r.promoter_id, r.year, r.last_month, r.months, r.income_fen, r.withheld_fen) for r in rows)


def vat_line(withdrawal_id: str) -> VatLine | None:
    """How the VAT of a withdrawal came about; None before it is sent, and for who invoices."""
    row = models.VatLine.objects.filter(withdrawal_id=withdrawal_id).first()
    return queries.vat_contract(row) if row else None

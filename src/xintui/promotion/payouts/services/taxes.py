"""Withholding on the locked row of the payee's year: splitting payments or their order changes nothing in the end."""

from dataclasses import asdict
from datetime import date, datetime

from django.db.models import F

from xintui.kernel.times import accounting_date, month_of
from xintui.promotion.payouts import models, taxation
from xintui.promotion.payouts.contracts import Policy, Taxes, YearToDate
from xintui.promotion.payouts.rules import after_payment

AGENT = "platform"


def withhold(row: models.Withdrawal, policy: Policy, *, now: datetime) -> Taxes:
    """Withhold on this payment and write down how. An invoice carries its own taxes."""
    on = accounting_date(now)
    year, month = _rows(row.promoter_id, on.year, month_of(on))
    before = taxation.year_of(year, on.year)
    payment = taxation.Payment(row.promoter_id, row.kind, row.amount_fen, on)
    taxes = taxation.taxes_on(payment, policy, before, taxation.month_so_far(month))
    if taxes.vat is not None:
        _write_vat(row, taxes, on)
    if taxes.iit is not None:
        _write_iit(row, taxes, before, on)
        models.TaxMonth.objects.filter(id=month.id).update(
            income_fen=F("income_fen") + row.amount_fen - taxes.vat_fen,
            withheld_fen=F("withheld_fen") + taxes.tax_fen,
            vat_fen=F("vat_fen") + taxes.vat_fen,
        )
    return taxes


def _write_iit(row: models.Withdrawal, taxes: Taxes, before: YearToDate, on: date) -> None:
    step = taxes.iit
    assert step is not None
    income = row.amount_fen - taxes.vat_fen
    after = after_payment(taxes.year, income, step)
    _shift(row.promoter_id, before, after)
    models.TaxLine.objects.create(
        withdrawal_id=row.id,
        promoter_id=row.promoter_id,
        month=month_of(on),
        method=step.table,
        version=step.version,
        agent=AGENT,
        income_fen=income,
        base_fen=step.base_fen,
        rate_bp=step.rate_bp,
        quick_fen=step.quick_fen,
        due_fen=step.due_fen,
        before_fen=step.before_fen,
        tax_fen=step.tax_fen,
        lines=list(step.lines),
        year_before=asdict(before),
        year_after=asdict(after),
    )


def _write_vat(row: models.Withdrawal, taxes: Taxes, on: date) -> None:
    step = taxes.vat
    assert step is not None and taxes.treatment.vat is not None
    models.VatLine.objects.create(
        withdrawal_id=row.id,
        promoter_id=row.promoter_id,
        month=month_of(on),
        on=on,
        period=taxes.treatment.vat.value,
        version=step.version,
        gross_fen=row.amount_fen,
        sales_fen=step.base_fen,
        rate_bp=step.rate_bp,
        due_fen=step.due_fen,
        before_fen=step.before_fen,
        vat_fen=step.tax_fen,
        carried_fen=taxes.vat_carried_fen,
        lines=list(step.lines),
    )


def reverse(row: models.Withdrawal, *, now: datetime) -> None:
    """Take the tax of a payment that did not happen back, exactly: the year is again what it was before.

    One payment a payee is in flight at a time, so nothing was computed on top of this one.
    """
    line = models.TaxLine.objects.filter(withdrawal_id=row.id, promoter_id=row.promoter_id).first()
    if line is None:
        return
    assert line.reversed_at is None, "a tax is taken back once"
    before, after = YearToDate(**line.year_before), YearToDate(**line.year_after)
    _rows(row.promoter_id, before.year, line.month)
    _shift(row.promoter_id, after, before)
    models.TaxMonth.objects.filter(promoter_id=row.promoter_id, month=line.month).update(
        income_fen=F("income_fen") - line.income_fen,
        withheld_fen=F("withheld_fen") - line.tax_fen,
        vat_fen=F("vat_fen") - row.vat_fen,
    )
    models.VatLine.objects.filter(withdrawal_id=row.id, promoter_id=row.promoter_id).update(reversed_at=now)
    line.reversed_at = now
    line.save(update_fields=["reversed_at"])


def _rows(promoter_id: str, year: int, month: str) -> tuple[models.TaxYear, models.TaxMonth]:
    """Both rows, made if need be and locked, year before month."""
    models.TaxYear.objects.bulk_create([models.TaxYear(promoter_id=promoter_id, year=year)], ignore_conflicts=True)
    models.TaxMonth.objects.bulk_create([models.TaxMonth(promoter_id=promoter_id, month=month)], ignore_conflicts=True)
    locked = models.TaxYear.objects.select_for_update().get(promoter_id=promoter_id, year=year)
    return locked, models.TaxMonth.objects.select_for_update().get(promoter_id=promoter_id, month=month)


def _shift(promoter_id: str, here: YearToDate, there: YearToDate) -> None:
    """The year's row from one state to another by relative updates; it must be where it is believed to be."""
    moved = models.TaxYear.objects.filter(
        promoter_id=promoter_id,
        year=here.year,
        last_month=here.last_month,
        months=here.months,
        income_fen=here.income_fen,
        withheld_fen=here.withheld_fen,
    ).update(
        last_month=there.last_month,
        months=there.months,
        income_fen=F("income_fen") + (there.income_fen - here.income_fen),
        withheld_fen=F("withheld_fen") + (there.withheld_fen - here.withheld_fen),
    )
    assert moved == 1, "the tax year moved under a payment in flight"

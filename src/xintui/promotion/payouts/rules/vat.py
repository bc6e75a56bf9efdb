"""VAT of small-scale payers: below the threshold nothing, from the threshold on tax on the whole (增值税法 第二十三条).

Like income tax it is a function of the period's totals and a payment carries the difference: the payment that reaches
the threshold carries the tax of the whole period.
"""

from dataclasses import replace

from xintui.kernel.money import yuan
from xintui.promotion.payouts.contracts import Period, SoFar, TaxStep, VatTable
from xintui.promotion.payouts.rules.exact import E4, half_up, percent

_NOTHING = SoFar()


def vat_on_sales(sales_fen: int, table: VatTable, before: SoFar = _NOTHING, period: Period = Period.MONTH) -> TaxStep:
    """VAT that comes on top of sales that do not contain it. `before`: sales and VAT of the same period so far."""
    assert sales_fen >= 0
    total = before.income_fen + sales_fen
    reached = total >= table.threshold_fen[period]
    due = half_up(total * table.levy_bp, E4) if reached else 0
    how = f"{yuan(total)} × {percent(table.levy_bp)}"
    return _step(table, period, before, [f"本期不含税销售额 {yuan(total)}"], (total, reached, due, how))


def vat_in_gross(gross_fen: int, table: VatTable, before: SoFar = _NOTHING, period: Period = Period.MONTH) -> TaxStep:
    """VAT contained in an amount that includes it. `before`: gross and VAT of the same period so far.

    The threshold is tested on the exact sales; sales and VAT are rounded so that together they are the gross.
    """
    assert gross_fen >= 0
    total = before.income_fen + gross_fen
    with_tax = E4 + table.levy_bp
    sales = half_up(total * E4, with_tax)
    reached = total * E4 >= table.threshold_fen[period] * with_tax
    due = total - sales if reached else 0
    said = f"本期含税收入 {yuan(total)}，不含税销售额 = {yuan(total)} ÷ (1 + {percent(table.levy_bp)}) = {yuan(sales)}"
    return _step(table, period, before, [said], (sales, reached, due, f"{yuan(total)} − {yuan(sales)}"))


def vat_to_take(
    amount_fen: int, table: VatTable, before: SoFar, period: Period, *, keep_fen: int
) -> tuple[TaxStep, int]:
    """The VAT to take from this payment, and what it was too small for.

    The payment that reaches the threshold carries the tax of the whole period, which may be more than the payment
    itself: at least `keep_fen` of it stays, and the rest is due from the period's next payment.
    """
    step = vat_in_gross(amount_fen, table, before, period)
    taken = min(step.tax_fen, max(0, amount_fen - keep_fen))
    carried = step.tax_fen - taken
    if not carried:
        return step, 0
    said = f"本次金额不足以一次计收，先计 {yuan(taken)}，余 {yuan(carried)} 由本期下一笔计收"
    return replace(step, tax_fen=taken, lines=(*step.lines[:-1], said, step.lines[-1])), carried


def must_register(sales_12_months_fen: int, table: VatTable) -> bool:
    """Above this the platform has to guide the person to register (公告2025第16号)."""
    return sales_12_months_fen > table.ceiling_12_months_fen


_PERIOD_NAME = {Period.MONTH: "月", Period.QUARTER: "季", Period.EACH: "次"}


def _step(
    table: VatTable, period: Period, before: SoFar, lines: list[str], found: tuple[int, bool, int, str]
) -> TaxStep:
    sales, reached, due, how = found
    threshold = f"起征点 {yuan(table.threshold_fen[period])}/{_PERIOD_NAME[period]}"
    lines.append(f"已达{threshold}，全额计税：{how} = {yuan(due)}" if reached else f"未达{threshold}，免征")
    tax = max(0, due - before.tax_fen)
    lines.append(f"本次计税 = {yuan(due)} − 此前 {yuan(before.tax_fen)} = {yuan(due - before.tax_fen)} → {yuan(tax)}")
    lines.append(f"依据：{table.head.title}，{table.head.version} 版（{table.head.source}）；四舍五入到分")
    return TaxStep(
        base_fen=sales,
        rate_bp=table.levy_bp if reached else 0,
        quick_fen=0,
        due_fen=due,
        before_fen=before.tax_fen,
        tax_fen=tax,
        table=table.head.id,
        version=table.head.version,
        lines=tuple(lines),
    )

"""Individual income tax on promoters' pay: withholding per 次 and over the year (个人所得税法 第六、九、十四条).

Everything is a function of the period's totals, and a payment carries the difference: so neither splitting a payment
nor the order of payments changes what is withheld in the end.
"""

from dataclasses import replace

from xintui.kernel.money import yuan
from xintui.promotion.payouts.contracts import (
    Band,
    CumulativeTable,
    GapPolicy,
    LabourTable,
    MonthClosed,
    SoFar,
    TaxStep,
    YearToDate,
)
from xintui.promotion.payouts.rules.exact import E4, exact_yuan, half_up, percent

Table = LabourTable | CumulativeTable

_NOTHING = SoFar()


def ordinary_withholding(income_fen: int, table: LabourTable, before: SoFar = _NOTHING) -> TaxStep:
    """Tax to withhold from one more payment in a month whose payments count as one 次 (实施条例 第十四条).

    `before` is what the same payer already paid and withheld in that month.
    """
    assert income_fen >= 0
    total = before.income_fen + income_fen
    base_e4, how = _labour_base(total, table)
    lines = [f"本月劳务报酬按一次计：此前 {yuan(before.income_fen)} + 本次 {yuan(income_fen)} = {yuan(total)}"]
    lines.append(f"应纳税所得额 = {how} = {exact_yuan(base_e4)}")
    return _step(base_e4, table, 0, before.tax_fen, lines)


def cumulative_withholding(so_far: YearToDate, income_fen: int, table: CumulativeTable) -> TaxStep:
    """Tax to withhold from one more payment in `so_far.last_month` by the cumulative method (公告2025第16号).

    A negative result is 0 and is not paid back within the year (公告2018第61号); the annual settlement does that.
    """
    assert income_fen >= 0
    assert so_far.months >= 1, "open the month first"
    total = so_far.income_fen + income_fen
    share_e4 = total * table.share_deduction_bp
    monthly = table.monthly_deduction_fen * so_far.months
    less = so_far.exempt_fen + monthly + so_far.other_deductions_fen
    base_e4 = max(0, total * E4 - share_e4 - less * E4)
    rate = percent(table.share_deduction_bp)
    lines = [
        f"累计收入 {yuan(total)}（此前 {yuan(so_far.income_fen)} + 本次 {yuan(income_fen)}）",
        f"累计费用 = {yuan(total)} × {rate} = {exact_yuan(share_e4)}",
        f"累计减除费用 = {yuan(table.monthly_deduction_fen)} × {so_far.months} 个月 = {yuan(monthly)}",
    ]
    lines += [f"累计免税收入 {yuan(so_far.exempt_fen)}"] if so_far.exempt_fen else []
    lines += [f"累计其他扣除 {yuan(so_far.other_deductions_fen)}"] if so_far.other_deductions_fen else []
    lines.append(f"累计应纳税所得额 = {exact_yuan(base_e4)}" + ("" if base_e4 else "（减除后不为正，按零计）"))
    return _step(base_e4, table, so_far.relief_fen, so_far.withheld_fen, lines)


def open_month(so_far: YearToDate, month: str, table: CumulativeTable) -> YearToDate:
    """The year as it stands when a payment of `month` (`2026-03`) comes: n counted on, or begun anew.

    A new year begins anew; after a month without income the table's gap policy decides. Raises `MonthClosed` for a
    month before the last one withheld on.
    """
    year, number = int(month[:4]), int(month[5:])
    if (year, number) < (so_far.year, so_far.last_month):
        raise MonthClosed(month, f"{so_far.year:04d}-{so_far.last_month:02d}")
    if (year, number) == (so_far.year, so_far.last_month):
        return so_far
    gap = so_far.months and number > so_far.last_month + 1
    if year > so_far.year or (gap and table.gap_policy is GapPolicy.RESTART):
        return YearToDate(year, last_month=number, months=1)
    return replace(so_far, last_month=number, months=so_far.months + 1)


def after_payment(so_far: YearToDate, income_fen: int, step: TaxStep) -> YearToDate:
    """The year after a payment was made and its tax withheld."""
    return replace(so_far, income_fen=so_far.income_fen + income_fen, withheld_fen=so_far.withheld_fen + step.tax_fen)


def _labour_base(total_fen: int, table: LabourTable) -> tuple[int, str]:
    """The exact base and how it came about."""
    if total_fen > table.flat_up_to_fen:
        left_bp = E4 - table.share_deduction_bp
        return total_fen * left_bp, f"{yuan(total_fen)} × {percent(left_bp)}"
    base = max(0, total_fen - table.flat_deduction_fen)
    return base * E4, f"{yuan(total_fen)} − {yuan(table.flat_deduction_fen)}" + ("" if base else "，不足按零计")


def _band(base_e4: int, bands: tuple[Band, ...]) -> Band:
    return next(band for band in bands if band.up_to_fen is None or base_e4 <= band.up_to_fen * E4)


def _step(base_e4: int, table: Table, relief_fen: int, before_fen: int, lines: list[str]) -> TaxStep:
    head, band = table.head, _band(base_e4, table.bands)
    due = half_up(max(0, base_e4 * band.rate_bp - (band.quick_fen + relief_fen) * E4 * E4), E4 * E4)
    relief = f" − 减免 {yuan(relief_fen)}" if relief_fen else ""
    lines.append(
        f"应预扣 = {exact_yuan(base_e4)} × {percent(band.rate_bp)} − {yuan(band.quick_fen)}{relief} = {yuan(due)}"
    )
    over = "，已多预扣的部分年度汇算时退" if before_fen > due else ""
    tax = max(0, due - before_fen)
    lines.append(f"本次预扣 = {yuan(due)} − 已预扣 {yuan(before_fen)} = {yuan(due - before_fen)} → {yuan(tax)}{over}")
    lines.append(f"依据：{head.title}，{head.version} 版（{head.source}）；四舍五入到分")
    return TaxStep(
        base_fen=half_up(base_e4, E4),
        rate_bp=band.rate_bp,
        quick_fen=band.quick_fen,
        due_fen=due,
        before_fen=before_fen,
        tax_fen=tax,
        table=head.id,
        version=head.version,
        lines=tuple(lines),
    )

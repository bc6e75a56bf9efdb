"""Tax to the fen: every worked example of the law tables; neither splitting nor order changes what is withheld."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xintui.promotion.payouts.contracts import (
    CumulativeTable,
    GapPolicy,
    LabourTable,
    MonthClosed,
    NoTable,
    Period,
    SoFar,
    TaxStep,
    VatTable,
    YearToDate,
)
from xintui.promotion.payouts.rules import (
    after_payment,
    cumulative_withholding,
    load_table,
    must_register,
    open_month,
    ordinary_withholding,
    vat_in_gross,
    vat_on_sales,
)
from xintui.promotion.payouts.rules.exact import exact_yuan, half_up, percent
from xintui.promotion.payouts.rules.tables import TABLES, editions

DAY = date(2026, 11, 23)
A = load_table("iit_labour", DAY)
B = load_table("iit_platform", DAY)
NON_RESIDENT = load_table("iit_nonresident", DAY)
VAT = load_table("vat_small_scale", DAY)

payments = st.lists(st.integers(0, 30_000_000), min_size=1, max_size=6)


# -- the tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_edition_names_its_source_and_the_day_it_was_checked(name: str) -> None:
    for table in editions(name):
        assert table.head.id == name
        assert len(table.head.source) > 10
        assert table.head.verified_on <= date(2026, 11, 23)


@pytest.mark.parametrize("table", [A, B, NON_RESIDENT], ids=lambda t: t.head.id)
def test_the_tax_has_no_jump_between_bands(table: LabourTable | CumulativeTable) -> None:
    """A quick number that does not continue the band below is a misprint."""
    assert table.bands[0].quick_fen == 0
    for low, high in pairwise(table.bands):
        assert low.up_to_fen is not None
        assert high.up_to_fen is None or low.up_to_fen < high.up_to_fen
        assert low.up_to_fen * (high.rate_bp - low.rate_bp) == (high.quick_fen - low.quick_fen) * 10_000


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("iit_labour", date(2019, 1, 1), None),
        ("iit_nonresident", date(2019, 1, 1), None),
        ("iit_platform", date(2025, 10, 1), None),
        ("vat_small_scale", date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_table_is_law_on_its_days_and_missing_on_others(name: str, first: date, last: date | None) -> None:
    assert load_table(name, first).head.valid_from == first
    with pytest.raises(NoTable):
        load_table(name, first - timedelta(days=1))
    if last:
        assert load_table(name, last).head.valid_to == last
        with pytest.raises(NoTable) as refusal:
            load_table(name, last + timedelta(days=1))
        assert str(refusal.value) == "没有 2028-01-01 适用的税表「vat_small_scale」，请先录入并核对来源"


def test_a_name_that_is_no_table_reads_no_file() -> None:
    with pytest.raises(NoTable):
        load_table("../contracts", DAY)


# -- table A: ordinary pre-withholding -------------------------------------------------------------------------------

WORKED_A = [
    (800_00, 0),
    (801_00, 20),
    (3000_00, 440_00),
    (4000_00, 640_00),
    (5000_00, 800_00),
    (20000_00, 3200_00),
    (25000_00, 4000_00),
    (30000_00, 5200_00),
    (62500_00, 13000_00),
    (100000_00, 25000_00),
]


@pytest.mark.parametrize(("income", "tax"), WORKED_A)
def test_the_worked_examples_of_table_a_come_out_to_the_fen(income: int, tax: int) -> None:
    assert ordinary_withholding(income, A).tax_fen == tax


@pytest.mark.parametrize(
    ("income", "base", "rate", "quick", "tax"),
    [
        (0, 0, 2000, 0, 0),
        (800_02, 2, 2000, 0, 0),  # 0.4 fen
        (800_03, 3, 2000, 0, 1),  # 0.6 fen
        (4000_01, 3200_01, 2000, 0, 640_00),  # base 320000.8 fen, tax 64000.16
        (25000_00, 20000_00, 2000, 0, 4000_00),
        (25000_01, 20000_01, 3000, 2000_00, 4000_00),  # the band follows the exact base, 20 000.008
        (62500_01, 50000_01, 4000, 7000_00, 13000_00),
    ],
)
def test_borders_and_fractions_of_a_fen(income: int, base: int, rate: int, quick: int, tax: int) -> None:
    step = ordinary_withholding(income, A)
    assert (step.base_fen, step.rate_bp, step.quick_fen, step.tax_fen) == (base, rate, quick, tax)


def test_a_second_payment_in_the_month_carries_the_difference_and_explains_it() -> None:
    step = ordinary_withholding(2000_00, A, SoFar(3000_00, 440_00))
    assert (step.due_fen, step.before_fen, step.tax_fen) == (800_00, 440_00, 360_00)
    assert (step.table, step.version) == ("iit_labour", "2018-61")
    assert step.lines[:4] == (
        "本月劳务报酬按一次计：此前 3,000.00 + 本次 2,000.00 = 5,000.00",
        "应纳税所得额 = 5,000.00 × 80% = 4,000.00",
        "应预扣 = 4,000.00 × 20% − 0.00 = 800.00",
        "本次预扣 = 800.00 − 已预扣 440.00 = 360.00 → 360.00",
    )
    source = "依据：个人所得税·劳务报酬所得预扣预缴（居民个人），2018-61 版（国家税务总局公告2018年"
    assert step.lines[4].startswith(source)


def test_exactly_four_thousand_still_has_the_fixed_sum_taken_off() -> None:
    assert ordinary_withholding(4000_00, A).lines[1] == "应纳税所得额 = 4,000.00 − 800.00 = 3,200.00"


def test_too_much_withheld_before_is_never_paid_back_by_a_payment() -> None:
    step = ordinary_withholding(1000_00, A, SoFar(0, 500_00))
    assert (step.due_fen, step.tax_fen) == (40_00, 0)
    assert step.lines[3] == "本次预扣 = 40.00 − 已预扣 500.00 = -460.00 → 0.00，已多预扣的部分年度汇算时退"


def test_a_non_resident_is_taxed_on_four_fifths_by_the_monthly_table() -> None:
    assert ordinary_withholding(3750_00, NON_RESIDENT).tax_fen == 90_00  # 3 000 × 3 %
    assert ordinary_withholding(10000_00, NON_RESIDENT).tax_fen == 590_00  # 8 000 × 10 % − 210


def month_of_a(amounts: list[int], table: LabourTable = A) -> SoFar:
    so_far = SoFar()
    for amount in amounts:
        step = ordinary_withholding(amount, table, so_far)
        so_far = SoFar(so_far.income_fen + amount, so_far.tax_fen + step.tax_fen)
    return so_far


@given(payments, st.sampled_from([A, NON_RESIDENT]), st.randoms())
def test_a_month_is_taxed_as_one_whatever_the_splitting_and_the_order(
    amounts: list[int], table: LabourTable, random: object
) -> None:
    shuffled = list(amounts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = month_of_a([sum(amounts)], table)
    assert month_of_a(amounts, table) == month_of_a(shuffled, table) == whole
    assert whole.tax_fen == ordinary_withholding(sum(amounts), table).due_fen


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_more_income_is_never_less_tax_nor_less_in_hand(income: int, more: int) -> None:
    low, high = ordinary_withholding(income, A).tax_fen, ordinary_withholding(income + more, A).tax_fen
    assert low <= high <= low + more


# -- table B: the cumulative method ----------------------------------------------------------------------------------


def monthly_tax(months: list[list[int]], table: CumulativeTable = B, first: int = 1) -> list[int]:
    """What is withheld in each month of a year; a month without payments is a gap."""
    so_far, taxes = YearToDate(2026), []
    for number, amounts in enumerate(months, first):
        tax = 0
        for amount in amounts:
            so_far = open_month(so_far, f"2026-{number:02d}", table)
            step = cumulative_withholding(so_far, amount, table)
            so_far, tax = after_payment(so_far, amount, step), tax + step.tax_fen
        taxes.append(tax)
    return taxes


WORKED_B: list[tuple[int, list[int], int]] = [
    (6_250, [0] * 12, 0),
    (10_000, [90] * 12, 1_080),
    (20_000, [330, 330, 330, 890, *[1100] * 8], 10_680),
    (30_000, [570, 710, *[1900] * 5, 2700, *[3800] * 4], 28_680),
    (50_000, [1050, 3430, 3500, 3500, 6600, 7000, 7000, 7000, 7750, 8750, 8750, 8750], 73_080),
    (100_000, [4980, 8100, 15000, 15000, 18750, 20250, 22500, 22500, 23250, 26250, 26250, 26250], 229_080),
]


@pytest.mark.parametrize(("income", "taxes", "year"), WORKED_B)
def test_the_worked_years_of_table_b_come_out_to_the_fen(income: int, taxes: list[int], year: int) -> None:
    found = monthly_tax([[income * 100]] * 12)
    assert found == [tax * 100 for tax in taxes]
    assert sum(found) == year * 100


def test_a_step_of_the_year_explains_itself() -> None:
    so_far = YearToDate(2026, last_month=4, months=4, income_fen=60000_00, withheld_fen=990_00)
    step = cumulative_withholding(so_far, 20000_00, B)
    assert (step.base_fen, step.rate_bp, step.quick_fen, step.tax_fen) == (44000_00, 1000, 2520_00, 890_00)
    assert step.lines[:6] == (
        "累计收入 80,000.00（此前 60,000.00 + 本次 20,000.00）",
        "累计费用 = 80,000.00 × 20% = 16,000.00",
        "累计减除费用 = 5,000.00 × 4 个月 = 20,000.00",
        "累计应纳税所得额 = 44,000.00",
        "应预扣 = 44,000.00 × 10% − 2,520.00 = 1,880.00",
        "本次预扣 = 1,880.00 − 已预扣 990.00 = 890.00 → 890.00",
    )


def test_deductions_and_relief_lower_the_year() -> None:
    plain = YearToDate(2026, last_month=1, months=1)
    given_more = replace(plain, exempt_fen=1000_00, other_deductions_fen=500_00, relief_fen=10_00)
    assert cumulative_withholding(plain, 10000_00, B).tax_fen == 90_00
    step = cumulative_withholding(given_more, 10000_00, B)
    assert step.tax_fen == 35_00  # (8 000 − 5 000 − 1 500) × 3 % − 10
    assert "累计免税收入 1,000.00" in step.lines
    assert "累计其他扣除 500.00" in step.lines


def test_a_poor_month_after_a_rich_one_withholds_nothing_and_pays_nothing_back() -> None:
    assert monthly_tax([[10000_00], [0], [10000_00]]) == [90_00, 0, 0]
    assert monthly_tax([[10000_00], [1], [20000_00]]) == [90_00, 0, 180_00]  # (24 000 − 15 000) × 3 % − 90


def test_a_gap_restarts_the_count_or_continues_it_as_the_table_says() -> None:
    restart = replace(B, gap_policy=GapPolicy.RESTART)
    goes_on = replace(B, gap_policy=GapPolicy.CONTINUE)
    year = [[20000_00]] * 3 + [[]] + [[20000_00]] * 2
    assert monthly_tax(year, restart) == [330_00, 330_00, 330_00, 0, 330_00, 330_00]
    assert monthly_tax(year, goes_on) == [330_00, 330_00, 330_00, 0, 890_00, 1100_00]


def test_starting_in_the_middle_of_the_year_counts_one_month() -> None:
    assert monthly_tax([[20000_00]] * 4, first=7) == [330_00, 330_00, 330_00, 890_00]


def test_the_first_payment_keeps_the_deductions_that_were_declared_before_it() -> None:
    declared = YearToDate(2026, exempt_fen=5_00)
    assert open_month(declared, "2026-07", B) == replace(declared, last_month=7, months=1)


def test_a_new_year_begins_anew() -> None:
    december = YearToDate(2026, last_month=12, months=12, income_fen=240000_00, withheld_fen=10680_00)
    assert open_month(december, "2027-01", B) == YearToDate(2027, last_month=1, months=1)


def test_a_month_before_the_last_one_withheld_on_is_refused() -> None:
    with pytest.raises(MonthClosed, match=r"^2026-02 早于已预扣的 2026-03，不能倒序预扣$"):
        open_month(YearToDate(2026, last_month=3, months=3), "2026-02", B)


def test_withholding_without_opening_a_month_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        cumulative_withholding(YearToDate(2026), 1, B)


years = st.lists(st.lists(st.integers(0, 20_000_000), max_size=4), min_size=1, max_size=12)


@settings(max_examples=80)
@given(years, st.sampled_from(GapPolicy), st.randoms())
def test_the_year_depends_on_the_months_alone(months: list[list[int]], policy: GapPolicy, random: object) -> None:
    table = replace(B, gap_policy=policy)
    shuffled = [list(amounts) for amounts in months]
    for amounts in shuffled:
        random.shuffle(amounts)  # type: ignore[attr-defined]
    whole = [[sum(amounts)] if amounts else [] for amounts in months]
    assert monthly_tax(months, table) == monthly_tax(shuffled, table) == monthly_tax(whole, table)


# -- VAT -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sales", "vat"), [(99_999_99, 0), (100_000_00, 1_000_00), (0, 0), (100_000_50, 1_000_01), (100_000_49, 1_000_00)]
)
def test_reaching_the_threshold_taxes_the_whole(sales: int, vat: int) -> None:
    assert vat_on_sales(sales, VAT).tax_fen == vat


@pytest.mark.parametrize(
    ("gross", "sales", "vat"),
    [(101_000_00, 100_000_00, 1_000_00), (100_999_00, 99_999_01, 0), (100_999_99, 99_999_99, 0)],
)
def test_gross_is_taken_apart_before_the_threshold_is_tested(gross: int, sales: int, vat: int) -> None:
    step = vat_in_gross(gross, VAT)
    assert (step.base_fen, step.tax_fen) == (sales, vat)


def test_each_period_has_its_own_threshold() -> None:
    assert vat_on_sales(299_999_99, VAT, period=Period.QUARTER).tax_fen == 0
    assert vat_on_sales(300_000_00, VAT, period=Period.QUARTER).tax_fen == 3_000_00
    assert vat_on_sales(999_99, VAT, period=Period.EACH).tax_fen == 0
    assert vat_on_sales(1_000_00, VAT, period=Period.EACH).tax_fen == 10_00


def test_the_payment_that_reaches_the_threshold_carries_the_tax_of_the_month_and_says_so() -> None:
    step = vat_in_gross(1_000_00, VAT, SoFar(100_000_00, 0))
    assert (step.due_fen, step.tax_fen, step.rate_bp) == (1_000_00, 1_000_00, 100)
    assert step.lines[:3] == (
        "本期含税收入 101,000.00，不含税销售额 = 101,000.00 ÷ (1 + 1%) = 100,000.00",
        "已达起征点 100,000.00/月，全额计税：101,000.00 − 100,000.00 = 1,000.00",
        "本次计税 = 1,000.00 − 此前 0.00 = 1,000.00 → 1,000.00",
    )
    assert vat_in_gross(999_99, VAT, SoFar(100_000_00, 0)).lines[1] == "未达起征点 100,000.00/月，免征"


def month_of_vat(amounts: list[int], tax: object) -> int:
    so_far = SoFar()
    for amount in amounts:
        step: TaxStep = tax(amount, VAT, so_far)  # type: ignore[operator]
        so_far = SoFar(so_far.income_fen + amount, so_far.tax_fen + step.tax_fen)
    return so_far.tax_fen


@given(payments, st.sampled_from([vat_on_sales, vat_in_gross]))
def test_splitting_never_changes_the_vat_of_the_month(amounts: list[int], tax: object) -> None:
    assert month_of_vat(amounts, tax) == month_of_vat(amounts[::-1], tax) == month_of_vat([sum(amounts)], tax)


@given(st.integers(10_100_000, 10**12))
def test_sales_and_vat_are_together_the_gross(gross: int) -> None:
    step = vat_in_gross(gross, VAT)
    assert step.base_fen + step.tax_fen == gross
    assert abs(vat_on_sales(step.base_fen, VAT).tax_fen - step.tax_fen) <= 1


def test_above_five_million_in_twelve_months_a_person_must_register() -> None:
    assert not must_register(5_000_000_00, VAT)
    assert must_register(5_000_000_01, VAT)


def test_a_vat_table_is_what_its_name_says() -> None:
    assert isinstance(VAT, VatTable)
    assert (VAT.levy_bp, VAT.threshold_fen[Period.MONTH]) == (100, 100_000_00)


# -- arithmetic ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d", "rounded"), [(0, 2, 0), (1, 2, 1), (1, 3, 0), (2, 3, 1), (3, 2, 2), (5, 2, 3)])
def test_a_half_goes_up(n: int, d: int, rounded: int) -> None:
    assert half_up(n, d) == rounded


@pytest.mark.parametrize(
    ("fen_e4", "text"),
    [(0, "0.00"), (320_000_8000, "3,200.008"), (1, "0.000001"), (10_000, "0.01"), (-15_000, "-0.015")],
)
def test_exact_sums_show_every_decimal_they_need(fen_e4: int, text: str) -> None:
    assert exact_yuan(fen_e4) == text


@pytest.mark.parametrize(("bp", "text"), [(0, "0%"), (75, "0.75%"), (2000, "20%"), (1250, "12.5%"), (5, "0.05%")])
def test_rates_read_as_people_write_them(bp: int, text: str) -> None:
    assert percent(bp) == text

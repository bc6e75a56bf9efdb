"""VAT of a promoter's month: nothing below the threshold, the whole from it on, beside income tax and never on it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.promotion.money import answer, earn, owned, withdrawn
from tests.promotion.payouts.test_withdrawals import limits
from tests.promotion.people import NOW, promoter
from xintui.foundation.ledger import facade as ledger
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import (
    FourEyes,
    InvoiceRequired,
    Period,
    ProfileInUse,
    Registration,
    SoFar,
    State,
)
from xintui.promotion.payouts.rules import load_table, vat_to_take

pytestmark = pytest.mark.django_db
VAT = load_table("vat_small_scale", NOW.date())


def wide() -> None:
    """Limits that let a whole month pass in one payment."""
    limits(max_fen=10**9, payee_daily_fen=10**9, payee_monthly_fen=10**9, platform_daily_fen=10**9)


def profile(promoter_id: str, **given: object) -> None:
    facts: dict[str, object] = {"resident": True, "registration": Registration.NATURAL, "country": "CHN"}
    facts |= {"proof": "资料", "actor": "usrfinance1", "now": NOW} | given
    payouts.set_profile(promoter_id, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("gross", "vat"), [(100_999_00, 0), (100_999_99, 0), (101_000_00, 1_000_00)])
def test_the_month_reaches_its_threshold_at_a_hundred_thousand_without_tax(gross: int, vat: int) -> None:
    wide()
    one = promoter(1).id
    earn(one, 200_000_00)
    paid = withdrawn(one, gross)
    assert paid.vat_fen == vat
    assert paid.net_fen == gross - vat - paid.tax_fen
    assert owned(ledger.Kind.TAX_PAYABLE, "vat") == vat
    assert owned(ledger.Kind.TAX_PAYABLE, "iit") == paid.tax_fen


def test_income_tax_is_computed_on_income_without_vat() -> None:
    wide()
    one = promoter(1).id
    earn(one, 200_000_00)
    paid = withdrawn(one, 101_000_00)
    line = payouts.tax_line(paid.id)
    assert line is not None and (line.income_fen, line.step.base_fen) == (100_000_00, 75_000_00)
    assert paid.tax_fen == 75_000_00 * 10 // 100 - 2_520_00  # 4,980.00: the first month of the worked table
    vat = payouts.vat_line(paid.id)
    assert vat is not None and (vat.period, vat.step.rate_bp, vat.step.base_fen) == (Period.MONTH, 100, 100_000_00)
    assert "增值税法" in vat.step.lines[-1]
    assert ledger.audit() == []


def test_the_payment_that_reaches_the_threshold_carries_the_months_tax_and_is_never_eaten_up() -> None:
    wide()
    one = promoter(1).id
    earn(one, 300_000_00)
    first = withdrawn(one, 100_999_00)
    small = withdrawn(one, 500_00)  # the month is now 101,499.00: 1,004.94 due, more than the payment
    line = payouts.vat_line(small.id)
    assert line is not None
    assert (first.vat_fen, small.vat_fen, line.carried_fen, line.step.due_fen) == (0, 499_00, 505_94, 1_004_94)
    assert small.net_fen > 0 and "由本期下一笔计收" in line.step.lines[-2]
    last = withdrawn(one, 10_000_00)
    whole = vat_to_take(111_499_00, VAT, SoFar(), Period.MONTH, keep_fen=1)[0]
    assert small.vat_fen + last.vat_fen == whole.due_fen == 1_103_95
    december = withdrawn(one, 1_000_00, at=datetime(2026, 12, 2, 4, tzinfo=UTC))
    assert december.vat_fen == 0


@pytest.mark.parametrize("outcome", ["failed", "expired"])
def test_a_payment_that_did_not_arrive_takes_its_vat_back(outcome: str) -> None:
    wide()
    one = promoter(1).id
    earn(one, 300_000_00)
    lost = withdrawn(one, 101_000_00, outcome=outcome)
    line = payouts.vat_line(lost.id)
    assert line is not None and line.reversed_at == NOW
    assert payouts.wallet(one).available_fen == 300_000_00
    assert withdrawn(one, 100_000_00).vat_fen == 0  # the month is empty again
    assert owned(ledger.Kind.TAX_PAYABLE, "vat") == 0


def test_the_preview_says_what_will_be_withheld() -> None:
    wide()
    one = promoter(1).id
    earn(one, 200_000_00)
    seen = payouts.preview_tax(one, 101_000_00, now=NOW)
    assert (seen.vat_fen, seen.tax_fen, seen.net_fen) == (1_000_00, 4_980_00, 95_020_00)
    assert seen.vat is not None and "已达起征点 100,000.00/月" in seen.vat.lines[1]
    paid = withdrawn(one, 101_000_00)
    assert (paid.vat_fen, paid.tax_fen, paid.net_fen) == (seen.vat_fen, seen.tax_fen, seen.net_fen)


def test_where_the_platform_files_for_nobody_each_day_is_tested_for_itself() -> None:
    limits(vat_method="each", max_fen=10**9)
    one = promoter(1).id
    earn(one, 20_000_00)
    assert withdrawn(one, 1_009_00).vat_fen == 0  # 999.01 without tax
    assert withdrawn(one, 1_00).vat_fen == 0  # 1,010.00 in all: 10.00 due, but the last yuan stays
    assert withdrawn(one, 100_00).vat_fen == 10_99  # 1,110.00 in all
    assert withdrawn(one, 1_000_00, at=NOW + timedelta(days=1)).vat_fen == 0
    assert withdrawn(one, 1_010_00, at=NOW + timedelta(days=2)).vat_fen == 10_00


def test_a_non_resident_is_taxed_by_the_month_on_his_own_table() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    profile(one, resident=False, country="CAN", proof="护照与在华天数")
    assert withdrawn(one, 3_750_00).tax_fen == 90_00
    assert withdrawn(one, 1_250_00).tax_fen == 100_00  # 5,000 in all: 4,000 × 10 % − 210
    line = payouts.vat_line(payouts.search(promoter_id=one).items[0].id)
    assert line is not None and line.step.tax_fen == 0
    assert [y.income_fen for y in payouts.tax_years(one)] == [5_000_00]


def test_a_registered_trader_invoices_and_nothing_is_withheld() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    profile(one, registration=Registration.REGISTERED, proof="个体工商户营业执照")
    with pytest.raises(InvoiceRequired):
        payouts.request(one, 8_000_00, now=NOW)
    made = payouts.request(one, 8_000_00, invoice_ref="25117000000012345678", now=NOW)
    assert (made.kind, made.needs_review, made.state) == ("sole_trader", True, State.REVIEW)
    payouts.propose(made.id, actor="usrfinance1", now=NOW)
    payouts.approve(made.id, actor="usrfinance2", now=NOW)
    sent = payouts.submit(made.id, now=NOW)
    answer(sent)
    assert (sent.tax_fen, sent.vat_fen, payouts.vat_line(sent.id)) == (0, 0, None)
    assert "自行申报" in payouts.preview_tax(one, 100_00, now=NOW).note


def test_a_profile_never_changes_a_month_that_was_withheld_on() -> None:
    one = promoter(1)
    earn(one.id, 20_000_00)
    withdrawn(one.id, 1_000_00)
    with pytest.raises(ProfileInUse):
        profile(one.id, resident=False)
    with pytest.raises(FourEyes):
        profile(one.id, actor=one.user_id)
    profile(one.id, resident=False, from_month="2026-12")
    assert payouts.profile(one.id, "2026-11").resident is True
    assert payouts.profile(one.id, "2026-12").resident is False


def test_the_statement_names_vat_on_paper_and_in_the_file() -> None:
    wide()
    one = promoter(1).id
    earn(one, 200_000_00)
    withdrawn(one, 101_000_00)
    month = payouts.statement(one, "2026-11")
    assert (month.head.vat_fen, month.head.net_fen) == (1_000_00, 95_020_00)
    assert payouts.statements(one).items[0].vat_fen == 1_000_00
    header, row = payouts.statement_csv(month).lstrip("\ufeff").splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["代缴增值税（元）"] == "1000.00"
    assert payouts.statement_pdf(month, "张**").startswith(b"%PDF-")

"""The gateway's bill against our rows: everything planted is found, nothing else is, nothing is adjusted."""

import hashlib
from datetime import date, datetime, timedelta

import pytest

from tests.foundation.payments.till import converge, paid
from tests.support.gateway import Gateway
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    BillBroken,
    BillNotReady,
    DifferenceKind,
    DifferenceState,
    NoteNeeded,
)
from xintui.foundation.payments.wechat import bill as trade_bill
from xintui.kernel.times import SHANGHAI, accounting_date

pytestmark = pytest.mark.django_db
WANG = Principal("usr_finance", frozenset({Role.FINANCE}), None, "王会计", 1)


def a_day_of_trade(gateway: Gateway, count: int = 6, *, refunds: bool = True) -> tuple[date, list[str]]:
    """Payments, two refunds, and the next noon."""
    local = gateway.now().astimezone(SHANGHAI)
    if local.hour >= 23:
        gateway.clock(hours=2)
    numbers = [paid(gateway, fen=1_00 * (n + 1), subject=f"chk{n}") for n in range(count)]
    if refunds:
        payments.request_refund("rfd1", numbers[0], 1_00, "", now=gateway.now())
        payments.request_refund("rfd2", numbers[1], 50, "", now=gateway.now())
        converge(gateway, seconds=10)
    day = accounting_date(gateway.now())
    midday = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI) + timedelta(days=1)
    gateway.clock(seconds=(midday - gateway.now()).total_seconds())
    return day, numbers


def found(day: date) -> list[tuple[DifferenceKind, str, str]]:
    page = payments.differences(day=day, limit=100)
    return sorted((one.kind, one.subject_kind, one.number) for one in page.items)


def test_a_clean_day_has_no_difference_and_books_the_fee(gateway: Gateway) -> None:
    day, _ = a_day_of_trade(gateway)
    report = payments.import_bill(day, now=gateway.now())

    assert (report.lines, report.paid_fen, report.refunded_fen, report.differences) == (8, 21_00, 1_50, 0)
    fee = sum(t.fee - t.fee_returned for t in gateway.world.books.trades.values())
    assert report.fee_fen == fee == 12
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == -fee
    assert ledger.balance(Account(Kind.PLATFORM_FEE, "platform")).posted_fen == -fee


def test_importing_again_changes_nothing(gateway: Gateway) -> None:
    day, _ = a_day_of_trade(gateway)
    gateway.faults("bill.missing", rows=1)
    first = payments.import_bill(day, now=gateway.now())
    known = found(day)
    gateway.faults("bill.missing", rows=1)
    assert payments.import_bill(day, now=gateway.now()) == first
    assert found(day) == known
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == -first.fee_fen


@pytest.mark.parametrize(("missing", "extra", "off"), [(2, 3, 7), (1, 0, -1), (0, 2, 0), (3, 1, 100), (0, 0, 1)])
def test_every_planted_difference_is_found_and_no_other(gateway: Gateway, missing: int, extra: int, off: int) -> None:
    day, numbers = a_day_of_trade(gateway, refunds=False)
    for name, amount in (("missing", {"rows": missing}), ("extra", {"rows": extra}), ("amount", {"fen": off})):
        if any(amount.values()):
            gateway.faults(f"bill.{name}", **amount)
    report = payments.import_bill(day, now=gateway.now())

    strangers = models.BillLine.objects.exclude(number__in=numbers).values_list("number", flat=True)
    assert len(strangers) == extra
    planted = [(DifferenceKind.MISSING_HERE, "payment", number) for number in strangers]
    planted += [(DifferenceKind.MISSING_THERE, "payment", number) for number in numbers[:missing]]
    planted += [(DifferenceKind.AMOUNT, "payment", numbers[missing])] if off else []
    assert found(day) == sorted(planted)
    assert report.differences == len(planted)
    for one in payments.differences(day=day, limit=100).items:
        if one.kind is DifferenceKind.AMOUNT:
            assert (one.ours_fen, one.theirs_fen) == (100 * (missing + 1), 100 * (missing + 1) + off)
    assert payments.payment(numbers[missing]).captured_fen == 100 * (missing + 1)  # nothing is adjusted


def test_a_line_that_comes_twice_is_a_difference_of_amount(gateway: Gateway) -> None:
    day, _ = a_day_of_trade(gateway)
    gateway.faults("bill.extra", rows=1)  # repeats the last line, a refund, under another payment's number
    payments.import_bill(day, now=gateway.now())
    (one,) = payments.differences(day=day).items
    ours = {"rfd1": 1_00, "rfd2": 50}[one.number]  # both were on their way at once: either may have come last
    assert (one.kind, one.subject_kind) == (DifferenceKind.AMOUNT, "refund")
    assert (one.ours_fen, one.theirs_fen, one.detail) == (ours, 2 * ours, "账单中出现 2 次")


def test_a_payment_we_missed_is_a_difference_of_state(gateway: Gateway) -> None:
    day, numbers = a_day_of_trade(gateway)
    models.Payment.objects.filter(id=numbers[3]).update(state="closed", captured_fen=0)
    payments.import_bill(day, now=gateway.now())
    (one,) = payments.differences(day=day).items
    assert (one.kind, one.number, one.detail) == (
        DifferenceKind.STATE, numbers[3], "平台状态 closed，渠道状态 SUCCESS",
    )  # fmt: skip


def test_a_difference_is_assigned_and_closed_with_a_note_only(gateway: Gateway) -> None:
    day, _ = a_day_of_trade(gateway)
    gateway.faults("bill.missing", rows=1)
    payments.import_bill(day, now=gateway.now())
    (one,) = payments.differences(state="open").items
    assert payments.unmatched_fen() == 1_00

    assert payments.assign_difference(WANG, one.id, "usr_finance").state is DifferenceState.ASSIGNED
    with pytest.raises(NoteNeeded):
        payments.close_difference(WANG, one.id, "  ", now=gateway.now())
    closed = payments.close_difference(WANG, one.id, "渠道次日补入账单", now=gateway.now())
    assert (closed.state, closed.owner, closed.note) == (DifferenceState.CLOSED, "usr_finance", "渠道次日补入账单")
    assert payments.unmatched_fen() == 0
    assert payments.assign_difference(WANG, one.id, "usr_other").owner == "usr_finance"


def test_todays_bill_is_not_ready(gateway: Gateway) -> None:
    with pytest.raises(BillNotReady):
        payments.import_bill(accounting_date(gateway.now()), now=gateway.now())


def test_a_day_without_trade_is_matched_like_any_other(gateway: Gateway) -> None:
    gateway.clock(days=3)
    report = payments.import_bill(accounting_date(gateway.now()) - timedelta(days=2), now=gateway.now())
    assert (report.lines, report.fee_fen, report.differences) == (0, 0, 0)


def test_a_file_that_is_not_the_promised_one_is_not_imported(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    day, _ = a_day_of_trade(gateway, 2)
    real = hashlib.sha1
    monkeypatch.setattr("xintui.simulator.bills.hashlib.sha1", lambda data, **_: real(data + b" "), raising=True)
    monkeypatch.setattr("xintui.foundation.payments.wechat.client.hashlib", type("H", (), {"sha1": real}))
    with pytest.raises(BillBroken):
        payments.import_bill(day, now=gateway.now())
    assert models.Bill.objects.count() == 0


HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TOTALS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
ROW = (
    "`2026-11-22 10:00:00,`wx1,`19,`0,`,`4200,`pay1,`o1,`JSAPI,`SUCCESS,`OTHERS,`CNY,`12.30,`0.00,`0,`0,`0.00,`0.00,"
    "`,`,`茶,`,`0.07000,`0.60%,`12.30,`0.00,`"
)


def test_yuan_with_backticks_become_fen() -> None:
    data = "\r\n".join([HEAD, ROW, TOTALS, "`1,`12.30,`0.00,`0.00,`0.07000,`12.30,`0.00"]).encode()
    (row,) = trade_bill.parsed(date(2026, 11, 22), "", data).rows
    assert (row.kind, row.number, row.amount_fen, row.fee_fen, row.state) == ("payment", "pay1", 12_30, 7, "SUCCESS")
    assert row.at == datetime(2026, 11, 22, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "totals", ["`2,`12.30,`0.00,`0.00,`0.07000,`12.30,`0.00", "`1,`12.30,`0.00,`0.00,`0.07000,`12.31,`0.00", "`1"]
)
def test_a_file_that_contradicts_its_own_totals_is_refused(totals: str) -> None:
    data = "\r\n".join([HEAD, ROW, TOTALS, totals]).encode()
    with pytest.raises(trade_bill.BadBill):
        trade_bill.parsed(date(2026, 11, 22), "", data)


@pytest.mark.parametrize(("yuan", "fen"), [("0.01", 1), ("1234.56", 123456), ("-0.10", -10), ("0.07000", 7), ("", 0)])
def test_amounts_are_read_exactly(yuan: str, fen: int) -> None:
    assert trade_bill.fen(yuan) == fen


@pytest.mark.parametrize("yuan", ["0.001", "1,00", "1e2x", "abc"])
def test_amounts_that_are_no_whole_fen_are_refused(yuan: str) -> None:
    with pytest.raises(trade_bill.BadBill):
        trade_bill.fen(yuan)


def test_missing_bills_are_imported_once_they_are_ready(gateway: Gateway) -> None:
    day, _ = a_day_of_trade(gateway, 2)
    first = payments.import_due(gateway.now())
    assert [one.day for one in first] == [day - timedelta(days=n) for n in range(6, -1, -1)]
    assert (first[-1].lines, first[-1].differences) == (4, 0)
    assert payments.import_due(gateway.now()) == []
    gateway.clock(hours=20)
    assert payments.import_due(gateway.now()) == []  # eight in the morning: yesterday's is not ready
    gateway.clock(hours=3)
    assert [one.day for one in payments.import_due(gateway.now())] == [day + timedelta(days=1)]


def test_the_fee_and_the_day_of_arrival_are_told_before_they_are_known() -> None:
    monday = date(2026, 11, 23)
    assert payments.expected_arrival(monday) == date(2026, 11, 24)
    assert payments.expected_arrival(monday, "instant") == monday
    assert payments.expected_arrival(monday, "trading_miniprogram", received_on=date(2026, 11, 30)) == date(2026, 12, 3)
    assert [payments.expected_gateway_fee(fen, monday) for fen in (1, 83, 84, 6_90, 100_00)] == [0, 0, 1, 4, 60]
    assert payments.settlement_terms("ordinary", monday).fee_bp == 60

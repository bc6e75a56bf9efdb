"""Money through Alipay, over HTTP to the simulator that speaks its protocol: the same machinery, another tongue."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.foundation.payments.alipay_desk import opened, paid
from tests.foundation.payments.till import converge, events, work
from tests.foundation.payments.till import paid as paid_by_wechat
from tests.support.gateway import Gateway, running_gateway
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import gateways, models
from xintui.foundation.payments.contracts import (
    BillBroken,
    BillNotReady,
    Channel,
    DifferenceKind,
    GatewayNotConfigured,
    Method,
    MethodNotOffered,
    NotPayable,
    PaymentState,
    RefundState,
    RequestedDifferently,
)
from xintui.foundation.payments.gateway import RefundOrder
from xintui.kernel.times import SHANGHAI, accounting_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(gateway_keys: Path) -> Iterator[Gateway]:
    with running_gateway(gateway_keys, alipay=True) as found:
        yield found


def next_noon(gateway: Gateway) -> date:
    """Let the day end and its bill be ready; the day."""
    day = accounting_date(gateway.now())
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI) + timedelta(days=1)
    gateway.clock(seconds=(noon - gateway.now()).total_seconds())
    return day


def early(gateway: Gateway) -> None:
    """Not so late that the day ends under a test's hands."""
    if gateway.now().astimezone(SHANGHAI).hour >= 22:
        gateway.clock(hours=3)


# -- the story --------------------------------------------------------------------------------------


def test_from_the_cashier_page_to_a_bill_without_a_difference(gateway: Gateway) -> None:
    early(gateway)
    number = opened(gateway, fen=100_00)
    assert payments.payment(number).state is PaymentState.PREPAID
    payments.poll_due(gateway.clock(seconds=30))
    assert payments.payment(number).state is PaymentState.PREPAID  # WAIT_BUYER_PAY is no payment

    gateway.pay_alipay(number)
    assert gateway.deliver() == [200]
    assert payments.take_inbox(gateway.now()).applied == 1
    found = payments.payment(number)
    assert (found.psp, found.state, found.captured_fen) == ("alipay", PaymentState.CAPTURED, 100_00)
    assert found.transaction_id == gateway.world.books.ali_trades[number].trade_no
    (told,) = events("captured")
    assert (told["psp"], told["amount_fen"]) == ("alipay", 100_00)

    payments.request_refund("rfd1", number, 30_05, "少了两个/坏了", now=gateway.now())
    assert payments.send_due(gateway.now()) == 1
    assert payments.refund("rfd1").state is RefundState.SUCCEEDED
    assert [(one["psp"], one["amount_fen"]) for one in events("refund_settled")] == [("alipay", 30_05)]
    gateway.deliver()
    assert payments.take_inbox(gateway.now()).stale == 1  # its news comes after the answer

    day = next_noon(gateway)
    report = payments.import_bill(day, now=gateway.now(), psp="alipay")
    assert (report.lines, report.paid_fen, report.refunded_fen, report.differences) == (2, 100_00, 30_05, 0)
    trade = gateway.world.books.ali_trades[number]
    assert report.fee_fen == trade.fee - trade.fee_returned == 42
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "alipay")).posted_fen == -42
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == 0
    assert payments.import_bill(day, now=gateway.now(), psp="alipay") == report


def test_the_cashier_address_is_signed_and_says_what_is_owed(gateway: Gateway) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk01", 1_05, "", "茶&糖=甜/好", Channel.H5, now=now, psp="alipay")
    given = payments.pay_params(payment.id, now=now, return_url="http://127.0.0.1:8000/m/pages/pay/index?id=1&went=1")
    assert (given.method, given.channel, given.params, given.code_url) == (Method.ALIPAY, Channel.H5, {}, "")
    params = dict(parse_qsl(urlsplit(given.h5_url).query))
    assert params["method"] == "alipay.trade.wap.pay"
    assert '"total_amount":"1.05"' in params["biz_content"]
    assert '"subject":"茶 糖 甜 好"' in params["biz_content"]
    assert params["return_url"] == "http://127.0.0.1:8000/m/pages/pay/index?id=1&went=1"
    assert payments.pay_params(payment.id, now=now).h5_url == given.h5_url  # asked again, the same order

    page = gateway.open_page(given.h5_url)
    assert (page.status_code, "¥1.05" in page.text) == (200, True)
    other = re.sub(r"1\.05", "0.05", given.h5_url)
    assert gateway.open_page(other).status_code == 400  # nobody pays another amount than we signed


def test_a_code_is_scanned_and_paid(gateway: Gateway) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk01", 8_80, "", "茶", Channel.NATIVE, now=now, psp="alipay")
    assert payments.pay_params(payment.id, now=now).code_url.startswith("https://qr.alipay.com/")
    gateway.pay_alipay(payment.id)
    gateway.letters()  # the notification is lost
    payments.poll_due(gateway.clock(seconds=30))
    assert payments.payment(payment.id).state is PaymentState.CAPTURED


def test_a_page_nobody_opened_is_closed_when_its_time_is_over(gateway: Gateway) -> None:
    now = gateway.now()
    payment = payments.open_payment("chk01", 8_80, "", "茶", Channel.H5, now=now, psp="alipay")
    url = payments.pay_params(payment.id, now=now).h5_url
    payments.close_payment(payment.id, now=now)
    payments.poll_due(gateway.clock(seconds=30))
    assert payments.payment(payment.id).state is PaymentState.PREPAID  # somebody may still open it
    payments.poll_due(gateway.clock(minutes=31))
    assert payments.payment(payment.id).state is PaymentState.CLOSED
    assert gateway.open_page(url).status_code == 400


def test_an_open_page_is_closed_at_alipay_and_takes_no_money(gateway: Gateway) -> None:
    number = opened(gateway)
    payments.close_payment(number, now=gateway.now())
    payments.poll_due(gateway.now())
    assert payments.payment(number).state is PaymentState.CLOSED
    assert gateway.world.books.ali_trades[number].state == "TRADE_CLOSED"


# -- the choice -------------------------------------------------------------------------------------


def test_a_mini_program_pays_by_wechat_only(gateway: Gateway) -> None:
    with pytest.raises(MethodNotOffered):
        payments.open_payment("chk01", 1_00, "o_buyer", "茶", Channel.JSAPI, now=gateway.now(), psp="alipay")


def test_only_what_is_configured_is_offered(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert payments.methods() == ("wechat", "alipay")
    monkeypatch.setenv("XINTUI_ALIPAY_DIR", "/nowhere")
    assert payments.methods() == ("wechat",)
    payment = payments.open_payment("chk01", 1_00, "", "茶", Channel.H5, now=gateway.now(), psp="alipay")
    with pytest.raises(GatewayNotConfigured):
        payments.pay_params(payment.id, now=gateway.now())


def test_another_way_to_pay_closes_the_first_and_a_late_payment_is_still_told(gateway: Gateway) -> None:
    now = gateway.now()
    first = opened(gateway)
    second = payments.open_payment("chk01", 100_00, "o_buyer", "茶", Channel.H5, now=now).id
    assert second != first
    assert payments.open_payment("chk01", 100_00, "o_buyer", "茶", Channel.H5, now=now).id == second
    with pytest.raises(NotPayable):
        payments.pay_params(first, now=now)
    with pytest.raises(RequestedDifferently):
        payments.open_payment("chk01", 99_00, "o_buyer", "茶", Channel.H5, now=now)

    gateway.pay_alipay(first)  # in the page that was still open
    assert gateway.deliver() == [200]
    payments.take_inbox(gateway.now())
    assert payments.payment(first).state is PaymentState.CAPTURED
    assert [one["payment_id"] for one in events("captured")] == [first]
    with pytest.raises(NotPayable):
        payments.open_payment("chk01", 100_00, "o_buyer", "茶", Channel.H5, now=now)


def test_each_gateway_carries_its_own_refunds(gateway: Gateway) -> None:
    one, other = paid_by_wechat(gateway, subject="chk01"), paid(gateway, subject="chk02")
    for number, refund in ((one, "rfdw"), (other, "rfda")):
        payments.request_refund(refund, number, 1_00, "", now=gateway.now())
    converge(gateway, seconds=10)
    assert list(gateway.world.books.refunds) == ["rfdw"]
    assert list(gateway.world.books.ali_refunds) == [f"{other}/rfda"]
    assert {payments.refund(name).state for name in ("rfdw", "rfda")} == {RefundState.SUCCEEDED}


def test_a_refund_asked_for_before_midnight_and_sent_after_it_lies_in_the_later_bill(gateway: Gateway) -> None:
    early(gateway)
    payments.request_refund("rfd1", paid(gateway), 1_00, "", now=gateway.now())
    asked = next_noon(gateway)
    assert payments.send_due(gateway.now()) == 1
    assert payments.refund("rfd1").state is RefundState.SUCCEEDED
    report = payments.import_bill(asked, now=gateway.now(), psp="alipay")
    assert (report.refunded_fen, report.differences) == (0, 0)
    sent = next_noon(gateway)
    report = payments.import_bill(sent, now=gateway.now(), psp="alipay")
    assert (report.refunded_fen, report.differences) == (1_00, 0)


# -- faults -----------------------------------------------------------------------------------------


def test_late_duplicate_forged_and_reordered_notifications_credit_once(gateway: Gateway) -> None:
    number = opened(gateway)
    gateway.faults("callback.duplicate", copies=4)
    gateway.faults("callback.forged", how="wrong_key")
    gateway.pay_alipay(number)
    assert sorted(gateway.deliver()) == [200] * 4 + [400]
    assert models.InboxEvent.objects.count() == 1
    assert payments.take_inbox(gateway.now()).applied == 1

    late = opened(gateway, subject="chk02")
    gateway.faults("callback.reorder", seconds=3000)
    gateway.pay_alipay(late)
    payments.poll_due(gateway.clock(seconds=30))  # the query overtakes the notification
    payments.request_refund("rfd2", late, 100_00, "", now=gateway.now())
    payments.send_due(gateway.now())
    gateway.clock(hours=1)  # now both come, the refund's first
    assert set(gateway.deliver()) == {200}
    taken = payments.take_inbox(gateway.now())
    assert (taken.applied, taken.stale, taken.quarantined) == (0, 2, 0)
    assert len(events("captured")) == 2
    assert payments.payment(late).refunded_fen == 100_00


@pytest.mark.parametrize("how", ["wrong_key", "mutated_body", "old_timestamp"])
def test_a_forged_notification_is_only_counted(gateway: Gateway, how: str) -> None:
    number = opened(gateway)
    gateway.faults("callback.forged", how=how, instead=True)
    gateway.pay_alipay(number)
    assert gateway.deliver() == [400]
    assert (models.InboxEvent.objects.count(), payments.payment(number).state) == (0, PaymentState.PREPAID)
    assert sum(payments.rejections(gateway.now()).values()) == 1


@pytest.mark.parametrize("name", ["amount", "mchid", "appid", "out_trade_no"])
def test_a_signed_notification_that_is_wrong_lies_in_quarantine(gateway: Gateway, name: str) -> None:
    number = opened(gateway)
    gateway.faults("callback.wrong", field=name)
    gateway.pay_alipay(number)
    assert gateway.deliver() == [200]
    assert payments.take_inbox(gateway.now()).quarantined == 1
    assert payments.payment(number).state is PaymentState.PREPAID
    payments.poll_due(gateway.clock(seconds=30))
    assert payments.payment(number).state is PaymentState.CAPTURED  # the query knows better


@pytest.mark.parametrize("fault", ["answer.lost", "answer.false_fail", "answer.forged"])
def test_a_refund_whose_answer_is_lost_or_a_lie_is_asked_after_and_done_once(gateway: Gateway, fault: str) -> None:
    number = paid(gateway)
    payments.request_refund("rfd1", number, 40_00, "", now=gateway.now())
    gateway.faults(fault, where="alipay.trade.refund")
    payments.send_due(gateway.now())
    assert payments.refund("rfd1").state is RefundState.UNKNOWN
    converge(gateway, seconds=20)
    assert payments.refund("rfd1").state is RefundState.SUCCEEDED
    assert [one.verb for one in payments.attempts("rfd1")] == ["send", "query"]
    assert gateway.world.books.ali_trades[number].refunded == 40_00
    assert len(events("refund_settled")) == 1


def test_a_refund_that_never_arrived_goes_out_again_under_the_same_number(gateway: Gateway) -> None:
    number = paid(gateway)
    payments.request_refund("rfd1", number, 40_00, "", now=gateway.now())
    gateway.faults("answer.error", where="alipay.trade.refund", status=500)
    converge(gateway, seconds=20)
    assert payments.refund("rfd1").state is RefundState.SUCCEEDED
    assert [one.verb for one in payments.attempts("rfd1")] == ["send", "query", "send"]
    assert list(gateway.world.books.ali_refunds) == [f"{number}/rfd1"]


def test_a_slow_refund_is_not_taken_for_done_and_its_news_is_followed_at_once(gateway: Gateway) -> None:
    number = paid(gateway)
    payments.request_refund("rfd1", number, 40_00, "", now=gateway.now())
    gateway.faults("refund.slow", seconds=7200)
    payments.send_due(gateway.now())
    assert payments.refund("rfd1").state is RefundState.UNKNOWN
    for _ in range(4):
        gateway.clock(minutes=10)
        work(gateway)
    assert payments.refund("rfd1").state is RefundState.UNKNOWN
    gateway.clock(hours=2)
    assert gateway.deliver() == [200]
    payments.take_inbox(gateway.now())
    payments.send_due(gateway.now())
    assert payments.refund("rfd1").state is RefundState.SUCCEEDED
    assert gateway.world.books.ali_trades[number].refunded == 40_00


def test_a_refund_that_alipay_refuses_fails_only_after_two_spaced_queries(gateway: Gateway) -> None:
    number = paid(gateway)
    gateway.world.books.ali_trades[number].refunded = 100_00  # somebody refunded at Alipay's own console
    payments.request_refund("rfd1", number, 40_00, "", now=gateway.now())
    payments.send_due(gateway.now())
    assert payments.refund("rfd1").state is RefundState.UNKNOWN
    converge(gateway, seconds=30)
    assert payments.refund("rfd1").state is RefundState.FAILED
    assert payments.payment(number).refunded_fen == 0
    assert payments.refund("rfd1").last_message == "ACQ.REASON_TRADE_REFUND_FEE_ERR"


def test_a_refund_made_at_alipays_console_is_somebodys_to_explain(gateway: Gateway) -> None:
    number = paid(gateway)
    gateways.of("alipay").refund(RefundOrder("by_hand", number, 10_00, 100_00, "CNY", "客服手工退款"))
    gateway.deliver()
    assert payments.take_inbox(gateway.now()).parked == 1
    models.InboxEvent.objects.filter(state="parked").update(received_at=gateway.now() - timedelta(hours=27))
    payments.take_inbox(gateway.clock(minutes=10))
    (kept,) = models.Quarantine.objects.values_list("kind", "number", "reason")
    assert kept == ("refund", "by_hand", "平台没有这张单据")


# -- bills ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("missing", "extra", "off"), [(1, 2, 7), (0, 0, 1), (2, 0, 0)])
def test_every_planted_difference_is_found_and_no_other(gateway: Gateway, missing: int, extra: int, off: int) -> None:
    early(gateway)
    numbers = [paid(gateway, fen=1_00 * (n + 1), subject=f"chk{n}") for n in range(4)]
    wechat = paid_by_wechat(gateway, subject="chk9")
    day = next_noon(gateway)
    for name, amount in (("missing", {"rows": missing}), ("extra", {"rows": extra}), ("amount", {"fen": off})):
        if any(amount.values()):
            gateway.faults(f"bill.{name}", where="alipaybill", **amount)
    payments.import_bill(day, now=gateway.now(), psp="alipay")
    assert payments.import_bill(day, now=gateway.now()).differences == 0  # WeChat's, of the same day

    strangers = models.BillLine.objects.exclude(number__in=[*numbers, wechat]).values_list("number", flat=True)
    planted = [(DifferenceKind.MISSING_HERE, "alipay", number) for number in strangers]
    planted += [(DifferenceKind.MISSING_THERE, "alipay", number) for number in numbers[:missing]]
    planted += [(DifferenceKind.AMOUNT, "alipay", numbers[missing])] if off else []
    found = sorted((one.kind, one.psp, one.number) for one in payments.differences(day=day, limit=100).items)
    assert (len(strangers), found) == (extra, sorted(planted))


def test_a_bill_that_is_not_made_yet_is_not_an_empty_day(gateway: Gateway) -> None:
    with pytest.raises(BillNotReady):
        payments.import_bill(accounting_date(gateway.now()), now=gateway.now(), psp="alipay")
    assert models.Bill.objects.count() == 0


def test_the_bills_of_both_gateways_are_fetched(gateway: Gateway) -> None:
    early(gateway)
    paid(gateway)
    day = next_noon(gateway)
    done = payments.import_due(gateway.now())
    assert [(one.psp, one.day, one.lines, one.differences) for one in done[-7:][-1:]] == [("alipay", day, 1, 0)]
    assert (len(done), payments.import_due(gateway.now())) == (14, [])


def test_a_bill_from_elsewhere_is_not_fetched(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    early(gateway)
    paid(gateway)
    day = next_noon(gateway)
    monkeypatch.setattr("xintui.foundation.payments.alipay.client.Alipay._own", lambda *_: None)
    with pytest.raises(BillBroken, match="不属于支付渠道"):
        payments.import_bill(day, now=gateway.now(), psp="alipay")


# -- what an operator is told -----------------------------------------------------------------------


def test_a_broken_key_file_is_told_and_stops_nobody_who_pays_by_wechat(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = gateway.keys.alipay
    good = {name: (well, says) for name, well, says in payments.gateway_states()}
    assert good["支付宝"][0] and f"应用 {keys.app_id}，收款方 {keys.seller_id}" in good["支付宝"][1]

    (tmp_path / "alipay.json").write_text('{"app_id": "2021", "seller_id": "2088"}')
    (tmp_path / "app_private_key.pem").write_text("not a key")
    monkeypatch.setenv("XINTUI_ALIPAY_DIR", str(tmp_path))
    name, well, says = payments.gateway_states()[1]
    assert (name, well) == ("支付宝", False) and says.startswith("已配置但不可用")
    assert payments.methods() == ("wechat",)
    assert payments.payment(paid_by_wechat(gateway)).state is PaymentState.CAPTURED

    monkeypatch.setenv("XINTUI_ALIPAY_DIR", str(tmp_path / "none"))
    assert payments.gateway_states()[1] == ("支付宝", True, "未配置，不向买家提供")

"""From money due to money paid: held, taxed, sent once, and given back exactly when it did not arrive."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from tests.promotion.money import answer, earn, owned, withdrawn
from tests.promotion.people import NOW, promoter
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import NotFound
from xintui.infra.outbox.models import OutboxEvent
from xintui.kernel.states import NoSuchMove
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts import models
from xintui.promotion.payouts.contracts import (
    AboveDue,
    AnotherInFlight,
    CapReached,
    FourEyes,
    InvoiceRequired,
    NoSuchStatement,
    NoSuchWithdrawal,
    OutOfRange,
    Rail,
    SettledDifferently,
    State,
    TooEarly,
    WrongRail,
)
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChannel, PromoterKind

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def limits(**changed: int | str) -> None:
    """Another edition of the limits, in force from today."""
    base = {f.name: getattr(models.Policy.objects.get(version="2026-11"), f.name) for f in models.Policy._meta.fields}
    models.Policy.objects.create(**(base | {"version": "test", "effective_from": "2026-11-01"} | changed))


def test_a_small_withdrawal_needs_nobody_and_is_booked_to_the_fen() -> None:
    one = promoter(1).id
    earn(one, 2_000_00)
    made = payouts.request(one, 1_000_00, now=NOW)
    assert (made.state, made.needs_review) == (State.APPROVED, False)
    assert payouts.wallet(one).available_fen == 1_000_00
    sent = payouts.submit(made.id, now=NOW)
    assert (sent.state, sent.tax_fen, sent.net_fen) == (State.SENDING, 0, 1_000_00)
    transfer = payments.transfer(sent.transfer_id)
    assert (transfer.openid, transfer.amount_fen, transfer.subject) == ("openid-00000001", 1_000_00, made.id)
    answer(sent)
    answer(sent)  # told twice
    wallet = payouts.wallet(one)
    assert (payouts.get(made.id).state, wallet.due_fen, wallet.held_fen) == (State.PAID, 1_000_00, 0)
    assert [e.topic for e in OutboxEvent.objects.filter(topic="payouts.paid")] == ["payouts.paid"]
    assert owned(ledger.Kind.PAYOUT_CLEARING, "wechat") == 0


def test_tax_is_withheld_and_explained() -> None:
    limits(max_fen=10_000_000_00, payee_daily_fen=10_000_000_00, platform_daily_fen=10_000_000_00)
    one = promoter(1).id
    earn(one, 20_000_00)
    paid = withdrawn(one, 20_000_00)
    assert (paid.state, paid.tax_fen, paid.net_fen) == (State.PAID, 330_00, 19_670_00)
    assert owned(ledger.Kind.TAX_PAYABLE, "iit") == 330_00
    line = payouts.tax_line(paid.id)
    assert line is not None
    assert (line.step.table, line.step.base_fen, line.step.rate_bp, line.step.quick_fen, line.agent) == (
        "iit_platform", 11_000_00, 300, 0, "platform",
    )  # fmt: skip
    assert line.step.lines[0] == "累计收入 20,000.00（此前 0.00 + 本次 20,000.00）"
    (year,) = payouts.tax_years(one)
    assert (year.year, year.months, year.income_fen, year.withheld_fen) == (2026, 1, 20_000_00, 330_00)
    preview = payouts.preview_tax(one, 10_000_00, now=NOW)
    assert (preview.tax_fen, preview.net_fen) == (240_00, 9_760_00)


def test_the_ordinary_table_is_a_matter_of_the_dated_policy() -> None:
    limits(tax_method="iit_labour")
    one = promoter(1).id
    earn(one, 10_000_00)
    first = withdrawn(one, 3_000_00)
    second = withdrawn(one, 2_000_00)
    assert (first.tax_fen, second.tax_fen) == (440_00, 360_00)  # together 5,000 → 800.00
    assert payouts.tax_line(second.id).step.table == "iit_labour"  # type: ignore[union-attr]


def test_more_than_what_is_due_is_refused() -> None:
    one = promoter(1).id
    earn(one, 500_00)
    payouts.request(one, 300_00, now=NOW)
    with pytest.raises(AboveDue):
        payouts.request(one, 200_01, now=NOW)
    assert payouts.request(one, 200_00, now=NOW).state is State.APPROVED


@pytest.mark.parametrize("fen", [0, -1, 99, 20_000_01])
def test_amounts_outside_the_dated_range_are_refused(fen: int) -> None:
    one = promoter(1).id
    earn(one, 1_000_000_00)
    with pytest.raises(OutOfRange):
        payouts.request(one, fen, now=NOW)


def test_a_large_sum_passes_four_eyes_and_no_pay_path_has_maker_equal_to_checker() -> None:
    one = promoter(1)
    earn(one.id, 10_000_00)
    made = payouts.request(one.id, 5_000_01, now=NOW)
    assert (made.state, made.needs_review) == (State.REVIEW, True)
    with pytest.raises(NoSuchMove):
        payouts.submit(made.id, now=NOW)
    with pytest.raises(FourEyes):
        payouts.approve(made.id, actor="usrfinance1", now=NOW)  # nobody proposed
    with pytest.raises(FourEyes):
        payouts.propose(made.id, actor=one.user_id, now=NOW)  # his own money
    payouts.propose(made.id, actor="usrfinance1", now=NOW)
    for actor in ("usrfinance1", one.user_id):
        with pytest.raises(FourEyes):
            payouts.approve(made.id, actor=actor, now=NOW)
    assert payouts.approve(made.id, actor="usrfinance2", now=NOW).state is State.APPROVED
    with pytest.raises(NoSuchMove):
        payouts.approve(made.id, actor="usrfinance3", now=NOW)
    assert [line.verb for line in payouts.history(made.id)] == ["request", "propose", "approve"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"maker": "usra", "checker": "usra", "state": "approved"}, "payouts_maker_is_not_checker"),
        ({"checker": "usrb", "state": "approved"}, "payouts_maker_is_not_checker"),
        ({"maker": "usr00000001"}, "payouts_payee_does_not_approve"),
        ({"maker": "usra", "checker": "usr00000001", "state": "approved"}, "payouts_payee_does_not_approve"),
        ({"state": "approved"}, "payouts_four_eyes_before_money"),
        ({"state": "sending"}, "payouts_four_eyes_before_money"),
        ({"state": "paid"}, "payouts_four_eyes_before_money"),
    ],
)
def test_the_database_itself_refuses_one_pair_of_eyes(change: dict[str, str], constraint: str) -> None:
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.Withdrawal.objects.filter(id=made.id).update(**change)


@pytest.mark.parametrize(
    "field", ["amount_fen", "payee_digest", "transfer_id", "promoter_id", "user_id", "needs_review", "rail"]
)
def test_what_was_approved_cannot_be_changed(field: str) -> None:
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 100_00, now=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Withdrawal.objects.filter(id=made.id).update(
            **{field: {"amount_fen": 1, "needs_review": False}.get(field, "x")}
        )


@pytest.mark.parametrize("outcome", ["failed", "expired"])
def test_what_did_not_arrive_leaves_money_tax_and_limits_as_they_were(outcome: str) -> None:
    one = promoter(1).id
    earn(one, 50_000_00)
    withdrawn(one, 9_000_00)

    def world() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 'y', last_month, months, income_fen, withheld_fen FROM payouts_tax_year"
                " UNION ALL SELECT 'm', 0, 0, income_fen, withheld_fen FROM payouts_tax_month"
                " UNION ALL SELECT scope, 0, 0, used_fen, limit_fen FROM payouts_cap ORDER BY 1"
            )
            return cursor.fetchall()

    before, wallet = world(), payouts.wallet(one)
    lost = withdrawn(one, 8_000_00, at=NOW + HOUR, outcome=outcome)
    assert (lost.state, lost.tax_fen) == (State(outcome), 192_00)
    assert world() == before
    assert payouts.wallet(one) == wallet
    line = payouts.tax_line(lost.id)
    assert line is not None and line.reversed_at == NOW + HOUR
    again = withdrawn(one, 8_000_00, at=NOW + 2 * HOUR)
    assert (again.tax_fen, again.transfer_id != lost.transfer_id) == (192_00, True)


def test_a_failed_first_payment_of_a_new_month_gives_the_month_back_too() -> None:
    one = promoter(1).id
    earn(one, 50_000_00)
    withdrawn(one, 4_000_00)
    december, february = datetime(2026, 12, 2, 4, tzinfo=UTC), datetime(2027, 2, 2, 4, tzinfo=UTC)
    withdrawn(one, 4_000_00, at=december, outcome="failed")
    (year,) = payouts.tax_years(one)
    assert (year.last_month, year.months) == (11, 1)
    withdrawn(one, 4_000_00, at=february)
    assert [(y.year, y.last_month, y.months) for y in payouts.tax_years(one)] == [(2027, 2, 1), (2026, 11, 1)]


def test_only_one_payment_of_a_payee_is_on_its_way() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    first, second = (payouts.request(one, 300_00, now=NOW) for _ in range(2))
    payouts.submit(first.id, now=NOW)
    with pytest.raises(AnotherInFlight):
        payouts.submit(second.id, now=NOW)
    assert payouts.submit_due(now=NOW) == {"sent": 0, "stopped": 0, "waiting": 0}
    answer(payouts.get(first.id))
    assert payouts.submit_due(now=NOW) == {"sent": 1, "stopped": 0, "waiting": 0}


def test_an_answer_that_does_not_match_the_instruction_is_never_booked() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    sent = payouts.submit(payouts.request(one, 300_00, now=NOW).id, now=NOW)
    with pytest.raises(SettledDifferently):
        answer(sent, net=299_99)
    answer(sent)
    with pytest.raises(NoSuchMove):
        answer(sent, "failed")  # paid is paid
    assert payouts.wallet(one).due_fen == 700_00


def test_a_changed_payee_stops_what_was_approved_for_the_old_one() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    made = payouts.request(one, 300_00, now=NOW)
    promoters.change_payee(one, channel=PayeeChannel.WECHAT, account="openid-thief", holder="张小明", now=NOW)
    stopped = payouts.submit(made.id, now=NOW)
    assert (stopped.state, stopped.reason) == (State.STOPPED, "payee_changed")
    assert payouts.wallet(one).available_fen == 1_000_00
    with pytest.raises(NotFound):
        payments.transfer(made.transfer_id)


def test_a_changed_payee_cools_off() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    promoters.change_payee(one, channel=PayeeChannel.WECHAT, account="openid-new1", holder="张小明", now=NOW)
    made = payouts.request(one, 300_00, now=NOW + HOUR)
    with pytest.raises(TooEarly):
        payouts.submit(made.id, now=NOW + timedelta(hours=23))
    assert payouts.submit_due(now=NOW + timedelta(hours=23))["sent"] == 0
    assert payouts.submit_due(now=NOW + timedelta(hours=24))["sent"] == 1


def test_a_used_up_limit_waits_for_tomorrow() -> None:
    limits(platform_daily_fen=1_000_00)
    a, b = promoter(1).id, promoter(2).id
    earn(a, 700_00)
    earn(b, 700_00)
    payouts.submit(payouts.request(a, 700_00, now=NOW).id, now=NOW)
    waiting = payouts.request(b, 700_00, now=NOW)
    with pytest.raises(CapReached):
        payouts.submit(waiting.id, now=NOW)
    assert payouts.get(waiting.id).state is State.APPROVED and payouts.tax_line(waiting.id) is None
    assert payouts.submit_due(now=NOW) == {"sent": 0, "stopped": 0, "waiting": 1}
    assert payouts.submit_due(now=NOW + HOUR) == {"sent": 0, "stopped": 0, "waiting": 0}
    assert payouts.submit_due(now=NOW + timedelta(days=1)) == {"sent": 1, "stopped": 0, "waiting": 0}


def test_cancelling_before_the_money_is_sent_gives_it_back_and_rejecting_too() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    payouts.cancel(one, payouts.request(one, 300_00, now=NOW).id, now=NOW)
    large = payouts.request(one, 6_000_00, now=NOW)
    payouts.reject(large.id, actor="usrfinance1", reason="资料不符", now=NOW)
    assert payouts.get(large.id).reason == "资料不符"
    assert payouts.wallet(one).available_fen == 20_000_00
    sent = payouts.submit(payouts.request(one, 300_00, now=NOW).id, now=NOW)
    assert payouts.cancel(one, sent.id, now=NOW).state is State.SENDING  # only asked: the answer decides
    with pytest.raises(NoSuchWithdrawal):
        payouts.cancel(promoter(2).id, sent.id, now=NOW)


def test_a_company_is_paid_against_its_invoice_without_withholding() -> None:
    firm = promoter(1, kind=PromoterKind.COMPANY).id
    earn(firm, 100_000_00)
    with pytest.raises(InvoiceRequired):
        payouts.request(firm, 20_000_00, now=NOW)
    made = payouts.request(firm, 20_000_00, invoice_ref="25117000000012345678", now=NOW)
    assert (made.rail, made.needs_review) == (Rail.BANK, True)
    payouts.propose(made.id, actor="usrfinance1", now=NOW)
    payouts.approve(made.id, actor="usrfinance2", now=NOW)
    sent = payouts.submit(made.id, now=NOW)
    paid = payouts.record_bank(sent.id, paid=True, reference="ICBC-20261123-1", actor="usrfinance1", now=NOW)
    assert (paid.state, paid.tax_fen, payouts.wallet(firm).due_fen) == (State.PAID, 0, 80_000_00)
    assert payouts.preview_tax(firm, 100_00, now=NOW).step is None


def test_a_wechat_payment_is_never_confirmed_by_hand() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    sent = payouts.submit(payouts.request(one, 300_00, now=NOW).id, now=NOW)
    with pytest.raises(WrongRail):
        payouts.record_bank(sent.id, paid=True, reference="x", actor="usrfinance1", now=NOW)


def test_a_suspended_promoters_request_is_looked_at() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    promoters.suspend(one, reason="fake_orders", actor="usroperator", now=NOW)
    assert payouts.request(one, 300_00, now=NOW).state is State.REVIEW


def test_the_queue_counts_amounts_and_ages() -> None:
    one = promoter(1).id
    earn(one, 20_000_00)
    payouts.request(one, 6_000_00, now=NOW)
    payouts.request(one, 7_000_00, now=NOW + HOUR)
    payouts.request(one, 100_00, now=NOW + HOUR)
    counts = {q.state: (q.count, q.amount_fen, q.oldest_age_s) for q in payouts.queue(NOW + 2 * HOUR)}
    assert counts == {
        State.REVIEW: (2, 13_000_00, 7200),
        State.APPROVED: (1, 100_00, 3600),
        State.SENDING: (0, 0, 0),
        State.UNKNOWN: (0, 0, 0),
    }


def test_statements_tell_each_month_and_lists_have_fixed_query_counts(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    one = promoter(1).id
    earn(one, 100_000_00)
    withdrawn(one, 8_000_00)
    for n in range(3):
        withdrawn(one, 1_000_00, at=datetime(2026, 12, 1 + n, 4, tzinfo=UTC))
    with django_assert_num_queries(1):
        months = payouts.statements(one).items
    assert [(m.month, m.payments, m.gross_fen, m.tax_fen, m.net_fen) for m in months] == [
        ("2026-12", 3, 3_000_00, 0, 3_000_00),
        ("2026-11", 1, 8_000_00, 42_00, 7_958_00),
    ]
    with django_assert_num_queries(4):
        full = payouts.statement(one, "2026-12")
    assert (len(full.entries), full.year_income_fen, full.year_withheld_fen) == (3, 11_000_00, 42_00)
    assert all(entry.tax is not None for entry in full.entries)
    with pytest.raises(NoSuchStatement):
        payouts.statement(one, "2026-10")
    with django_assert_num_queries(1):
        page = payouts.search(promoter_id=one, limit=3)
    with django_assert_num_queries(1):
        rest = payouts.search(promoter_id=one, after=page.next, limit=100)
    assert len({w.id for w in page.items + rest.items}) == 4 and rest.next is None


def test_the_ledger_stays_sound() -> None:
    one = promoter(1).id
    earn(one, 100_000_00)
    for n, outcome in enumerate(["paid", "failed", "paid", "expired", "paid"]):
        withdrawn(one, 4_000_00, at=NOW + n * HOUR, outcome=outcome)
    assert ledger.audit() == []
    assert owned(ledger.Kind.PROMOTER_DUE, one) == 88_000_00


def test_silence_is_shown_as_unknown_and_concludes_nothing() -> None:
    from xintui.foundation.payments.models import Transfer

    one = promoter(1).id
    earn(one, 1_000_00)
    sent = payouts.submit(payouts.request(one, 300_00, now=NOW).id, now=NOW)
    assert payouts.notice_silence(now=NOW + HOUR) == 0  # the gateway has not been asked yet
    Transfer.objects.filter(id=sent.transfer_id).update(state="unknown")
    assert payouts.notice_silence(now=NOW + timedelta(minutes=9)) == 0
    assert payouts.notice_silence(now=NOW + HOUR) == 1
    unknown = payouts.get(sent.id)
    assert (unknown.state, payouts.wallet(one).held_fen) == (State.UNKNOWN, 300_00)
    assert payouts.submit_due(now=NOW + HOUR)["sent"] == 0
    answer(unknown, at=NOW + 2 * HOUR)
    assert payouts.get(sent.id).state is State.PAID


def test_the_payee_gets_what_his_app_needs_to_confirm() -> None:
    from xintui.foundation.payments.models import Transfer

    one = promoter(1).id
    earn(one, 1_000_00)
    made = payouts.request(one, 300_00, now=NOW)
    assert payouts.confirm_package(made) == ""
    sent = payouts.submit(made.id, now=NOW)
    Transfer.objects.filter(id=sent.transfer_id).update(state="waiting", package_info="affffddafdfafddffda==")
    assert payouts.confirm_package(sent) == "affffddafdfafddffda=="


def test_a_day_that_no_tax_table_covers_says_so_on_the_withdrawal_and_is_tried_again() -> None:
    one = promoter(1).id
    earn(one, 1_000_00)
    made = payouts.request(one, 1_000_00, now=NOW)
    beyond = NOW.replace(year=2029)
    assert payouts.submit_due(now=beyond) == {"sent": 0, "stopped": 0, "waiting": 1}
    last = models.Event.objects.filter(withdrawal_id=made.id).order_by("-id").first()
    assert last is not None and last.note.endswith("，次日再试")
    assert payouts.submit_due(now=beyond) == {"sent": 0, "stopped": 0, "waiting": 0}

"""分账 within the gateway's limits: a counter decides, and what did not move is free again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.foundation.payments.till import converge, events, paid
from tests.support.gateway import Gateway
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    BadAmount,
    NotPayable,
    NotReturnable,
    Receiver,
    RequestedDifferently,
    Share,
    ShareState,
    SplitOver,
    SplitTooMuch,
)

pytestmark = pytest.mark.django_db(transaction=True)
SHOP, PERSON = "1900007777", "o_promoter_of_the_tests"


def supplier(fen: int) -> Receiver:
    return Receiver("MERCHANT_ID", SHOP, fen, "供货款", "SUPPLIER", "乐观商店")


def person(fen: int) -> Receiver:
    return Receiver("PERSONAL_OPENID", PERSON, fen, "佣金")


def split(gateway: Gateway, number: str, *parts: Receiver, share_id: str = "shr01", finish: bool = False) -> Share:
    return payments.request_split(share_id, number, parts, finish=finish, description="分账", now=gateway.now())


def back(gateway: Gateway, fen: int, share_id: str = "shr02", account: str = SHOP) -> Share:
    return payments.request_split_return(share_id, "shr01", account, fen, description="退货", now=gateway.now())


def test_a_receiver_is_made_known_to_the_gateway_and_paid_a_minute_after_the_buyer(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    made = split(gateway, number, supplier(20_00))  # at once: the row waits, the gateway is not asked too early
    assert (made.state, payments.payment(number).split_fen) == (ShareState.CREATED, 20_00)
    converge(gateway)
    share = payments.share("shr01")
    assert (share.state, share.results[0]["result"]) == (ShareState.FINISHED, "SUCCESS")
    assert [(e["moved_fen"], e["state"]) for e in events("share")] == [(20_00, "finished")]
    assert [a.outcome for a in payments.attempts("shr01") if a.verb == "send"] == ["ok"]


def test_thirty_percent_is_the_most_over_all_requests_and_the_refusal_says_what_is_left(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    split(gateway, number, supplier(20_00))
    with pytest.raises(SplitTooMuch) as refusal:
        split(gateway, number, supplier(10_01), share_id="shr02")
    assert (refusal.value.left_fen, refusal.value.max_bp) == (10_00, 3_000)
    split(gateway, number, supplier(10_00), share_id="shr02")
    assert payments.payment(number).split_fen == 30_00
    with pytest.raises(SplitTooMuch):
        split(gateway, number, supplier(1), share_id="shr03")


def test_the_same_number_splits_once_and_with_other_terms_is_refused(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    assert split(gateway, number, supplier(20_00)) == split(gateway, number, supplier(20_00))
    assert payments.payment(number).split_fen == 20_00
    with pytest.raises(RequestedDifferently):
        split(gateway, number, supplier(19_00))


def test_the_51st_request_is_refused_and_the_database_refuses_what_nobody_may_write(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    row = models.Payment.objects.filter(id=number)
    row.update(splits=50)
    with pytest.raises(SplitTooMuch):
        split(gateway, number, supplier(1))
    for change in ({"splits": 51}, {"split_fen": 100_01}, {"split_fen": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)


def test_what_a_receiver_was_refused_is_free_again(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    gateway.clock(minutes=2)
    gateway.faults("split.fail")
    split(gateway, number, supplier(20_00))
    converge(gateway)
    assert payments.share("shr01").state is ShareState.FAILED
    assert payments.payment(number).split_fen == 0
    assert [(e["moved_fen"], e["state"]) for e in events("share")] == [(0, "failed")]
    split(gateway, number, supplier(30_00), share_id="shr02")


def test_only_a_merchant_gives_back_and_never_more_than_he_got(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    split(gateway, number, supplier(20_00), person(5_00))
    with pytest.raises(NotReturnable):
        back(gateway, 1)  # nothing has moved yet
    converge(gateway)
    with pytest.raises(NotReturnable):
        back(gateway, 1, account=PERSON)
    with pytest.raises(NotReturnable):
        back(gateway, 20_01)
    back(gateway, 12_00)
    back(gateway, 12_00)
    with pytest.raises(NotReturnable):
        back(gateway, 8_01, share_id="shr03")
    back(gateway, 8_00, share_id="shr03")
    converge(gateway)
    assert (payments.share("shr01").returned_fen, payments.share("shr02").state) == (20_00, ShareState.FINISHED)
    assert payments.payment(number).split_fen == 25_00  # returned money cannot be split again
    assert [s.id for s in payments.shares_of(number)] == ["shr01", "shr02", "shr03"]


def test_after_the_release_nothing_can_be_split(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    gateway.clock(minutes=2)
    payments.request_unfreeze("shr01", number, description="解冻", now=gateway.now())
    converge(gateway)
    assert payments.payment(number).released_at is not None
    with pytest.raises(SplitOver):
        split(gateway, number, supplier(1), share_id="shr02")
    with pytest.raises(SplitOver):
        payments.request_unfreeze("shr03", number, description="解冻", now=gateway.now())


def test_what_nobody_released_is_released_a_day_before_the_window_ends_once(gateway: Gateway) -> None:
    number = paid(gateway, shared=True)
    other = paid(gateway, subject="chk02")
    at = payments.payment(number).paid_at
    assert at is not None
    assert payments.release_due(at + timedelta(days=29) - timedelta(seconds=1)) == 0
    assert payments.release_due(at + timedelta(days=29)) == 1
    assert payments.release_due(at + timedelta(days=29)) == 0
    assert [(s.kind, s.payment_id) for s in payments.shares_of(number)] == [("unfreeze", number)]
    assert payments.shares_of(other) == []


def test_form_and_subject_are_checked(gateway: Gateway) -> None:
    number = paid(gateway)
    with pytest.raises(NotPayable):  # the buyer paid an order that is not shared
        split(gateway, number, supplier(1))
    with pytest.raises(BadAmount):
        split(gateway, number)
    with pytest.raises(BadAmount):
        split(gateway, number, supplier(20_00), supplier(-1))
    shared = paid(gateway, subject="chk02", shared=True)
    at = payments.payment(shared).paid_at
    assert at is not None
    with pytest.raises(SplitOver):
        late = at + timedelta(days=30, seconds=1)
        payments.request_split("shr09", shared, [supplier(1)], finish=False, description="", now=late)

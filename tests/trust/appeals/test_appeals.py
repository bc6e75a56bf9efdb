"""A decision is appealed once, a human answers once, and everybody concerned hears of it."""

from datetime import UTC, datetime, timedelta

import pytest

from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.trust.appeals import facade
from xintui.trust.appeals.contracts import (
    About,
    AlreadyAppealed,
    AppealDecidedAlready,
    AppealNotFound,
    Party,
    PartyKind,
    State,
)

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
SHOP, OTHER = Party(PartyKind.MERCHANT, "mch01SHOP"), Party(PartyKind.MERCHANT, "mch02ELSE")


def filed(subject="blk1", party=SHOP, at=T0):
    return facade.file(
        About.QUALITY, subject, appellant=party, title="龙井停止推广", words="退货是物流破损", by=SYSTEM, now=at
    )


def answered(appeal, granted=True):
    return facade.decide(appeal.id, granted, "物流方已确认破损", by=SYSTEM, now=T0 + timedelta(hours=5))


def test_an_appeal_says_by_when_a_human_answers():
    made = filed()
    assert (made.state, made.answer_by) == (State.OPEN, T0 + timedelta(hours=72))
    assert facade.about(About.QUALITY, ["blk1", "blk2"]) == {"blk1": made}
    assert facade.about(About.DISPUTE, ["blk1"]) == {}


def test_a_decision_has_one_appeal_at_a_time_and_one_answer_for_ever():
    made = filed()
    with pytest.raises(AlreadyAppealed) as caught:
        filed()
    assert caught.value.facts == {"appeal_id": made.id}
    answered(made, granted=False)
    with pytest.raises(AppealDecidedAlready):
        filed()
    assert filed("blk2").state is State.OPEN


def test_an_answer_is_final_and_stands_in_the_trail_with_its_words():
    made = answered(filed())
    assert (made.state, made.answer, made.decided_by) == (State.GRANTED, "物流方已确认破损", "system")
    with pytest.raises(NoSuchMove):
        answered(made, granted=False)
    trail = identity.audit_trail(after="", limit=5, object_type="appeal", object_id=made.id).items
    assert [(one.action, one.reason) for one in trail] == [
        ("appeals.decide", "物流方已确认破损"), ("appeals.file", ""),
    ]  # fmt: skip


def test_who_withdraws_may_file_anew_and_nobody_withdraws_anothers():
    made = filed()
    with pytest.raises(AppealNotFound):
        facade.withdraw(made.id, OTHER, by=SYSTEM, now=T0)
    assert facade.withdraw(made.id, SHOP, by=SYSTEM, now=T0).state is State.WITHDRAWN
    assert facade.about(About.QUALITY, ["blk1"]) == {}
    again = filed()
    assert [one.id for one in facade.of([SHOP]).items] == [again.id, made.id]
    assert facade.of([OTHER]).items == ()


def test_the_desk_finds_what_is_open():
    open_one, done = filed("blk1"), answered(filed("blk2"))
    assert [one.id for one in facade.appeals(state="open").items] == [open_one.id]
    assert [one.id for one in facade.appeals(kind=About.QUALITY).items] == [done.id, open_one.id]
    assert facade.appeals(kind=About.CREDIT).items == ()


def test_the_appellant_is_told_the_answer_in_the_words_of_the_human():
    shop, buyer = filed(), filed("blk2", Party(PartyKind.BUYER, "usr01"))
    answered(shop)
    answered(buyer, granted=False)
    outbox.deliver_all(SUBSCRIPTIONS)
    (to_shop,), (to_buyer,) = notifications.of_shop(SHOP.id).items, notifications.mine("usr01").items
    assert (to_shop.title, to_shop.words) == (
        "申诉已答复：申诉成立，原决定已撤销", "对“龙井停止推广”的申诉：物流方已确认破损",
    )  # fmt: skip
    assert (to_buyer.title, to_buyer.page) == ("申诉已答复：维持原决定", "/promoter/appeals")

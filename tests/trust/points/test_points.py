"""T-07: points are earned once, used oldest first, over when their time is, and never negative."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.trust.points.hands import ANNA, BELA, DAY, T0, earned, redeemed, there
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.kernel.states import NoSuchMove
from xintui.trust.points import facade, models
from xintui.trust.points.contracts import (
    CorrectionKind,
    CorrectionNotFound,
    CorrectionState,
    Earned,
    Effect,
    MemberNotFound,
    MonthUsed,
    NumberTaken,
    OwnCorrection,
    PointsChanged,
    TooFewPoints,
    UnknownTool,
    VoucherNotFit,
    VoucherNotFound,
    VoucherState,
)

pytestmark = pytest.mark.django_db
BOSS = Principal("usr01BOSS", frozenset({Role.OPERATOR}), None, "", 0)
SECOND = Principal("usr01SECOND", frozenset({Role.REVIEWER}), None, "", 0)


@pytest.fixture(autouse=True)
def _adds_up():
    """After every test: the books and the counters say the same, and the ledger finds nothing."""
    yield
    assert facade.audit() == []
    ledger.fold()
    assert ledger.audit() == []


def test_the_same_thing_earns_once_however_often_it_is_told():
    both = [
        Earned(ANNA, "sales/2026-10", "sales", 700, T0.date(), ""),
        Earned(BELA, "level/gold", "level", 2000, T0.date(), ""),
    ]
    assert facade.earn([*both, both[0]], now=T0) == 2700
    assert facade.earn(both, now=T0 + DAY) == 0
    assert (there().free, there(BELA).free) == (700, 2000)


def test_what_earns_nothing_leaves_no_trace():
    assert earned(0) == 0
    assert there() == replace(there(BELA), member_id=ANNA)
    assert facade.history(ANNA) == []


def test_the_history_says_what_each_move_was_for_and_what_was_left():
    earned(1000)
    redeemed()
    lines = facade.history(ANNA)
    assert {(one.title, one.says, one.points) for one in lines} == {
        ("申诉加急", "", -600),
        ("成交积分", "10 月净成交", 1000),
    }


def test_what_expires_first_is_used_first():
    earned(1000, "a", day=date(2026, 11, 3))
    earned(500, "b", day=date(2026, 12, 3))
    assert (there().expiring, there().expires_on) == (1000, date(2027, 11, 30))
    redeemed()
    assert (there().free, there().expiring) == (900, 400)
    over = T0.replace(year=2027, month=12, day=1)
    assert facade.expire_due(now=over) == 1
    assert facade.expire_due(now=over) == 0
    assert (there(at=over).free, there(at=over).expiring, there(at=over).expires_on) == (500, 500, date(2027, 12, 31))
    assert [one.points for one in facade.history(ANNA) if one.title == "到期"] == [-400]


def test_on_its_last_day_a_point_can_still_be_used():
    earned(700, day=date(2026, 11, 30))
    assert facade.expire_due(now=T0.replace(year=2027, month=11, day=30)) == 0
    assert there().free == 700


def test_nobody_spends_more_than_there_is_and_the_refusal_says_how_much_there_is():
    earned(599)
    with pytest.raises(TooFewPoints) as caught:
        redeemed()
    assert caught.value.facts == {"needed": 600, "free": 599}
    assert (there().free, facade.vouchers(ANNA)) == (599, [])
    with pytest.raises(TooFewPoints):
        facade.redeem(BELA, "appeal_fast", points=600, by=SYSTEM, now=T0)


def test_a_tool_is_redeemed_at_the_price_that_was_shown():
    earned(5000)
    with pytest.raises(PointsChanged) as caught:
        redeemed(points=500)
    assert caught.value.facts == {"points": 600}
    with pytest.raises(UnknownTool):
        redeemed("gold_bar", points=1)


def test_a_month_has_its_limit_and_the_next_one_begins_anew():
    earned(5000)
    redeemed()
    redeemed()
    assert [one.left for one in facade.tools(ANNA, today=T0.date())] == [0, 1, 4]
    with pytest.raises(MonthUsed):
        redeemed()
    redeemed(at=T0 + 30 * DAY)
    assert there().free == 5000 - 3 * 600


def test_a_tool_not_used_goes_back_for_its_points_and_does_not_count():
    earned(700)
    made = redeemed()
    back = facade.give_back(made.id, ANNA, by=SYSTEM, now=T0 + DAY)
    assert (back.state, there().free) == (VoucherState.RETURNED, 700)
    assert [one.left for one in facade.tools(ANNA, today=T0.date())] == [2, 1, 4]
    with pytest.raises(NoSuchMove):
        facade.give_back(made.id, ANNA, by=SYSTEM, now=T0 + DAY)


def test_a_tool_is_used_once_by_whose_it_is_for_what_it_is_for():
    earned(700)
    made = redeemed()
    with pytest.raises(VoucherNotFound):
        facade.use(made.id, BELA, Effect.APPEAL_FAST, "apl1", by=SYSTEM, now=T0)
    with pytest.raises(VoucherNotFit):
        facade.use(made.id, ANNA, Effect.PART_LATER, "dpt1", by=SYSTEM, now=T0)
    used = facade.use(made.id, ANNA, Effect.APPEAL_FAST, "apl1", by=SYSTEM, now=T0)
    assert (used.state, used.used_for) == (VoucherState.USED, "apl1")
    with pytest.raises(NoSuchMove):
        facade.use(made.id, ANNA, Effect.APPEAL_FAST, "apl2", by=SYSTEM, now=T0)


def test_a_tool_has_its_time():
    earned(700)
    made = redeemed()
    late = T0 + timedelta(days=180)
    with pytest.raises(VoucherNotFit):
        facade.use(made.id, ANNA, Effect.APPEAL_FAST, "apl1", by=SYSTEM, now=late)
    with pytest.raises(VoucherNotFit):
        facade.give_back(made.id, ANNA, by=SYSTEM, now=late)
    assert facade.end_due(now=late) == 1
    assert facade.vouchers(ANNA)[0].state is VoucherState.EXPIRED


def asked(kind, points, number, *, by=BOSS):
    return facade.ask(ANNA, kind, points, number=number, reason="核对过记录", by=by, now=T0)


def test_one_person_asks_for_points_and_another_one_gives_them_once():
    one = asked(CorrectionKind.GRANT, 300, "case-1")
    assert (asked(CorrectionKind.GRANT, 300, "case-1").id, there().free) == (one.id, 0)
    with pytest.raises(OwnCorrection):
        facade.approve(one.id, by=BOSS, now=T0)
    assert facade.approve(one.id, by=SECOND, now=T0).state is CorrectionState.DONE
    with pytest.raises(NoSuchMove):
        facade.approve(one.id, by=SECOND, now=T0)
    assert there().free == 300
    assert [(line.title, line.says, line.points) for line in facade.history(ANNA)] == [("人工补发", "核对过记录", 300)]


def test_points_are_taken_by_two_and_never_more_than_there_are():
    earned(200)
    few, many = asked(CorrectionKind.TAKE, 150, "case-2"), asked(CorrectionKind.TAKE, 100, "case-3")
    facade.approve(few.id, by=SECOND, now=T0)
    with pytest.raises(TooFewPoints):
        facade.approve(many.id, by=SECOND, now=T0)
    assert facade.corrections(state="asked").items == (many,), "it waits on"
    assert facade.refuse(many.id, "只剩这些", by=SECOND, now=T0).state is CorrectionState.REFUSED
    assert there().free == 50
    assert ("人工扣回", "核对过记录", -150) in [(line.title, line.says, line.points) for line in facade.history(ANNA)]


def test_a_case_is_corrected_in_one_way():
    asked(CorrectionKind.GRANT, 300, "case-1")
    with pytest.raises(NumberTaken):
        asked(CorrectionKind.GRANT, 301, "case-1")
    with pytest.raises(CorrectionNotFound):
        facade.approve("ptc01NONE", by=SECOND, now=T0)
    with pytest.raises(MemberNotFound):
        facade.ask("pro99NOBODY", CorrectionKind.TAKE, 1, number="case-4", reason="没有账户", by=BOSS, now=T0)


def test_the_table_itself_wants_two_people():
    one = asked(CorrectionKind.GRANT, 300, "case-1")
    with pytest.raises(IntegrityError, match="points_correction_four_eyes"), transaction.atomic():
        models.Correction.objects.filter(id=one.id).update(state="done", decided_by=BOSS.user_id, decided_at=T0)


def test_points_and_yuan_are_different_money_in_the_books():
    earned(700)
    trial = [line for line in ledger.trial(T0.date()) if line.kind.value.startswith("points.")]
    assert {(line.kind.value, line.currency, line.closing_fen) for line in trial} == {
        ("points.issued", "PTS", 700),
        ("points.balance", "PTS", 700),
    }

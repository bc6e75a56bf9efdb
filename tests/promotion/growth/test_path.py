"""P-02: up by what one sold and how one is trusted, down after two reviews below; never by people recruited."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promotion.people import promoter
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.promotion.attribution.models import Sale
from xintui.promotion.growth import facade, rules, tables
from xintui.promotion.growth.contracts import Fact, Facts, LevelMoved, NotAppealable, Outcome, ReviewNotFound
from xintui.promotion.growth.models import Review
from xintui.promotion.promoters import facade as promoters
from xintui.trust.appeals.contracts import About, AppealDecided
from xintui.trust.credit import models as credit_rows

JOINED = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
PATH = tables.rules(date(2026, 12, 1))
GOLD = Facts(credit=770, net_fen=500_000, orders=20, tenure_days=60)
KEEPS = Facts(credit=690, net_fen=200_000)
TOP = Facts(credit=840, net_fen=5_000_000, orders=200, tenure_days=365)


@pytest.mark.parametrize(
    ("level", "facts", "warned", "expected"),
    [
        ("junior", Facts(), 0, ("junior", Outcome.STAYS)),
        ("junior", GOLD, 0, ("gold", Outcome.UP)),
        ("junior", Facts(769, 500_000, 20, 60), 0, ("junior", Outcome.STAYS)),
        ("junior", Facts(770, 499_999, 20, 60), 0, ("junior", Outcome.STAYS)),
        ("junior", TOP, 0, ("gold", Outcome.UP)),
        ("gold", KEEPS, 0, ("gold", Outcome.STAYS)),
        ("gold", Facts(689, 200_000), 0, ("gold", Outcome.WARNED)),
        ("gold", Facts(690, 199_999), 1, ("junior", Outcome.DOWN)),
        ("gold", KEEPS, 1, ("gold", Outcome.STAYS)),
        ("gold", TOP, 0, ("gold", Outcome.INVITED)),
        ("partner", TOP, 0, ("partner", Outcome.STAYS)),
        ("partner", KEEPS, 1, ("gold", Outcome.DOWN)),
    ],
)
def test_a_months_judgement(level, facts, warned, expected):
    assert rules.judge(level, facts, warned, PATH) == expected


def test_what_keeps_a_stage_is_never_more_than_what_leads_there_and_no_rule_counts_people():
    for step in PATH.steps:
        assert step.keeps.keys() <= step.needs.keys()
        assert all(step.keeps[fact] <= step.needs[fact] for fact in step.keeps)
    assert set(Fact) == {Fact.CREDIT, Fact.NET, Fact.ORDERS, Fact.TENURE}
    assert "禁止传销条例第七条" in PATH.source


pytestmark = pytest.mark.django_db


def known(who, *, credit=800, fens=(), at=NOW - timedelta(days=10)):
    credit_rows.Score.objects.update_or_create(
        subject_id=who.id, scale="credit",
        defaults={"score": credit, "points": [], "values_bp": [], "as_of": at.date(), "version": "2026-11"},
    )  # fmt: skip
    for n, fen in enumerate(fens):
        reason = f"paid/{who.id}{at:%m%d}{n}" if fen > 0 else f"refund/{who.id}{at:%m%d}{n}"
        Sale.objects.create(
            promoter_id=who.id,
            reason=reason,
            merchant_id="mch1",
            order_id=f"ord{n}",
            fen=fen,
            self_purchase=False,
            at=at,
        )


def test_a_review_takes_the_net_of_own_sales_and_moves_one_step_once_a_month():
    anna = promoter(1, at=JOINED)
    known(anna, fens=[30_000] * 20 + [-100_001])
    assert facade.review_due(now=NOW) == 1
    assert promoters.one(anna.id).level == "junior", "499,999 fen are one short"
    known(anna, fens=[1], at=NOW - timedelta(days=9))
    assert facade.review_due(now=NOW + timedelta(days=3)) == 0, "this month has been judged"
    assert facade.review_due(now=NOW + timedelta(days=31)) == 1
    assert promoters.one(anna.id).level == "gold"
    told = []
    outbox.deliver_all({LevelMoved: [told.extend]})
    assert [(one.before, one.after, one.title, one.up) for one in told] == [("junior", "gold", "金牌推客", True)]


def test_who_falls_below_twice_in_a_row_goes_down_and_a_good_month_between_forgives():
    anna = promoter(1, at=JOINED)
    promoters.set_level(anna.id, "gold", actor="operator", reason="manual", now=NOW)
    for month, credit in ((0, 600), (31, 800), (62, 600), (93, 600)):
        known(anna, credit=credit)
        at = NOW + timedelta(days=month)
        known(anna, credit=credit, fens=[200_000], at=at - timedelta(days=1))
        assert facade.review_due(now=at) == 1
    found = list(Review.objects.order_by("month").values_list("outcome", flat=True))
    assert found == [Outcome.WARNED, Outcome.STAYS, Outcome.WARNED, Outcome.DOWN]
    assert promoters.one(anna.id).level == "junior"
    reasons = [one.reason for one in promoters.level_history(anna.id)]
    assert reasons == ["approved", "manual", "demotion_rule"]


def test_the_path_says_what_is_reached_what_is_missing_and_what_each_stage_brings():
    anna = promoter(1, at=JOINED)
    known(anna, credit=700, fens=[100_000])
    shown = facade.path(promoters.one(anna.id), now=NOW)
    assert [(one.code, one.reached, one.current) for one in shown.stages] == [
        ("visitor", True, False), ("member", True, False), ("junior", True, True), ("gold", False, False),
        ("partner", False, False),
    ]  # fmt: skip
    gold = shown.stages[3]
    assert [(one.fact, one.has, one.needs, one.met) for one in gold.conditions] == [
        (Fact.CREDIT, 700, 770, False), (Fact.NET, 100_000, 500_000, False), (Fact.ORDERS, 1, 20, False),
        (Fact.TENURE, 122, 60, True),
    ]  # fmt: skip
    assert gold.benefits == ("优先样品", "专属客服", "客户任务 SOP")
    assert shown.next_review == date(2027, 1, 1)


def test_a_member_sees_the_path_from_its_beginning():
    shown = facade.path(None, now=NOW)
    assert [one.code for one in shown.stages if one.current] == ["member"]
    assert shown.reviews == ()


def test_a_hundred_promoters_are_reviewed_by_as_many_statements_as_one():
    people = [promoter(n, at=JOINED) for n in range(1, 13)]
    with CaptureQueriesContext(connection) as one:
        facade.review(people[:1], now=NOW)
    with CaptureQueriesContext(connection) as many:
        facade.review(people[1:], now=NOW)
    assert len(one) == len(many)


def taken_down():
    """Gold, then two reviews below."""
    anna = promoter(1, at=JOINED)
    known(anna, credit=600)
    promoters.set_level(anna.id, "gold", actor="test", reason="manual", now=JOINED)
    facade.review([promoters.one(anna.id)], now=NOW)
    facade.review([promoters.one(anna.id)], now=NOW + timedelta(days=31))
    assert promoters.one(anna.id).level == "junior"
    return promoters.one(anna.id), str(Review.objects.get(outcome=Outcome.DOWN).id)


def answered(who, review_id, *, granted, at=NOW + timedelta(days=33)):
    told = AppealDecided("apl1", About.GROWTH, review_id, "promoter", who.id, "降级", granted, "核实", at)
    facade.appeal_decided([told, told])


def test_who_was_taken_down_puts_it_before_a_human_and_gets_the_level_back_when_it_was_wrong():
    anna, review_id = taken_down()
    filed = facade.appeal(review_id, anna, "统计漏了我的订单", by=SYSTEM, now=NOW + timedelta(days=32))
    assert (filed.about, filed.title) == (About.GROWTH, "2027-01 复核降级")
    answered(anna, review_id, granted=False)
    assert promoters.one(anna.id).level == "junior"
    answered(anna, review_id, granted=True)
    assert promoters.one(anna.id).level == "gold"
    assert promoters.level_history(anna.id)[-1].reason == "reinstated"


def test_an_appeal_won_takes_nobody_down_who_has_risen_since():
    anna, review_id = taken_down()
    promoters.set_level(anna.id, "partner", actor="test", reason="manual", now=NOW + timedelta(days=33))
    answered(anna, review_id, granted=True)
    assert promoters.one(anna.id).level == "partner"


def test_only_ones_own_step_down_can_be_appealed():
    anna, review_id = taken_down()
    kept = str(Review.objects.get(outcome=Outcome.WARNED).id)
    with pytest.raises(NotAppealable):
        facade.appeal(kept, anna, "不服这次结果", by=SYSTEM, now=NOW)
    with pytest.raises(ReviewNotFound):
        facade.appeal(review_id, promoter(2, at=JOINED), "不服这次结果", by=SYSTEM, now=NOW)
    with pytest.raises(ReviewNotFound):
        facade.appeal("no-number", anna, "不服这次结果", by=SYSTEM, now=NOW)

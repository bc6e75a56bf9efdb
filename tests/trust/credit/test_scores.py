"""T-06: a score is what the signals say, whatever their order; each point explained; nothing counted twice."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade, tables
from xintui.trust.credit.contracts import (
    How,
    NoScore,
    NotAppealable,
    Scale,
    ScoreMoved,
    Signal,
    SignalNotFound,
    Subject,
    SubjectKind,
    UnknownIndicator,
)
from xintui.trust.credit.models import Signal as Row

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def still():
    """Handlers ask the clock: on the next day in Shanghai a score has faded."""
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


ANNA = Subject("pro01ANNA", SubjectKind.PROMOTER, TODAY)
SHOP = Subject("mch01SHOP", SubjectKind.MERCHANT, TODAY - 100 * DAY)


def signal(key, indicator, good=1, total=1, *, ago=0, who=ANNA, says=""):
    day = TODAY - ago * DAY
    return Signal(who.id, key, indicator, day, T0 - ago * DAY, good, total, says)


def heard(*signals, who=ANNA, now=T0):
    return facade.observe(signals, [who], now=now)


def scored(who=ANNA, scale=Scale.CREDIT):
    return facade.score(who.id, scale).score


def points(code, who=ANNA, scale=Scale.CREDIT):
    (found,) = [one for one in facade.explain(who.id, scale).points if one.code == code]
    return found


def test_a_beginner_has_what_is_assumed_of_nobody_known():
    heard()
    assert (scored(), scored(scale=Scale.SERVICE)) == (654, 691)
    told = facade.explain(ANNA.id, Scale.CREDIT)
    assert (told.band, told.next_band, told.next_from, told.agrees) == ("一般", "良好", 690, True)
    assert len(told.points) == 18 and sum(one.of for one in told.points) == 1000


def test_who_is_not_known_has_no_score():
    with pytest.raises(NoScore):
        facade.explain("pro02", Scale.CREDIT)
    with pytest.raises(UnknownIndicator):
        heard(signal("a", "luck"))


def test_each_fact_counts_once_however_often_it_is_told():
    first = [signal(f"got/{n}", "fulfilment", ago=n) for n in range(30)]
    heard(*first)
    after = scored()
    assert after > 654
    assert heard(*first) == 0
    assert scored() == after
    assert points("fulfilment").says == "近 180 天 30 笔订单有了结果，其中 30 笔顺利收货"


def test_a_burst_of_good_orders_on_one_day_counts_as_fifty():
    heard(*(signal(f"got/{n}", "fulfilment") for n in range(50)))
    at_the_cap = points("fulfilment").value_bp
    heard(*(signal(f"more/{n}", "fulfilment") for n in range(500)))
    assert points("fulfilment").value_bp == at_the_cap
    assert (points("fulfilment").good, points("fulfilment").total) == (550, 550)


def test_a_refund_undoes_the_sale_on_the_day_of_the_sale():
    heard(signal("paid/1", "returns", 100_000, 100_000, ago=40), signal("paid/2", "returns", 100_000, 100_000, ago=1))
    clean = points("returns").value_bp
    heard(signal("refund/1", "returns", -100_000, 0, ago=40))
    old = points("returns").value_bp
    heard(signal("refund/2", "returns", -100_000, 0, ago=1))
    assert clean > old > points("returns").value_bp
    assert points("returns").says == "近 180 天成交 ¥2,000.00，其中 ¥0.00 没有退回"


def test_what_is_long_ago_weighs_less_and_then_nothing():
    heard(signal("v", "violations", 0, 10, ago=0))
    fresh = points("violations").value_bp
    facade.rescore_due(now=T0 + 120 * DAY)
    older = points("violations").value_bp
    facade.rescore_due(now=T0 + 366 * DAY)
    assert (fresh, older, points("violations").value_bp) == (5_000, 7_500, 10_000)


def test_the_last_word_of_a_state_counts_whatever_came_first():
    early, late = signal("d/1", "deposit", 3_400, 1, ago=9), signal("d/2", "deposit", 10_000, 1, ago=2)
    heard(late)
    heard(early)
    assert points("deposit").value_bp == 10_000
    heard(signal("d/3", "deposit", -1, 1))
    assert points("deposit").value_bp == 3_000, "taken back: as if there had been none"


def test_the_same_facts_serve_a_shop_with_other_weights():
    heard(*(signal(f"got/{n}", "fulfilment", who=SHOP) for n in range(20)), who=SHOP)
    told = facade.explain(SHOP.id, Scale.SHOP)
    assert [one.code for one in told.points][:2] == ["fulfilment", "returns"]
    assert told.agrees and sum(one.of for one in told.points) == 1000
    assert points("tenure", SHOP, Scale.SHOP).points == 40 * (100 * 10_000 // 365) // 10_000
    with pytest.raises(NoScore):
        facade.explain(SHOP.id, Scale.CREDIT)


def test_it_says_what_would_raise_the_score_and_keeps_its_word():
    heard(signal("v", "violations", 0, 10))
    wins = {one.code: one.raise_by for one in facade.explain(ANNA.id, Scale.CREDIT).points}
    before = scored()
    heard(signal("id", "verified", 10_000, 1))
    assert scored() == before + wins["verified"] == before + 50
    facade.rescore_due(now=T0 + 90 * DAY)
    lighter = points("violations")
    assert lighter.points == 60 + wins["violations"]
    assert all(one >= 0 for one in wins.values())


def random_signals(seed, count=120):
    """Of every kind, on many days, good and bad, cap and window crossed."""
    dice, version = Random(seed), tables.version(TODAY)
    found = []
    for n in range(count):
        one = dice.choice(list(version.indicators.values()))
        ago = dice.randrange(-3, 420)
        if one.how is How.STATE:
            both = (dice.randrange(10_001), 1)
        elif one.how is How.RATE:
            total = dice.choice([0, 1, 3, one.cap, one.cap * 3 + 1])
            both = (dice.randrange(-2, total + 1), total)
        else:
            both = (0, dice.randrange(1, 4))
        found.append(signal(f"{seed}/{n}", one.code, *both, ago=ago))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_signals_and_no_cutting_into_parts_changes_a_score(seed):
    given, dice = random_signals(seed), Random(seed)
    other = Subject("pro02BERT", SubjectKind.PROMOTER, TODAY)
    heard(*given)
    mixed = [Signal(other.id, s.key, s.indicator, s.day, s.at, s.good, s.total) for s in given]
    dice.shuffle(mixed)
    while mixed:
        cut = dice.randrange(1, 30)
        facade.observe(mixed[:cut] + mixed[: dice.randrange(3)], [other], now=T0)
        del mixed[:cut]
    for scale in (Scale.CREDIT, Scale.SERVICE):
        one, two = facade.score(ANNA.id, scale), facade.score(other.id, scale)
        assert (one.score, one.points, one.values_bp) == (two.score, two.points, two.values_bp)


@pytest.mark.parametrize("seed", range(12))
def test_the_statement_and_the_rules_agree_on_every_point_today_and_later(seed):
    heard(*random_signals(seed))
    for ahead in (0, 1, 45, 200):
        facade.rescore_due(now=T0 + ahead * DAY)
        for scale in (Scale.CREDIT, Scale.SERVICE):
            stored, told = facade.score(ANNA.id, scale), facade.explain(ANNA.id, scale)
            assert stored.points == tuple(one.points for one in told.points)
            assert stored.values_bp == tuple(one.value_bp for one in told.points)
            assert stored.score == told.score and told.agrees


def test_from_zero_the_same_bytes_come_out_and_a_forged_sum_is_found():
    heard(*random_signals(99))
    before = [facade.score(ANNA.id, scale) for scale in (Scale.CREDIT, Scale.SERVICE)]
    assert facade.rebuild(now=T0) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE credit_tally SET good = good + 5 WHERE indicator = 'returns'")
        forged = cursor.rowcount
        cursor.execute("UPDATE credit_score SET score = score + 1 WHERE scale = 'credit'")
    assert facade.audit() == (2, [(ANNA.id, "credit")])
    assert forged > 0 and facade.rebuild(now=T0) == (1, forged)
    assert [facade.score(ANNA.id, scale) for scale in (Scale.CREDIT, Scale.SERVICE)] == before


def test_signals_are_facts_that_nobody_changes():
    heard(signal("v", "violations", 0, 10))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Row.objects.update(total=0)


def test_what_lowers_is_appealed_and_the_score_is_what_it_was():
    heard(*(signal(f"got/{n}", "fulfilment", ago=n) for n in range(30)))
    before = facade.explain(ANNA.id, Scale.CREDIT)
    heard(signal("vio01", "violations", 0, 12, says="夸大功效，截图存档"))
    assert before.score - scored() == 72
    (row,) = facade.signals(ANNA.id, indicator="violations", today=TODAY).items
    assert (row.says, row.lowers, row.voided) == ("夸大功效，截图存档", True, False)
    filed = facade.appeal(row.id, ANNA.id, "截图不是我的账号", by=SYSTEM, now=T0)
    assert filed.title == "违规记录：夸大功效，截图存档"
    appeals.decide(filed.id, True, "核实后不是本人所发", by=SYSTEM, now=T0)
    from xintui.entrypoints.subscriptions import SUBSCRIPTIONS

    outbox.deliver_all(SUBSCRIPTIONS)
    assert facade.explain(ANNA.id, Scale.CREDIT) == before
    undone, (first) = facade.signals(ANNA.id, indicator="violations", today=TODAY).items
    assert (undone.total, undone.lowers, first.voided) == (-12, False, True)
    with pytest.raises(NotAppealable):
        facade.appeal(row.id, ANNA.id, "再来一次", by=SYSTEM, now=T0)


def test_nobody_appeals_what_is_good_or_anothers():
    heard(signal("got/1", "fulfilment"))
    (row,) = facade.signals(ANNA.id, today=TODAY).items
    with pytest.raises(NotAppealable):
        facade.appeal(row.id, ANNA.id, "不服", by=SYSTEM, now=T0)
    with pytest.raises(SignalNotFound):
        facade.appeal(row.id, SHOP.id, "不服", by=SYSTEM, now=T0)
    with pytest.raises(SignalNotFound):
        facade.appeal("x", ANNA.id, "不服", by=SYSTEM, now=T0)


def test_crossing_into_another_band_is_told_and_the_trend_keeps_the_days():
    told = []
    heard()
    heard(signal("id", "verified", 10_000, 1))
    heard(signal("v", "violations", 0, 20), now=T0 + DAY)
    outbox.deliver_all({ScoreMoved: [told.extend]})
    assert [(one.before, one.after, one.band_before, one.band) for one in told] == [
        (654, 704, "一般", "良好"), (704, 584, "良好", "一般"),
    ]  # fmt: skip
    assert facade.trend(ANNA.id, Scale.CREDIT).scores == (704, 584)


def test_a_thousand_subjects_cost_as_many_statements_as_one():
    def statements(who):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            facade.observe([signal("got/1", "fulfilment", who=one) for one in who], who, now=T0)
        return len(asked)

    crowd = [Subject(f"pro{n:05d}", SubjectKind.PROMOTER, TODAY) for n in range(1000)]
    assert statements(crowd[:1]) == statements(crowd[1:])

"""试算: what a score would be if…, and that it comes true when that is what happens."""

from datetime import timedelta

import pytest

from tests.trust.credit.test_scores import ANNA, SHOP, T0, TODAY, heard, scored, signal, still
from xintui.trust.credit import facade, rules, tables
from xintui.trust.credit.contracts import How, NoScore, Scale, UnknownIndicator, Wish
from xintui.trust.credit.models import Signal as Row

pytestmark = pytest.mark.django_db
__all__ = ["still"]
VERSION = tables.version(TODAY)


def imagined(scale=Scale.CREDIT, *, who=ANNA, in_days=0, **wishes):
    return facade.imagine(who.id, scale, wishes, in_days=in_days)


def test_nothing_supposed_and_no_day_later_is_the_score_there_is():
    heard(signal("a", "fulfilment", 9, 10, ago=3), signal("b", "violations", 0, 4))
    for scale in (Scale.CREDIT, Scale.SERVICE):
        found = imagined(scale)
        assert (found.score_now, found.score, found.day) == (scored(scale=scale), scored(scale=scale), TODAY)
        assert found.then == found.now and sum(found.now.values()) == found.score_now


def test_what_was_imagined_comes_true_when_it_happens():
    heard(signal("a", "fulfilment", 9, 10, ago=3))
    found = imagined(
        fulfilment=Wish(60, 5), returns=Wish(1_500_000, 200_000), violations=Wish(badly=3), verified=Wish(100),
        repeat=Wish(2, 4), content=Wish(5, 1),
    )  # fmt: skip
    heard(
        signal("f0", "fulfilment", 50, 50), signal("f1", "fulfilment", 10, 15, ago=1),
        signal("r0", "returns", 1_000_000, 1_000_000), signal("r1", "returns", 500_000, 700_000, ago=1),
        signal("v", "violations", 0, 3), signal("i", "verified", 10_000, 0), signal("m", "repeat", 2, 4),
        signal("c", "content", 5, 6),
    )  # fmt: skip
    assert scored() == found.score
    assert {one.code: one.points for one in facade.explain(ANNA.id, Scale.CREDIT).points} == found.then


def test_waiting_alone_lets_what_is_old_fade_and_the_days_here_count():
    heard(signal("v", "violations", 0, 10))
    found = imagined(in_days=90)
    assert found.day == TODAY + timedelta(days=90)
    assert found.then["violations"] > found.now["violations"] and found.then["tenure"] > found.now["tenure"]
    facade.rescore_due(now=T0 + timedelta(days=90))
    assert scored() == found.score


def test_the_day_takes_no_more_than_its_cap_and_the_window_no_more_than_its_days():
    one = VERSION.indicators["fulfilment"]
    days = rules.imagined(one, rules.Known(TODAY), Wish(10**9), TODAY).days["fulfilment"]
    assert len(days) == one.window_days + 1 and set(days.values()) == {(one.cap, one.cap)}


@pytest.mark.parametrize("code", [one.code for one in VERSION.indicators.values() if one.how is not How.SINCE])
def test_every_indicator_answers_to_the_best_and_to_the_worst_that_may_happen(code):
    heard(signal("a", "fulfilment", 9, 10, ago=3), signal("b", "spam", 0, 1), signal("c", "verified", 5000, 0))
    part = {one.indicator: one for one in VERSION.scales[Scale.CREDIT].parts}[code]
    how = VERSION.indicators[code].how
    best = {How.STATE: Wish(100), How.WEEKS: Wish(12), How.LESS: Wish(), How.RATE: Wish(10**10)}[how]
    worst = {How.STATE: Wish(), How.WEEKS: Wish(), How.LESS: Wish(badly=100), How.RATE: Wish(badly=10**10)}[how]
    assert imagined(in_days=83, **{code: worst}).then[code] == 0
    if how is not How.LESS:
        assert imagined(in_days=83, **{code: best}).then[code] == part.weight


@pytest.mark.parametrize("code", VERSION.indicators)
def test_a_wish_beyond_all_measure_is_the_most_there_can_be_and_is_answered_at_once(code):
    heard()
    found = imagined(**{code: Wish(10**10, 10**10)}).then[code]
    part = {one.indicator: one for one in VERSION.scales[Scale.CREDIT].parts}[code]
    assert 0 <= found <= part.weight


def test_it_is_kept_nowhere():
    heard(signal("a", "fulfilment", 9, 10, ago=3))
    before = list(Row.objects.values_list("key", flat=True))
    imagined(fulfilment=Wish(50), in_days=30)
    assert list(Row.objects.values_list("key", flat=True)) == before and scored() == imagined().score_now


def test_what_a_scale_does_not_weigh_and_who_is_not_known_are_refused():
    heard()
    with pytest.raises(UnknownIndicator):
        imagined(Scale.SERVICE, tenure=Wish(1))
    with pytest.raises(UnknownIndicator):
        imagined(luck=Wish(1))
    with pytest.raises(NoScore):
        imagined(Scale.SHOP, who=SHOP)

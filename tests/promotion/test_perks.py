"""T-07: benefits take effect where they belong: the freeze, the limits, what a month earns; nobody buys them."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.promotion.commission.sales import DAY, money, paid, publish, receive, sell
from tests.promotion.growth.test_path import known
from tests.promotion.money import earn
from tests.promotion.payouts.test_withdrawals import limits
from tests.promotion.people import promoter
from xintui.entrypoints import points_earning
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade as commission
from xintui.promotion.growth.contracts import LevelMoved
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import NotYours, Poster, PosterContent
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import CapReached
from xintui.promotion.promoters import facade as promoters
from xintui.trust.appeals.contracts import AppealDecided
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Earned, Effect, Perk, Standing
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Subject, SubjectKind

pytestmark = pytest.mark.django_db
REVIEWER = Principal("usr01REV", frozenset({Role.REVIEWER}), None, "复核", 1)
JOINED = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
TODAY = accounting_date(NOW)


def standing(n: int, *, credit: int, level: str = "junior"):
    one = promoter(n, at=JOINED)
    known(one, credit=credit)
    if level != "junior":
        promoters.set_level(one.id, level, actor="test", reason="promotion_rule", now=NOW)
    return one


def test_a_standing_is_the_score_and_the_level_and_many_cost_two_queries():
    a, b = standing(1, credit=845, level="gold"), promoter(2, at=JOINED)
    assert promoters.standings([a.id, b.id]) == {a.id: Standing(845, "gold"), b.id: Standing(0, "junior")}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = promoters.perks([a.id, b.id], today=TODAY)
    assert len(asked) == 2
    assert (found[a.id][Perk.DEPOSIT_RELIEF], found[b.id][Perk.DEPOSIT_RELIEF]) == (3000, 0)


def test_who_is_suspended_has_no_level_and_what_needs_one_is_gone():
    one = standing(1, credit=845, level="gold")
    promoters.suspend(one.id, actor="test", reason="own_request", now=NOW)
    assert promoters.perks([one.id], today=TODAY)[one.id][Perk.POINTS_OFFSET] == 0


@pytest.mark.parametrize(
    ("credit", "level", "freeze", "waits"),
    [
        (600, "junior", 15, 15),
        (770, "gold", 15, 13),
        (840, "gold", 15, 11),
        (840, "gold", 9, 7),  # never within the seven days of the law
        (840, "partner", 10, 7),
        (840, "gold", 5, 5),  # a plan may be shorter by itself: nothing is added, nothing taken
    ],
)
def test_trust_shortens_the_freeze_but_never_below_the_seven_days_of_the_law(credit, level, freeze, waits):
    one = standing(1, credit=credit, level=level)
    publish(freeze_days=freeze, at=NOW - 30 * DAY)
    sell(paid("ord1", ("lin1", 10_000), promoter=one.id, at=NOW))
    receive("ord1", "lin1", at=NOW)
    commission.release(now=NOW + waits * DAY - timedelta(seconds=1))
    assert money(one.id) == (1250, 0, 0)
    commission.release(now=NOW + waits * DAY)
    assert money(one.id) == (0, 1250, 0)


@pytest.mark.parametrize(
    ("credit", "level", "most_fen"), [(600, "junior", 1_000_00), (770, "junior", 1_500_00), (840, "gold", 2_000_00)]
)
def test_trust_raises_what_may_be_withdrawn_in_a_day(credit, level, most_fen):
    limits(payee_daily_fen=1_000_00)
    one = standing(1, credit=credit, level=level)
    earn(one.id, 3_000_00)
    payouts.submit(payouts.request(one.id, most_fen, now=NOW).id, now=NOW)
    other = standing(2, credit=credit, level=level)
    earn(other.id, 3_000_00)
    more = payouts.request(other.id, most_fen + 1_00, now=NOW)
    with pytest.raises(CapReached):
        payouts.submit(more.id, now=NOW)


def test_a_month_earns_for_what_was_kept_and_only_once():
    anna, bela = promoter(1, at=JOINED), promoter(2, at=JOINED)
    known(anna, fens=[30_000, 20_050, 10_000], at=OCTOBER)
    known(anna, fens=[-5_000], at=OCTOBER + 20 * DAY)  # of ord0, in November
    known(bela, fens=[99_999], at=OCTOBER)
    assert points_earning.settle_due(now=NOW.replace(day=14)) == 0, "a month is given on the 15th"
    given = points_earning.settle_due(now=NOW)
    assert given == 550 + 500 + 999
    assert points_earning.settle_due(now=NOW + DAY) == 0
    assert {(one.rule, one.points, one.says) for one in points.earnings(anna.id).items} == {
        ("sales", 550, "2026-10 净成交 ¥550.50，3 单"),
        ("clean", 500, "2026-10 成交 3 单，没有违规与判责投诉"),
    }
    assert [one.rule for one in points.earnings(bela.id).items] == ["sales"], "one order is no month's work"


def test_a_violation_costs_the_month():
    anna = promoter(1, at=JOINED)
    known(anna, fens=[30_000] * 3, at=OCTOBER)
    case = violations.report(Subject(SubjectKind.PROMOTER, anna.id), "undisclosed", "截图", by=SYSTEM, now=OCTOBER)
    violations.confirm(case.id, "核实", by=REVIEWER, now=OCTOBER + DAY)
    points_earning.settle_due(now=NOW)
    assert [one.rule for one in points.earnings(anna.id).items] == ["sales"]


def test_a_month_that_was_cut_off_goes_on_where_it_stopped():
    anna, bela = promoter(1, at=JOINED), promoter(2, at=JOINED)
    known(anna, fens=[30_000], at=OCTOBER)
    known(bela, fens=[20_000], at=OCTOBER)
    points_earning.settle([anna.id], OCTOBER.date().replace(day=1), now=NOW)
    assert points_earning.settle_due(now=NOW) == 300 + 200
    assert [points.account(one.id, today=TODAY).free for one in (anna, bela)] == [300, 200]


def test_a_level_counts_the_first_time_and_a_won_appeal_every_time():
    anna = promoter(1, at=JOINED)
    up = LevelMoved(anna.id, "junior", "gold", "金牌推客", True, OCTOBER.date(), OCTOBER)
    down = LevelMoved(anna.id, "gold", "junior", "初级推客", False, OCTOBER.date(), OCTOBER)
    points_earning.on_level([up, down, up], now=NOW)
    assert points.account(anna.id, today=TODAY).free == 2000
    told = ("credit", "12", "promoter", anna.id, "投诉")
    events = [AppealDecided(f"apl{n}", *told, granted, "核实", NOW) for n, granted in enumerate((True, False, True))]
    points_earning.on_appeal([*events, events[0]], now=NOW)
    assert points.account(anna.id, today=TODAY).free == 2000 + 2 * 300


def test_a_poster_for_print_is_for_those_whose_trust_brings_it_and_is_three_times_as_large():
    anna, bela = standing(1, credit=700, level="gold"), standing(2, credit=700)
    template = materials.house_posters()[0].template
    content = PosterContent("明前龙井", "¥99.00", "", "", "广告·推广赚佣金", "https://example.test/s/abc")
    made = Poster("v1", template, content)
    plain, large = (Image.open(io.BytesIO(one)) for one in (
        materials.draw(made), materials.draw_for_print(promoters.one(anna.id), "lnk1", made, form="png", now=NOW),
    ))  # fmt: skip
    assert large.size == tuple(3 * side for side in plain.size)
    assert [one.text for one in zxingcpp.read_barcodes(large)] == [content.address]
    with pytest.raises(NotYours):
        materials.draw_for_print(promoters.one(bela.id), "lnk1", made, form="png", now=NOW)


def test_who_has_not_that_trust_may_have_posters_of_one_link_for_points():
    bela = standing(2, credit=700)
    points.earn([Earned(bela.id, "sales/2026-10", "sales", 300, TODAY, "")], now=NOW)
    made = points.redeem(bela.id, "poster_print", points=300, by=SYSTEM, now=NOW)
    assert not materials.may_print(bela, "lnk1", now=NOW)
    points.use(made.id, bela.id, Effect.POSTER_PRINT, "lnk1", by=SYSTEM, now=NOW)
    assert materials.may_print(bela, "lnk1", now=NOW) and not materials.may_print(bela, "lnk2", now=NOW)

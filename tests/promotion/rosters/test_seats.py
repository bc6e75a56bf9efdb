"""P-02, T-07: a shop opens seats, trust goes first for half of them, the gate asks, the line moves in order."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.promotion.rosters.hands import (
    DAY,
    ENDS,
    HOUR,
    NOW,
    OPENS,
    OWNER,
    WHO,
    announced,
    gold,
    person,
    tea,
    written,
)
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.errors import DomainError
from xintui.kernel.states import NoSuchMove
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, TargetKind
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import facade, models
from xintui.promotion.rosters.contracts import (
    AlreadyOnRoster,
    BadRoster,
    Draft,
    EarlyGone,
    Full,
    May,
    NoSeat,
    NotAppealable,
    NotFull,
    NotOnSale,
    NotYet,
    RosterNotFound,
    SeatNeeded,
    SeatState,
    State,
)
from xintui.trust.appeals import facade as appeals
from xintui.trust.compliance.contracts import CopyRefused
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Limited, Subject, SubjectKind

pytestmark = pytest.mark.django_db
REVIEWER = Principal("usr01REV", frozenset({Role.REVIEWER}), None, "复核", 1)


@pytest.fixture(autouse=True)
def _still():
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def claim(roster, who, at=OPENS):
    return facade.claim(roster.id, who.id, by=WHO, now=at)


def wait(roster, who, at=OPENS):
    return facade.wait(roster.id, who.id, by=WHO, now=at)


def give_back(roster, who, at=OPENS):
    return facade.give_back(roster.id, who.id, by=WHO, now=at)


def state(roster, who, at=OPENS):
    mine = facade.mine(roster.id, who.id, now=at)[1]
    return mine.seat.state if mine.seat else None


def share(product, who, at, channel=Channel.MOMENTS):
    target = attribution.target(TargetKind.PRODUCT, product.id)
    return attribution.create_link(who.id, target, channel, now=at)


def heard(who):
    outbox.deliver_all(SUBSCRIPTIONS)
    return [(one.title, one.words) for one in notifications.mine(who.user_id).items if "名额" in one.title]


# -- the shop ----------------------------------------------------------------------------------------------------------


def test_a_shop_writes_one_down_changes_it_and_announces_it_and_then_it_stands():
    product = tea()
    made = written(product, seats=5)
    assert (made.state, made.early_seats, made.public_at) == (State.DRAFT, 2, OPENS - 3 * DAY)
    changed = facade.change(
        made.id, made.merchant_id, Draft(product.id, 8, OPENS, ENDS, ""), by=OWNER, now=NOW + HOUR
    )  # fmt: skip
    assert (changed.seats, changed.early_seats, changed.note) == (8, 4, "")
    out = facade.announce(made.id, made.merchant_id, by=OWNER, now=NOW + HOUR)
    assert (out.state, out.announced_at) == (State.ANNOUNCED, NOW + HOUR)
    with pytest.raises(NoSuchMove):
        facade.change(made.id, made.merchant_id, Draft(product.id, 9, OPENS, ENDS), by=OWNER, now=NOW)
    with pytest.raises(AlreadyOnRoster):
        facade.announce(written(product).id, made.merchant_id, by=OWNER, now=NOW)
    trail = [one.action for one in identity.audit_trail(after="", limit=9, object_id=made.id).items]
    assert sorted(trail) == ["rosters.announce", "rosters.change", "rosters.draft"]


def test_only_its_own_goods_with_words_that_may_be_said_and_in_time():
    product, other = tea(), tea("别家店")
    with pytest.raises(NotOnSale):
        facade.draft(product.merchant_id, Draft(other.id, 4, OPENS, ENDS), by=OWNER, now=NOW)
    with pytest.raises(CopyRefused):
        facade.draft(product.merchant_id, Draft(product.id, 4, OPENS, ENDS, "转发到群就领红包"), by=OWNER, now=NOW)
    made = written(product)
    with pytest.raises(RosterNotFound):
        facade.announce(made.id, other.merchant_id, by=OWNER, now=NOW)
    with pytest.raises(BadRoster):  # written down in time, announced too late
        facade.announce(made.id, made.merchant_id, by=OWNER, now=OPENS - HOUR)


# -- whose hour is when ------------------------------------------------------------------------------------------------


def test_trust_sees_it_earlier_and_goes_first_for_half_and_everybody_sees_why():
    first, plain = gold(1), person(2)
    roster = announced(tea(), seats=4)
    for who, day in ((first, OPENS - 6 * DAY), (plain, OPENS - 3 * DAY)):
        assert facade.ahead(who.id, now=day - HOUR)[1] == []
        with pytest.raises(RosterNotFound):
            facade.mine(roster.id, who.id, now=day - HOUR)
        assert [one.roster.id for one in facade.ahead(who.id, now=day)[1]] == [roster.id]
    told, mine = facade.mine(roster.id, first.id, now=OPENS - DAY)
    assert (told.standing.score, told.standing.level) == (800, "gold")
    assert (told.priority.value, told.priority.at, told.preview.value, told.preview.at) == (24, 0, 3, 1)
    assert (mine.own_from, mine.may) == (OPENS - DAY, May.CLAIM)
    told, mine = facade.mine(roster.id, plain.id, now=OPENS - DAY)
    assert (told.priority.value, told.priority.at, mine.own_from, mine.may) == (0, None, OPENS, May.NOTHING)
    assert "11月30日 12:00 起" in mine.says
    with pytest.raises(NotYet):
        claim(roster, plain, OPENS - DAY)
    taken = claim(roster, first, OPENS - DAY)
    assert taken.seat is not None
    assert (taken.seat.early, taken.seat.score, taken.seat.level, taken.seat.hours) == (True, 800, "gold", 24)


def test_half_is_left_for_everybody_however_many_may_go_early():
    early = [gold(n) for n in range(1, 4)]
    roster = announced(tea(), seats=4)
    claim(roster, early[0], OPENS - HOUR)
    claim(roster, early[1], OPENS - HOUR)
    with pytest.raises(EarlyGone) as refusal:
        claim(roster, early[2], OPENS - HOUR)
    assert str(refusal.value) == "提前名额（2）已领完；其余 2 个 11月30日 12:00 起对所有推客开放"
    give_back(roster, early[0], OPENS - HOUR)
    claim(roster, early[2], OPENS - HOUR)
    a, b, c = (person(n) for n in range(4, 7))
    claim(roster, a)
    claim(roster, b)
    with pytest.raises(Full):
        claim(roster, c)
    row = models.Roster.objects.get()
    assert (row.taken, row.early) == (4, 2)
    claim(roster, a)
    assert models.Roster.objects.get().taken == 4, "asking again keeps the one there is"


def test_the_database_itself_holds_both_limits():
    roster = announced(tea(), seats=4)
    for column, value in (("taken", 5), ("early", 3), ("early_seats", 4), ("waiting", -1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            models.Roster.objects.filter(id=roster.id).update(**{column: value})


# -- the gate ----------------------------------------------------------------------------------------------------------


def test_while_it_stands_new_links_need_a_seat_and_those_that_exist_go_on():
    had, has, none = person(1), person(2), person(3)
    product = tea()
    old = share(product, had, NOW)
    roster = announced(product, seats=2)
    with pytest.raises(SeatNeeded) as refusal:
        share(product, none, NOW + HOUR)
    assert refusal.value.code == "rosters.seat_needed"
    assert str(refusal.value) == (
        "「明前龙井」限量推广，新链接需要名额：2 个名额 11月30日 12:00 开放领取。您已有的链接照常计佣"
    )
    assert share(product, had, OPENS).id == old.id, "asking for a link that exists is no new one"
    with pytest.raises(SeatNeeded, match="还有 2 个名额"):
        share(product, had, OPENS, Channel.GROUP)
    claim(roster, has)
    made = share(product, has, OPENS + HOUR)
    assert models.Seat.objects.get(promoter_id=has.id).used_at == OPENS + HOUR
    share(product, has, OPENS + 2 * HOUR)
    assert models.Seat.objects.get(promoter_id=has.id).used_at == OPENS + HOUR, "the first one counts"
    claim(roster, none)
    with pytest.raises(SeatNeeded, match="2 个名额已满"):
        share(product, person(4), OPENS + HOUR)
    shop_link = attribution.create_link(
        person(5).id, attribution.target(TargetKind.SHOP, product.merchant_id), Channel.MOMENTS, now=OPENS + HOUR
    )  # fmt: skip
    assert shop_link.id != made.id, "a shop's link is no product's"
    assert share(product, person(6), ENDS).id, "over is over, whether the worker has looked or not"


def test_many_links_cost_one_look_at_rosters():
    product = tea()
    share(product, person(1), NOW)
    with CaptureQueriesContext(connection) as asked:
        share(product, person(2), NOW)
    assert sum("rosters_" in one["sql"] for one in asked) == 1


# -- the line ----------------------------------------------------------------------------------------------------------


def test_who_waits_has_it_in_order_and_is_told():
    a, b, c, d, e = (person(n) for n in range(1, 6))
    roster = announced(tea(), seats=2)
    claim(roster, a)
    with pytest.raises(NotFull):
        wait(roster, b)
    claim(roster, b)
    for n, who in enumerate((c, d, e)):
        assert wait(roster, who, OPENS + n * HOUR).ahead == n
    assert wait(roster, d).ahead == 1, "standing there already"
    promoters.suspend(c.id, actor="test", reason="own_request", now=OPENS)
    give_back(roster, a, OPENS + DAY)
    assert [state(roster, who, OPENS + DAY) for who in (a, c, d, e)] == [
        SeatState.RETURNED, SeatState.WAITING, SeatState.HELD, SeatState.WAITING,
    ]  # fmt: skip
    assert heard(d) == [
        ("候补到推广名额", "「明前龙井」空出一个名额，按候补顺序归您。请在 12-04 12:00 前生成链接，否则回到名单。")
    ]
    assert heard(e) == []
    give_back(roster, e, OPENS + DAY)
    assert state(roster, e, OPENS + DAY) is SeatState.LEFT
    with pytest.raises(NoSeat):
        give_back(roster, e, OPENS + DAY)
    row = models.Roster.objects.get()
    assert (row.taken, row.waiting) == (2, 1)


def test_a_seat_that_nobody_uses_goes_back_and_a_human_may_be_asked():
    a, b, c = (person(n) for n in range(1, 4))
    product = tea()
    roster = announced(product, seats=2)
    claim(roster, a)
    claim(roster, b)
    wait(roster, c)
    share(product, b, OPENS + HOUR)
    with pytest.raises(NotAppealable):
        facade.appeal(roster.id, a.id, "还没有被收回", by=WHO, now=OPENS)
    assert facade.lapse_due(now=OPENS + 72 * HOUR - timedelta(seconds=1)) == 0
    assert facade.lapse_due(now=OPENS + 72 * HOUR) == 1
    assert facade.lapse_due(now=OPENS + 72 * HOUR) == 0
    assert [state(roster, who, OPENS + 72 * HOUR) for who in (a, b, c)] == [
        SeatState.LAPSED, SeatState.HELD, SeatState.HELD,
    ]  # fmt: skip
    assert heard(a)[0] == (
        "推广名额已收回",
        "「明前龙井」的名额 72 小时内没有生成链接，已回到名单。已有链接照常计佣；有异议可以申诉。",
    )
    later = OPENS + 80 * HOUR
    filed = facade.appeal(roster.id, a.id, "那三天平台打不开，生成不了链接", by=WHO, now=later)
    assert filed.title == "收回推广名额：明前龙井"
    appeals.decide(filed.id, True, "核实当时系统故障", by=REVIEWER, now=later)
    outbox.deliver_all(SUBSCRIPTIONS)
    mine = facade.mine(roster.id, a.id, now=later)[1]
    assert mine.seat is not None
    assert (mine.seat.state, mine.ahead) == (SeatState.WAITING, 0), "nobody loses hers by it: first in the line"
    wait(roster, person(4), later)
    give_back(roster, c, later)
    assert state(roster, a, later) is SeatState.HELD


def test_the_shop_calls_it_off_and_tells_everybody_and_links_are_free_again():
    a, b, c, free = (person(n) for n in range(1, 5))
    product = tea()
    roster = announced(product, seats=2)
    claim(roster, a)
    claim(roster, b)
    wait(roster, c)
    facade.cancel(roster.id, roster.merchant_id, "货源不足", by=OWNER, now=OPENS + HOUR)
    words = "商家取消了「明前龙井」的推广名额：货源不足。已有链接照常计佣，现在生成新链接不需要名额。"
    for who in (a, b, c):
        assert heard(who) == [("推广名额已取消", words)]
        assert state(roster, who, OPENS + HOUR) is SeatState.OVER
    assert share(product, free, OPENS + HOUR).id
    with pytest.raises(DomainError):
        claim(roster, free, OPENS + HOUR)


def test_it_opens_and_ends_by_its_own_times():
    a = person(1)
    roster = announced(tea(), seats=2)
    assert facade.move_due(now=OPENS - HOUR) == 0
    assert facade.move_due(now=OPENS) == 1
    assert facade.one(roster.id).state is State.OPEN
    claim(roster, a)
    assert facade.lapse_due(now=ENDS) == 0, "what is about to end takes nothing back"
    assert facade.move_due(now=ENDS) == 1
    assert facade.one(roster.id).state is State.CLOSED
    assert state(roster, a, ENDS) is SeatState.OVER


def test_who_may_make_no_links_takes_no_seat_and_who_leaves_gives_hers_back():
    a, b, c = (person(n) for n in range(1, 4))
    roster = announced(tea(), seats=2)
    subject = Subject(SubjectKind.PROMOTER, a.id)
    case = violations.report(subject, "undisclosed", "截图", by=WHO, now=OPENS - 9 * DAY)
    violations.confirm(case.id, "核实", by=REVIEWER, now=OPENS - 9 * DAY)
    with pytest.raises(Limited):
        claim(roster, a, OPENS - 9 * DAY + 9 * DAY)
    claim(roster, b)
    facade.forget(b.user_id, now=OPENS + HOUR)
    assert models.Roster.objects.get().taken == 0
    claim(roster, c, OPENS + HOUR)


def test_the_file_says_who_sits_there():
    a, b, c = (gold(1), person(2), person(3))
    roster = announced(tea(), seats=2)
    claim(roster, a, OPENS - HOUR)
    claim(roster, b)
    wait(roster, c)
    rows = list(csv.reader(io.StringIO(facade.export(roster.id, roster.merchant_id, by=OWNER).lstrip("\ufeff"))))
    assert rows[0][:4] == ["推客号", "名称", "状态", "提前领取"]
    assert sorted((row[0], row[2], row[3]) for row in rows[1:]) == sorted(
        [(a.id, "持有名额", "是"), (b.id, "持有名额", ""), (c.id, "候补中", "")]
    )


def test_a_list_costs_the_same_however_long_it_is():
    who = gold(1)
    counts = []
    for n in range(4):
        roster = announced(tea(f"茶行{n}"), seats=2)
        claim(roster, who, OPENS - HOUR)
        with CaptureQueriesContext(connection) as asked:
            assert len(facade.ahead(who.id, now=OPENS - HOUR)[1]) == n + 1
        counts.append(len(asked))
    assert len(set(counts[1:])) == 1, counts
    assert counts[-1] <= 9

"""传播层级: whose hands a link went through, whose share brought the maker of a link, and what the tree counts."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test.utils import CaptureQueriesContext

from tests.promotion.people import NOW, promoter
from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, PaidLine
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import BadRange, Channel, Landing, ShareLink, Target, TargetKind, Visitor
from xintui.promotion.attribution.models import Branch, Sale, Touch
from xintui.promotion.promoters.contracts import NoSuchPromoter, Promoter

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
TEA = Target(TargetKind.PRODUCT, "prdtea", "mchtea", "明前龙井")
RICE = Target(TargetKind.PRODUCT, "prdrice", "mchrice", "大米")
HOME = Target(TargetKind.HOME, "home", "", "信推好物")
MINUTE = timedelta(minutes=1)
TODAY = date(2026, 11, 23)


def link(one: Promoter, channel: Channel = Channel.MOMENTS, target: Target = TEA, at: int = 0) -> ShareLink:
    return attribution.create_link(one.id, target, channel, now=NOW + at * MINUTE)


def opened(made: ShareLink, who: str, via: str = "", *, buyer: str = "", at: int = 1) -> Landing:
    return attribution.touch(made.code, Visitor(who, buyer, PHONE), now=NOW + at * MINUTE, via=via)


def bought(order_id: str, buyer: str, who: str, *, at: int = 30) -> None:
    """Whoever opened the link buys; whose order it is, attribution says."""
    found = attribution.freeze(buyer, who, ["mchtea"], now=NOW + at * MINUTE)["mchtea"]
    line = PaidLine(f"{order_id}1", "prdtea", "", "tea", 1, 60_00, found.promoter_id, found.attribution_id, "")
    attribution.on_order_paid([OrderPaid(order_id, "mchtea", buyer, "CNY", NOW + at * MINUTE, (line,))])


def tree(one: Promoter, since: date = TODAY, until: date = TODAY) -> list[tuple[int, str, int, int, int, int]]:
    spots = attribution.spread(one.id, since=since, until=until).spots
    return [(s.depth, s.channel.value, s.reach, s.clicks, s.orders, s.own_orders) for s in spots]


def depth_of(landing: Landing) -> int:
    return Touch.objects.get(id=landing.touch_id).depth


# -- through whose hands ------------------------------------------------------------------------------------------


def test_each_pair_of_hands_is_one_deeper_and_the_fourth_is_not_counted() -> None:
    one = promoter(1)
    made = link(one)
    first = opened(made, "v1")
    second = opened(made, "v2", first.mark)
    third = opened(made, "v3", second.mark)
    fourth = opened(made, "v4", third.mark)
    fifth = opened(made, "v5", fourth.mark)
    assert [depth_of(it) for it in (first, second, third, fourth, fifth)] == [1, 2, 3, 0, 0]
    assert tree(one) == [(1, "moments", 1, 1, 0, 0), (2, "moments", 1, 1, 0, 0), (3, "moments", 1, 1, 0, 0)]
    assert attribution.link(one.id, made.id).clicks == 5


def test_whoever_opens_again_what_he_passed_on_stands_where_he_stood() -> None:
    made = link(promoter(1))
    second = opened(made, "v2", opened(made, "v1").mark)
    again = opened(made, "v2", second.mark, at=5)
    assert (depth_of(again), Touch.objects.get(id=again.touch_id).parent_id) == (
        2,
        Touch.objects.get(id=second.touch_id).parent_id,
    )


def test_a_mark_that_is_made_up_or_of_another_link_says_nothing() -> None:
    one, two = promoter(1), promoter(2)
    theirs = opened(link(two), "v1")
    other = opened(link(one, Channel.LIVE), "v1")
    made = link(one)
    found = [opened(made, f"w{n}", via) for n, via in enumerate(["tch00", theirs.mark, other.mark, "x" * 32])]
    assert [depth_of(it) for it in found] == [1, 1, 1, 1]


def test_a_click_that_did_not_count_has_no_mark_to_pass_on() -> None:
    made = link(promoter(1))
    assert opened(made, "v1").mark
    assert opened(made, "v1").mark == ""
    assert attribution.touch(made.code, Visitor("v2", "", "curl/8"), now=NOW).mark == ""


# -- by whose share ---------------------------------------------------------------------------------------------------


def test_a_link_made_by_somebody_who_came_by_a_share_hangs_below_it_and_a_third_below_that() -> None:
    one, two, three, four = (promoter(n) for n in range(1, 5))
    opened(link(one, Channel.GROUP), "v2", buyer=two.user_id, at=1)
    opened(link(two, Channel.LIVE, at=2), "v3", buyer=three.user_id, at=3)
    opened(link(three, Channel.VIDEO, at=4), "v4", buyer=four.user_id, at=5)
    opened(link(four, Channel.VIDEO, at=6), "v5", at=7)
    assert tree(one) == [(1, "group", 1, 1, 0, 0), (2, "group", 1, 1, 0, 0), (3, "group", 1, 1, 0, 0)]
    assert tree(two) == [(1, "live", 1, 1, 0, 0), (2, "live", 1, 1, 0, 0), (3, "live", 1, 1, 0, 0)]
    assert tree(four) == [(1, "video", 1, 1, 0, 0)]


def test_hands_and_links_add_up() -> None:
    one, two = promoter(1), promoter(2)
    made = link(one)
    opened(made, "v2", opened(made, "v1", at=1).mark, buyer=two.user_id, at=2)  # the maker stands on depth 2
    theirs = link(two, at=3)
    third = opened(theirs, "v3", at=4)
    opened(theirs, "v4", third.mark, at=5)  # would be the fourth
    assert [row[:2] + row[2:4] for row in tree(one)] == [
        (1, "moments", 1, 1),
        (2, "moments", 1, 1),
        (3, "moments", 1, 1),
    ]
    assert Branch.objects.get().depth == 2


def test_only_the_last_share_before_the_link_counts_and_only_within_the_window_and_the_shop() -> None:
    one, two, late = promoter(1), promoter(2), promoter(3)
    opened(link(one), "v3", buyer=late.user_id, at=1)
    opened(link(two, at=1), "v3", buyer=late.user_id, at=2)
    link(late, at=3)
    assert [(row.promoter_id, row.depth) for row in Branch.objects.all()] == [(two.id, 1)]
    link(late, target=RICE, at=4)  # another shop: nobody's share led there
    link(late, Channel.LIVE, at=60 * 24 * 90)  # long after
    link(late, target=HOME, at=5)  # the platform's home: any share led there
    assert Branch.objects.count() == 2
    opened(link(two, target=HOME, at=6), "v4", buyer=promoter(4).user_id, at=7)
    link(promoter_of(4), target=RICE, at=8)  # a home page covers every shop
    assert Branch.objects.filter(promoter_id=two.id).count() == 3


def promoter_of(n: int) -> Promoter:
    from xintui.promotion.promoters import facade as promoters

    found = promoters.by_user(f"usr{n:08d}")
    assert found is not None
    return found


def test_two_who_share_to_each_other_are_not_below_themselves() -> None:
    one, two = promoter(1), promoter(2)
    opened(link(one), "v2", buyer=two.user_id, at=1)
    opened(link(two, at=2), "v1", buyer=one.user_id, at=3)
    link(one, Channel.LIVE, at=4)
    assert sorted(Branch.objects.values_list("promoter_id", "maker_id")) == sorted([(one.id, two.id), (two.id, one.id)])


def test_an_anonymous_visit_on_a_device_that_became_theirs_is_how_they_came() -> None:
    one, two = promoter(1), promoter(2)
    opened(link(one), "v2", at=1)
    attribution.identify("v2", two.user_id, now=NOW)
    link(two, at=2)
    assert Branch.objects.get().promoter_id == one.id


def test_branches_are_facts() -> None:
    opened(link(promoter(1)), "v2", buyer=promoter(2).user_id)
    link(promoter_of(2), at=2)
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Branch.objects.update(depth=2)


# -- what the tree counts --------------------------------------------------------------------------------------------


def test_orders_stand_where_the_click_that_decided_stood_and_say_whose_they_are() -> None:
    one, two = promoter(1), promoter(2)
    made = link(one, Channel.GROUP)
    first = opened(made, "v1", at=1)
    opened(made, "v2", first.mark, buyer=two.user_id, at=2)
    bought("ord1", "usrbuyer1", "v1")
    third = opened(made, "v3", first.mark, at=3)
    bought("ord2", "usrbuyer3", "v3")
    opened(made, "v6", third.mark, at=4)
    opened(link(two, Channel.LIVE, at=5), "v4", at=6)
    bought("ord3", "usrbuyer4", "v4")
    assert tree(one) == [
        (1, "group", 1, 1, 1, 1),
        (2, "group", 2, 2, 1, 1),
        (3, "group", 2, 2, 1, 0),  # the promoter of the second depth sold it, and hers it is
    ]
    assert tree(two) == [(1, "live", 1, 1, 1, 1)]
    assert Sale.objects.get(order_id="ord2").depth == 2
    assert Sale.objects.get(order_id="ord3").promoter_id == two.id
    attribution.record_refunds([LineRefunded("ref1", "ord2", "ord21", "mchtea", 1_00, NOW + timedelta(hours=2))])
    assert tree(one)[1] == (2, "group", 2, 2, 1, 1)


def test_a_visitor_is_counted_once_where_he_came_nearest() -> None:
    one = promoter(1)
    made, live = link(one), link(one, Channel.LIVE)
    far = opened(made, "v2", opened(made, "v1", at=1).mark, at=2)
    assert depth_of(far) == 2
    opened(live, "v2", at=3)
    opened(live, "v2", at=4)
    assert tree(one) == [(1, "live", 1, 2, 0, 0), (1, "moments", 1, 1, 0, 0), (2, "moments", 0, 1, 0, 0)]


def test_what_she_opens_and_buys_herself_is_not_reach() -> None:
    one, two = promoter(1), promoter(2)
    made = link(one)
    opened(made, "v1", buyer=one.user_id, at=1)
    opened(made, "v1", at=2)  # the same device, logged out
    opened(made, "v2", buyer=two.user_id, at=3)
    opened(link(two, at=4), "v1", at=5)
    bought("ord1", one.user_id, "v9", at=2)
    assert tree(one) == [(1, "moments", 1, 1, 0, 0)]


def test_days_are_those_of_shanghai_and_both_ends_count() -> None:
    one = promoter(1)
    made = link(one)
    opened(made, "v1", at=0)
    opened(made, "v2", at=60 * 12)  # half past midnight in Shanghai is another day
    assert [len(tree(one, TODAY + timedelta(days=n), TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)] == [0, 1, 1, 0]
    assert tree(one, TODAY, TODAY + timedelta(days=1)) == [(1, "moments", 2, 2, 0, 0)]


def test_orders_of_locked_customers_are_told_apart() -> None:
    one = promoter(1)
    line = PaidLine("ord11", "prdtea", "", "tea", 1, 60_00, one.id, "", "")
    attribution.on_order_paid([OrderPaid("ord1", "mchtea", "usrbuyer", "CNY", NOW, (line,))])
    found = attribution.spread(one.id, since=TODAY, until=TODAY)
    assert (found.spots, found.locked_orders) == ((), 1)


@pytest.mark.parametrize(("since", "until"), [(TODAY, TODAY - timedelta(days=1)), (date(2025, 1, 1), TODAY)])
def test_days_in_the_wrong_order_or_too_many_are_refused(since: date, until: date) -> None:
    with pytest.raises(BadRange):
        attribution.spread(promoter(1).id, since=since, until=until)


def test_nobody_has_no_tree() -> None:
    with pytest.raises(NoSuchPromoter):
        attribution.spread("pro0", since=TODAY, until=TODAY)


def test_a_tree_of_fifty_costs_as_many_statements_as_one_of_one() -> None:
    one = promoter(1)
    made = link(one)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            attribution.spread(one.id, since=TODAY, until=TODAY)
        return len(seen)

    mark = opened(made, "v0").mark
    few = cost()
    for n in range(1, 51):
        mark = opened(made, f"v{n}", mark if n % 2 else "").mark
    assert (few, cost()) == (2, 2)

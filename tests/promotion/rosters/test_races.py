"""Real connections against each other: the last seats, the early share, one seat each, a seat used while it lapses."""

import pytest
from django.db import transaction

from tests.promotion.commission.test_races import together
from tests.promotion.conftest import committed  # noqa: F401
from tests.promotion.rosters.hands import HOUR, OPENS, OWNER, WHO, announced, gold, person, tea
from xintui.infra import tenancy
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, TargetKind
from xintui.promotion.rosters import facade, models
from xintui.promotion.rosters.contracts import EarlyGone, Full, Mine, SeatNeeded, SeatState


@pytest.fixture(autouse=True)
def _real(committed: str):  # noqa: F811
    with tenancy.as_platform():
        yield


def looked(question):
    with transaction.atomic():  # the wall shows nothing outside of one
        return question()


def claim(roster, who, at=OPENS):
    return lambda: facade.claim(roster.id, who.id, by=WHO, now=at)


def made(seats, people):
    with transaction.atomic():
        found = [people(n) for n in range(1, 9)]
        return announced(tea(), seats=seats), found


def test_three_seats_for_eight_who_come_at_once():
    roster, people = made(3, person)
    answers = together(*(claim(roster, who) for who in people))
    assert sum(isinstance(one, Mine) for one in answers) == 3
    assert sum(isinstance(one, Full) for one in answers) == 5
    row = looked(models.Roster.objects.get)
    assert (row.taken, looked(models.Seat.objects.filter(state="held").count)) == (3, 3)


def test_the_early_share_for_eight_who_may_all_go_early():
    roster, people = made(6, gold)
    answers = together(*(claim(roster, who, OPENS - HOUR) for who in people))
    assert sum(isinstance(one, Mine) for one in answers) == 3
    assert sum(isinstance(one, EarlyGone) for one in answers) == 5
    assert looked(models.Roster.objects.get).early == 3


def test_the_same_promoter_eight_times_at_once_has_one_seat():
    roster, people = made(3, person)
    answers = together(*[claim(roster, people[0])] * 8)
    assert all(isinstance(one, Mine) for one in answers)
    assert looked(models.Roster.objects.get).taken == 1


def test_two_give_back_while_four_stand_in_line_and_two_have_it():
    roster, people = made(2, person)
    for who in people[:2]:
        claim(roster, who)()
    together(
        *(lambda who=who: facade.wait(roster.id, who.id, by=WHO, now=OPENS) for who in people[2:6]),
        *(lambda who=who: facade.give_back(roster.id, who.id, by=WHO, now=OPENS) for who in people[:2]),
    )
    row = looked(models.Roster.objects.get)
    held = looked(lambda: set(models.Seat.objects.filter(state="held").values_list("promoter_id", flat=True)))
    assert row.taken == len(held) <= 2
    assert not held & {who.id for who in people[:2]}
    assert row.waiting == looked(models.Seat.objects.filter(state="waiting").count)
    assert not (row.waiting and row.taken < row.seats)


@pytest.mark.parametrize("round_", range(3))
def test_a_seat_is_used_or_taken_back_and_never_both(round_):
    roster, people = made(2, person)
    claim(roster, people[0])()
    late = OPENS + 72 * HOUR

    def link():
        target = looked(lambda: attribution.target(TargetKind.PRODUCT, roster.product_id))
        return attribution.create_link(people[0].id, target, Channel.MOMENTS, now=late)

    linked, *_ = together(link, lambda: facade.lapse_due(now=late), lambda: facade.move_due(now=late))
    seat = looked(models.Seat.objects.get)
    assert (seat.state, isinstance(linked, ShareLink)) in {(SeatState.HELD, True), (SeatState.LAPSED, False)}
    assert isinstance(linked, (ShareLink, SeatNeeded))


def test_a_shop_that_calls_it_off_while_people_come_leaves_nobody_sitting():
    roster, people = made(4, person)
    together(
        *(claim(roster, who) for who in people[:5]),
        lambda: facade.cancel(roster.id, roster.merchant_id, "缺货", by=OWNER, now=OPENS),
    )
    assert looked(models.Seat.objects.filter(state__in=["held", "waiting"]).count) == 0

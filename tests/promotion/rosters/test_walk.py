"""Taking, waiting, giving back, lapsing and linking in any order: every count is what the rows say, and within."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.promotion.rosters.hands import HOUR, OPENS, WHO, announced, gold, person, tea
from xintui.kernel.errors import DomainError
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, TargetKind
from xintui.promotion.rosters import facade, models
from xintui.promotion.rosters.contracts import SeatState

pytestmark = pytest.mark.django_db

STEP = st.tuples(st.sampled_from(["claim", "wait", "give_back", "lapse", "link"]), st.integers(0, 5), st.integers(0, 9))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
def test_any_order_of_taking_giving_lapsing_and_waiting_keeps_every_count(steps):
    try:
        with transaction.atomic():
            _walk(steps)
            raise _Undone
    except _Undone:
        pass


class _Undone(Exception):
    """One example leaves nothing for the next."""


def _walk(steps):
    people = [gold(n) if n < 3 else person(n) for n in range(1, 7)]
    product = tea()
    roster = announced(product, seats=3)
    at = OPENS - 26 * HOUR
    for verb, n, hours in steps:
        at += hours * HOUR
        who = people[n]
        try:
            match verb:
                case "claim":
                    facade.claim(roster.id, who.id, by=WHO, now=at)
                case "wait":
                    facade.wait(roster.id, who.id, by=WHO, now=at)
                case "give_back":
                    facade.give_back(roster.id, who.id, by=WHO, now=at)
                case "lapse":
                    facade.lapse_due(now=at)
                case "link":
                    target = attribution.target(TargetKind.PRODUCT, product.id)
                    attribution.create_link(who.id, target, Channel.MOMENTS, now=at)
        except DomainError:
            pass
        row = models.Roster.objects.get()
        held = models.Seat.objects.filter(state=SeatState.HELD)
        assert row.taken == held.count() <= row.seats
        assert row.early == held.filter(early=True).count() <= row.early_seats
        waiting = models.Seat.objects.filter(state=SeatState.WAITING).count()
        assert row.waiting == waiting
        assert not (waiting and row.taken < row.seats), "nobody waits beside a free seat"

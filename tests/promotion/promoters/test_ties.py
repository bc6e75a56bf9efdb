"""我的团队 and 关系查询: one's own part of the sponsor relation, masked; of others nothing at all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promotion.people import NOW, applied, promoter
from xintui.foundation.identity.models import User
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters import models
from xintui.promotion.promoters.contracts import Promoter, State

pytestmark = pytest.mark.django_db


def account(one: Promoter, phone: str) -> Promoter:
    User.objects.create(id=one.user_id, display_name="张小明", phone=phone, created_at=NOW)
    return one


def test_ties_say_through_whom_since_when_and_how_many() -> None:
    top = account(promoter(1), "13800001111")
    mine = promoter(2, sponsor=top.id, at=NOW + timedelta(days=1))
    below = applied(3, sponsor=top.id, at=NOW + timedelta(days=2))
    told = promoters.ties(mine.id, now=NOW)
    assert told.sponsor is not None
    assert (told.code, told.direct, told.further, told.active, told.max_depth) == (mine.id[-8:], 0, 0, 0, 1)
    assert (told.sponsor.code, told.sponsor.display_name, told.sponsor.phone) == (top.id[-8:], "张**", "138****1111")
    assert (told.sponsor.since, told.sponsor.source) == (NOW + timedelta(days=1), "poster")
    above = promoters.ties(top.id, now=NOW)
    assert (above.sponsor, above.direct, above.further) == (None, 2, 0)
    assert above.active == 1 + below.is_active


def test_the_team_is_found_by_what_is_shown_and_by_state() -> None:
    top = promoter(1)
    one = account(promoter(2, sponsor=top.id), "13900002222")
    two = account(promoter(3, sponsor=top.id), "13700003333")
    promoters.suspend(two.id, reason="approved", actor="usrops", note="", now=NOW)
    account(promoter(4), "13600002222")  # nobody of hers

    def found(text: str = "", state: State | None = None) -> list[str]:
        return [member.promoter_id for member in promoters.team(top.id, text=text, state=state).items]

    assert found() == sorted([one.id, two.id])
    assert found("2222") == [one.id] and found(one.id[-8:].lower()) == [one.id]
    assert found("张**") == found("张") == sorted([one.id, two.id])
    assert found("张小明") == found("13900002222") == found("李") == []  # only what is shown
    assert found(state=State.SUSPENDED) == [two.id]
    assert promoters.team(top.id).items[0].phone in {"139****2222", "137****3333"}


def test_a_relation_is_told_in_both_directions_and_a_strangers_like_nobodys() -> None:
    models.Policy.objects.create(
        version="three", effective_from=NOW.date(), max_depth=3, min_age=18, source="test", verified_on=NOW.date()
    )
    top = account(promoter(1), "13800001111")
    mine = account(promoter(2, sponsor=top.id, at=NOW + timedelta(days=1)), "13900001111")
    low = account(promoter(3, sponsor=mine.id, at=NOW + timedelta(days=2)), "13700001111")
    stranger = account(promoter(4), "13600001111")

    def asked(who: Promoter, text: str) -> list[tuple[bool, int, str]]:
        return [(bond.above, bond.distance, bond.phone) for bond in promoters.bonds(who.id, text)]

    assert asked(mine, "1111") == [(True, 1, "138****1111"), (False, 1, "137****1111")]
    assert asked(top, low.id[-8:]) == [(False, 2, "137****1111")]
    assert asked(low, top.id) == [(True, 2, "138****1111")]
    assert asked(mine, stranger.id[-8:]) == asked(mine, "ZZZZZZZZ") == asked(stranger, "1111") == []
    assert asked(mine, "13700001111") == []  # a whole number is tried against nothing
    (bond,) = promoters.bonds(low.id, top.id[-8:])
    assert bond.since == NOW + timedelta(days=2)
    assert (promoters.ties(top.id, now=NOW).direct, promoters.ties(top.id, now=NOW).further) == (1, 1)


def test_a_team_of_thirty_costs_as_many_statements_as_one_of_one() -> None:
    top = promoter(1)
    account(promoter(2, sponsor=top.id), "13900002222")

    def cost() -> list[int]:
        counts = []
        for ask in (lambda: promoters.team(top.id, text="2222"), lambda: promoters.ties(top.id, now=NOW),
                    lambda: promoters.bonds(top.id, "2222")):  # fmt: skip
            with CaptureQueriesContext(connection) as seen:
                ask()
            counts.append(len(seen))
        return counts

    few = cost()
    for n in range(3, 33):
        account(promoter(n, sponsor=top.id), f"139{n:04d}2222")
    assert few == cost() == [4, 3, 4]

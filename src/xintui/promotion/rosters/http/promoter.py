"""/me/rosters/…: what is announced, from which hour it is one's own, and taking, waiting, giving back.

Each deed answers with how the roster stands afterwards, in its own transaction: outside of one the wall shows nothing.
"""

from datetime import datetime
from typing import Annotated, Any, Final

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Text
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.contracts import May, Mine, Turn
from xintui.promotion.rosters.http.shapes import RosterOut, SeatOut
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About
from xintui.trust.appeals.contracts import State as AppealState

router: Final = Router(tags=["推广名额"])


class RungOut(Out):
    score: int
    level: str
    value: int
    says: str


class PerkOut(Out):
    """`at`: which rung counts; null: none yet."""

    code: str
    title: str
    now_says: str
    value: int
    at: int | None
    rungs: list[RungOut]


class TurnOut(Out):
    """Why your hour is what it is: your score and level, and which rung of both benefits they reach."""

    score: int
    level: str
    priority: PerkOut
    preview: PerkOut
    public_days: int
    early_share_bp: int
    source: str


class OwnRosterOut(RosterOut):
    """`own_from`: your hour; `says`: why nothing can be done now; `ahead`: how many wait before you."""

    own_from: datetime
    may: May
    says: str
    ahead: int
    seat: SeatOut | None
    appeal: AppealState | None


class OwnRostersOut(Out):
    turn: TurnOut
    items: list[OwnRosterOut]


class OneRosterOut(OwnRosterOut):
    turn: TurnOut


class RosterAppealIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


def _me(request: HttpRequest) -> tuple[Principal, str]:
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return principal, promoters.active_by_user(principal.user_id).id


def _turn(told: Turn) -> dict[str, Any]:
    terms = facade.terms(accounting_date(clock.now()))
    return {
        "score": told.standing.score, "level": told.standing.level, "priority": told.priority, "preview": told.preview,
        "public_days": terms.public_days, "early_share_bp": terms.early_share_bp, "source": terms.source,
    }  # fmt: skip


def _out(found: list[Mine]) -> list[dict[str, Any]]:
    """With the appeals against what was taken back; one query whatever the number."""
    there = appeals.about(About.ROSTER, [one.seat.id for one in found if one.seat])
    made = []
    for one in found:
        appeal = there.get(one.seat.id) if one.seat else None
        mine = {
            "own_from": one.own_from, "may": one.may, "says": one.says, "ahead": one.ahead,
            "seat": SeatOut.from_orm(one.seat) if one.seat else None, "appeal": appeal.state if appeal else None,
        }  # fmt: skip
        made.append(RosterOut.from_orm(one.roster).model_dump() | mine)
    return made


def _one(roster_id: str, promoter_id: str) -> dict[str, Any]:
    told, found = facade.mine(roster_id, promoter_id, now=clock.now())
    return _out([found])[0] | {"turn": _turn(told)}


@router.get("/me/rosters", response=OwnRostersOut)
def ahead(request: HttpRequest) -> dict[str, Any]:
    """What is announced or open and visible to you, the next to open first; then those where you have had a seat."""
    told, found = facade.ahead(_me(request)[1], now=clock.now())
    return {"turn": _turn(told), "items": _out(found)}


@router.get("/me/rosters/{roster_id}", response=OneRosterOut)
def mine(request: HttpRequest, roster_id: Id) -> dict[str, Any]:
    """One of them: your hour, why it is that one, and what you can do now."""
    return _one(roster_id, _me(request)[1])


@router.post("/me/rosters/{roster_id}/claim", response=OneRosterOut)
@transaction.atomic
def claim(request: HttpRequest, roster_id: Id) -> dict[str, Any]:
    """Take a seat; asking again keeps the one you have. It costs nothing."""
    who, promoter_id = _me(request)
    facade.claim(roster_id, promoter_id, by=who, now=clock.now())
    return _one(roster_id, promoter_id)


@router.post("/me/rosters/{roster_id}/wait", response=OneRosterOut)
@transaction.atomic
def wait(request: HttpRequest, roster_id: Id) -> dict[str, Any]:
    """Stand in line: when a seat falls free it is yours in order, and you are told."""
    who, promoter_id = _me(request)
    facade.wait(roster_id, promoter_id, by=who, now=clock.now())
    return _one(roster_id, promoter_id)


@router.post("/me/rosters/{roster_id}/give-back", response=OneRosterOut)
@transaction.atomic
def give_back(request: HttpRequest, roster_id: Id) -> dict[str, Any]:
    """Give the seat back or leave the line; links you have made go on counting."""
    who, promoter_id = _me(request)
    facade.give_back(roster_id, promoter_id, by=who, now=clock.now())
    return _one(roster_id, promoter_id)


@router.post("/me/rosters/{roster_id}/appeal", response=OneRosterOut)
@transaction.atomic
def appeal(request: HttpRequest, roster_id: Id, body: RosterAppealIn) -> dict[str, Any]:
    """Say why your seat should not have been taken back; a human answers within 72 hours."""
    who, promoter_id = _me(request)
    facade.appeal(roster_id, promoter_id, body.words, by=who, now=clock.now())
    return _one(roster_id, promoter_id)

"""The locked member, and every move of points: the counter of the row and the ledger change together."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import F

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import POINTS, Account, Kind, Move, Posting
from xintui.trust.points.contracts import TooFewPoints
from xintui.trust.points.models import Member

PLATFORM: Final = "platform"
ISSUED: Final = Account(Kind.POINTS_ISSUED, PLATFORM, POINTS)
SPENT: Final = Account(Kind.POINTS_SPENT, PLATFORM, POINTS)


def free(member_id: str) -> Account:
    """The account of what can be spent."""
    return Account(Kind.POINTS_BALANCE, member_id, POINTS)


def pledged(member_id: str) -> Account:
    """The account of what stands for part of a deposit."""
    return Account(Kind.POINTS_PLEDGED, member_id, POINTS)


def locked(ids: Iterable[str]) -> dict[str, Member]:
    """Those that exist, locked by id. First of all locks of this module."""
    rows = Member.objects.select_for_update(no_key=True).filter(id__in=list(ids)).order_by("id")
    return {row.id: row for row in rows}


def use(member_id: str, points: int, reason: str, moves: tuple[Move, ...], on: date) -> None:
    """Points leave what is free, once per reason. Raises `TooFewPoints`."""
    row = locked([member_id]).get(member_id)
    there = row.earned - row.used if row else 0
    if row is None or points > there:
        raise TooFewPoints(points, there)
    if ledger.post(Posting(reason, moves, ledger.open_date(on))):
        Member.objects.filter(id=member_id).update(used=F("used") + points)


def give_back(member_id: str, points: int, reason: str, moves: tuple[Move, ...], on: date) -> None:
    """Points are free again, once per reason; those whose time is over in the meantime go at the next sweep."""
    locked([member_id])
    if ledger.post(Posting(reason, moves, ledger.open_date(on))):
        Member.objects.filter(id=member_id).update(used=F("used") - points)

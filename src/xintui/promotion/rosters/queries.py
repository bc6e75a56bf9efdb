"""Rosters as a shop, the desk and one promoter read them; a page costs the same whatever its length."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.infra.paging import Page, page
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import models, rules, tables
from xintui.promotion.rosters.contracts import (
    Full,
    May,
    Mine,
    Roster,
    RosterNotFound,
    Seat,
    SeatState,
    State,
    Turn,
)
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk, Standing

AHEAD: Final = 100
"""More rosters than this at once and the newest are left out of a promoter's list."""


def one(roster_id: str, *, merchant_id: str = "") -> Roster:
    """Any roster, or one of this shop. Raises `RosterNotFound`."""
    rows = models.Roster.objects.filter(id=roster_id)
    row = (rows.filter(merchant_id=merchant_id) if merchant_id else rows).first()
    if row is None:
        raise RosterNotFound(roster_id)
    return contracts([row])[0]


def rosters(*, merchant_id: str = "", state: str = "", after: str = "", limit: int = 20) -> Page[Roster]:
    """A shop's, or all; newest first."""
    rows = models.Roster.objects.all()
    if merchant_id:
        rows = rows.filter(merchant_id=merchant_id)
    if state:
        rows = rows.filter(state=state)
    found = page(rows, lambda row: row, keys=["id"], kinds=[str], after=after, limit=limit)
    return Page(tuple(contracts(found.items)), found.next)


def seats(roster_id: str, *, after: str = "", limit: int = 20) -> Page[Seat]:
    """Who has, had or waits for a seat, newest first."""
    return _seats(models.Seat.objects.filter(roster_id=roster_id), after, limit)


def seats_of(promoter_id: str, *, after: str = "", limit: int = 20) -> Page[Seat]:
    """A promoter's own, newest first."""
    return _seats(models.Seat.objects.filter(promoter_id=promoter_id), after, limit)


def _seats(rows: QuerySet[models.Seat], after: str, limit: int) -> Page[Seat]:
    found = page(rows, lambda row: row, keys=["id"], kinds=[str], after=after, limit=limit)
    return Page(tuple(seated(found.items)), found.next)


def turn(promoter_id: str, *, today: date) -> Turn:
    """Why somebody's hour is what it is; two queries."""
    standing = promoters.standings([promoter_id]).get(promoter_id, Standing())
    found = {benefit.code: benefit for benefit in points.benefits(standing, today=today)}
    return Turn(standing, found[Perk.PRIORITY_GOODS], found[Perk.EARLY_CAMPAIGNS])


def ahead(promoter_id: str, *, now: datetime) -> tuple[Turn, list[Mine]]:
    """What somebody may see now, the next to open first, and where she still has or had something."""
    told = turn(promoter_id, today=accounting_date(now))
    seen = models.Roster.objects.filter(state__in=rules.STANDING, ends_at__gt=now, announced_at__lte=now)
    seen = seen.filter(public_at__lte=now + timedelta(days=told.preview.value))
    rows = list(seen.order_by("opens_at", "id")[:AHEAD])
    mine = list(models.Seat.objects.filter(promoter_id=promoter_id).order_by("-id")[:AHEAD])
    known = {row.id for row in rows}
    rows += list(models.Roster.objects.filter(id__in={seat.roster_id for seat in mine} - known).order_by("-id"))
    return told, _mine(rows, mine, told, now)


def mine(roster_id: str, promoter_id: str, *, now: datetime) -> tuple[Turn, Mine]:
    """One of them. Raises `RosterNotFound`, also for what she may not see yet."""
    told = turn(promoter_id, today=accounting_date(now))
    row = models.Roster.objects.filter(id=roster_id, announced_at__lte=now).first()
    hers = list(models.Seat.objects.filter(roster_id=roster_id, promoter_id=promoter_id).order_by("-id"))
    if row is None or (not hers and row.public_at > now + timedelta(days=told.preview.value)):
        raise RosterNotFound(roster_id)
    return told, _mine([row], hers, told, now)[0]


def _mine(rows: Sequence[models.Roster], hers: Sequence[models.Seat], told: Turn, now: datetime) -> list[Mine]:
    newest: dict[str, models.Seat] = {}
    for its in hers:
        newest.setdefault(its.roster_id, its)
    line = _line_before([seat for seat in newest.values() if seat.state == SeatState.WAITING])
    named = {seat.roster_id: seat for seat in seated(newest.values())}
    made = []
    for row, roster in zip(rows, contracts(rows), strict=True):
        seat = named.get(row.id)
        own = hour(row, told.priority.value)
        may, says = _may(row, seat, own, now)
        made.append(Mine(roster, seat, own, may, says, line.get(row.id, 0)))
    return made


def _line_before(waiting: Sequence[models.Seat]) -> Mapping[str, int]:
    """How many wait before each of these; one query."""
    if not waiting:
        return {}
    found: dict[str, int] = {}
    mine = {seat.roster_id: seat for seat in waiting}
    rows = models.Seat.objects.filter(roster_id__in=list(mine), state=SeatState.WAITING)
    for roster_id, place, many in rows.values_list("roster_id", "turn").annotate(n=Count("id")):
        if place < mine[roster_id].turn:
            found[roster_id] = found.get(roster_id, 0) + many
    return found


def _may(row: models.Roster, seat: Seat | None, own: datetime, now: datetime) -> tuple[May, str]:
    if seat is not None and seat.state in rules.LIVE:
        return May.GIVE_BACK, ""
    counted = count(row)
    try:
        rules.take(counted, own, now)
    except Full as refusal:
        try:
            rules.queue(counted, tables.terms(accounting_date(now)).most_waiting, now)
        except DomainError as no:
            return May.NOTHING, str(no)
        return May.WAIT, str(refusal)
    except DomainError as refusal:
        return May.NOTHING, str(refusal)
    return May.CLAIM, ""


def hour(row: models.Roster, hours: int) -> datetime:
    """From when on whoever may go so many hours before the others can take a seat."""
    return rules.own_from(row.opens_at, row.public_at, hours, row.announced_at or row.opens_at)


def count(row: models.Roster) -> rules.Count:
    return rules.Count(
        State(row.state), row.seats, row.early_seats, row.taken, row.early, row.waiting, row.opens_at, row.ends_at
    )


def contracts(rows: Iterable[models.Roster]) -> list[Roster]:
    """With the names of shops and goods: two queries whatever the number."""
    found = list(rows)
    shops = merchants.get_many([row.merchant_id for row in found])
    goods = catalog.titles([row.product_id for row in found])
    return [
        Roster(
            id=row.id, merchant_id=row.merchant_id,
            merchant_name=shops[row.merchant_id].name if row.merchant_id in shops else "",
            product_id=row.product_id, product_title=goods.get(row.product_id, ""), note=row.note, seats=row.seats,
            early_seats=row.early_seats, taken=row.taken, early=row.early, waiting=row.waiting, state=State(row.state),
            opens_at=row.opens_at, ends_at=row.ends_at, public_at=row.public_at, announced_at=row.announced_at,
            use_hours=row.use_hours, ended_at=row.ended_at, reason=row.reason, version=row.version,
        )
        for row in found
    ]  # fmt: skip


def seated(rows: Collection[models.Seat] | Iterable[models.Seat]) -> list[Seat]:
    """With the promoters' names; one query whatever the number."""
    found = list(rows)
    people = promoters.get({row.promoter_id for row in found})
    return [
        Seat(
            id=row.id, roster_id=row.roster_id, promoter_id=row.promoter_id,
            name=people[row.promoter_id].display_name if row.promoter_id in people else "",
            state=SeatState(row.state), early=row.early, since=row.since, seated_at=row.seated_at, use_by=row.use_by,
            used_at=row.used_at, ended_at=row.ended_at, score=row.score, level=row.level, hours=row.hours,
        )
        for row in found
    ]  # fmt: skip

"""Exams: whether one may sit down, the paper without what is right, the result with why."""

from datetime import datetime

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import (
    Asked,
    Edition,
    Open,
    Paper,
    Question,
    Sitting,
    SittingNotFound,
    SittingState,
    Standing,
)
from xintui.engagement.academy.models import Day
from xintui.engagement.academy.models import Edition as EditionRow
from xintui.engagement.academy.models import Sitting as Row
from xintui.engagement.academy.queries.certificates import valid_of
from xintui.engagement.academy.queries.courses import described, edition, edition_contract, published, read_of
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date

LAST = 5


def open_course(promoter_id: str, course_id: str, *, now: datetime) -> Open:
    """A course to be read, what is in the way of its exam, the last results. Raises `CourseNotFound`."""
    row = EditionRow.objects.get(id=published(course_id).id)
    (card,) = described(promoter_id, [row], now=now)
    there = edition_contract(row)
    last = tuple(contract(one) for one in _of(promoter_id, course_id)[:LAST])
    going = next((one.id for one in last if one.state is SittingState.OPEN), "")
    read = frozenset(read_of(promoter_id, [course_id]).get(course_id, set()))
    return Open(card, there, read, standing(promoter_id, there, now=now), going, last)


def standing(promoter_id: str, there: Edition, *, now: datetime) -> Standing:
    """Whether she may sit this course's exam now."""
    read = read_of(promoter_id, [there.course_id]).get(there.course_id, set())
    last = _of(promoter_id, there.course_id).first()
    sat = Day.objects.filter(promoter_id=promoter_id, course_id=there.course_id, day=accounting_date(now))
    held = valid_of(promoter_id, now=now).get(there.course_id)
    return rules.standing(
        unread=len({one.key for one in there.chapters} - read),
        open_sitting=last is not None and last.state == SittingState.OPEN,
        failed_at=last.ended_at if last is not None and last.state == SittingState.FAILED else None,
        sat_today=sat.values_list("sat", flat=True).first() or 0,
        certified_until=held.expires_at if held else None, terms=there.terms, now=now,
    )  # fmt: skip


def _of(promoter_id: str, course_id: str):  # type: ignore[no-untyped-def]
    return Row.objects.filter(promoter_id=promoter_id, course_id=course_id).order_by("-id")


def paper(sitting_id: str, promoter_id: str = "") -> Paper:
    """The questions in the paper's order with what was chosen; what is right and why only when it is over.

    Hers, or anybody's for the desk. Raises `SittingNotFound` (also for another's).
    """
    rows = Row.objects.filter(id=sitting_id)
    row = (rows.filter(promoter_id=promoter_id) if promoter_id else rows).first()
    if row is None:
        raise SittingNotFound(sitting_id)
    bank = {one.key: one for one in edition(row.edition_id).questions}
    over = row.state != SittingState.OPEN
    return Paper(contract(row), tuple(_asked(bank[key], row, over) for key in row.questions))


def _asked(one: Question, row: Row, over: bool) -> Asked:
    places = rules.order(one, row.seed)
    given = row.answers.get(one.key, [])
    shown = (tuple(n for n, place in enumerate(places) if place in one.right), one.why, one.source) if over else ()
    return Asked(
        one.key, one.asks, one.text, tuple(one.options[place] for place in places),
        tuple(n for n, place in enumerate(places) if place in given), *shown,
    )  # fmt: skip


def sittings_of(promoter_id: str, *, after: str = "", limit: int = 20) -> Page[Sitting]:
    """Hers, newest first."""
    rows = Row.objects.filter(promoter_id=promoter_id)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def sittings(*, state: str = "", course_id: str = "", after: str = "", limit: int = 20) -> Page[Sitting]:
    """All of them, newest first."""
    wanted = {name: value for name, value in (("state", state), ("course_id", course_id)) if value}
    return page(Row.objects.filter(**wanted), contract, keys=["id"], kinds=[str], after=after, limit=limit)


def contract(row: Row) -> Sitting:
    return Sitting(
        id=row.id, promoter_id=row.promoter_id, course_id=row.course_id, edition_id=row.edition_id, title=row.title,
        state=SittingState(row.state), started_at=row.started_at, due_at=row.due_at, ended_at=row.ended_at,
        asked=len(row.questions), needs=row.needs, right=row.right if row.state != SittingState.OPEN else 0,
        answered=len(row.answers), regraded=row.regraded,
    )  # fmt: skip

"""Courses: every edition for the desk, the published ones for promoters, with what each has read and holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from xintui.engagement.academy.contracts import (
    Asks,
    Card,
    Chapter,
    CourseNotFound,
    Edition,
    EditionState,
    Question,
    Requirement,
    Terms,
)
from xintui.engagement.academy.models import Edition as Row
from xintui.engagement.academy.models import Reading
from xintui.engagement.academy.models import Requirement as Asked
from xintui.engagement.academy.queries.certificates import valid_of
from xintui.infra import paging
from xintui.infra.paging import Page, page


def editions(*, state: str = "", after: str = "", limit: int = 20) -> Page[Edition]:
    """All of them, newest first."""
    rows = Row.objects.filter(state=state) if state else Row.objects.all()
    return page(rows, edition_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def edition(edition_id: str) -> Edition:
    """Raises `CourseNotFound`."""
    row = Row.objects.filter(id=edition_id).first()
    if row is None:
        raise CourseNotFound(edition_id)
    return edition_contract(row)


def published(course_id: str) -> Edition:
    """What promoters read now. Raises `CourseNotFound`."""
    row = Row.objects.filter(course_id=course_id, state=EditionState.PUBLISHED).first()
    if row is None:
        raise CourseNotFound(course_id)
    return edition_contract(row)


def titles(course_ids: Collection[str]) -> dict[str, str]:
    """Of the courses that are published; one query."""
    rows = Row.objects.filter(course_id__in=list(course_ids), state=EditionState.PUBLISHED)
    return dict(rows.values_list("course_id", "title"))


def cards(promoter_id: str, *, now: datetime, after: str = "", limit: int = 20) -> Page[Card]:
    """The published courses with how far she is, newest first. Four queries, however many there are."""
    rows = Row.objects.filter(state=EditionState.PUBLISHED)
    found: Page[Row] = paging.page(
        rows, lambda row: row, keys=["published_at", "id"], kinds=[datetime, str], after=after, limit=limit
    )
    return Page(described(promoter_id, found.items, now=now), found.next)


def described(promoter_id: str, rows: Collection[Row], *, now: datetime) -> tuple[Card, ...]:
    """These editions as cards; three queries."""
    ids = [row.course_id for row in rows]
    read = read_of(promoter_id, ids)
    held = valid_of(promoter_id, now=now)
    guards: dict[str, list[str]] = {}
    for category, course_id in (
        Asked.objects.filter(course_id__in=ids).order_by("category").values_list("category", "course_id")
    ):
        guards.setdefault(course_id, []).append(category)
    return tuple(
        Card(
            row.course_id, row.title, row.summary, tuple(row.tags), len(row.chapters),
            len({one["key"] for one in row.chapters} & read.get(row.course_id, set())), len(row.questions),
            held.get(row.course_id), tuple(guards.get(row.course_id, ())),
        )
        for row in rows
    )  # fmt: skip


def read_of(promoter_id: str, course_ids: Collection[str]) -> dict[str, set[str]]:
    """Which chapters of these courses she has read; one query."""
    found: dict[str, set[str]] = {}
    rows = Reading.objects.filter(promoter_id=promoter_id, course_id__in=list(course_ids))
    for course_id, chapter in rows.values_list("course_id", "chapter"):
        found.setdefault(course_id, set()).add(chapter)
    return found


def requirements() -> tuple[Requirement, ...]:
    """Which categories ask for a certificate, by which course, from when."""
    rows = list(Asked.objects.order_by("category"))
    named = titles({row.course_id for row in rows})
    return tuple(
        Requirement(row.category, row.course_id, named.get(row.course_id, ""), row.since, row.reason) for row in rows
    )


def edition_contract(row: Row) -> Edition:
    return Edition(
        id=row.id, course_id=row.course_id, number=row.number, state=EditionState(row.state), title=row.title,
        summary=row.summary, tags=tuple(row.tags), chapters=tuple(Chapter(**one) for one in row.chapters),
        questions=tuple(map(_question, row.questions)), terms=terms(row), author_id=row.author_id,
        created_at=row.created_at, published_at=row.published_at, ended_at=row.ended_at,
    )  # fmt: skip


def terms(row: Row) -> Terms:
    return Terms(row.draw, row.minutes, row.pass_bp, row.wait_hours, row.per_day, row.valid_months)


def _question(given: dict[str, Any]) -> Question:
    told = given | {"asks": Asks(given["asks"]), "options": tuple(given["options"]), "right": frozenset(given["right"])}
    return Question(**told)

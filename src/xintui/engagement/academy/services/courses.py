"""Courses are written as drafts, published as editions that never change, replaced by the next or retired."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import rules, script, tables
from xintui.engagement.academy.contracts import (
    CourseDraft,
    CourseNotFound,
    DraftExists,
    Edition,
    EditionFrozen,
    EditionState,
    EditionVerb,
    NoSuchChapter,
    Question,
    Requirement,
    UnknownCategory,
)
from xintui.engagement.academy.models import Edition as Row
from xintui.engagement.academy.models import Reading
from xintui.engagement.academy.models import Requirement as Asked
from xintui.engagement.academy.queries import courses
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date


@transaction.atomic
def write(draft: CourseDraft, *, course_id: str = "", by: Principal, now: datetime) -> Edition:
    """A draft: of a new course, or the next edition of one. Raises `BadCourse`, `CourseNotFound`, `DraftExists`."""
    before = Row.objects.filter(course_id=course_id).aggregate(last=Max("number"))["last"] if course_id else 0
    if before is None:
        raise CourseNotFound(course_id)
    row = Row(id=new_id("aed"), course_id=course_id or new_id("acr"), number=before + 1, state=EditionState.DRAFT)
    row.author_id, row.created_at = by.user_id, now
    _fill(row, draft, now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise DraftExists(row.course_id) from error
    identity.audit(by, "academy.write", ("academy_edition", row.id), None, _told(row))
    return courses.edition_contract(row)


@transaction.atomic
def change(edition_id: str, draft: CourseDraft, *, by: Principal, now: datetime) -> Edition:
    """Other words for a draft. Raises `CourseNotFound`, `EditionFrozen`, `BadCourse`."""
    row = _locked(edition_id)
    if row.state != EditionState.DRAFT:
        raise EditionFrozen(edition_id)
    before = _told(row)
    _fill(row, draft, now)
    row.save()
    identity.audit(by, "academy.change", ("academy_edition", row.id), before, _told(row))
    return courses.edition_contract(row)


@transaction.atomic
def revise(edition_id: str, *, by: Principal, now: datetime) -> Edition:
    """The next edition, with the words of this one to begin with. Raises `CourseNotFound`, `DraftExists`."""
    return write(drafted(edition_id), course_id=_locked(edition_id).course_id, by=by, now=now)


def drafted(edition_id: str) -> CourseDraft:
    """An edition as it was typed. Raises `CourseNotFound`."""
    there = courses.edition(edition_id)
    return CourseDraft(
        there.title, there.summary, there.tags, script.written_chapters(there.chapters),
        script.written_questions(there.questions), there.terms,
    )  # fmt: skip


def judge(draft: CourseDraft, now: datetime) -> None:
    """Whether it may be kept. Raises `BadCourse`."""
    most = tables.policy(accounting_date(now)).most_questions
    found = script.chapters(draft.chapters), script.questions(draft.questions)
    rules.check_course(draft, *found, most=most)


@transaction.atomic
def publish(edition_id: str, *, by: Principal, reason: str = "", now: datetime) -> Edition:
    """From now on promoters read this one; who is examined by the one before finishes it.

    Raises `CourseNotFound`, `NoSuchMove`.
    """
    row = _locked(edition_id)
    state = rules.EDITION_FLOW.after(EditionState(row.state), EditionVerb.PUBLISH)
    live = Row.objects.select_for_update().filter(course_id=row.course_id, state=EditionState.PUBLISHED).first()
    if live is not None:
        live.state, live.ended_at = rules.EDITION_FLOW.after(EditionState(live.state), EditionVerb.REPLACE), now
        live.save(update_fields=["state", "ended_at"])
    row.state, row.published_at = state, now
    row.save(update_fields=["state", "published_at"])
    told = ({"state": EditionState.DRAFT}, {"state": row.state, "number": row.number})
    identity.audit(by, "academy.publish", ("academy_edition", row.id), *told, reason=reason)
    return courses.edition_contract(row)


@transaction.atomic
def retire(edition_id: str, *, by: Principal, reason: str, now: datetime) -> Edition:
    """Nobody reads or sits it any more; certificates hold to their end. Raises `CourseNotFound`, `NoSuchMove`."""
    row = _locked(edition_id)
    before = EditionState(row.state)
    row.state, row.ended_at = rules.EDITION_FLOW.after(before, EditionVerb.RETIRE), now
    row.save(update_fields=["state", "ended_at"])
    states = ({"state": before}, {"state": row.state})
    identity.audit(by, "academy.retire", ("academy_edition", row.id), *states, reason=reason)
    return courses.edition_contract(row)


@transaction.atomic
def read(promoter_id: str, course_id: str, chapter: str, *, now: datetime) -> None:
    """A chapter has been read to its end; once is enough. Raises `CourseNotFound`, `NoSuchChapter`."""
    there = courses.published(course_id)
    if chapter not in {one.key for one in there.chapters}:
        raise NoSuchChapter(chapter)
    row = Reading(promoter_id=promoter_id, course_id=course_id, chapter=chapter, read_at=now)
    Reading.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def require(category: str, course_id: str, *, since: date, reason: str, by: Principal, now: datetime) -> Requirement:
    """From a day on, new links to goods of a category ask for a course's certificate; links that exist go on counting.

    Raises `UnknownCategory`, `CourseNotFound`.
    """
    if category not in catalog.category_names():
        raise UnknownCategory(category)
    title = courses.published(course_id).title
    before = Asked.objects.select_for_update().filter(category=category).first()
    row = Asked(category=category, course_id=course_id, since=since, set_by=by.user_id, set_at=now, reason=reason)
    told = (_asks(before) if before else None, _asks(row))
    row.save()
    identity.audit(by, "academy.require", ("academy_requirement", category), *told, reason=reason)
    return Requirement(category, course_id, title, since, reason)


@transaction.atomic
def lift(category: str, *, reason: str, by: Principal) -> None:
    """A category asks for nothing any more. Raises `UnknownCategory`."""
    row = Asked.objects.select_for_update().filter(category=category).first()
    if row is None:
        raise UnknownCategory(category)
    before = _asks(row)
    row.delete()
    identity.audit(by, "academy.lift", ("academy_requirement", category), before, {}, reason=reason)


def _asks(row: Asked) -> dict[str, Any]:
    return {"course_id": row.course_id, "since": row.since.isoformat()}


def _fill(row: Row, draft: CourseDraft, now: datetime) -> None:
    judge(draft, now)
    row.title, row.summary, row.tags = draft.title.strip(), draft.summary.strip(), list(draft.tags)
    row.chapters = [asdict(one) for one in script.chapters(draft.chapters)]
    row.questions = [_stored(one) for one in script.questions(draft.questions)]
    for name, value in asdict(draft.terms).items():
        setattr(row, name, value)


def _stored(one: Question) -> dict[str, Any]:
    return asdict(one) | {"asks": one.asks.value, "options": list(one.options), "right": sorted(one.right)}


def _told(row: Row) -> dict[str, Any]:
    """An edition as the trail tells it: its words are kept in its own row."""
    return {
        "title": row.title, "number": row.number, "chapters": len(row.chapters), "questions": len(row.questions),
        "draw": row.draw, "minutes": row.minutes, "pass_bp": row.pass_bp, "valid_months": row.valid_months,
    }  # fmt: skip


def _locked(edition_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=edition_id).first()
    if row is None:
        raise CourseNotFound(edition_id)
    return row

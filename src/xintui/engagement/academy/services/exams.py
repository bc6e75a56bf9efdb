"""Sit down, answer, hand in; what a won appeal changes. The paper is graded here and nowhere else."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import (
    NotAppealable,
    NotYet,
    Paper,
    Sitting,
    SittingNotFound,
    SittingOver,
    SittingState,
    SittingVerb,
    Terms,
)
from xintui.engagement.academy.models import Day
from xintui.engagement.academy.models import Sitting as Row
from xintui.engagement.academy.queries import courses, exams
from xintui.engagement.academy.services.certificates import issue
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind


@transaction.atomic
def sit(promoter_id: str, course_id: str, *, now: datetime) -> Paper:
    """Draw a paper and start its clock. Raises `CourseNotFound`, `NotYet`."""
    there = courses.published(course_id)
    standing = exams.standing(promoter_id, there, now=now)
    if standing.why:
        raise NotYet(standing.why, rules.SENTENCES[standing.why], standing.at)
    seed, terms = secrets.token_hex(8), there.terms
    row = Row(
        id=new_id("ast"), promoter_id=promoter_id, course_id=course_id, edition_id=there.id, title=there.title,
        seed=seed, questions=list(rules.drawn(there.questions, terms.draw, seed)), answers={},
        needs=rules.needed(terms.draw, terms.pass_bp), right=0, state=SittingState.OPEN, regraded=False,
        started_at=now, due_at=now + timedelta(minutes=terms.minutes),
    )  # fmt: skip
    try:
        with transaction.atomic():
            _count(promoter_id, course_id, terms, now)
            row.save(force_insert=True)
    except IntegrityError as error:
        why = "day" if constraint(error) == "academy_day_within" else "open"
        raise NotYet(why, rules.SENTENCES[why], None) from error
    return exams.paper(row.id, promoter_id)


def _count(promoter_id: str, course_id: str, terms: Terms, now: datetime) -> None:
    """One more today; the row of the day refuses one too many."""
    key = {"promoter_id": promoter_id, "course_id": course_id, "day": accounting_date(now)}
    Day.objects.bulk_create([Day(**key, sat=0, most=terms.per_day)], ignore_conflicts=True)
    Day.objects.filter(**key).update(sat=F("sat") + 1, most=terms.per_day)


def constraint(error: IntegrityError) -> str:
    """Which one refused."""
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))


@transaction.atomic
def answer(promoter_id: str, sitting_id: str, question: str, picked: Sequence[int], *, now: datetime) -> Sitting:
    """Keep an answer, by the places on the paper; until it is handed in it can be changed. Nothing is judged yet.

    Raises `SittingNotFound`, `SittingOver`, `BadAnswer`.
    """
    row = _locked(sitting_id, promoter_id)
    if row.state != SittingState.OPEN or now >= row.due_at:
        raise SittingOver(sitting_id)
    bank = {one.key: one for one in courses.edition(row.edition_id).questions}
    if question not in row.questions:
        raise SittingNotFound(sitting_id)
    row.answers[question] = rules.chosen(bank[question], row.seed, picked)
    row.save(update_fields=["answers"])
    return exams.contract(row)


@transaction.atomic
def submit(promoter_id: str, sitting_id: str, *, now: datetime) -> Paper:
    """Hand it in: what was kept is graded, after the end too; twice grades once. Raises `SittingNotFound`."""
    row = _locked(sitting_id, promoter_id)
    if row.state == SittingState.OPEN:
        end(row, min(now, row.due_at))
    return exams.paper(sitting_id, promoter_id)


def end(row: Row, at: datetime) -> None:
    """Grade a locked sitting; a pass is certified."""
    there = courses.edition(row.edition_id)
    bank = {one.key: one for one in there.questions}
    row.right = rules.right([bank[key] for key in row.questions], row.answers)
    verb = SittingVerb.PASS if row.right >= row.needs else SittingVerb.FAIL
    row.state, row.ended_at = rules.SITTING_FLOW.after(SittingState(row.state), verb), at
    row.save(update_fields=["right", "state", "ended_at"])
    if verb is SittingVerb.PASS:
        issue(row, there, now=at)


@transaction.atomic
def appeal(promoter_id: str, sitting_id: str, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against the grade: a question was wrong, or two answers were right.

    Raises `SittingNotFound` (also for another's), `NotAppealable`, and what `appeals.file` raises.
    """
    row = _locked(sitting_id, promoter_id)
    if row.state != SittingState.FAILED:
        raise NotAppealable(sitting_id)
    title = f"《{row.title}》考试：{len(row.questions)} 题答对 {row.right} 题，未通过"
    party = Party(PartyKind.PROMOTER, promoter_id)
    return appeals.file(About.EXAM, row.id, appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won makes the exam a passed one; the count of right answers stays what it was."""
    for event in events:
        if event.about != About.EXAM or not event.granted:
            continue
        row = Row.objects.select_for_update().filter(id=event.subject_id).first()
        if row is None or not rules.SITTING_FLOW.allows(SittingState(row.state), SittingVerb.REGRADE):
            continue
        row.state, row.regraded = rules.SITTING_FLOW.after(SittingState(row.state), SittingVerb.REGRADE), True
        row.save(update_fields=["state", "regraded"])
        issue(row, courses.edition(row.edition_id), now=event.at)


def _locked(sitting_id: str, promoter_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=sitting_id, promoter_id=promoter_id).first()
    if row is None:
        raise SittingNotFound(sitting_id)
    return row

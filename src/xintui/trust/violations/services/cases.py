"""Report, confirm, dismiss, put right, appeal; what a won appeal undoes; what lifts itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind
from xintui.trust.violations import rules, tables
from xintui.trust.violations.contracts import (
    Case,
    CaseNotFound,
    Class,
    NotAppealable,
    NothingToRectify,
    Noticed,
    OwnReport,
    Penalty,
    State,
    Subject,
    UnknownClass,
    Verb,
    ViolationConfirmed,
    ViolationEnded,
)
from xintui.trust.violations.models import Case as Row
from xintui.trust.violations.queries import contract

PREFIX = "vio"


def _class(code: str, subject: Subject, now: datetime) -> tuple[Class, str]:
    found = tables.catalogue(accounting_date(now))
    if code not in found.classes or subject.kind not in found.classes[code].of:
        raise UnknownClass(code)
    return found.classes[code], found.version


@transaction.atomic
def report(
    subject: Subject, code: str, evidence: str, *, ref: str = "", key: str = "", by: Principal, now: datetime
) -> Case:  # fmt: skip
    """Write down what is said to have been done, for a person to verify; nothing follows yet. Raises `UnknownClass`."""
    found, version = _class(code, subject, now)
    row = Row(id=new_id(PREFIX), subject_kind=subject.kind, subject_id=subject.id, code=code, title=found.title)
    row.key = key
    row.evidence, row.ref, row.reported_by, row.reported_at, row.version = evidence, ref, by.user_id, now, version
    row.state, row.times, row.points, row.penalty, row.rectified = State.REPORTED, 0, 0, "", ""
    row.decided_by = row.reason = ""
    row.save(force_insert=True)
    told = {"subject": subject.id, "code": code, "ref": ref}
    identity.audit(by, "violations.report", ("violation", row.id), None, told, reason=evidence)
    return contract(row)


@transaction.atomic
def notice(found: Sequence[Noticed], *, now: datetime) -> int:
    """The detectors' hook: what a machine noticed is written down once per key, by the system, for a person to verify.

    Answers how many are new. Nothing follows from it; whoever else has a detector hands it what it found.
    """
    known = set(Row.objects.filter(key__in=[one.key for one in found]).values_list("key", flat=True))
    fresh = {one.key: one for one in found if one.key not in known}
    for one in fresh.values():
        report(one.subject, one.code, one.evidence, ref=one.ref, key=one.key, by=SYSTEM, now=now)
    return len(fresh)


@transaction.atomic
def confirm(case_id: str, reason: str, *, by: Principal, now: datetime) -> Case:
    """A person has verified it: points, and what this class leads to the n-th time within a year.

    Raises `CaseNotFound`, `NoSuchMove`, `OwnReport`: another person than the one who reported it.
    """
    row = _locked(case_id)
    row.state = rules.FLOW.after(State(row.state), Verb.CONFIRM)
    if row.reported_by == by.user_id:
        raise OwnReport(case_id)
    given = tables.catalogue(accounting_date(now))
    found = given.classes[row.code]
    since = now - timedelta(days=given.window_days)
    before = Row.objects.filter(
        subject_kind=row.subject_kind, subject_id=row.subject_id, code=row.code, decided_at__gte=since,
        state__in=[State.CONFIRMED, State.LIFTED],
    )  # fmt: skip
    row.times = before.count()
    step = rules.step(found, row.times)
    row.penalty, row.points, row.version = step.penalty, found.points, given.version
    row.until = now + timedelta(days=step.days) if step.days else None
    _decided(row, reason, by, now)
    outbox.publish(
        ViolationConfirmed(
            row.id, row.subject_kind, row.subject_id, row.code, row.title, found.indicator, row.points, row.penalty,
            row.until, reason, now,
        )
    )  # fmt: skip
    told = {"state": row.state, "penalty": row.penalty, "points": row.points}
    identity.audit(
        by, "violations.confirm", ("violation", row.id), {"state": State.REPORTED}, told, reason=reason
    )  # fmt: skip
    return contract(row)


@transaction.atomic
def dismiss(case_id: str, reason: str, *, by: Principal, now: datetime) -> Case:
    """It was not so. Raises `CaseNotFound`, `NoSuchMove`."""
    row = _locked(case_id)
    row.state = rules.FLOW.after(State(row.state), Verb.DISMISS)
    row.ended_at = now
    _decided(row, reason, by, now)
    states = ({"state": State.REPORTED}, {"state": row.state})
    identity.audit(by, "violations.dismiss", ("violation", row.id), *states, reason=reason)
    return contract(row)


def _decided(row: Row, reason: str, by: Principal, now: datetime) -> None:
    row.decided_by, row.decided_at, row.reason = by.user_id, now, reason
    row.save()


@transaction.atomic
def rectify(case_id: str, subject: Subject, words: str, *, by: Principal, now: datetime) -> Case:
    """The party has put it right and says how; the case lifts itself. Raises `CaseNotFound`, `NothingToRectify`."""
    row = _own(case_id, subject)
    if row.state != State.CONFIRMED or row.penalty != Penalty.RECTIFY or row.rectified:
        raise NothingToRectify(case_id)
    row.rectified = words
    told = ({"rectified": ""}, {"rectified": words})
    identity.audit(by, "violations.rectify", ("violation", row.id), *told)
    _end(row, Verb.LIFT, now)
    return contract(row)


@transaction.atomic
def appeal(case_id: str, subject: Subject, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against it.

    Raises `CaseNotFound` (also for another's), `NotAppealable`, and what `appeals.file` raises.
    """
    row = _own(case_id, subject)
    if row.state not in {State.CONFIRMED, State.LIFTED}:
        raise NotAppealable(case_id)
    party = Party(PartyKind(subject.kind.value), subject.id)
    return appeals.file(About.VIOLATION, row.id, appellant=party, title=row.title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won undoes the case and everything that followed from it."""
    for event in events:
        if event.about == About.VIOLATION and event.granted:
            revoke(event.subject_id, now=event.at)


@transaction.atomic
def revoke(case_id: str, *, now: datetime) -> bool:
    """It was not so after all: undone with everything that followed. False: no such case, or nothing left to undo."""
    row = Row.objects.select_for_update().filter(id=case_id).first()
    if row is None or not rules.FLOW.allows(State(row.state), Verb.REVOKE):
        return False
    _end(row, Verb.REVOKE, now)
    return True


@transaction.atomic
def lift_due(*, now: datetime) -> int:
    """The sweep: limits whose time is over; how many."""
    rows = Row.objects.select_for_update().filter(state=State.CONFIRMED, penalty=Penalty.LINKS, until__lte=now)
    found = list(rows.order_by("id")[:500])
    for row in found:
        identity.audit(
            SYSTEM, "violations.lift", ("violation", row.id), {"state": row.state}, {"state": State.LIFTED}
        )  # fmt: skip
        _end(row, Verb.LIFT, now)
    return len(found)


def _end(row: Row, verb: Verb, now: datetime) -> None:
    row.state, row.ended_at = rules.FLOW.after(State(row.state), verb), now
    row.save()
    told = (row.id, row.subject_kind, row.subject_id, row.code, row.title, row.penalty)
    outbox.publish(ViolationEnded(*told, revoked=verb is Verb.REVOKE, at=now))


def _own(case_id: str, subject: Subject) -> Row:
    row = _locked(case_id)
    if (row.subject_kind, row.subject_id) != (subject.kind, subject.id):
        raise CaseNotFound(case_id)
    return row


def _locked(case_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=case_id).first()
    if row is None:
        raise CaseNotFound(case_id)
    return row

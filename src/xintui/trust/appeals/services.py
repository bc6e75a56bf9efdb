"""File, answer, withdraw."""

from datetime import datetime, timedelta

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import rules, tables
from xintui.trust.appeals.contracts import (
    About,
    AlreadyAppealed,
    Appeal,
    AppealDecided,
    AppealDecidedAlready,
    AppealNotFound,
    Party,
    State,
    Verb,
)
from xintui.trust.appeals.models import Appeal as Row
from xintui.trust.appeals.queries import contract

PREFIX = "apl"


@transaction.atomic
def file(
    about: About, subject_id: str, *, appellant: Party, title: str, words: str, by: Principal, now: datetime
) -> Appeal:
    """Put a party's word against a decision before a human. Whether it is hers to appeal, the decision's module says.

    Raises `AlreadyAppealed` (one is open), `AppealDecidedAlready`.
    """
    row = Row(id=new_id(PREFIX), about=about, subject_id=subject_id, title=title, words=words, filed_at=now)
    row.party_kind, row.party_id = appellant.kind, appellant.id
    row.answer_by = now + timedelta(hours=tables.terms(accounting_date(now)).answer_hours)
    Row.objects.bulk_create([row], ignore_conflicts=True)
    there = Row.objects.exclude(state=State.WITHDRAWN).get(about=about, subject_id=subject_id)
    if there.id != row.id:
        raise AlreadyAppealed(there.id) if there.state == State.OPEN else AppealDecidedAlready(there.id)
    told = {"about": about, "decision": subject_id}
    identity.audit(by, "appeals.file", ("appeal", row.id), None, told)
    return contract(there)


@transaction.atomic
def decide(appeal_id: str, granted: bool, says: str, *, by: Principal, now: datetime) -> Appeal:
    """A human's answer, which whoever made the decision hears of. Raises `AppealNotFound`, `NoSuchMove`."""
    row = _end(appeal_id, Verb.GRANT if granted else Verb.REFUSE, says, by=by, now=now)
    outbox.publish(
        AppealDecided(
            row.id, row.about, row.subject_id, row.party_kind, row.party_id, row.title, granted, says, now
        )
    )  # fmt: skip
    identity.audit(by, "appeals.decide", ("appeal", row.id), {"state": State.OPEN}, {"state": row.state}, reason=says)
    return contract(row)


@transaction.atomic
def withdraw(appeal_id: str, party: Party, *, by: Principal, now: datetime) -> Appeal:
    """The party thinks again; it may file anew. Raises `AppealNotFound` (also for another's), `NoSuchMove`."""
    if not Row.objects.filter(id=appeal_id, party_kind=party.kind, party_id=party.id).exists():
        raise AppealNotFound(appeal_id)
    row = _end(appeal_id, Verb.WITHDRAW, "", by=by, now=now)
    identity.audit(by, "appeals.withdraw", ("appeal", row.id), {"state": State.OPEN}, {"state": row.state})
    return contract(row)


@transaction.atomic
def expedite(appeal_id: str, hours: int, *, by: Principal, now: datetime) -> Appeal:
    """A human answers within so many hours from now, if that is sooner. Raises `AppealNotFound`, `NoSuchMove`."""
    row = Row.objects.select_for_update().filter(id=appeal_id).first()
    if row is None:
        raise AppealNotFound(appeal_id)
    rules.FLOW.after(State(row.state), Verb.GRANT)  # what is answered or withdrawn cannot be hurried
    before = row.answer_by
    row.answer_by = min(before, now + timedelta(hours=hours))
    row.save()
    states = ({"answer_by": before.isoformat()}, {"answer_by": row.answer_by.isoformat()})
    identity.audit(by, "appeals.expedite", ("appeal", row.id), *states)
    return contract(row)


def _end(appeal_id: str, verb: Verb, says: str, *, by: Principal, now: datetime) -> Row:
    row = Row.objects.select_for_update().filter(id=appeal_id).first()
    if row is None:
        raise AppealNotFound(appeal_id)
    row.state = rules.FLOW.after(State(row.state), verb)
    row.answer, row.decided_by, row.decided_at = says, by.user_id, now
    row.save()
    return row

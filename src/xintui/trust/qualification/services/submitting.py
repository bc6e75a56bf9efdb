"""Handing in: the rule reads the number, asks what the house knows, and passes, refuses or calls a person."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra import locks
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import keys, tables
from xintui.trust.qualification.contracts import (
    BadCertificate,
    BadNumber,
    Certificate,
    Draft,
    Facts,
    FileNotFound,
    Holder,
    HolderKind,
    Kind,
    KindTerms,
    Part,
    Reading,
    State,
    Verb,
)
from xintui.trust.qualification.models import Blocked, File
from xintui.trust.qualification.models import Certificate as Row
from xintui.trust.qualification.queries import contract
from xintui.trust.qualification.rules import life, numbers
from xintui.trust.qualification.services.deciding import keep, move
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Subject, SubjectKind

PREFIX = "qlf"


@transaction.atomic
def submit(holder: Holder, draft: Draft, facts: Facts, *, by: Principal, now: datetime) -> Certificate:
    """Hand a certificate in; what the rule can decide is decided at once, with every reason written down.

    Raises `BadNumber` (unless the holder insists, then a person looks), `BadCertificate`, `FileNotFound`.
    """
    today = accounting_date(now)
    terms = tables.catalogue(today)
    kind = terms.kinds[draft.kind]
    if kind.of != holder.kind.value:
        raise BadCertificate(f"{kind.title}不是{'店铺' if holder.kind is HolderKind.MERCHANT else '推客'}的资质")
    life.check_draft(draft, today=today)
    reading = _read(draft)
    _own_files(draft.files, holder, by)
    row = _row(holder, draft, kind, reading)
    row.submitted_by, row.submitted_at = by.user_id, now
    locks.exclusive(f"qualification/{draft.kind}/{row.number_key}")  # two who bring one number see each other
    known = life.Known(
        _used(holder, draft.kind, row.number_key), _blocked(reading.number, draft.name), _expelled(holder)
    )
    findings = life.judge(draft, kind, facts, reading, known)
    row.findings = [{"code": one.code, "says": one.says, "fatal": one.fatal} for one in findings]
    row.version = terms.version
    told = {"kind": row.kind, "number": row.number}
    verb = life.verb(findings)
    if verb is Verb.ROUTE:
        row.state = life.FLOW.after(State.SUBMITTED, verb)
        keep(row)
    identity.audit(by, "qualification.submit", ("qualification", row.id), {}, told | {"state": row.state})
    if verb is not Verb.ROUTE:  # who decided stands in the trail, also when it was nobody
        says = "、".join(one.says for one in findings) or "编号、名称与查重均通过"
        move(row, verb, "system", says, now)
        action = f"qualification.{'pass' if verb is Verb.PASS_BY_RULE else 'refuse'}"
        states = ({"state": State.SUBMITTED}, {"state": row.state})
        identity.audit(SYSTEM, action, ("qualification", row.id), *states, reason=says)
    return contract(row)


def _read(draft: Draft) -> Reading:
    """Somebody who holds the paper in hand knows better than the rule: then a person decides."""
    try:
        return numbers.check(draft.kind, draft.number)
    except BadNumber as refusal:
        number = numbers.compact(draft.number)
        if not draft.insists or not 4 <= len(number) <= 60:
            raise
        return Reading(
            draft.kind, number, (Part("编号", number, ""),), (f"编号未通过校验（{refusal.reason}），持有人坚持无误",)
        )


def _row(holder: Holder, draft: Draft, kind: KindTerms, reading: Reading) -> Row:
    row = Row(id=new_id(PREFIX), holder_kind=holder.kind, holder_id=holder.id, kind=draft.kind, state=State.SUBMITTED)
    row.number_key = keys.number_key(kind, reading.number)
    row.number, row.sealed = reading.number, ""
    if kind.personal:
        row.number, row.sealed = life.masked(reading.number), keys.seal(reading.number, row.id)
    row.name, row.issued_on, row.expires_on = draft.name.strip(), draft.issued_on, draft.expires_on
    row.files, row.reminded_days = list(draft.files), 32767
    return row


def _own_files(files: Collection[str], holder: Holder, by: Principal) -> None:
    """Pictures that the same person uploaded, or that this holder has shown before. Raises `FileNotFound`."""
    wanted = set(files)
    if not wanted:
        return
    mine = set(File.objects.filter(id__in=wanted, owner=by.user_id).values_list("id", flat=True))
    for shown in Row.objects.filter(holder_kind=holder.kind, holder_id=holder.id).values_list("files", flat=True):
        mine |= set(shown)
    if missing := sorted(wanted - mine):
        raise FileNotFound(missing[0])


def _used(holder: Holder, kind: Kind, key: str) -> bool:
    """Somebody else bears this number, in force or waiting."""
    rows = Row.objects.filter(kind=kind, number_key=key, state__in=[State.PASSED, State.REVIEW, State.EXPIRED])
    return rows.exclude(holder_kind=holder.kind, holder_id=holder.id).exists()


def _blocked(number: str, name: str) -> str:
    wanted = [number, numbers.compact(name)]
    return Blocked.objects.filter(value__in=wanted, lifted_at=None).values_list("reason", flat=True).first() or ""


def _expelled(holder: Holder) -> bool:
    return violations.expelled(Subject(SubjectKind(holder.kind.value), holder.id))

"""What people decide: a certificate that waits, a re-check, an appeal; taking one back; what is not accepted at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind
from xintui.trust.qualification import tables
from xintui.trust.qualification.contracts import (
    BadCertificate,
    Certificate,
    CertificateMoved,
    CertificateNotFound,
    Holder,
    NotAppealable,
    NothingToLookAt,
    State,
    Verb,
)
from xintui.trust.qualification.models import Blocked
from xintui.trust.qualification.models import Certificate as Row
from xintui.trust.qualification.queries import contract
from xintui.trust.qualification.rules import life
from xintui.trust.qualification.rules.numbers import compact


@transaction.atomic
def decide(certificate_id: str, passed: bool, reason: str, *, by: Principal, now: datetime) -> Certificate:
    """A person has compared it with its picture. Raises `CertificateNotFound`, `NoSuchMove` (somebody was faster)."""
    row = locked(certificate_id)
    before = row.state
    move(row, Verb.PASS if passed else Verb.REFUSE, by.user_id, reason, now)
    told = ({"state": before}, {"state": row.state})
    identity.audit(
        by, f"qualification.{'pass' if passed else 'refuse'}", ("qualification", row.id), *told, reason=reason
    )
    return contract(row)


@transaction.atomic
def look_again(certificate_id: str, holds: bool, reason: str, *, by: Principal, now: datetime) -> Certificate:
    """A re-check by a person: it holds for another half year, or no longer. Raises `NothingToLookAt`."""
    row = locked(certificate_id)
    if row.check_since is None or row.state != State.PASSED:
        raise NothingToLookAt(certificate_id)
    before = {"state": row.state, "check_on": str(row.check_on), "checking": True}
    row.check_since, row.checked_at = None, now
    if holds:
        today = accounting_date(now)
        row.check_on = life.after_months(today, tables.catalogue(today).check_months)
        row.save()
    else:
        move(row, Verb.REVOKE, by.user_id, reason, now)
    told = {"state": row.state, "check_on": str(row.check_on), "checking": False}
    identity.audit(by, "qualification.look_again", ("qualification", row.id), before, told, reason=reason)
    return contract(row)


@transaction.atomic
def withdraw(certificate_id: str, holder: Holder, *, by: Principal, now: datetime) -> Certificate:
    """Its holder takes it back. Raises `CertificateNotFound` (also for another's), `NoSuchMove`."""
    row = own(certificate_id, holder)
    before = row.state
    move(row, Verb.WITHDRAW, row.decided_by, row.reason, row.decided_at or now, said="持有人撤回")
    identity.audit(by, "qualification.withdraw", ("qualification", row.id), {"state": before}, {"state": row.state})
    return contract(row)


@transaction.atomic
def appeal(certificate_id: str, holder: Holder, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against a refusal, the rule's or a person's.

    Raises `NotAppealable`, and what `appeals.file` raises.
    """
    row = own(certificate_id, holder)
    if row.state != State.REFUSED:
        raise NotAppealable(certificate_id)
    party = Party(PartyKind(holder.kind.value), holder.id)
    title = f"{contract(row).title} {row.number} 未通过"
    return appeals.file(About.QUALIFICATION, row.id, appellant=party, title=title, words=words, by=by, now=now)


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won passes the certificate, if nothing newer has taken its place and it has not run out."""
    for event in events:
        if event.about != About.QUALIFICATION or not event.granted:
            continue
        row = locked(event.subject_id)
        over = row.expires_on is not None and row.expires_on < accounting_date(event.at)
        newer = Row.objects.filter(
            holder_kind=row.holder_kind, holder_id=row.holder_id, kind=row.kind, state=State.PASSED
        )
        if not over and not newer.exists() and life.FLOW.allows(State(row.state), Verb.GRANT):
            move(row, Verb.GRANT, "appeal", event.says, event.at)


@transaction.atomic
def block(value: str, reason: str, *, by: Principal, now: datetime) -> str:
    """A number or a name that is not accepted from now on; the id of the entry. Raises `BadCertificate`."""
    row = Blocked(id=new_id("qbl"), value=compact(value), reason=reason, by=by.user_id, at=now)
    if len(row.value) < 2:
        raise BadCertificate("请填写证书编号或主体名称")
    Blocked.objects.bulk_create([row], ignore_conflicts=True)
    kept = Blocked.objects.values_list("id", flat=True).get(value=row.value, lifted_at=None)
    if kept == row.id:
        identity.audit(
            by, "qualification.block", ("qualification_blocked", kept), {}, {"value": row.value}, reason=reason
        )
    return kept


@transaction.atomic
def lift_block(blocked_id: str, reason: str, *, by: Principal, now: datetime) -> None:
    """It is accepted again. Raises `CertificateNotFound` for an entry that is not in force."""
    if not Blocked.objects.filter(id=blocked_id, lifted_at=None).update(lifted_at=now):
        raise CertificateNotFound(blocked_id)
    told = ({"lifted": False}, {"lifted": True})
    identity.audit(by, "qualification.lift_block", ("qualification_blocked", blocked_id), *told, reason=reason)


def move(row: Row, verb: Verb, by: str, reason: str, now: datetime, *, said: str = "") -> None:
    """To the verb's state, told to whoever depends on it; passing makes way and sets the next check."""
    today = accounting_date(now)
    state = life.FLOW.after(State(row.state), verb)
    if state is State.PASSED:
        _make_way(row, now)
        terms = tables.catalogue(today)
        seen = verb is not Verb.PASS_BY_RULE
        # What no person has seen is seen soon; what one has seen, in half a year.
        row.check_on = (
            life.after_months(today, terms.check_months) if seen else today + timedelta(days=terms.first_look_days)
        )
        row.checked_at = now
    else:
        row.check_since = None
    row.state, row.decided_by, row.decided_at, row.reason = state, by, now, reason
    keep(row)
    outbox.publish(
        CertificateMoved(
            row.id, row.holder_kind, row.holder_id, row.kind, contract(row).title, row.state, said or reason, now
        )
    )  # fmt: skip


def keep(row: Row) -> None:
    """Of one kind one is in force and one waits: the table says so whoever comes at the same moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "qualification_one_in" in str(error):
            raise BadCertificate("同类资质已有一份在办理，请先撤回或等它审完") from None
        raise


def _make_way(row: Row, now: datetime) -> None:
    """The certificates of the same kind before it are replaced by it."""
    before = Row.objects.select_for_update().filter(
        holder_kind=row.holder_kind, holder_id=row.holder_id, kind=row.kind, state__in=[State.PASSED, State.EXPIRED]
    )
    for old in before.exclude(id=row.id).order_by("id"):
        old.state, old.check_since = life.FLOW.after(State(old.state), Verb.SUPERSEDE), None
        old.save()


def locked(certificate_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=certificate_id).first()
    if row is None:
        raise CertificateNotFound(certificate_id)
    return row


def own(certificate_id: str, holder: Holder) -> Row:
    row = locked(certificate_id)
    if (row.holder_kind, row.holder_id) != (holder.kind, holder.id):
        raise CertificateNotFound(certificate_id)
    return row

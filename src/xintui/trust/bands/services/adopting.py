"""A version is put into force by a person and taken back by one; whoever agreed before keeps the band agreed to."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import locks
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind
from xintui.trust.bands import queries, tables
from xintui.trust.bands.contracts import RULES, InForceAlready, Model, NothingBetter, Past, RulesInForce
from xintui.trust.bands.models import Adoption, Plea
from xintui.trust.deposits.contracts import Band, Holder, HolderKind

PLEA = "bnp"


@transaction.atomic
def adopt(model_id: str, reason: str, *, by: Principal, now: datetime) -> Model:
    """New quotes are judged by this version from now on. Raises `ModelNotFound`, `InForceAlready`."""
    found = queries.one(model_id)
    _put(found.kind, model_id, reason, by=by, now=now)
    return queries.one(model_id)


@transaction.atomic
def go_back(kind: HolderKind, reason: str, *, to_rules: bool = False, by: Principal, now: datetime) -> str:
    """Back to what was in force before, or to the rule table; the number of what is now. Raises `RulesInForce`."""
    locks.exclusive(f"bands.adopt/{kind}")
    if queries.in_force(kind) == RULES:
        raise RulesInForce
    target = RULES if to_rules else _before(kind)
    _put(kind, target, reason, by=by, now=now)
    return target


def _before(kind: HolderKind) -> str:
    """What was in force before the present version was first adopted: going back twice goes back twice."""
    history = [one.model_id for one in reversed(queries.adoptions(kind, most=1000))]
    present = history[-1]
    first = history.index(present)
    return history[first - 1] if first else RULES


def _put(kind: HolderKind, model_id: str, reason: str, *, by: Principal, now: datetime) -> None:
    locks.exclusive(f"bands.adopt/{kind}")
    used = queries.in_force(kind)
    if used == model_id:
        raise InForceAlready(model_id)
    Adoption.objects.create(holder_kind=kind, model_id=model_id, at=now, by=by.user_id, reason=reason)
    action = "bands.adopt" if model_id != RULES else "bands.rules"
    told = ({"model": used or "rules"}, {"model": model_id or "rules"})
    identity.audit(by, action, ("band_model", model_id or used), *told, reason=reason)


@transaction.atomic
def appeal(
    holder: Holder, judged: Band, asked: Band, past: Past, words: str, *, by: Principal, now: datetime
) -> Appeal:  # fmt: skip
    """Ask a person for a better band than a machine gave. Raises `NothingBetter`, and what `appeals.file` raises."""
    if asked >= judged:
        raise NothingBetter(judged)
    locks.exclusive(f"bands.plea/{holder.id}")
    waiting = _waiting(holder)
    row = waiting or Plea(
        id=new_id(PLEA), holder_kind=holder.kind, holder_id=holder.id, judged=judged, asked=asked, asked_at=now,
        model_id=queries.in_force(holder.kind), facts=asdict(past),
    )  # fmt: skip
    if waiting is None:
        row.save(force_insert=True)
    party = Party(PartyKind(holder.kind.value), holder.id)
    title = f"保证金风险档 {row.judged}，申请改为 {row.asked}"
    return appeals.file(About.BAND, row.id, appellant=party, title=title, words=words, by=by, now=now)


def _waiting(holder: Holder) -> Plea | None:
    """The one of this holder that nobody has answered: a second one is the same one."""
    rows = Plea.objects.filter(holder_kind=holder.kind, holder_id=holder.id, granted_at=None).order_by("-id")
    row = rows.first()
    there = appeals.about(About.BAND, [row.id]).get(row.id) if row else None
    return row if there and there.open else None


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: an appeal won gives the band that was asked for, for as long as the terms say."""
    for event in events:
        if event.about == About.BAND and event.granted:
            days = tables.terms(accounting_date(event.at)).person_days
            until = event.at + timedelta(days=days)
            Plea.objects.filter(id=event.subject_id, granted_at=None).update(granted_at=event.at, until=until)

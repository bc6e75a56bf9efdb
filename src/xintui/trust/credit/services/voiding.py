"""What a person found: a fact recorded by hand with its evidence, and a signal made void because an appeal was won."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind
from xintui.trust.credit import queries, tables
from xintui.trust.credit.contracts import Heard, How, NoScore, NotAppealable, Signal, SignalNotFound, UnknownIndicator
from xintui.trust.credit.models import Signal as Row
from xintui.trust.credit.models import Subject
from xintui.trust.credit.services.scoring import observe


@transaction.atomic
def record(
    subject_id: str, indicator: str, weight: int, says: str, *, ref: str = "", by: Principal, now: datetime
) -> Signal:
    """A person has verified something that lowers the score, and says what: only indicators that count occurrences.

    Raises `NoScore`, `UnknownIndicator`.
    """
    today = accounting_date(now)
    found = tables.version(today).indicators.get(indicator)
    if found is None or found.how is not How.LESS:
        raise UnknownIndicator(indicator)
    if not Subject.objects.filter(id=subject_id).exists():
        raise NoScore(subject_id)
    signal = Signal(subject_id, f"desk/{new_id('sig')}", indicator, today, now, 0, weight, says, ref)
    observe([signal], now=now)
    told = {"indicator": indicator, "weight": weight, "key": signal.key}
    identity.audit(by, "credit.record", ("credit", subject_id), None, told, reason=says)
    return signal


@transaction.atomic
def appeal(signal_id: str, subject_id: str, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against a signal before a human.

    Raises `SignalNotFound` (also for another's), `NotAppealable`, and what `appeals.file` raises.
    """
    one = _one(signal_id, subject_id, now)
    if not one.lowers or one.voided:
        raise NotAppealable(signal_id)
    kind = PartyKind(Subject.objects.get(id=subject_id).kind)
    title = f"{one.title}：{one.says or one.day.isoformat()}"
    return appeals.file(
        About.CREDIT, signal_id, appellant=Party(kind, subject_id), title=title, words=words, by=by, now=now
    )


def _one(signal_id: str, subject_id: str, now: datetime) -> Heard:
    row = Row.objects.filter(subject_id=subject_id, id=int(signal_id)).first() if signal_id.isdigit() else None
    if row is None:
        raise SignalNotFound(signal_id)
    voided = {row.key} if Row.objects.filter(subject_id=subject_id, key=queries.VOID + row.key).exists() else set()
    return queries.heard(row, tables.version(accounting_date(now)), voided)


@transaction.atomic
def void(events: Sequence[AppealDecided], *, now: datetime) -> None:
    """Handler: an appeal won takes its signal out, by another signal of the same day that undoes it."""
    for event in events:
        if event.about == About.CREDIT and event.granted:
            _undo(Row.objects.filter(subject_id=event.party_id, id=int(event.subject_id)), "申诉成立", event.at, now)


@transaction.atomic
def take_back(pairs: Sequence[tuple[str, str]], why: str, *, now: datetime) -> None:
    """What these (subject, ref) signals counted is undone, because what they told was."""
    for subject_id, ref in pairs:
        _undo(Row.objects.filter(subject_id=subject_id, ref=ref).exclude(key__startswith=queries.VOID), why, now, now)


def _undo(rows: QuerySet[Row], why: str, at: datetime, now: datetime) -> None:
    undone = [
        Signal(
            row.subject_id, queries.VOID + row.key, row.indicator, row.day, at, -row.good, -row.total,
            f"{why}，撤销：{row.says}"[:200], row.ref,
        )
        for row in rows
    ]  # fmt: skip
    observe(undone, now=now)

"""A signal is appealed, and made void because the appeal was won or because what it told was undone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from xintui.foundation.identity.contracts import Principal
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided, Party, PartyKind
from xintui.trust.credit import queries
from xintui.trust.credit.contracts import NotAppealable, Signal
from xintui.trust.credit.models import Signal as Row
from xintui.trust.credit.models import Subject
from xintui.trust.credit.services.scoring import observe


@transaction.atomic
def appeal(signal_id: str, subject_id: str, words: str, *, by: Principal, now: datetime) -> Appeal:
    """Put one's word against a signal before a human.

    Raises `SignalNotFound` (also for another's), `NotAppealable`, and what `appeals.file` raises.
    """
    one = queries.signal(signal_id, subject_id, today=accounting_date(now))
    if not one.lowers or one.voided:
        raise NotAppealable(signal_id)
    kind = PartyKind(Subject.objects.get(id=subject_id).kind)
    title = f"{one.title}：{one.says or one.day.isoformat()}"
    return appeals.file(
        About.CREDIT, signal_id, appellant=Party(kind, subject_id), title=title, words=words, by=by, now=now
    )


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

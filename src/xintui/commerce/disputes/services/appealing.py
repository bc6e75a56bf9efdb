"""Whoever a ruling went against puts it before a human; the human's answer is the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xintui.commerce.disputes import models, queries, rules
from xintui.commerce.disputes.contracts import DisputeFile, NothingToAppeal, Side, State, Verb
from xintui.commerce.disputes.services import claims, paying, rows, ruling
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, AppealDecided, Party, PartyKind
from xintui.trust.appeals.contracts import State as AppealState


@transaction.atomic
def appeal(dispute_id: str, words: str, *, by: Principal, now: datetime) -> DisputeFile:
    """Raises `DisputeNotFound`, `NothingToAppeal`, `AlreadyAppealed`, `AppealDecidedAlready`."""
    row, side = rows.as_party(dispute_id, by)
    if refusal := rules.unappealable(State(row.state), side, queries.ruled(row)):
        raise NothingToAppeal(refusal)
    if row.appeal_until is not None and now > row.appeal_until:
        raise NothingToAppeal("申诉期已过")
    subject, title = queries.subject(row, side), f"投诉裁决：{row.title}"
    filed = appeals.file(About.DISPUTE, subject, appellant=_party(row, side), title=title, words=words, by=by, now=now)
    if subject == row.id:
        row.appeal_id = filed.id
    else:
        row.more_appeal_id = filed.id
    row.save()
    rows.note(row, "appeal", side, by=by, now=now, words=words, audited=False)
    outbox.publish(rows.told(row, "appeal", side, now))
    return queries.file_of(row, side)


def _party(row: models.Case, side: Side) -> Party:
    ids = {Side.BUYER: row.buyer_id, Side.MERCHANT: row.merchant_id, Side.PROMOTER: row.promoter_id}
    return Party(PartyKind(side.value), ids[side])


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: a human has answered, each appeal once. While what another has added is on its way, it waits for it."""
    for event in events:
        if event.about != About.DISPUTE:
            continue
        row = rows.locked(event.subject_id.removesuffix(queries.MORE))
        more = event.subject_id.endswith(queries.MORE)
        if row.more_answered if more else row.appeal_answered:
            continue
        if row.state == State.RULED and row.more_id:
            row.waiting_answer_id = event.appeal_id
            row.save()
        elif State(row.state) in rules.APPEALABLE:
            _answered(row, Answered(event.appeal_id, event.granted, event.says, event.at), more)


@transaction.atomic
def answer_waiting(after_sale_ids: Sequence[str], *, now: datetime) -> None:
    """What was answered while the money was on its way is carried out when it is there."""
    found = models.Case.objects.filter(more_id__in=after_sale_ids, state=State.PAID).exclude(waiting_answer_id="")
    for dispute_id in list(found.order_by("id").values_list("id", flat=True)):
        row = rows.locked(dispute_id)
        one = appeals.one(row.waiting_answer_id)
        row.waiting_answer_id = ""
        granted = one.state is AppealState.GRANTED
        _answered(row, Answered(one.id, granted, one.answer, now), one.subject_id.endswith(queries.MORE))


@dataclass(frozen=True, slots=True)
class Answered:
    """A human's answer, as it is carried out."""

    appeal_id: str
    granted: bool
    says: str
    at: datetime


def _answered(row: models.Case, event: Answered, more: bool) -> None:
    before, side, now = row.state, Side.PLATFORM, event.at
    if more:
        row.more_appeal_id, row.more_answered = event.appeal_id, True
    else:
        row.appeal_id, row.appeal_answered = event.appeal_id, True
    if not event.granted:
        _upheld(row, Verb.UPHOLD, event.says, now)
    elif more:
        if not ruling.add(row, now=now, words=event.says):
            _upheld(row, "nothing_left", event.says, now)
    elif before == State.DENIED:
        ruling.give(row, Verb.REVERSE, row.wanted_fen, "appeal", side=side, by=SYSTEM, now=now, words=event.says)
    else:
        paying.undo(row, now=now)
        rows.move(row, Verb.REVERSE)
        row.rule, row.ruling, row.ruled_at = "appeal", event.says, now
        _answer_the_other(row, event)
        rows.close(row, upheld=False, now=now)
        rows.step(row, Verb.REVERSE, side, by=SYSTEM, now=now, words=event.says, fen=row.paid_fen, before=before)


def _answer_the_other(row: models.Case, event: Answered) -> None:
    """Who found that the buyer was not right at all has answered too whether he was right in more."""
    found = queries.appealed(row).get(Side.BUYER)
    if found is not None and found.open:
        by = Principal(appeals.one(event.appeal_id).decided_by, frozenset(), None, "", 0)
        row.more_answered = True
        appeals.decide(found.id, False, f"与对方的申诉一并复核：{event.says}", by=by, now=event.at)


def _upheld(row: models.Case, verb: str, words: str, now: datetime) -> None:
    """It stands for good, unless the other side has appealed too or still may."""
    if not _open_to_another(row, now):
        return finish(row, Verb.UPHOLD, words, now=now)
    row.save()
    rows.note(row, verb, Side.PLATFORM, by=SYSTEM, now=now, words=words)
    outbox.publish(rows.told(row, verb, Side.PLATFORM, now))
    return None


def _open_to_another(row: models.Case, now: datetime) -> bool:
    told = queries.appealed(row)
    if any(one.open for one in told.values()):
        return True
    given, state = queries.ruled(row), State(row.state)
    in_time = row.appeal_until is not None and now <= row.appeal_until
    sides = {Side.BUYER, Side(row.liable)} - told.keys()
    return in_time and any(not rules.unappealable(state, one, given) for one in sides)


def finish(row: models.Case, verb: Verb, words: str, *, now: datetime) -> None:
    """The ruling stands for good."""
    before = row.state
    rows.move(row, verb)
    claims.release(row, "投诉已了结", by=SYSTEM, now=now)
    rows.close(row, upheld=before == State.PAID, now=now)
    rows.step(row, verb, Side.PLATFORM, by=SYSTEM, now=now, words=words, fen=row.paid_fen, before=before)


def still_open(row: models.Case) -> bool:
    """Whether a human is still to answer; one that was taken back is none."""
    return any(one.open for one in queries.appealed(row).values())

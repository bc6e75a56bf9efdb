"""Whoever a ruling went against puts it before a human; the human's answer is the last word."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.disputes import models, queries, rules
from xintui.commerce.disputes.contracts import DisputeFile, NothingToAppeal, Side, State, Verb
from xintui.commerce.disputes.services import claims, paying, rows, ruling
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, AppealDecided, Party, PartyKind


@transaction.atomic
def appeal(dispute_id: str, words: str, *, by: Principal, now: datetime) -> DisputeFile:
    """Raises `DisputeNotFound`, `NothingToAppeal`, `AlreadyAppealed`, `AppealDecidedAlready`."""
    row, side = rows.as_party(dispute_id, by)
    if refusal := rules.unappealable(State(row.state), side, Side(row.liable), row.rule):
        raise NothingToAppeal(refusal)
    if row.due_at is not None and now > row.due_at:
        raise NothingToAppeal("申诉期已过")
    filed = appeals.file(
        About.DISPUTE, row.id, appellant=_party(row, side), title=f"投诉裁决：{row.title}", words=words, by=by, now=now
    )
    row.appeal_id = filed.id
    row.save()
    rows.note(row, "appeal", side, by=by, now=now, words=words, audited=False)
    outbox.publish(rows.told(row, "appeal", side, now))
    return queries.file_of(row, side)


def _party(row: models.Case, side: Side) -> Party:
    ids = {Side.BUYER: row.buyer_id, Side.MERCHANT: row.merchant_id, Side.PROMOTER: row.promoter_id}
    return Party(PartyKind(side.value), ids[side])


@transaction.atomic
def appeal_decided(events: Sequence[AppealDecided]) -> None:
    """Handler: a human has answered. Once: afterwards the state no longer allows it."""
    for event in events:
        if event.about != About.DISPUTE:
            continue
        row = rows.locked(event.subject_id)
        if State(row.state) in rules.APPEALABLE:
            _answered(row, event)


def _answered(row: models.Case, event: AppealDecided) -> None:
    before, side, now = row.state, Side.PLATFORM, event.at
    row.appeal_id = event.appeal_id
    if not event.granted:
        finish(row, Verb.UPHOLD, event.says, now=now)
    elif before == State.DENIED:
        ruling.give(row, Verb.REVERSE, row.wanted_fen, "appeal", side=side, by=SYSTEM, now=now, words=event.says)
    else:
        paying.undo(row, now=now)
        rows.move(row, Verb.REVERSE)
        row.rule, row.ruling, row.ruled_at = "appeal", event.says, now
        rows.close(row, upheld=False, now=now)
        rows.step(row, Verb.REVERSE, side, by=SYSTEM, now=now, words=event.says, fen=row.paid_fen, before=before)


def finish(row: models.Case, verb: Verb, words: str, *, now: datetime) -> None:
    """The ruling stands for good."""
    before = row.state
    rows.move(row, verb)
    claims.release(row, "投诉已了结", by=SYSTEM, now=now)
    rows.close(row, upheld=before == State.PAID, now=now)
    rows.step(row, verb, Side.PLATFORM, by=SYSTEM, now=now, words=words, fen=row.paid_fen, before=before)


def still_open(row: models.Case) -> bool:
    """Whether a human is still to answer; one that was taken back is none."""
    found = appeals.about(About.DISPUTE, [row.id]).get(row.id)
    return found is not None and found.open

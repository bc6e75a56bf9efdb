"""The locked row of one of its parties, and what every step leaves behind: in the timeline, the audit, a word."""

from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.disputes import models, queries, rules
from xintui.commerce.disputes.contracts import (
    SIDE_NAMES,
    DisputeFinal,
    DisputeMoved,
    DisputeNotFound,
    NotYourTurn,
    Side,
    State,
    Verb,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox

AGAIN: Final = timedelta(hours=1)
"""When what could not be done is tried again."""


def locked(dispute_id: str) -> models.Case:
    """Raises `DisputeNotFound`. First of all locks here: the order's, the deposit's and the ledger's come after it."""
    row = models.Case.objects.select_for_update().filter(id=dispute_id).first()
    if row is None:
        raise DisputeNotFound(dispute_id)
    return row


def as_party(dispute_id: str, who: Principal, *sides: Side) -> tuple[models.Case, Side]:
    """The locked dispute of one of its parties. Raises `DisputeNotFound` for others, `NotYourTurn` for another side."""
    row = locked(dispute_id)
    side = queries.side_of(row, who)
    if side is None:
        raise DisputeNotFound(dispute_id)
    if sides and side not in sides:
        raise NotYourTurn("和".join(SIDE_NAMES[one] for one in sides))
    return row, side


def move(row: models.Case, verb: Verb) -> None:
    """The next state; a new state has a clock of its own. Raises `NoSuchMove`."""
    row.state = rules.FLOW.after(State(row.state), verb)
    row.reminded = row.late = False


def wait(row: models.Case, side: Side | None, until: datetime | None) -> None:
    row.waits_for, row.due_at = side or "", until


def note(
    row: models.Case, verb: str, side: Side, *, by: Principal, now: datetime, words: str = "", fen: int = 0,
    audited: bool = True, before: str = "",
) -> None:  # fmt: skip
    """Write down what was done: in the timeline that both sides read, and in the audit trail."""
    models.Entry(
        merchant_id=row.merchant_id, dispute_id=row.id, verb=verb, says=rules.SAYS[verb], side=side,
        actor="" if by == SYSTEM else by.user_id, words=words, fen=fen, at=now,
    ).save(force_insert=True)  # fmt: skip
    if audited:
        states = ({"state": before} if before else {}, {"state": row.state} | ({"fen": fen} if fen else {}))
        identity.audit(by, f"disputes.{verb}", ("dispute", row.id), *states, reason=words[:200])


def told(row: models.Case, verb: str, side: Side, now: datetime, *, fen: int = 0, says: str = "") -> DisputeMoved:
    """The word for those who wait."""
    return DisputeMoved(
        dispute_id=row.id,
        merchant_id=row.merchant_id,
        buyer_id=row.buyer_id,
        promoter_user_id=row.promoter_user_id if row.liable == Side.PROMOTER else "",
        title=row.title,
        verb=verb,
        state=State(row.state).value,
        liable=row.liable,
        side=side.value,
        waits_for=row.waits_for,
        due_at=row.due_at,
        amount_fen=fen,
        says=says or rules.SAYS.get(verb, ""),
        at=now,
    )


def step(
    row: models.Case, verb: Verb, side: Side, *, by: Principal, now: datetime, words: str = "", fen: int = 0,
    before: str,
) -> None:  # fmt: skip
    """Save a row that has moved, with everything a step leaves behind."""
    row.save()
    note(row, verb, side, by=by, now=now, words=words, fen=fen, before=before)
    outbox.publish(told(row, verb, side, now, fen=fen))


def close(row: models.Case, *, upheld: bool, now: datetime) -> None:
    """The last word: nothing can change any more. The row is saved by its step."""
    row.closed_at = now
    wait(row, None, None)
    minutes = int((row.answered_at - row.filed_at).total_seconds() // 60) if row.answered_at else None
    outbox.publish(
        DisputeFinal(
            dispute_id=row.id, order_id=row.order_id, line_id=row.line_id, product_id=row.product_id,
            merchant_id=row.merchant_id, promoter_id=row.promoter_id, buyer_id=row.buyer_id, kind=row.kind,
            liable=row.liable, amount_fen=row.paid_fen if upheld else 0, upheld=upheld, ended=State(row.state).value,
            answered_in_minutes=minutes, at=now,
        )
    )  # fmt: skip

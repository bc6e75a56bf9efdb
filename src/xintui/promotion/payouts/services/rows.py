"""What the verbs share: the locked row, the move along the table of states, the log."""

from datetime import datetime
from typing import Any

from xintui.foundation.ledger import facade as ledger
from xintui.infra import live
from xintui.infra.outbox import facade as outbox
from xintui.promotion.payouts import models
from xintui.promotion.payouts.contracts import NoSuchWithdrawal, State, WithdrawalReturned
from xintui.promotion.payouts.queries import due_account
from xintui.promotion.payouts.rules.flow import FLOW, Verb

SYSTEM = "system"


def locked(withdrawal_id: str, *, promoter_id: str = "") -> models.Withdrawal:
    """The row, ours until the transaction ends. Raises `NoSuchWithdrawal`."""
    found = models.Withdrawal.objects.select_for_update().filter(id=withdrawal_id)
    row = (found.filter(promoter_id=promoter_id) if promoter_id else found).first()
    if row is None:
        raise NoSuchWithdrawal(withdrawal_id)
    return row


def hold_key(row: models.Withdrawal) -> str:
    """The name under which the ledger sets the amount aside."""
    return f"payouts.hold/{row.id}"


def move(row: models.Withdrawal, verb: Verb, *, actor: str, now: datetime, note: str = "", **fields: Any) -> None:
    """Along the table of states, with the fields that change together, and a log line. Raises `NoSuchMove`."""
    row.state = FLOW.after(State(row.state), verb).value
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *fields])
    log(row, verb.value, actor=actor, now=now, note=note)


def log(row: models.Withdrawal, verb: str, *, actor: str, now: datetime, note: str = "") -> None:
    """One line of what happened, and the promoter's open pages hear of it."""
    live.tell(row.promoter_id)
    models.Event.objects.create(withdrawal_id=row.id, at=now, verb=verb, state=row.state, actor=actor, note=note[:200])


def give_back(row: models.Withdrawal, *, reason: str, now: datetime) -> None:
    """The money is due again."""
    ledger.void(hold_key(row), due_account(row.promoter_id), expired=row.state == State.EXPIRED)
    outbox.publish(WithdrawalReturned(row.id, row.promoter_id, row.amount_fen, row.state, reason, now))

"""What a deposit is owed: parts are asked for, asked for no longer, or for less."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import NotFound, NotPayable
from xintui.infra.rows import plain
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import models, tables
from xintui.trust.deposits.contracts import PartKind, PartState, Scheduled

PREFIX = "dpt"
"""What the subject of a deposit's payment begins with: `entrypoints/subscriptions.py` sends it here by that."""


def owe(deposit_id: str, kind: PartKind, parts: Sequence[Scheduled], *, first: int = 0) -> list[str]:
    """Ask for these, numbered from `first` (0: after the last there is); their ids."""
    last = models.Part.objects.filter(deposit_id=deposit_id).aggregate(seq=Max("seq"))["seq"] or 0
    made = []
    for seq, one in enumerate(parts, start=first or last + 1):
        row = models.Part(id=new_id(PREFIX), deposit_id=deposit_id, kind=kind, seq=seq)
        row.amount_fen, row.due_on = one.amount_fen, one.due_on
        made.append(row)
    models.Part.objects.bulk_create(plain(made))
    return [row.id for row in made]


def top_up(row: models.Deposit, fen: int, *, now: datetime) -> None:
    """What a claim took, or points that are gone stood for, is asked for again, with time to pay it."""
    days = tables.version(row.version).top_up_days
    owe(row.id, PartKind.TOP_UP, [Scheduled(fen, accounting_date(now) + timedelta(days=days))])


def stop(row: models.Deposit, *, now: datetime, **which: object) -> None:
    """These parts are owed no longer. A payment under way is called off; what arrives all the same comes back."""
    owed = models.Part.objects.filter(deposit_id=row.id, state=PartState.DUE, **which)
    ids = list(owed.values_list("id", flat=True))
    owed.update(state=PartState.CANCELLED)
    for payment in payments.payments_of(ids):
        with contextlib.suppress(NotPayable, NotFound):
            payments.close_payment(payment.id, now=now)


def shrink(row: models.Deposit, part: models.Part, fen: int, *, now: datetime) -> None:
    """So much less of this part is asked for; what it was to bring comes with the rest of it, or now."""
    stop(row, now=now, id=part.id)
    rest = part.amount_fen - fen
    if rest:
        made = owe(row.id, PartKind(part.kind), [Scheduled(rest, part.due_on)], first=part.seq)
        models.Part.objects.filter(id__in=made).update(becomes=part.becomes)
    elif part.becomes:
        become(row, part.becomes)


def become(row: models.Deposit, terms: dict[str, object]) -> None:
    """The deposit stands for what was agreed to; the caller saves it."""
    for name, value in terms.items():
        setattr(row, name, value)

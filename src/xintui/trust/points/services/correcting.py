"""A person has points given or taken: one asks and says why, another one carries it out."""

from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger.contracts import Move
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.points import models, queries, rules
from xintui.trust.points.contracts import (
    Correction,
    CorrectionKind,
    CorrectionNotFound,
    CorrectionState,
    CorrectionVerb,
    Earned,
    MemberNotFound,
    NumberTaken,
    OwnCorrection,
)
from xintui.trust.points.services import books
from xintui.trust.points.services.earning import earn

PREFIX: Final = "ptc"


@transaction.atomic
def ask(
    member_id: str, kind: CorrectionKind, points: int, *, number: str, reason: str, by: Principal, now: datetime
) -> Correction:
    """Nothing moves yet. The same again is the same correction. Raises `MemberNotFound` (to take), `NumberTaken`."""
    if kind is CorrectionKind.TAKE and not models.Member.objects.filter(id=member_id).exists():
        raise MemberNotFound(member_id)
    row, fresh = models.Correction.objects.get_or_create(
        member_id=member_id, number=number,
        defaults={
            "id": new_id(PREFIX), "kind": kind, "points": points, "reason": reason, "state": CorrectionState.ASKED,
            "asked_by": by.user_id, "asked_at": now, "decided_by": "", "answer": "",
        },
    )  # fmt: skip
    if (row.kind, row.points) != (kind, points):
        raise NumberTaken(number)
    if fresh:
        told = {"kind": kind, "points": points, "number": number}
        identity.audit(by, "points.correct", ("correction", row.id), None, told, reason=reason)
    return queries.correction(row)


@transaction.atomic
def approve(correction_id: str, *, by: Principal, now: datetime) -> Correction:
    """It is done, once. Raises `CorrectionNotFound`, `NoSuchMove`, `OwnCorrection`, `TooFewPoints` (it waits on)."""
    row = _decided(correction_id, CorrectionVerb.APPROVE, by, now)
    day = accounting_date(now)
    if row.kind == CorrectionKind.GRANT:
        key = f"correction/{row.number}"
        earn([Earned(row.member_id, key, "correction", row.points, day, row.reason, row.id)], now=now)
    else:
        move = Move(books.free(row.member_id), books.SPENT, row.points)
        books.use(row.member_id, row.points, f"points.taken/{row.id}", (move,), day)
    return queries.correction(row)


@transaction.atomic
def refuse(correction_id: str, answer: str, *, by: Principal, now: datetime) -> Correction:
    """It is not done. Raises `CorrectionNotFound`, `NoSuchMove`, `OwnCorrection`."""
    return queries.correction(_decided(correction_id, CorrectionVerb.REFUSE, by, now, answer))


def _decided(
    correction_id: str, verb: CorrectionVerb, by: Principal, now: datetime, answer: str = ""
) -> models.Correction:
    row = models.Correction.objects.select_for_update().filter(id=correction_id).first()
    if row is None:
        raise CorrectionNotFound(correction_id)
    before = row.state
    row.state = rules.CORRECTING.after(CorrectionState(before), verb)
    if row.asked_by == by.user_id:
        raise OwnCorrection(correction_id)
    row.decided_by, row.decided_at, row.answer = by.user_id, now, answer
    row.save()
    states = ({"state": before}, {"state": row.state, "points": row.points})
    identity.audit(by, f"points.{verb}", ("correction", row.id), *states, reason=answer or row.reason)
    return row

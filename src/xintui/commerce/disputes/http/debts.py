"""What a buyer owes after a reversal, and what the desk lets go. Paying stands in `entrypoints/disputes.py`."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import RepaymentState
from xintui.commerce.disputes.http.parties import person
from xintui.commerce.disputes.http.shapes import DisputeFileOut, as_out
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id, In, Out, Text

router = Router(tags=["投诉与纠纷"])
Words = Annotated[Text, Field(min_length=2, max_length=200)]


class RepaymentOut(Out):
    """A part that was paid, and its receipt. `counted_fen` of it counted; what was not owed any more has gone back."""

    id: str
    fen: int
    state: RepaymentState
    psp: str
    payment_id: str
    transaction_id: str
    counted_fen: int
    opened_at: datetime
    paid_at: datetime | None


class DebtOut(Out):
    """A ruling paid `paid_fen` first and was reversed; `left_fen` of it is still owed."""

    dispute_id: str
    order_id: str
    title: str
    picture: str
    kind_title: str
    ruling: str
    reversed_at: datetime
    paid_fen: int
    recovered_fen: int
    written_off_fen: int
    left_fen: int
    repayments: list[RepaymentOut]


class DebtsOut(Out):
    left_fen: int
    items: list[DebtOut]


class WriteOffIn(In):
    fen: AmountFen
    reason: Words


class DecideIn(In):
    agreed: bool
    words: Words


@router.get("/debts", response=DebtsOut)
def debts(request: HttpRequest) -> dict[str, Any]:
    """应退回的赔付: what was paid first and turned out not to be owed, with every part that was paid back."""
    found = facade.debts_of(person(request).user_id)
    return {"left_fen": sum(one.left_fen for one in found), "items": list(found)}


@router.post("/{dispute_id}/write-off", response=DisputeFileOut)
def ask_write_off(request: HttpRequest, dispute_id: Id, body: WriteOffIn) -> DisputeFileOut:
    """核销: ask that the platform bears what the buyer owes; another person decides."""
    who = identity.require(request.principal, Role.FINANCE)  # type: ignore[attr-defined]
    return as_out(facade.ask_write_off(dispute_id, **body.dict(), by=who, now=clock.now()))


@router.post("/{dispute_id}/write-off/decision", response=DisputeFileOut)
def decide_write_off(request: HttpRequest, dispute_id: Id, body: DecideIn) -> DisputeFileOut:
    """Yes or no, by somebody else than who asked."""
    who = identity.require(request.principal, Role.FINANCE)  # type: ignore[attr-defined]
    return as_out(facade.decide_write_off(dispute_id, body.agreed, body.words, by=who, now=clock.now()))

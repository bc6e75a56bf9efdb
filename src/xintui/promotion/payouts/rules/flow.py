"""The table of states of a withdrawal, and what a request leads to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from xintui.kernel.states import Flow
from xintui.promotion.payouts.contracts import InvoiceRequired, OutOfRange, Policy, RealNameRequired, State


class Verb(StrEnum):
    """What can be done to a withdrawal."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    SEND = "send"
    STOP = "stop"
    SILENCE = "silence"
    PAY = "pay"
    FAIL = "fail"
    EXPIRE = "expire"


FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.REVIEW, Verb.APPROVE): State.APPROVED,  # four eyes
        (State.REVIEW, Verb.REJECT): State.REJECTED,
        (State.REVIEW, Verb.CANCEL): State.CANCELLED,
        (State.APPROVED, Verb.SEND): State.SENDING,  # the instruction is written; there is no way back but an answer
        (State.APPROVED, Verb.CANCEL): State.CANCELLED,
        (State.APPROVED, Verb.REJECT): State.REJECTED,
        (State.APPROVED, Verb.STOP): State.STOPPED,  # the payee is no longer the one that was approved
        (State.SENDING, Verb.SILENCE): State.UNKNOWN,
        (State.SENDING, Verb.PAY): State.PAID,
        (State.SENDING, Verb.FAIL): State.FAILED,
        (State.SENDING, Verb.EXPIRE): State.EXPIRED,
        (State.UNKNOWN, Verb.PAY): State.PAID,
        (State.UNKNOWN, Verb.FAIL): State.FAILED,
        (State.UNKNOWN, Verb.EXPIRE): State.EXPIRED,
    }
)

VERB_OF_OUTCOME: Final = {"paid": Verb.PAY, "failed": Verb.FAIL, "expired": Verb.EXPIRE}
NAMED_FROM_FEN: Final = 30
"""Below ¥0.30 商家转账 refuses a name."""


def checked_request(amount_fen: int, policy: Policy, *, is_company: bool, holder: str, invoice_ref: str) -> None:
    """Raises `OutOfRange`, `RealNameRequired`, `InvoiceRequired`."""
    if not policy.min_fen <= amount_fen <= policy.max_fen:
        raise OutOfRange(policy.min_fen, policy.max_fen)
    if amount_fen >= policy.real_name_from_fen and not holder:
        raise RealNameRequired(policy.real_name_from_fen)
    if is_company and not invoice_ref:
        raise InvoiceRequired


def needs_review(amount_fen: int, policy: Policy, *, is_company: bool, is_active: bool) -> bool:
    """Large sums, companies (their invoice is looked at) and suspended promoters pass four eyes."""
    return is_company or not is_active or amount_fen > policy.review_above_fen


def earliest(payee_version: int, changed_at: datetime, policy: Policy, now: datetime) -> datetime:
    """A changed payee cools off; the first one, given with the identity at joining, does not."""
    if payee_version == 1:
        return now
    return max(now, changed_at + timedelta(hours=policy.cooling_hours))

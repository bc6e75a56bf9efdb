"""Judgement about money on its way: what may follow what, what a signed message must say, when an answer is final."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from xintui.foundation.payments.contracts import PaymentState, RefundState, ShareState, TransferState
from xintui.kernel.states import Flow


class Verb(StrEnum):
    """What is learned about an instruction, from an answer, a query or a callback."""

    PREPAY = "prepay"
    LOSE = "lose"
    ACCEPT = "accept"
    AWAIT = "await"
    STRAY = "stray"
    SUCCEED = "succeed"
    FAIL = "fail"
    EXPIRE = "expire"
    CLOSE = "close"


_P, _R, _T, _H, _V = PaymentState, RefundState, TransferState, ShareState, Verb

PAYMENT_FLOW: Final[Flow[PaymentState, Verb]] = Flow({
    (_P.CREATED, _V.PREPAY): _P.PREPAID,
    (_P.PREPAID, _V.PREPAY): _P.PREPAID,     # asked again: the same number finds the same order
    (_P.CREATED, _V.SUCCEED): _P.CAPTURED,   # the answer to the prepay was lost, the payment was not
    (_P.PREPAID, _V.SUCCEED): _P.CAPTURED,
    (_P.CREATED, _V.CLOSE): _P.CLOSED,
    (_P.PREPAID, _V.CLOSE): _P.CLOSED,       # only when the gateway says so
})  # fmt: skip

REFUND_FLOW: Final[Flow[RefundState, Verb]] = Flow({
    (_R.CREATED, _V.LOSE): _R.UNKNOWN,
    (_R.CREATED, _V.ACCEPT): _R.PROCESSING,
    (_R.CREATED, _V.SUCCEED): _R.SUCCEEDED,
    (_R.CREATED, _V.STRAY): _R.ABNORMAL,
    (_R.CREATED, _V.FAIL): _R.FAILED,
    (_R.UNKNOWN, _V.LOSE): _R.UNKNOWN,
    (_R.UNKNOWN, _V.ACCEPT): _R.PROCESSING,
    (_R.UNKNOWN, _V.SUCCEED): _R.SUCCEEDED,
    (_R.UNKNOWN, _V.STRAY): _R.ABNORMAL,
    (_R.UNKNOWN, _V.FAIL): _R.FAILED,
    (_R.PROCESSING, _V.ACCEPT): _R.PROCESSING,
    (_R.PROCESSING, _V.SUCCEED): _R.SUCCEEDED,
    (_R.PROCESSING, _V.STRAY): _R.ABNORMAL,
    (_R.PROCESSING, _V.FAIL): _R.FAILED,
    (_R.ABNORMAL, _V.STRAY): _R.ABNORMAL,    # 退款异常: a person decides at the gateway, we keep asking
    (_R.ABNORMAL, _V.SUCCEED): _R.SUCCEEDED,
    (_R.ABNORMAL, _V.FAIL): _R.FAILED,
})  # fmt: skip

TRANSFER_FLOW: Final[Flow[TransferState, Verb]] = Flow({
    (_T.CREATED, _V.LOSE): _T.UNKNOWN,
    (_T.CREATED, _V.AWAIT): _T.WAITING,
    (_T.CREATED, _V.ACCEPT): _T.PROCESSING,
    (_T.CREATED, _V.SUCCEED): _T.PAID,
    (_T.CREATED, _V.FAIL): _T.FAILED,
    (_T.CREATED, _V.EXPIRE): _T.EXPIRED,
    (_T.UNKNOWN, _V.LOSE): _T.UNKNOWN,
    (_T.UNKNOWN, _V.AWAIT): _T.WAITING,
    (_T.UNKNOWN, _V.ACCEPT): _T.PROCESSING,
    (_T.UNKNOWN, _V.SUCCEED): _T.PAID,
    (_T.UNKNOWN, _V.FAIL): _T.FAILED,
    (_T.UNKNOWN, _V.EXPIRE): _T.EXPIRED,
    (_T.WAITING, _V.AWAIT): _T.WAITING,      # facts §4.2: the payee has 24 hours
    (_T.WAITING, _V.ACCEPT): _T.PROCESSING,
    (_T.WAITING, _V.SUCCEED): _T.PAID,
    (_T.WAITING, _V.FAIL): _T.FAILED,
    (_T.WAITING, _V.EXPIRE): _T.EXPIRED,
    (_T.PROCESSING, _V.ACCEPT): _T.PROCESSING,
    (_T.PROCESSING, _V.SUCCEED): _T.PAID,
    (_T.PROCESSING, _V.FAIL): _T.FAILED,
    (_T.PROCESSING, _V.EXPIRE): _T.EXPIRED,
})  # fmt: skip

SHARE_FLOW: Final[Flow[ShareState, Verb]] = Flow({
    (_H.CREATED, _V.LOSE): _H.UNKNOWN,
    (_H.CREATED, _V.ACCEPT): _H.PROCESSING,
    (_H.CREATED, _V.SUCCEED): _H.FINISHED,
    (_H.CREATED, _V.FAIL): _H.FAILED,
    (_H.UNKNOWN, _V.LOSE): _H.UNKNOWN,
    (_H.UNKNOWN, _V.ACCEPT): _H.PROCESSING,
    (_H.UNKNOWN, _V.SUCCEED): _H.FINISHED,
    (_H.UNKNOWN, _V.FAIL): _H.FAILED,
    (_H.PROCESSING, _V.ACCEPT): _H.PROCESSING,
    (_H.PROCESSING, _V.SUCCEED): _H.FINISHED,
    (_H.PROCESSING, _V.FAIL): _H.FAILED,
})  # fmt: skip

FINAL_VERBS: Final = frozenset({Verb.FAIL, Verb.EXPIRE})
"""Verbs that give a reserved amount free again, so they need a second, spaced query that agrees (rule R10)."""
CONFIRM_AFTER: Final = timedelta(seconds=60)
"""How far apart two queries must be to count as two."""

MAX_AGE_SECONDS: Final = 300
"""facts §4.3: a signature 300 seconds off, either way, is not believed."""
MAX_REFUNDS: Final = 50
"""facts §4.3: at most 50 partial refunds per order."""
PREPAY_LIFE: Final = timedelta(hours=2)
"""facts §4.3: a prepay_id lives two hours."""
PAY_WITHIN: Final = timedelta(minutes=30)
"""How long a buyer may take unless the caller says otherwise."""
PARK_FOR: Final = timedelta(hours=26)
"""An early event waits for its cause as long as the gateway repeats callbacks (24 h 4 min), and a little more."""
NAMED_FROM_FEN: Final = 200_000
"""facts §4.2: from ¥2,000 on a transfer must name the payee."""
UNNAMED_BELOW_FEN: Final = 30
"""facts §4.2: below ¥0.30 it must not."""
TRANSFER_LEAST_FEN: Final = 10
"""facts §4.2: nothing below ¥0.10."""

LEASE: Final = timedelta(seconds=90)
"""Longer than any call may take (connect 5 s + read 15 s, thrice); then another courier asks what became of it."""


@dataclass(frozen=True)
class Terms:
    """What a message says, or must say, of a bill. None: this kind of message does not speak of it."""

    number: str
    amount_fen: int | None = None
    currency: str | None = None
    mchid: str | None = None
    appid: str | None = None
    openid: str | None = None
    order_number: str | None = None
    """Of a refund: the payment it takes from."""


def mismatches(expected: Terms, claimed: Terms) -> tuple[str, ...]:
    """Names of the fields that differ (threat table, row 3); none: the message is about this bill and this money."""
    pairs = ((f.name, getattr(expected, f.name), getattr(claimed, f.name)) for f in fields(Terms))
    return tuple(name for name, ours, theirs in pairs if ours is not None and theirs is not None and ours != theirs)


def confirms(first_seen: datetime | None, now: datetime) -> bool:
    """Whether a failure seen now agrees with one seen long enough ago."""
    return first_seen is not None and now - first_seen >= CONFIRM_AFTER


def next_look(attempts: int, now: datetime) -> datetime:
    """When to ask again: 5 s, 10 s, 20 s … at most 30 minutes apart."""
    return now + min(timedelta(seconds=5 * 2 ** min(attempts, 12)), timedelta(minutes=30))


def transfer_problem(amount_fen: int, user_name: str) -> str:
    """Why the gateway would never take this transfer (facts §4.2); '' when it would."""
    if amount_fen < TRANSFER_LEAST_FEN:
        return "单笔转账不得低于 0.10 元"
    if amount_fen >= NAMED_FROM_FEN and not user_name:
        return "2,000 元及以上的转账必须填写收款人姓名"
    return ""

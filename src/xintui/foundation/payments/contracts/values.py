"""Values and enums. Amounts are whole minor units of `currency`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """How the buyer reaches the cashier."""

    JSAPI = "jsapi"
    NATIVE = "native"
    H5 = "h5"


class Method(StrEnum):
    """Who takes the money: the name of a gateway (`psp`) where a buyer can choose."""

    WECHAT = "wechat"
    ALIPAY = "alipay"


METHOD_NAMES: Mapping[str, str] = {Method.WECHAT: "微信支付", Method.ALIPAY: "支付宝"}


class PaymentState(StrEnum):
    CREATED = "created"
    PREPAID = "prepaid"
    CAPTURED = "captured"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Charge:
    """What a buyer is asked to pay for `subject`. `shared` marks an order whose money may be split (分账)."""

    subject: str
    amount_fen: int
    payer_openid: str
    description: str
    channel: Channel
    now: datetime
    currency: str = "CNY"
    expires_at: datetime | None = None
    shared: bool = False
    psp: str = "wechat"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money that is to go back the way it came."""

    refund_id: str
    payment_id: str
    amount_fen: int
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Prepay:
    """A payment that is to be made known to the gateway now."""

    payment_id: str
    now: datetime
    client_ip: str = ""
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback as it came: headers with lower-case names, and the bytes."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime


class RefundState(StrEnum):
    """`unknown`: sent, and only a query can say what became of it. `abnormal`: a person must act at the gateway."""

    CREATED = "created"
    UNKNOWN = "unknown"
    PROCESSING = "processing"
    ABNORMAL = "abnormal"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class TransferState(StrEnum):
    """`waiting`: the payee has up to 24 hours to confirm in the app (facts §4.2)."""

    CREATED = "created"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class ShareKind(StrEnum):
    """分账 to receivers, 分账回退 from a merchant receiver, 解冻 of what is left."""

    SPLIT = "split"
    RETURN = "return"
    UNFREEZE = "unfreeze"


class ShareState(StrEnum):
    CREATED = "created"
    UNKNOWN = "unknown"
    PROCESSING = "processing"
    FINISHED = "finished"
    FAILED = "failed"


class DifferenceKind(StrEnum):
    """What the gateway's bill and our rows disagree about."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    STATE = "state"


class DifferenceState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    CLOSED = "closed"


@dataclass(frozen=True)
class Payment:
    """One attempt of a buyer to pay for `subject`; `id` is the gateway's out_trade_no."""

    id: str
    subject: str
    amount_fen: int
    currency: str
    psp: str
    channel: Channel
    payer_openid: str
    description: str
    state: PaymentState
    transaction_id: str
    captured_fen: int
    refunded_fen: int
    """What refunds have taken or reserved; the rest can still be refunded."""
    shared: bool
    """Paid so that parts may go to others (分账); what is not split stays frozen until it is released."""
    split_fen: int
    released_at: datetime | None
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None

    @property
    def refundable_fen(self) -> int:
        return self.captured_fen - self.refunded_fen


@dataclass(frozen=True)
class PayParams:
    """What the buyer's device needs: `params` for wx.requestPayment, `code_url` for a QR code, `h5_url` to go to."""

    payment_id: str
    method: Method
    channel: Channel
    params: Mapping[str, str] = field(default_factory=dict)
    code_url: str = ""
    h5_url: str = ""


@dataclass(frozen=True)
class Refund:
    """`id` is the gateway's out_refund_no and never changes."""

    id: str
    payment_id: str
    subject: str
    amount_fen: int
    reason: str
    state: RefundState
    attempts: int
    last_code: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Transfer:
    """商家转账 to one person; `id` is the gateway's out_bill_no. The payee's name never leaves the module."""

    id: str
    subject: str
    openid: str
    amount_fen: int
    remark: str
    state: TransferState
    package_info: str
    """For wx.requestMerchantTransfer while `waiting`; else ''."""
    attempts: int
    last_code: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Receiver:
    """Who gets a part of an order: `type` MERCHANT_ID or PERSONAL_OPENID.

    `relation` (facts §4.1) and a merchant's full `name` are what the gateway wants to know before it pays somebody.
    """

    type: str
    account: str
    amount_fen: int
    description: str
    relation: str = "DISTRIBUTOR"
    name: str = ""


@dataclass(frozen=True)
class Share:
    """One 分账 instruction; `id` is the gateway's out_order_no or out_return_no."""

    id: str
    kind: ShareKind
    payment_id: str
    amount_fen: int
    receivers: tuple[Receiver, ...]
    results: tuple[Mapping[str, str], ...]
    """What became of each receiver's part, once the gateway says: finished is not success."""
    of_share: str
    returned_fen: int
    finish: bool
    description: str
    state: ShareState
    last_code: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Difference:
    """One disagreement between the gateway's bill and our rows. It is closed with a note, never adjusted in silence."""

    id: str
    psp: str
    day: date
    kind: DifferenceKind
    subject_kind: str
    number: str
    ours_fen: int | None
    theirs_fen: int | None
    detail: str
    state: DifferenceState
    owner: str
    note: str
    found_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class BillReport:
    """What one import of a day's bill found."""

    psp: str
    day: date
    lines: int
    paid_fen: int
    refunded_fen: int
    fee_fen: int
    differences: int
    """All of the day, open and closed."""


@dataclass(frozen=True)
class Health:
    """What operators look at first: everything here should be zero, or on its way there."""

    unknown: int
    """Instructions sent whose fate only a query can tell."""
    abnormal_refunds: int
    quarantined: int
    open_differences: int
    unmatched_fen: int
    dead_callbacks: int
    rejected_today: int


@dataclass(frozen=True)
class SettlementTerms:
    """When money arrives and what the gateway keeps, with the source and the day it was checked."""

    psp: str
    scene: str
    name: str
    valid_from: date
    days: int
    fee_bp: int
    source: str
    verified_on: date


@dataclass(frozen=True)
class SplitTerms:
    """分账 limits with their source (facts §4.1)."""

    valid_from: date
    max_bp: int
    requests: int
    wait_seconds: int
    window_days: int
    source: str
    verified_on: date


@dataclass(frozen=True)
class Attempt:
    """What was sent to the gateway when, and what class of answer came."""

    kind: str
    number: str
    verb: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    code: str
    message: str

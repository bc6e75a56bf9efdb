"""What a payment gateway can be asked, in frozen values. Adapters speak the protocol; nobody else does.

Every question has four kinds of answer. Only `Absent` and a `Seen` come from knowledge; `Refused` is a definite no to
this request; `Unknown` says nothing about what happened (rule R10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from xintui.foundation.payments.contracts import Channel, Receiver
from xintui.foundation.payments.rules import Terms, Verb


@dataclass(frozen=True)
class Seen:
    """What the gateway says has become of a bill."""

    verb: Verb
    terms: Terms
    gateway_id: str = ""
    at: datetime | None = None
    reason: str = ""
    opened_at: datetime | None = None
    """When the gateway took it on: the day its bill puts it under."""
    package_info: str = ""
    results: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Prepaid:
    """`prepay_id` for JSAPI; `url` for a QR code or a cashier page."""

    prepay_id: str = ""
    url: str = ""


@dataclass(frozen=True)
class Done:
    """Yes, and nothing more to say."""


@dataclass(frozen=True)
class Absent:
    """A query's definite answer: no bill of this number."""

    code: str = ""


@dataclass(frozen=True)
class Refused:
    code: str
    message: str = ""


@dataclass(frozen=True)
class Unknown:
    code: str
    message: str = ""


@dataclass(frozen=True)
class PrepayOrder:
    number: str
    channel: Channel
    amount_fen: int
    currency: str
    description: str
    openid: str
    client_ip: str
    expires_at: datetime
    shared: bool
    return_url: str = ""
    """Where the gateway's cashier page sends the buyer back to, where that is part of the order."""


@dataclass(frozen=True)
class RefundOrder:
    number: str
    payment_number: str
    amount_fen: int
    total_fen: int
    currency: str
    reason: str


@dataclass(frozen=True)
class TransferOrder:
    number: str
    openid: str
    amount_fen: int
    user_name: str = field(repr=False)
    remark: str
    appid: str = ""
    """The app that knows this openid, where it is not the one on our card."""


@dataclass(frozen=True)
class SplitOrder:
    """`of` is the split a return takes from; '' otherwise."""

    number: str
    transaction_id: str
    receivers: Sequence[Receiver]
    finish: bool
    description: str
    of: str = ""


@dataclass(frozen=True)
class BillRow:
    """One line of a trade bill in minor units; `state` as the gateway writes it."""

    kind: str
    number: str
    gateway_id: str
    at: datetime
    amount_fen: int
    fee_fen: int
    state: str
    raw: Mapping[str, str]


@dataclass(frozen=True)
class BillFile:
    day: date
    sha1: str
    rows: tuple[BillRow, ...]


@dataclass(frozen=True)
class Envelope:
    """A callback that proved itself. Not decrypted yet."""

    event_id: str
    event_type: str


@dataclass(frozen=True)
class Message:
    """A callback opened: `kind` is payment, refund or transfer."""

    kind: str
    seen: Seen


class Rejected(Exception):
    """A callback that did not prove itself. `reason` is one word for the counter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Exception):
    """Authentic, but not what this program can read."""


class Gateway(Protocol):
    """One merchant account at one gateway."""

    @property
    def psp(self) -> str: ...
    @property
    def mchid(self) -> str: ...
    @property
    def appid(self) -> str: ...
    @property
    def kept(self) -> tuple[str, ...]:
        """Headers of a callback worth keeping beside its body."""
        ...

    def prepay(self, order: PrepayOrder) -> Prepaid | Refused | Unknown: ...
    def pay_params(self, prepay_id: str, now: datetime) -> Mapping[str, str]: ...
    def query_payment(self, number: str) -> Seen | Absent | Refused | Unknown: ...
    def close_payment(self, number: str) -> Done | Refused | Unknown: ...

    def refund(self, order: RefundOrder) -> Seen | Refused | Unknown: ...
    def query_refund(self, number: str, payment_number: str) -> Seen | Absent | Refused | Unknown: ...

    def transfer(self, order: TransferOrder) -> Seen | Refused | Unknown: ...
    def query_transfer(self, number: str) -> Seen | Absent | Refused | Unknown: ...
    def cancel_transfer(self, number: str) -> Done | Refused | Unknown: ...

    def add_receiver(self, receiver: Receiver) -> Done | Refused | Unknown: ...
    def split(self, order: SplitOrder) -> Seen | Refused | Unknown: ...
    def query_split(self, number: str, transaction_id: str) -> Seen | Absent | Refused | Unknown: ...
    def unfreeze(self, order: SplitOrder) -> Seen | Refused | Unknown: ...
    def return_split(self, order: SplitOrder) -> Seen | Refused | Unknown: ...
    def query_return(self, number: str, of: str) -> Seen | Absent | Refused | Unknown: ...

    def trade_bill(self, day: date) -> BillFile | Absent | Refused | Unknown: ...

    def authenticate(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Envelope:
        """Raises `Rejected`. `headers` have lower-case names; `body` is what came over the wire."""
        ...

    def open(self, body: bytes) -> Message:
        """Decrypt what `authenticate` let in. Raises `Unreadable`."""
        ...

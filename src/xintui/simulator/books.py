"""What the gateway remembers: bills, people, money, the agenda. Plain data, so a snapshot is one JSON file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final


@dataclass
class Trade:
    """One order of payment. `frozen` is what a profit-sharing order still keeps from the merchant."""

    out_trade_no: str
    kind: str
    appid: str
    description: str
    total: int
    notify_url: str
    signer: str
    prepay_id: str
    terms: str
    created_at: float
    attach: str = ""
    openid: str = ""
    expires_at: float | None = None
    shared: bool = False
    state: str = "NOTPAY"
    transaction_id: str = ""
    paid_at: float = 0
    fee: int = 0
    frozen: int = 0
    refunded: int = 0
    fee_returned: int = 0
    split: int = 0
    split_requests: int = 0


@dataclass
class Refund:
    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    fen: int
    fee_part: int
    reason: str
    notify_url: str
    signer: str
    terms: str
    created_at: float
    status: str = "PROCESSING"
    outcome: str = "SUCCESS"
    success_at: float = 0


@dataclass
class AliTrade:
    """One trade at Alipay. Until it is `begun` (a page opened, a code scanned) Alipay does not know it."""

    out_trade_no: str
    subject: str
    total: int
    notify_url: str
    return_url: str
    terms: str
    code: str
    created_at: float
    expires_at: float
    trade_no: str
    begun: bool = False
    state: str = "WAIT_BUYER_PAY"
    buyer_id: str = ""
    paid_at: float = 0
    fee: int = 0
    refunded: int = 0
    fee_returned: int = 0


@dataclass
class AliRefund:
    out_request_no: str
    out_trade_no: str
    fen: int
    fee_part: int
    reason: str
    created_at: float
    done_at: float = 0


@dataclass
class Share:
    """One receiver's part of a split order."""

    type: str
    account: str
    fen: int
    description: str
    detail_id: str
    created_at: float
    result: str = "PENDING"
    fail_reason: str = ""
    finished_at: float = 0


@dataclass
class Split:
    out_order_no: str
    order_id: str
    out_trade_no: str
    transaction_id: str
    terms: str
    unfreeze: bool
    created_at: float
    fail_reason: str = ""
    state: str = "PROCESSING"
    shares: list[Share] = field(default_factory=list)


@dataclass
class SplitReturn:
    out_return_no: str
    return_id: str
    out_order_no: str
    order_id: str
    return_mchid: str
    fen: int
    description: str
    terms: str
    created_at: float
    result: str = "PROCESSING"
    finished_at: float = 0


@dataclass
class Transfer:
    out_bill_no: str
    transfer_bill_no: str
    openid: str
    user_name: str
    fen: int
    remark: str
    scene: str
    notify_url: str
    signer: str
    package: str
    terms: str
    created_at: float
    updated_at: float
    state: str = "WAIT_USER_CONFIRM"
    fail_reason: str = ""
    outcome: str = "SUCCESS"
    appid: str = ""


@dataclass
class FundLine:
    """One change of the merchant's balance; `fen` is signed."""

    at: float
    business_no: str
    flow_no: str
    name: str
    kind: str
    fen: int
    balance: int
    remark: str
    voucher: str


@dataclass
class Notice:
    """One event to tell the platform, with the count of attempts so far."""

    id: str
    event_type: str
    summary: str
    original_type: str
    subject: str
    url: str
    signer: str
    resource: dict[str, Any]
    created_at: float
    first_due: float
    attempts: int = 0
    done: bool = False
    extras: list[list[str]] = field(default_factory=list)
    copies: int = 1
    concurrent: bool = True


@dataclass
class Person:
    """A WeChat user as one app knows them. `name` is the real name a transfer compares with, when it is known.

    `appid` is "" for the mini-program, whose openids the simulator takes from anywhere.
    """

    openid: str
    unionid: str
    phone: str = ""
    name: str = ""
    active_at: float = 0
    appid: str = ""


@dataclass
class Code:
    """A single-use code from wx.login() or the phone button."""

    code: str
    openid: str
    purpose: str
    minted_at: float
    used: bool = False


@dataclass
class Books:
    """All of it. Lists and dicts of the dataclasses above, or plain JSON."""

    balance: int = 0
    frozen: int = 0
    serial: int = 0
    salt: int = 0
    clock: float = 0
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    splits: dict[str, Split] = field(default_factory=dict)
    returns: dict[str, SplitReturn] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    ali_trades: dict[str, AliTrade] = field(default_factory=dict)
    ali_refunds: dict[str, AliRefund] = field(default_factory=dict)
    ali_balance: int = 0
    lines: list[FundLine] = field(default_factory=list)
    receivers: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    shippings: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    agenda: list[tuple[float, int, str, str]] = field(default_factory=list)


_TABLES: Final[dict[str, type]] = {
    "trades": Trade, "refunds": Refund, "returns": SplitReturn, "transfers": Transfer,
    "ali_trades": AliTrade, "ali_refunds": AliRefund, "notices": Notice, "people": Person, "codes": Code,
}  # fmt: skip


def save(books: Books, path: Path) -> None:
    """Written beside and renamed over: a reader sees the old snapshot or the new one, never half."""
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_text(json.dumps(asdict(books), ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def load(path: Path) -> Books:
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name, kind in _TABLES.items():
        raw[name] = {key: kind(**row) for key, row in raw.get(name, {}).items()}
    raw["lines"] = [FundLine(**row) for row in raw["lines"]]
    raw["splits"] = {
        key: Split(**(row | {"shares": [Share(**one) for one in row["shares"]]})) for key, row in raw["splits"].items()
    }
    raw["agenda"] = [(due, number, action, key) for due, number, action, key in raw["agenda"]]
    return Books(**raw)

"""What crosses the ledger's border: accounts, moves, postings, and the reasons it may refuse."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final

from xintui.kernel.errors import DomainError
from xintui.kernel.errors import Kind as ErrorKind

SHOP: Final = "shop"
"""The set of books (账套) that live orders are kept in. A file settlement keeps its own."""
POINTS: Final = "PTS"
"""信任积分 as a currency: whole, never changed into money. In a deposit one of them stands for one fen."""


class Kind(StrEnum):
    """科目: the chart of accounts. Normal side and floor of each stand in `sql/chart.sql`."""

    GATEWAY_CLEARING = "gateway.clearing"
    MERCHANT_PAYABLE = "merchant.payable"
    PLATFORM_FEE = "platform.fee"
    PLATFORM_BONUS = "platform.bonus"
    PROMOTER_PENDING = "promoter.pending"
    PROMOTER_DUE = "promoter.due"
    PROMOTER_DEBT = "promoter.debt"
    PROMOTER_DEPOSIT = "promoter.deposit"
    MERCHANT_DEPOSIT = "merchant.deposit"
    BUYER_DEBT = "buyer.debt"
    PAYOUT_CLEARING = "payout.clearing"
    TAX_PAYABLE = "tax.payable"
    POINTS_ISSUED = "points.issued"
    POINTS_BALANCE = "points.balance"
    POINTS_PLEDGED = "points.pledged"
    POINTS_SPENT = "points.spent"
    OFFSET_LIMIT = "offset.limit"
    OFFSET_ROOM = "offset.room"


KIND_NAMES: Final = {
    Kind.GATEWAY_CLEARING: "支付渠道待清算",
    Kind.MERCHANT_PAYABLE: "应付商家货款",
    Kind.PLATFORM_FEE: "技术服务费",
    Kind.PLATFORM_BONUS: "平台阶梯奖励支出",
    Kind.PROMOTER_PENDING: "推客待结算佣金",
    Kind.PROMOTER_DUE: "推客可提现佣金",
    Kind.PROMOTER_DEBT: "推客欠款",
    Kind.PROMOTER_DEPOSIT: "推客保证金",
    Kind.MERCHANT_DEPOSIT: "商家保证金",
    Kind.BUYER_DEBT: "买家应退回的赔付",
    Kind.PAYOUT_CLEARING: "出款在途",
    Kind.TAX_PAYABLE: "代扣税款",
    Kind.POINTS_ISSUED: "发放的积分",
    Kind.POINTS_BALANCE: "信任积分",
    Kind.POINTS_PLEDGED: "抵保证金的积分",
    Kind.POINTS_SPENT: "用掉与过期的积分",
    Kind.OFFSET_LIMIT: "积分抵扣总额度",
    Kind.OFFSET_ROOM: "积分抵扣额度",
}


MOVE_LIMIT: Final = 10**18
"""Largest move in minor units. One fact is limited to 10¹⁵ (kernel); a release sums a promoter's whole day."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose money of which kind, in which currency."""

    kind: Kind
    owner: str
    currency: str = "CNY"

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.owner}@{self.currency}"

    @classmethod
    def parse(cls, code: str) -> "Account":
        """The account that `str()` wrote."""
        kind, _, rest = code.partition(":")
        owner, _, currency = rest.rpartition("@")
        return cls(Kind(kind), owner, currency)


@dataclass(frozen=True, slots=True)
class Move:
    """`fen` minor units from `debit` to `credit`. Unbalanced money cannot be written down."""

    debit: Account
    credit: Account
    fen: int

    def __post_init__(self) -> None:
        assert 0 < self.fen <= MOVE_LIMIT, "a move moves money, one way, within limits"
        assert self.debit.currency == self.credit.currency, "a move stays in one currency"
        assert self.debit != self.credit, "a move goes somewhere"


@dataclass(frozen=True, slots=True)
class Posting:
    """A business reason (`orders.paid/ord01…`), its moves and the accounting date they belong to."""

    reason: str
    moves: tuple[Move, ...]
    on: date

    def __post_init__(self) -> None:
        assert self.reason and self.moves, "a posting has a reason and moves money"


@dataclass(frozen=True, slots=True)
class Balance:
    """Minor units on the account's normal side."""

    account: Account
    posted_fen: int
    held_fen: int

    @property
    def available_fen(self) -> int:
        return self.posted_fen - self.held_fen


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move as an account's owner reads it. `balance_fen` is the running balance after it."""

    reason: str
    seq: int
    on: date
    at: datetime
    counterpart: Account
    in_fen: int
    out_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account in a list: what it is called, what it holds, what it may not fall below."""

    account: Account
    kind_name: str
    posted_fen: int
    held_fen: int
    floor_fen: int | None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """试算平衡: one kind of account on one day. Opening and closing stand on the kind's normal side."""

    kind: Kind
    currency: str
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int
    differs: str
    """The first account whose row does not say what its moves add up to; empty when all do."""


@dataclass(frozen=True, slots=True)
class ClearingAge:
    """What has not left a clearing account yet, and since which accounting day."""

    account: Account
    balance_fen: int
    since: date | None


@dataclass(frozen=True, slots=True)
class DayVerb:
    """What one verb (the reason up to its first slash) did to one account on one accounting day."""

    account: Account
    verb: str
    credit_fen: int
    debit_fen: int
    moves: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A move with its position among all moves of its accounting day."""

    position: int
    reason: str
    move: Move
    on: date


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something the auditor found wrong; an empty list of these is the proof that all is well."""

    check: str
    subject: str
    detail: str


@dataclass(eq=False)
class PostedDifferently(DomainError):
    """The same reason came with other moves: a bug or an attack, never a retry."""

    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT
    code: ClassVar[str] = "ledger.posted_differently"
    says: ClassVar[str] = "「{reason}」已按不同的金额或账户入账"

    reason: str


@dataclass(eq=False)
class WouldOverdraw(DomainError):
    """The account holds less than this would take."""

    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT
    code: ClassVar[str] = "ledger.would_overdraw"
    says: ClassVar[str] = "余额不足：{account}"

    account: str


@dataclass(eq=False)
class DayClosed(DomainError):
    """The accounting day is closed; a correction is a new posting on an open day."""

    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT
    code: ClassVar[str] = "ledger.day_closed"
    says: ClassVar[str] = "会计日 {day} 已关账"

    day: str


@dataclass(eq=False)
class HoldNotPending(DomainError):
    """The hold was already captured, voided or expired, or never made."""

    kind: ClassVar[ErrorKind] = ErrorKind.CONFLICT
    code: ClassVar[str] = "ledger.hold_not_pending"
    says: ClassVar[str] = "冻结「{key}」不在待处理状态"

    key: str


@dataclass(eq=False)
class AccountNotFound(DomainError):
    """No such account, or a code that names none."""

    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND
    code: ClassVar[str] = "ledger.account_not_found"
    says: ClassVar[str] = "没有找到账户「{account}」"

    account: str


@dataclass(eq=False)
class PostingNotFound(DomainError):
    """Nothing was posted for this reason."""

    kind: ClassVar[ErrorKind] = ErrorKind.NOT_FOUND
    code: ClassVar[str] = "ledger.posting_not_found"
    says: ClassVar[str] = "没有找到事由为「{reason}」的凭证"

    reason: str

"""What crosses commission's border: plans, the facts of sales and refunds, and what a line earns and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from xintui.kernel.errors import DomainError, Kind

SHOP: Final = "shop"
MATCH_KEYS: Final = ("merchant_id", "category", "product_id", "promoter_id", "promoter_level")


class LineState(StrEnum):
    """Where a line's commission stands."""

    VOID = "void"
    PENDING = "pending"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Rule:
    """One commission rule. `match` maps a match key to the values it accepts; an absent key accepts all."""

    id: str
    priority: int
    match: tuple[tuple[str, frozenset[str]], ...]
    rate_bp: int
    cap_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """From `from_fen` of a month's net sales on, `rate_bp` of the part inside this band is paid as a bonus."""

    from_fen: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A published commission plan. It fixes the rule of every line paid while it is in force."""

    version: str
    auto_receipt_days: int
    freeze_days: int
    rules: tuple[Rule, ...]
    tiers: tuple[Tier, ...] = ()
    currency: str | None = None


class Sale(NamedTuple):
    """A paid order line. Times are ISO 8601 strings with offset or aware datetimes; amounts are minor units."""

    row: int
    order_id: str
    line_id: str
    merchant_id: str
    buyer_id: str
    product_id: str
    category: str
    qty: int | str
    paid_fen: int | str
    currency: str
    promoter_id: str
    promoter_level: str
    paid_at: datetime | str
    received_at: datetime | str | None


class Refund(NamedTuple):
    """Money back on one order line."""

    row: int
    refund_id: str
    order_id: str
    line_id: str
    refund_fen: int | str
    refunded_at: datetime | str


class Withdrawal(NamedTuple):
    """Due commission that was paid out outside the platform's own rails."""

    row: int
    withdrawal_id: str
    promoter_id: str
    amount_fen: int | str
    withdrawn_at: datetime | str


class Receipt(NamedTuple):
    """The buyer has the goods: the freeze clock of these lines starts."""

    order_id: str
    line_id: str
    received_at: datetime


class Refused(NamedTuple):
    """A row that was not taken, and why. `kind` names the batch it came in: sale, refund or withdrawal."""

    kind: str
    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a settlement call changed."""

    sales_new: int = 0
    sales_known: int = 0
    refunds_new: int = 0
    refunds_known: int = 0
    withdrawals_new: int = 0
    withdrawals_known: int = 0
    released_lines: int = 0
    released_fen: int = 0
    postings: int = 0
    refused: tuple[Refused, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.sales_new or self.refunds_new or self.withdrawals_new or self.postings)


@dataclass(frozen=True, slots=True)
class Earning:
    """One promoted order line as it stands."""

    order_id: str
    line_id: str
    promoter_id: str
    merchant_id: str
    rule_id: str
    rate_bp: int
    cap_fen: int | None
    plan_version: str
    currency: str
    paid_fen: int
    refunded_fen: int
    base_fen: int
    commission_fen: int
    state: LineState
    self_purchase: bool
    paid_at: datetime
    release_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what, how it was computed, and the result in minor units."""

    what: str
    how: str
    fen: int


@dataclass(frozen=True, slots=True)
class MonthStatement:
    """A promoter's calendar month (Asia/Shanghai), by the lines released in it."""

    promoter_id: str
    month: str
    lines: int
    net_fen: int
    commission_fen: int
    bonus_fen: int
    released_fen: int
    clawed_back_fen: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A set of books in sums; minor units."""

    lines: int
    promoters: int
    paid_fen: int
    refunds: int
    refunded_fen: int
    commission_fen: int
    pending_fen: int
    released_fen: int
    clawed_back_fen: int
    bonus_fen: int
    withdrawn_fen: int
    due_fen: int
    debt_fen: int


@dataclass(eq=False)
class PlanInvalid(DomainError):
    """The plan cannot be read as a plan."""

    code: ClassVar[str] = "commission.plan_invalid"
    says: ClassVar[str] = "佣金方案无效：{where} {why}"

    where: str
    why: str


@dataclass(eq=False)
class PlanConflict(DomainError):
    """A published version is frozen; other terms need another version."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.plan_conflict"
    says: ClassVar[str] = "方案版本 {version} 已存在且内容不同，请使用新的版本号"

    version: str


@dataclass(eq=False)
class SettledBeyond(DomainError):
    """The books are already settled to a later instant; time does not run backwards in them."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.settled_beyond"
    says: ClassVar[str] = "账套已结算到 {watermark}，不能再按更早的 {as_of} 结算"

    watermark: str
    as_of: str


@dataclass(eq=False)
class NoSuchLine(DomainError):
    """No promoted line of that number, or none that this person may see."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "commission.no_such_line"
    says: ClassVar[str] = "没有找到订单 {order_id} 的第 {line_id} 行"

    order_id: str
    line_id: str


@dataclass(eq=False)
class NotBookedYet(DomainError):
    """The event speaks of a promoted line whose sale has not been booked: deliver it again later."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.not_booked_yet"
    says: ClassVar[str] = "订单 {order_id} 的 {line_id} 行尚未入账，稍后重试"

    order_id: str
    line_id: str


@dataclass(eq=False)
class NotBooked(DomainError):
    """The books refuse the fact (known with other content, more refunded than paid): somebody has to look."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.not_booked"
    says: ClassVar[str] = "{what} {key} 未能入账：{why}"

    what: str
    key: str
    why: str

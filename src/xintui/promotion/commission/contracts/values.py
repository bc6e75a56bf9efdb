"""The facts of sales and refunds, and what a line earns and why."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

SHOP: Final = "shop"
MATCH_KEYS: Final = ("merchant_id", "category", "product_id", "sku_id", "promoter_id", "promoter_level")


class LineState(StrEnum):
    """Where a line's commission stands."""

    VOID = "void"
    PENDING = "pending"
    DUE = "due"


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
    sku_id: str = ""


class SaleBlock(NamedTuple):
    """Many `Sale`s at once, in COPY's text format: the fields in order, tabs between, each row ended by a newline.

    `paid_on` and `received_on` are the days its times name (`2026-11-28`), in whatever offset each was written.
    """

    rows: int
    text: bytes
    paid_on: frozenset[str]
    received_on: frozenset[str]


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
class Prospect:
    """What sharing a product would bring a piece: the rule in force on its lowest price, less what tends to come back.

    `refund_bp` is the refunded share of the shop's latest promoted lines; 0 while there are none.
    """

    product_id: str
    plan_version: str
    rule_id: str
    rate_bp: int
    cap_fen: int | None
    price_fen: int
    gross_fen: int
    refund_bp: int
    expected_fen: int


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
    product_id: str
    held: bool = False
    """核查中: a case is looked into, and the line waits without a release instant until it is over."""


@dataclass(frozen=True, slots=True)
class Held:
    """What waits of one promoter's for one case: at the latest until `until`."""

    case_id: str
    promoter_id: str
    lines: int
    fen: int
    since: datetime
    until: datetime
    says: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """What a case that is over gave free of one promoter's."""

    promoter_id: str
    lines: int
    fen: int


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One time that a line waited. `release_at`: its own instant, kept; None: the goods had not been received."""

    case_id: str
    says: str
    held_at: datetime
    until: datetime
    release_at: datetime | None
    ended_at: datetime | None
    ending: str


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


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """What becomes (or became) due on a day."""

    day: date
    lines: int
    fen: int
    released_fen: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The running month on its way to the next tier. `next_from_fen` None: there is no higher one."""

    month: str
    net_fen: int
    lines: int
    commission_fen: int
    bonus_so_far_fen: int
    next_from_fen: int | None
    next_rate_bp: int
    missing_fen: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A promoter's money right now."""

    pending_fen: int
    scheduled_fen: int
    """The part of it whose release day is known: the goods have been received."""
    due_fen: int
    held_fen: int
    debt_fen: int
    month: Progress


@dataclass(frozen=True, slots=True)
class Taken:
    """What one refund took from one line's commission."""

    refund_id: str
    order_id: str
    line_id: str
    promoter_id: str
    refund_fen: int
    taken_fen: int


@dataclass(frozen=True, slots=True)
class Released:
    """What one release run made due to one promoter."""

    promoter_id: str
    fen: int
    lines: int


@dataclass(frozen=True, slots=True)
class Today:
    """What this accounting day has done to a promoter's money so far, and where that leaves it: from the ledger."""

    day: date
    sales: int
    """Lines paid today through the promoter's links that bring commission."""
    accrued_fen: int
    corrected_fen: int
    """Taken back by refunds, before and after release: zero or less."""
    released_fen: int
    bonus_fen: int
    pending_fen: int
    due_fen: int
    held_fen: int
    debt_fen: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """One release batch."""

    epoch: int
    since: datetime | None
    until: datetime
    lines: int
    promoters: int
    fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A refund of the line and what it took from the commission; both below 0 where a refund was undone."""

    refund_id: str
    refund_fen: int
    refunded_at: datetime
    delta_fen: int

    @property
    def refund_back_fen(self) -> int:
        return -self.refund_fen

    @property
    def delta_back_fen(self) -> int:
        return -self.delta_fen


@dataclass(frozen=True, slots=True)
class Booked:
    """A move in the ledger that this line is part of. A release is one move per promoter and day."""

    reason: str
    on: date
    debit: str
    credit: str
    fen: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one line's commission."""

    line: Earning
    rule_says: str
    """What the rule is for, in words; "" for a line that no rule matched."""
    steps: tuple[Step, ...]
    refunds: tuple[TakenBack, ...]
    moves: tuple[Booked, ...]
    holds: tuple[HeldLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderCost:
    """What one order costs its merchant in commission."""

    order_id: str
    lines: int
    paid_fen: int
    refunded_fen: int
    commission_fen: int

"""What goes in and comes out."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from xintui.infra.http import Id, In, Out, PageIn, Text
from xintui.promotion.commission.contracts import Draft, DraftState, LineState

Name = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
Month = Annotated[str, Field(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]
AnyId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")]
Value = Annotated[Text, Field(min_length=1, max_length=64)]
Days = Annotated[int, Field(strict=True, ge=0, le=365)]
RateBp = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**15)]


class LineOut(Out):
    order_id: str
    line_id: str
    promoter_id: str
    merchant_id: str
    plan_version: str
    rule_id: str
    rate_bp: int
    cap_fen: int | None
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
    """核查中: it waits while a case is looked into."""
    product: str = ""
    """The product's title, where it is known (see `lines`)."""


class StepOut(Out):
    what: str
    how: str
    fen: int


class TakenBackOut(Out):
    refund_id: str
    refund_fen: int
    refunded_at: datetime
    delta_fen: int


class BookedOut(Out):
    reason: str
    on: date
    debit: str
    credit: str
    fen: int


class HeldLineOut(Out):
    case_id: str
    says: str
    held_at: datetime
    until: datetime
    ended_at: datetime | None


class ExplanationOut(Out):
    line: LineOut
    rule_says: str
    steps: list[StepOut]
    refunds: list[TakenBackOut]
    moves: list[BookedOut]
    holds: list[HeldLineOut]


class ProspectOut(Out):
    """`expected_fen`: per piece at the lowest price, net of the refunds that tend to come; 0 when nothing is paid."""

    product_id: str
    plan_version: str
    rule_id: str
    rate_bp: int
    cap_fen: int | None
    price_fen: int
    gross_fen: int
    refund_bp: int
    expected_fen: int


class ReleaseDayOut(Out):
    day: date
    lines: int
    fen: int
    released_fen: int


class CalendarOut(Out):
    items: list[ReleaseDayOut]


class ProgressOut(Out):
    month: str
    net_fen: int
    lines: int
    commission_fen: int
    bonus_so_far_fen: int
    next_from_fen: int | None
    next_rate_bp: int
    missing_fen: int


class SummaryOut(Out):
    pending_fen: int
    scheduled_fen: int
    due_fen: int
    held_fen: int
    debt_fen: int
    month: ProgressOut


class TodayOut(Out):
    day: date
    sales: int
    accrued_fen: int
    corrected_fen: int
    released_fen: int
    bonus_fen: int
    pending_fen: int
    due_fen: int
    held_fen: int
    debt_fen: int


class StatementOut(Out):
    promoter_id: str
    month: str
    lines: int
    net_fen: int
    commission_fen: int
    bonus_fen: int
    released_fen: int
    clawed_back_fen: int


class SweepOut(Out):
    epoch: int
    since: datetime | None
    until: datetime
    lines: int
    promoters: int
    fen: int
    at: datetime


class OrderCostOut(Out):
    order_id: str
    lines: int
    paid_fen: int
    refunded_fen: int
    commission_fen: int


class DraftOut(Out):
    id: str
    merchant_id: str
    version: str
    note: str
    body: dict[str, Any]
    state: DraftState
    created_by: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None
    in_force_from: datetime | None
    basis: str


class ComparedOut(Out):
    id: str
    lines: int
    now_fen: int
    then_fen: int


class FindingOut(Out):
    id: str
    decision: str
    title: str
    article: str
    says: str
    matched: str


class NoticeOut(Out):
    days: int
    source: str


class PreviewOut(Out):
    version: str
    since: datetime
    until: datetime
    lines: int
    promoters: int
    net_fen: int
    now_fen: int
    then_fen: int
    now_bonus_fen: int
    then_bonus_fen: int
    better_lines: int
    worse_lines: int
    worse_promoters: int
    winners: list[ComparedOut]
    losers: list[ComparedOut]
    payers: list[ComparedOut]
    findings: list[FindingOut]
    improvement: bool
    why: str
    notice: NoticeOut
    earliest: datetime


class VersionOut(Out):
    version: str
    in_force_from: datetime
    text: list[str]


class OpsVersionOut(VersionOut):
    body: dict[str, Any]
    published_at: datetime
    published_by: str


class PublicPlansOut(Out):
    current: VersionOut | None
    announced: list[VersionOut]
    notice: NoticeOut


class ReleasedOut(Out):
    released_lines: int
    released_fen: int
    postings: int


class MatchIn(In):
    merchant_id: Annotated[list[Id], Field(min_length=1, max_length=200)] | None = None
    category: Annotated[list[Value], Field(min_length=1, max_length=200)] | None = None
    product_id: Annotated[list[Id], Field(min_length=1, max_length=1000)] | None = None
    sku_id: Annotated[list[Id], Field(min_length=1, max_length=1000)] | None = None
    promoter_id: Annotated[list[Id], Field(min_length=1, max_length=1000)] | None = None
    promoter_level: Annotated[list[Value], Field(min_length=1, max_length=20)] | None = None


class RuleIn(In):
    id: Name
    priority: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] = 0
    match: MatchIn = MatchIn()
    rate_bp: RateBp
    cap_fen: Fen | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def body(self) -> dict[str, Any]:
        """As `parse_plan` reads it."""
        return self.dict(exclude={"match"}) | {"match": self.match.dict(exclude_none=True)}


class TierIn(In):
    from_fen: Fen
    rate_bp: RateBp


class RulesIn(In):
    """A merchant's proposal: rules for its own goods."""

    rules: Annotated[list[RuleIn], Field(min_length=1, max_length=200)]
    note: Annotated[Text, Field(max_length=500)] = ""

    def plan(self) -> dict[str, Any]:
        return {"rules": [rule.body() for rule in self.rules]}


class PlanIn(RulesIn):
    """A whole plan."""

    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,40}$")]
    auto_receipt_days: Days
    freeze_days: Days
    tiers: Annotated[list[TierIn], Field(max_length=20)] = []

    def plan(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "auto_receipt_days": self.auto_receipt_days,
            "freeze_days": self.freeze_days,
            "rules": [rule.body() for rule in self.rules],
            "tiers": [tier.dict() for tier in self.tiers],
        }


class PublishIn(In):
    in_force_from: datetime | None = None


class ReasonIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=500)]


class LinesIn(PageIn):
    release_on: date | None = None


class CalendarIn(In):
    since: date | None = None
    days: Annotated[int, Field(ge=1, le=92)] = 31


class PreviewIn(In):
    days: Annotated[int, Field(ge=1, le=92)] = 30


class ShopLinesIn(PageIn):
    order_id: AnyId = ""


class OpsLinesIn(ShopLinesIn):
    merchant_id: AnyId = ""
    promoter_id: AnyId = ""


class StatementsIn(PageIn):
    promoter_id: AnyId = ""
    month: Month = ""


class DraftsIn(PageIn):
    state: DraftState | None = None


def draft_state(one: Draft) -> dict[str, Any]:
    """A draft for the audit trail: where it stands and what it would pay."""
    return {
        "state": one.state.value,
        "version": one.version,
        "merchant": one.merchant_id,
        "note": one.note,
        "rules": {rule["id"]: f"{rule['rate_bp'] / 100:g}%" for rule in one.body["rules"]},
        "basis": one.basis,
    }

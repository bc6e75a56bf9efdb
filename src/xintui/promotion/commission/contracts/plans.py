"""Plans: proposed, previewed, published."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from xintui.trust.compliance.contracts import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One commission rule. `match` maps a match key to the values it accepts; an absent key accepts all."""

    id: str
    priority: int
    match: tuple[tuple[str, frozenset[str]], ...]
    rate_bp: int
    cap_fen: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    """限时: counts for lines paid from `valid_from` up to, not including, `valid_to`."""


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
    later: tuple[Rule, ...] = ()
    """Limited-time rules that a later version of the same plan will bring (see `seasons`)."""


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A published version and since when it decides."""

    plan: Plan
    in_force_from: datetime
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Season:
    """A limited-time rule as everybody reads it: for what, how much, in which time it really counts."""

    rule_id: str
    says: str
    match: tuple[tuple[str, frozenset[str]], ...]
    rate_bp: int
    cap_fen: int | None
    since: datetime
    until: datetime | None


class DraftState(StrEnum):
    """The life of a plan before it is one."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class DraftVerb(StrEnum):
    EDIT = "edit"
    PUBLISH = "publish"
    REJECT = "reject"
    WITHDRAW = "withdraw"


DRAFT_NAMES: Final = {
    DraftState.DRAFT: "草案",
    DraftState.PUBLISHED: "已发布",
    DraftState.REJECTED: "已驳回",
    DraftState.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that somebody would like. `merchant_id` "": the platform's, with a whole plan as its body; else a
    merchant's, whose body has only `rules` for the merchant's own goods."""

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


@dataclass(frozen=True, slots=True)
class Compared:
    """What somebody would have earned (a promoter) or paid (a merchant) under the plan in force and under another."""

    id: str
    lines: int
    now_fen: int
    then_fen: int

    @property
    def more_fen(self) -> int:
        return self.then_fen - self.now_fen


@dataclass(frozen=True, slots=True)
class Preview:
    """The lines paid from `since` to `until`, earned again under the plan in force and under the proposed one.

    Nets as they are today, levels as they are today; the tier bonus as if the window were one month.
    """

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
    winners: tuple[Compared, ...]
    losers: tuple[Compared, ...]
    payers: tuple[Compared, ...]
    """Merchants who would pay something else, the largest difference first."""
    findings: tuple[Finding, ...]
    improvement: bool
    why: str
    notice: "Notice"
    earliest: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before its effect a changed plan is shown, and on whose word."""

    days: int
    valid_from: date
    source: str

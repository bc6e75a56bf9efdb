"""The frozen values and refusals of compliance that cross the border."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError


class Decision(StrEnum):
    """What a finding leads to."""

    BLOCK = "block"
    """It may not be published."""
    ALARM = "alarm"
    """It may, and a person at the platform is told now."""


class PayBasis(StrEnum):
    """On what someone is paid. The last three exist so that they can be named and refused."""

    OWN_SALES = "own_sales"
    SERVICE_CONTRACT = "service_contract"
    """A B2B fee to a licensed enterprise for a service under contract."""
    DOWNLINE_SALES = "downline_sales"
    HEAD_COUNT = "head_count"
    JOIN_FEES = "join_fees"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which rulebook, in which edition, on whose word."""

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    source: str
    verified_on: date


@dataclass(frozen=True, slots=True)
class Label:
    """A text that the law or a practice wants shown."""

    text: str
    title: str
    article: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, by which rule and article, and what would be right."""

    id: str
    decision: Decision
    title: str
    article: str
    says: str
    matched: str = ""
    """The words as they stand in the text, from `start` to `end`; empty for findings about a plan."""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class PlanDescription:
    """A commission plan as the firewall sees it. The defaults are the platform's: depth 1, own sales, free."""

    pay_basis: frozenset[PayBasis] = frozenset({PayBasis.OWN_SALES})
    depth: int = 1
    """Levels of promoters that the plan knows of below its organiser."""
    commission_bp: int = 0
    """The highest total that one person can earn, as a share of his own sales."""
    join_fee_fen: int = 0
    join_purchase_fen: int = 0
    training_fee_fen: int = 0
    deposit_to_join: bool = False
    deposit_refundable: bool = True
    recruit_required: bool = False
    """Recruiting others is a condition of being paid or of rising."""
    payee_licensed: bool = False
    """Whoever earns a service fee is a licensed enterprise under contract."""
    goods_genuine: bool = True
    booked_openly: bool = True
    """Every payment is a ledger entry with a payee on record, on both sides."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How far a scheme has grown. The organiser comes on top: the law counts him and his level (AP-06)."""

    members: int = 0
    downline_levels: int = 0
    collected_fen: int = 0
    penalised_before: bool = False

    @property
    def people(self) -> int:
        return self.members + 1

    @property
    def levels(self) -> int:
        return self.downline_levels + 1


@dataclass(eq=False)
class NoRulebook(DomainError):
    """The rules of that day are not in our files."""

    code: ClassVar[str] = "compliance.no_rulebook"
    says: ClassVar[str] = "没有 {on} 适用的规则「{name}」，请先录入并核对来源"

    name: str
    on: str


@dataclass(eq=False)
class PlanRefused(DomainError):
    """The plan cannot be published as it is."""

    code: ClassVar[str] = "compliance.plan_refused"
    says: ClassVar[str] = "方案不能发布：{reasons}"

    reasons: str
    ids: tuple[str, ...]


@dataclass(eq=False)
class CopyRefused(DomainError):
    """The share copy cannot be used as it is."""

    code: ClassVar[str] = "compliance.copy_refused"
    says: ClassVar[str] = "文案不能使用：{reasons}"

    reasons: str
    ids: tuple[str, ...]


def blocked(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stand in the way."""
    return [finding for finding in findings if finding.decision is Decision.BLOCK]

"""What deposits may refuse."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class DepositNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "deposits.not_found"
    says: ClassVar[str] = "没有找到保证金 {subject}"

    subject: str


@dataclass(eq=False)
class NoneNeeded(DomainError):
    """0 预付: what is free stays free."""

    code: ClassVar[str] = "deposits.none_needed"
    says: ClassVar[str] = "「{title}」的商品不需要保证金"

    title: str


@dataclass(eq=False)
class AlreadyOpen(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.already_open"
    says: ClassVar[str] = "已经有同等级或更高等级的保证金"

    deposit_id: str


@dataclass(eq=False)
class TermsChanged(DomainError):
    """The amount agreed to is not the amount in force: look again before agreeing."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.terms_changed"
    says: ClassVar[str] = "应缴金额有变化，请按最新金额重新确认"

    amount_fen: int


@dataclass(eq=False)
class PartNotDue(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.part_not_due"
    says: ClassVar[str] = "这一笔当前是「{state}」，不需要缴纳"

    state: str


@dataclass(eq=False)
class NothingToReturn(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.nothing_to_return"
    says: ClassVar[str] = "当前没有可以退还的保证金"

    deposit_id: str


@dataclass(eq=False)
class DepositNeeded(DomainError):
    """These goods are promoted with a deposit behind them; low-risk goods never are."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.needed"
    says: ClassVar[str] = "推广「{title}」商品需要先缴纳相应等级的保证金；低风险商品可以直接推广"

    title: str
    risk_class: str


@dataclass(eq=False)
class QuotaUsed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.quota_used"
    says: ClassVar[str] = "已缴金额最多可同时推广 {quota} 款这类商品；缴下一期，或先停止推广其中一款"

    quota: int


@dataclass(eq=False)
class ClaimNotOpen(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claim_not_open"
    says: ClassVar[str] = "这笔扣留已经了结"

    claim_id: str


@dataclass(eq=False)
class ClaimTooMuch(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claim_too_much"
    says: ClassVar[str] = "赔付不能超过扣留的金额"

    held_fen: int


@dataclass(eq=False)
class OffsetTooMuch(DomainError):
    """More points than may stand beside the cash: at most half of a deposit, less by credit, never more than a part."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.offset_too_much"
    says: ClassVar[str] = "目前最多可用 {most} 积分抵扣：积分不超过已缴现金，也不超过信用等级允许的比例"

    most: int


@dataclass(eq=False)
class ClaimedDifferently(DomainError):
    """The same key came with another holder or amount: a bug or an attack, never a retry."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "deposits.claimed_differently"
    says: ClassVar[str] = "「{key}」已按不同的内容登记"

    key: str

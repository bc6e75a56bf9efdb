"""The expected ways in which a dispute says no."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class DisputeNotFound(DomainError):
    """Unknown, or none of the asker's business: the same answer."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "disputes.not_found"
    says: ClassVar[str] = "没有找到投诉 {dispute_id}"

    dispute_id: str


@dataclass(eq=False)
class BadComplaint(DomainError):
    code: ClassVar[str] = "disputes.bad_complaint"
    says: ClassVar[str] = "投诉无法提交：{reason}"

    reason: str


@dataclass(eq=False)
class AlreadyDisputed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.already_disputed"
    says: ClassVar[str] = "这件商品已有处理中的投诉"

    line_id: str


@dataclass(eq=False)
class TooMuchWanted(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.too_much_wanted"
    says: ClassVar[str] = "请求金额不能超过这件商品还可以退的金额"

    refundable_fen: int


@dataclass(eq=False)
class NotYourTurn(DomainError):
    """A party of the dispute, but not the one this step belongs to."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.not_your_turn"
    says: ClassVar[str] = "这一步由{side}处理"

    side: str


@dataclass(eq=False)
class BadEvidence(DomainError):
    code: ClassVar[str] = "disputes.bad_evidence"
    says: ClassVar[str] = "证据无法提交：{reason}"

    reason: str


@dataclass(eq=False)
class NothingToAppeal(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.nothing_to_appeal"
    says: ClassVar[str] = "现在不能申诉：{reason}"

    reason: str


@dataclass(eq=False)
class NothingToRecover(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "disputes.nothing_to_recover"
    says: ClassVar[str] = "没有待收回的款项，或金额超过待收回的金额"

    left_fen: int

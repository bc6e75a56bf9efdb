"""Refusals of the promoters module."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(eq=False)
class NoSuchPromoter(DomainError):
    """Unknown, or not the asker's business."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "promoters.not_found"
    says: ClassVar[str] = "没有这位推客"

    promoter_id: str


@dataclass(eq=False)
class NotAPromoter(DomainError):
    """The verb needs an active promoter."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "promoters.not_active"
    says: ClassVar[str] = "推客身份未生效，暂不能操作"

    state: str


@dataclass(eq=False)
class AlreadyApplied(DomainError):
    """One user is at most one promoter."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "promoters.already_applied"
    says: ClassVar[str] = "您已提交过推客申请"

    promoter_id: str


@dataclass(eq=False)
class StepOutOfOrder(DomainError):
    """The three steps have an order."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "promoters.step_out_of_order"
    says: ClassVar[str] = "请先完成上一步"

    expected: str


@dataclass(eq=False)
class BadIdentity(DomainError):
    """The name or number cannot be one."""

    code: ClassVar[str] = "promoters.bad_identity"
    says: ClassVar[str] = "证件信息有误，请核对后重填"

    field: str


@dataclass(eq=False)
class QuizFailed(DomainError):
    """The duty to disclose was not understood; it may be tried again."""

    code: ClassVar[str] = "promoters.quiz_failed"
    says: ClassVar[str] = "有 {wrong} 道题答错，请阅读说明后重试"

    wrong: int


@dataclass(eq=False)
class OldAgreement(DomainError):
    """What was agreed to is not the text in force."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "promoters.old_agreement"
    says: ClassVar[str] = "协议已更新，请重新阅读"

    current: str


@dataclass(eq=False)
class BadPayee(DomainError):
    """The account cannot receive this promoter's money."""

    code: ClassVar[str] = "promoters.bad_payee"
    says: ClassVar[str] = "收款账户不可用：{why}"

    why: str


@dataclass(eq=False)
class BadSponsor(DomainError):
    """The sponsor is unknown, not active, or the applicant himself."""

    code: ClassVar[str] = "promoters.bad_sponsor"
    says: ClassVar[str] = "邀请人无效，可不填邀请人直接申请"


@dataclass(eq=False)
class TooDeep(DomainError):
    """T-14: relations end at the configured depth (禁止传销条例 第七条)."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "promoters.too_deep"
    says: ClassVar[str] = "邀请关系最多 {max_depth} 层，可不填邀请人直接申请"

    max_depth: int


@dataclass(eq=False)
class UnknownReason(DomainError):
    """A decision needs a reason from the catalogue."""

    code: ClassVar[str] = "promoters.unknown_reason"
    says: ClassVar[str] = "原因代码不存在"

    reason: str


@dataclass(eq=False)
class UnknownLevel(DomainError):
    """The table of levels has no such row."""

    code: ClassVar[str] = "promoters.unknown_level"
    says: ClassVar[str] = "没有这个等级"

    level: str


@dataclass(eq=False)
class OwnReview(DomainError):
    """Nobody reviews himself."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "promoters.own_review"
    says: ClassVar[str] = "不能审核自己的申请"

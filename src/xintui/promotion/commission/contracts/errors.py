"""What commission may refuse."""

from dataclasses import dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


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
class NoSuchCustomer(DomainError):
    """No order of that number, or none that this promoter brought."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "commission.no_such_customer"
    says: ClassVar[str] = "没有找到这位客户"


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


@dataclass(eq=False)
class NoSuchDraft(DomainError):
    """No draft of that number, or somebody else's."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "commission.no_such_draft"
    says: ClassVar[str] = "没有找到方案草案 {draft_id}"

    draft_id: str


@dataclass(eq=False)
class PlanSameEyes(DomainError):
    """The platform's own plan takes effect with a second person's word, never with its author's alone."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "commission.same_eyes"
    says: ClassVar[str] = "平台方案须由起草人以外的同事发布"

    draft_id: str


@dataclass(eq=False)
class NoticeTooShort(DomainError):
    """A changed plan is shown first (电子商务法第三十四条); only the first one and pure improvements are not."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.notice_too_short"
    says: ClassVar[str] = "方案变更须提前 {days} 天公示（{source}），最早 {earliest} 生效：{why}"

    days: int
    earliest: str
    source: str
    why: str


@dataclass(eq=False)
class PlanOvertaken(DomainError):
    """Versions follow each other: a new one begins after the last one that is published."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "commission.plan_overtaken"
    says: ClassVar[str] = "已发布的方案 {version} 将于 {since} 生效，新方案须晚于该时间"

    version: str
    since: str

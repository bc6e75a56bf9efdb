"""What other modules may know about merchants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.foundation.identity.contracts import Role
from xintui.kernel.errors import DomainError, Kind


class MerchantState(StrEnum):
    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    CLOSED = "closed"


class MerchantVerb(StrEnum):
    ACTIVATE = "activate"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"


STATE_NAMES: dict[str, str] = {
    "applied": "待审核",
    "active": "营业中",
    "suspended": "已暂停",
    "rejected": "未通过",
    "closed": "已退出",
}
"""What a person reads."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a merchant chooses for its own shop."""

    auto_receipt_days: int = 10
    freeze_config: str = "default"
    freight_fen: int = 0
    free_freight_from_fen: int = 0
    return_address: str = ""
    shares_profit: bool = False
    """分账: payments for this shop alone may be split; what is not split is frozen until it is released."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """A tenant. The contact is masked; the full one needs a reason and leaves an audit row."""

    id: str
    name: str
    intro: str
    contact_name: str
    contact_phone_masked: str
    state: MerchantState
    legal_name: str
    credit_code: str
    settings: Settings
    applied_at: datetime
    activated_at: datetime | None
    wanted: tuple[str, ...] = ()
    """The categories it said it would sell."""
    findings: tuple[str, ...] = ()
    """Why its application waits for a person; none: the rule has opened it, or nobody has judged yet."""


@dataclass(frozen=True, slots=True)
class Application:
    """入驻申请: the shop, the company behind it with its licence, and what it wants to sell."""

    name: str
    contact_name: str
    contact_phone: str
    intro: str = ""
    legal_name: str = ""
    credit_code: str = ""
    files: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    insists: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """Who runs the shop: what buyers read, and the company behind it (电子商务法 第十五条)."""

    intro: str
    legal_name: str
    credit_code: str
    contact_name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody was asked to work for the shop. `to` is a login name or a masked phone number."""

    id: str
    merchant_id: str
    to: str
    by_phone: bool
    roles: tuple[Role, ...]
    invited_by: str
    created_at: datetime
    expires_at: datetime
    state: str
    """open, accepted, withdrawn or expired."""


INVITATION_STATES: dict[str, str] = {
    "open": "等待接受",
    "accepted": "已加入",
    "withdrawn": "已撤回",
    "expired": "已过期",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a new shop's checklist, judged from facts when it is asked."""

    key: str
    title: str
    hint: str
    page: str
    """Where it is done: an address of the merchant console."""
    optional: bool
    done: bool


@dataclass(frozen=True, slots=True)
class MerchantEvent:
    """One line of a merchant's history."""

    verb: str
    state: MerchantState
    actor: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MerchantActivated:
    topic: ClassVar[str] = "merchants.activated"
    merchant_id: str
    activated_at: datetime


@dataclass(frozen=True, slots=True)
class MerchantSuspended:
    topic: ClassVar[str] = "merchants.suspended"
    merchant_id: str
    reason: str
    suspended_at: datetime


@dataclass(eq=False)
class MerchantNotFound(DomainError):
    """There is no such merchant, or the asker may not know of it."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "merchants.not_found"
    says: ClassVar[str] = "没有找到商家 {merchant_id}"

    merchant_id: str


@dataclass(eq=False)
class MerchantNotActive(DomainError):
    """The merchant does not trade now."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "merchants.not_active"
    says: ClassVar[str] = "商家 {merchant_id} 目前不在营业"

    merchant_id: str


@dataclass(eq=False)
class BadInvitation(DomainError):
    """An invitation that cannot be."""

    code: ClassVar[str] = "merchants.bad_invitation"
    says: ClassVar[str] = "无法办理邀请：{reason}"

    reason: str


@dataclass(eq=False)
class TooManyInvitations(DomainError):
    """Invitations open doors: few at a time."""

    kind: ClassVar[Kind] = Kind.LIMITED
    code: ClassVar[str] = "merchants.too_many_invitations"
    says: ClassVar[str] = "暂时不能再发邀请：{reason}"

    reason: str


@dataclass(eq=False)
class InvitationNotFound(DomainError):
    """One answer for unknown, used, withdrawn, too old, and from somebody who may no longer invite."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "merchants.invitation_not_found"
    says: ClassVar[str] = "邀请不存在或已失效，请让店铺主账号重新邀请"


@dataclass(eq=False)
class NameTaken(DomainError):
    """Buyers tell shops apart by name."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "merchants.name_taken"
    says: ClassVar[str] = "店铺名「{name}」已被使用"

    name: str


@dataclass(eq=False)
class BadApplication(DomainError):
    code: ClassVar[str] = "merchants.bad_application"
    says: ClassVar[str] = "入驻申请有误：{reason}"

    reason: str


@dataclass(eq=False)
class BadSetting(DomainError):
    """A setting outside its range."""

    code: ClassVar[str] = "merchants.bad_setting"
    says: ClassVar[str] = "设置「{field}」应在 {low} 到 {high} 之间"

    field: str
    low: int
    high: int

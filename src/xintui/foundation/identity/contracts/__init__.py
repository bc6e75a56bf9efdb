"""What other modules may know of people: who is asking, in which roles, for which merchant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.foundation.identity.contracts.errors import (
    AlreadyTaken,
    BadPhone,
    BadSavedFilter,
    DeviceNotFound,
    LastOwner,
    LoginRefused,
    NotAllowed,
    NotAuthenticated,
    RoleMisplaced,
    SmsUnavailable,
    StepUpRequired,
    TokenReused,
    TooManyAttempts,
    TotpRequired,
    UserNotFound,
    WechatClosed,
    WechatElsewhere,
    WechatRefused,
    WechatUnavailable,
    WrongCode,
    WrongTotp,
)


class Role(StrEnum):
    """F-01's roles. A person holds any number of them; the merchant roles are held for one merchant each."""

    BUYER = "buyer"
    PROMOTER = "promoter"
    MERCHANT_OWNER = "merchant_owner"
    MERCHANT_GOODS = "merchant_goods"
    MERCHANT_FINANCE = "merchant_finance"
    MERCHANT_SERVICE = "merchant_service"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    AUDITOR = "auditor"


ROLE_NAMES: Mapping[Role, str] = {
    Role.BUYER: "买家", Role.PROMOTER: "推客", Role.MERCHANT_OWNER: "商家主账号", Role.MERCHANT_GOODS: "商家商品",
    Role.MERCHANT_FINANCE: "商家财务", Role.MERCHANT_SERVICE: "商家客服", Role.OPERATOR: "平台运营",
    Role.REVIEWER: "平台审核", Role.FINANCE: "平台财务", Role.AUDITOR: "平台审计",
}  # fmt: skip
MERCHANT_ROLES = frozenset(role for role in Role if role.startswith("merchant_"))
PLATFORM_ROLES = frozenset({Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
PERSONAL_ROLES = frozenset({Role.BUYER, Role.PROMOTER})
MONEY_ROLES = frozenset({Role.OPERATOR, Role.FINANCE, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE})
"""Roles that can move money or hand out power: a password alone is not enough for them."""


@dataclass(frozen=True)
class Principal:
    """Who is asking. `roles` are those held for `merchant_id`, or without one those held platform-wide."""

    user_id: str
    roles: frozenset[Role]
    merchant_id: str | None
    display_name: str
    permission_version: int

    def has(self, *roles: Role) -> bool:
        """Whether one of `roles` is held."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Principal("system", frozenset(), None, "系统", 0)
"""Jobs and event handlers, where the audit trail asks for a name."""


@dataclass(frozen=True)
class NewUser:
    """An account to be made. `roles` are pairs of role and merchant ("" for platform and personal roles)."""

    display_name: str
    now: datetime
    login: str | None = None
    password: str | None = None
    phone: str | None = None
    roles: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True)
class UserView:
    """A person as operators see them; the phone number is masked."""

    user_id: str
    login: str
    display_name: str
    phone_masked: str
    is_active: bool
    totp_enrolled: bool
    permission_version: int
    created_at: datetime


@dataclass(frozen=True)
class Hint:
    """What people who have dealt with somebody may see: `王**`, `138****8888` or nothing."""

    name: str
    phone: str


@dataclass(frozen=True)
class Grant:
    """A role held, for a merchant or ("") platform-wide."""

    user_id: str
    role: Role
    merchant_id: str
    granted_at: datetime


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works for a merchant: in which roles, since when, and when last seen there."""

    user_id: str
    display_name: str
    login: str
    phone_masked: str
    roles: tuple[Role, ...]
    since: datetime
    last_seen_at: datetime | None
    is_active: bool


@dataclass(frozen=True)
class IssuedTokens:
    """What a device is given once and never again: only hashes are kept."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    device_id: str
    user_id: str


@dataclass(frozen=True)
class Device:
    """A place a person is logged in."""

    device_id: str
    name: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


@dataclass(frozen=True)
class Caller:
    """Who sent a request, from which device."""

    principal: Principal
    device_id: str


@dataclass(frozen=True)
class SavedFilterView:
    """A list's filter under a name."""

    id: str
    name: str
    query: str
    user_id: str
    shared: bool
    by_default: bool
    mine: bool


@dataclass(frozen=True)
class AuditRecord:
    """One line of the audit trail."""

    id: int
    at: datetime
    actor_id: str
    actor_name: str
    action: str
    object_type: str
    object_id: str
    merchant_id: str
    before: dict[str, object]
    after: dict[str, object]
    reason: str
    ip: str


@dataclass(frozen=True)
class InstallationSeen:
    """Somebody logged in, in their own name, from an installation; `mark` is the keyed hash of its number."""

    topic: ClassVar[str] = "identity.installation_seen"
    user_id: str
    mark: str
    at: datetime


@dataclass(frozen=True)
class WechatDoor:
    """Where to send the browser, and what it must keep to itself and show when it comes back."""

    url: str
    ticket: str


@dataclass(frozen=True)
class Welcomed:
    """Somebody back from WeChat: logged in (`tokens`), or bound to who they were; and the page they came from."""

    tokens: IssuedTokens | None
    back_to: str


class CodePurpose(StrEnum):
    """What a one-time code by SMS is for: a code for one thing opens no other."""

    LOGIN = "login"
    STEP_UP = "step_up"


@dataclass(frozen=True)
class StepUp:
    """How somebody can prove again that it is them, and until when the last proof lasts (None: it does not)."""

    ways: tuple[str, ...]
    fresh_until: datetime | None


__all__ = [
    "MERCHANT_ROLES",
    "MONEY_ROLES",
    "PERSONAL_ROLES",
    "PLATFORM_ROLES",
    "ROLE_NAMES",
    "SYSTEM",
    "AlreadyTaken",
    "AuditRecord",
    "BadPhone",
    "BadSavedFilter",
    "Caller",
    "CodePurpose",
    "Device",
    "DeviceNotFound",
    "Grant",
    "Hint",
    "InstallationSeen",
    "IssuedTokens",
    "LastOwner",
    "LoginRefused",
    "NewUser",
    "NotAllowed",
    "NotAuthenticated",
    "Principal",
    "Role",
    "RoleMisplaced",
    "SavedFilterView",
    "SmsUnavailable",
    "StaffMember",
    "StepUp",
    "StepUpRequired",
    "TokenReused",
    "TooManyAttempts",
    "TotpRequired",
    "UserNotFound",
    "UserView",
    "WechatClosed",
    "WechatDoor",
    "WechatElsewhere",
    "WechatRefused",
    "WechatUnavailable",
    "Welcomed",
    "WrongCode",
    "WrongTotp",
]  # fmt: skip

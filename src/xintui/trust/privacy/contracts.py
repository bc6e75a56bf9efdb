"""What other modules may know about privacy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Ground(StrEnum):
    """Why personal data may be handled (个人信息保护法第十三条)."""

    CONTRACT = "contract"
    LAW = "law"
    CONSENT = "consent"
    SEPARATE = "separate"
    REFUSABLE = "refusable"
    """Done until the person says no, which they may at any time (第二十四条第二款)."""


GROUND_NAMES: Mapping[Ground, str] = {
    Ground.CONTRACT: "履行合同所必需",
    Ground.LAW: "履行法定义务",
    Ground.CONSENT: "您的同意",
    Ground.SEPARATE: "您的单独同意",
    Ground.REFUSABLE: "您可以随时拒绝",
}
ASKED = frozenset({Ground.CONSENT, Ground.SEPARATE, Ground.REFUSABLE})


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is done with which data, on what ground, how long; `effect`: what ends when a consent is withdrawn."""

    code: str
    version: str
    name: str
    says: str
    data: tuple[str, ...]
    given_to: str
    ground: Ground
    law: str
    retention: str
    effect: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Standing:
    """A purpose as it stands for a person; `given` is None where nobody has to be asked."""

    purpose: Purpose
    given: bool | None
    version: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One act of consenting or withdrawing."""

    purpose: str
    version: str
    given: bool
    at: datetime
    device_id: str


class ExportState(StrEnum):
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Export:
    """A copy of everything about somebody, for seven days."""

    id: str
    state: ExportState
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int
    sha256: str


class ErasureState(StrEnum):
    COOLING = "cooling"
    UNDONE = "undone"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A wish to leave; until `due_at` it can be taken back. `held`: why it could not be carried out when due."""

    id: str
    user_id: str
    state: ErasureState
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    held: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """What has to be finished first, and where that is done."""

    code: str
    says: str
    page: str


@dataclass(frozen=True, slots=True)
class Retention:
    """What the law keeps of somebody who has left."""

    code: str
    what: str
    years: int
    basis: str


@dataclass(frozen=True, slots=True)
class Record:
    """One thing the law keeps: of which kind, about what, from which day on."""

    kind: str
    object_id: str
    since: date
    what: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """What rested on this consent has to end."""

    topic: ClassVar[str] = "privacy.consent_withdrawn"
    user_id: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonErased:
    """The person has left: nobody keeps anything that says who they were. Their id stays, and says nothing."""

    topic: ClassVar[str] = "privacy.person_erased"
    user_id: str
    at: datetime


@dataclass(eq=False)
class UnknownPurpose(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "privacy.unknown_purpose"
    says: ClassVar[str] = "没有这项用途"

    purpose: str


@dataclass(eq=False)
class NotAsked(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "privacy.not_asked"
    says: ClassVar[str] = "“{name}”不以同意为依据（{ground}），不能单独撤回；注销账号后停止"

    name: str
    ground: str


@dataclass(eq=False)
class ConsentRequired(DomainError):
    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "privacy.consent_required"
    says: ClassVar[str] = "需要您单独同意“{name}”后才能继续"

    name: str


@dataclass(eq=False)
class ExportPending(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "privacy.export_pending"
    says: ClassVar[str] = "已有一份数据正在准备或可以下载，{days} 天内不必重复申请"

    days: int


@dataclass(eq=False)
class ExportNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "privacy.export_not_found"
    says: ClassVar[str] = "没有可以下载的数据，或已过期"


@dataclass(eq=False)
class ErasureBlocked(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "privacy.erasure_blocked"
    says: ClassVar[str] = "还不能注销：{why}"

    why: str


@dataclass(eq=False)
class ErasureNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "privacy.erasure_not_found"
    says: ClassVar[str] = "没有进行中的注销申请"


@dataclass(eq=False)
class FrozenNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "privacy.frozen_not_found"
    says: ClassVar[str] = "没有找到这份冻结记录"

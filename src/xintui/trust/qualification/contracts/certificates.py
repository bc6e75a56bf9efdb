"""Certificates: who holds what, how it stands, and what may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError
from xintui.kernel.errors import Kind as Answer
from xintui.trust.qualification.contracts.numbers import Kind


class HolderKind(StrEnum):
    MERCHANT = "merchant"
    PROMOTER = "promoter"


HOLDER_NAMES: Mapping[HolderKind, str] = {HolderKind.MERCHANT: "商家", HolderKind.PROMOTER: "推客"}


@dataclass(frozen=True, slots=True)
class Holder:
    kind: HolderKind
    id: str


class State(StrEnum):
    SUBMITTED = "submitted"
    REVIEW = "review"
    PASSED = "passed"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


STATE_NAMES: Mapping[State, str] = {
    State.SUBMITTED: "已提交",
    State.REVIEW: "人工审核中",
    State.PASSED: "有效",
    State.REFUSED: "未通过",
    State.EXPIRED: "已过期",
    State.WITHDRAWN: "已撤回",
    State.SUPERSEDED: "已换新证",
}


class Verb(StrEnum):
    """The first three are the rule's own, on handing in; `revoke` is a person's at a re-check, `grant` an appeal's."""

    PASS_BY_RULE = "pass_by_rule"  # noqa: S105 - a verb
    ROUTE = "route"
    REFUSE_BY_RULE = "refuse_by_rule"
    PASS = "pass"  # noqa: S105 - a verb
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the asking module knows of the holder; what it does not know stays empty and counts against nothing."""

    name: str = ""
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody hands in. `expires_on` none: valid for good.

    `insists`: the rule refuses the number, a person shall look.
    """

    kind: Kind
    number: str
    name: str
    issued_on: date | None = None
    expires_on: date | None = None
    files: tuple[str, ...] = ()
    insists: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a certificate needs a person, or (`fatal`) why the rule refuses it."""

    code: str
    says: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """`number` is masked where it is a person's. `check_since`: since then a re-check waits for a person."""

    id: str
    holder: Holder
    kind: Kind
    title: str
    number: str
    name: str
    issued_on: date | None
    expires_on: date | None
    files: tuple[str, ...]
    state: State
    findings: tuple[Finding, ...]
    submitted_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    checked_at: datetime | None
    check_on: date | None
    check_since: datetime | None
    version: str

    @property
    def by_rule(self) -> bool:
        return self.decided_by == "system"


@dataclass(frozen=True)
class CertificateMoved:
    """Decided, expired, replaced, taken back: whoever depends on it looks again."""

    topic: ClassVar[str] = "qualification.moved"
    certificate_id: str
    holder_kind: str
    holder_id: str
    kind: str
    title: str
    state: str
    says: str
    at: datetime


@dataclass(frozen=True)
class CertificateExpiring:
    topic: ClassVar[str] = "qualification.expiring"
    certificate_id: str
    holder_kind: str
    holder_id: str
    kind: str
    title: str
    expires_on: date
    days: int
    at: datetime


@dataclass(eq=False)
class CertificateNotFound(DomainError):
    """Unknown, or another's."""

    kind: ClassVar[Answer] = Answer.NOT_FOUND
    code: ClassVar[str] = "qualification.not_found"
    says: ClassVar[str] = "没有找到资质 {certificate_id}"

    certificate_id: str


@dataclass(eq=False)
class BadCertificate(DomainError):
    """Something about it that its holder can put right at once."""

    code: ClassVar[str] = "qualification.bad_certificate"
    says: ClassVar[str] = "资质资料有误：{reason}"

    reason: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    kind: ClassVar[Answer] = Answer.CONFLICT
    code: ClassVar[str] = "qualification.not_appealable"
    says: ClassVar[str] = "只有未通过的资质可以申诉"

    certificate_id: str


@dataclass(eq=False)
class NothingToLookAt(DomainError):
    kind: ClassVar[Answer] = Answer.CONFLICT
    code: ClassVar[str] = "qualification.nothing_to_look_at"
    says: ClassVar[str] = "这份资质目前不需要复核，或已有人办理"

    certificate_id: str


@dataclass(eq=False)
class FileNotFound(DomainError):
    kind: ClassVar[Answer] = Answer.NOT_FOUND
    code: ClassVar[str] = "qualification.file_not_found"
    says: ClassVar[str] = "没有找到图片"

    file_id: str


@dataclass(eq=False)
class UnfitFile(DomainError):
    code: ClassVar[str] = "qualification.unfit_file"
    says: ClassVar[str] = "图片无法使用：{reason}"

    reason: str


@dataclass(eq=False)
class TooManyFiles(DomainError):
    kind: ClassVar[Answer] = Answer.LIMITED
    code: ClassVar[str] = "qualification.too_many_files"
    says: ClassVar[str] = "今天上传的图片太多，请 {hours} 小时后再试"

    hours: int

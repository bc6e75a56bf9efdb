"""Words that cross the border of the promoters module: values, states and refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class PromoterKind(StrEnum):
    """Who earns: a natural person (tax is withheld) or a registered business (it invoices)."""

    INDIVIDUAL = "individual"
    COMPANY = "company"


class State(StrEnum):
    """The life of a promoter."""

    APPLYING = "applying"
    REVIEW = "review"
    ACTIVE = "active"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Step(StrEnum):
    """What the applicant has to do next."""

    IDENTITY = "identity"
    AGREEMENT = "agreement"
    PAYEE = "payee"
    DONE = "done"


class PayeeChannel(StrEnum):
    """Where money goes: the person's own WeChat wallet, or the company's bank account."""

    WECHAT = "wechat"
    BANK = "bank"


@dataclass(frozen=True)
class Promoter:
    """A promoter as others see him; names and numbers of documents never leave masked."""

    id: str
    user_id: str
    kind: PromoterKind
    state: State
    step: Step
    level: str
    display_name: str
    reason: str
    sponsor_id: str
    sponsor_source: str
    depth: int
    applied_at: datetime
    joined_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Only an active promoter's links count and only he may withdraw without a review."""
        return self.state is State.ACTIVE


@dataclass(frozen=True)
class Payee:
    """Where a promoter's money goes now; `digest` is what a payout line freezes (reliability row 10)."""

    promoter_id: str
    version: int
    channel: PayeeChannel
    account: str
    holder: str
    changed_at: datetime
    digest: str

    @property
    def masked_account(self) -> str:
        """The last four characters: enough for the owner to recognise it."""
        return "*" * 6 + self.account[-4:]


@dataclass(frozen=True)
class TaxIdentity:
    """A promoter unmasked, for who must report him to the tax office (国务院令第810号). Never in a list."""

    promoter_id: str
    user_id: str
    kind: PromoterKind
    name: str
    number: str
    account: str
    channel: str
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class IdentityInfo:
    """Step 1. A person gives name and id number; a company its name and 统一社会信用代码."""

    kind: PromoterKind
    name: str
    number: str


@dataclass(frozen=True)
class Question:
    """One question on the duty to disclose; the right answer stays inside."""

    id: str
    text: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """Step 2: what is agreed to and asked."""

    version: str
    title: str
    clauses: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Level:
    """One row of the table of levels. Levels give tools and service, never pay for people recruited."""

    code: str
    title: str
    rank: int
    benefits: tuple[str, ...]


@dataclass(frozen=True)
class LogLine:
    """One thing that happened to a promoter, as he reads it."""

    at: datetime
    verb: str
    state: State
    actor: str
    reason: str
    note: str


@dataclass(frozen=True)
class LevelChange:
    """One row of the history of levels."""

    at: datetime
    before: str
    after: str
    actor: str
    reason: str


@dataclass(frozen=True)
class TeamMember:
    """Someone who joined through this promoter. Pays nobody: this is a register, not an account."""

    promoter_id: str
    display_name: str
    level: str
    state: State
    distance: int
    sponsor_id: str
    source: str
    bound_at: datetime


@dataclass(frozen=True)
class DepthCount:
    """How many stand at a depth of the live relation."""

    depth: int
    people: int
    active: int
    lately: int


@dataclass(frozen=True)
class Recruiter:
    """Somebody through whom others joined. `levels_below` counts without himself."""

    promoter_id: str
    display_name: str
    level: str
    depth: int
    direct: int
    below: int
    levels_below: int
    lately: int


@dataclass(frozen=True)
class Page:
    """A keyset page of promoters."""

    items: tuple[Promoter, ...]
    next: str | None


@dataclass(frozen=True)
class TeamPage:
    """A keyset page of team members."""

    items: tuple[TeamMember, ...]
    next: str | None


@dataclass(frozen=True)
class Policy:
    """The dated rules of joining (T-14). `max_depth` counts edges below the first sponsor; the table refuses > 3."""

    version: str
    effective_from: date
    max_depth: int
    min_age: int
    source: str


@dataclass(frozen=True)
class PromoterActivated:
    """Someone became a promoter (or came back)."""

    topic: ClassVar[str] = "promoters.activated"
    promoter_id: str
    user_id: str
    at: datetime


@dataclass(frozen=True)
class PromoterRefused:
    topic: ClassVar[str] = "promoters.refused"
    promoter_id: str
    user_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class PromoterSuspended:
    """A promoter's links stop counting from here on."""

    topic: ClassVar[str] = "promoters.suspended"
    promoter_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class PayeeChanged:
    """The place where money goes changed; payouts cool off."""

    topic: ClassVar[str] = "promoters.payee_changed"
    promoter_id: str
    version: int
    at: datetime


Promoters = Mapping[str, Promoter]


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

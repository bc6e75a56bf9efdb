"""Words that cross the border of the promoters module: values, states and refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.promotion.promoters.contracts.errors import (
    AlreadyApplied,
    BadIdentity,
    BadPayee,
    BadSponsor,
    NoSuchPromoter,
    NotAPromoter,
    OldAgreement,
    OwnReview,
    QuizFailed,
    StepOutOfOrder,
    TooDeep,
    UnknownLevel,
    UnknownReason,
)


def public_code(promoter_id: str) -> str:
    """推客码: the last eight characters of the number, enough to tell each other and to find one's own by."""
    return promoter_id[-8:]


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
        """What its owner knows it by: a bank account by its end, a WeChat wallet by being one."""
        return "微信零钱" if self.channel is PayeeChannel.WECHAT else "*" * 6 + self.account[-4:]


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
    phone: str = ""
    """Masked: `138****8888`."""

    @property
    def code(self) -> str:
        """What people tell each other."""
        return public_code(self.promoter_id)


@dataclass(frozen=True)
class Bond:
    """Somebody above or below in the sponsor relation, as the other may see it. It pays nobody."""

    above: bool
    distance: int
    code: str
    display_name: str
    phone: str
    state: State
    since: datetime
    source: str


@dataclass(frozen=True)
class Ties:
    """Where a promoter stands: through whom, with how many, and how far the relation may go."""

    code: str
    sponsor: Bond | None
    direct: int
    further: int
    active: int
    max_depth: int


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


__all__ = [
    "Agreement", "AlreadyApplied", "BadIdentity", "BadPayee", "BadSponsor", "Bond", "DepthCount", "IdentityInfo",
    "Level", "LevelChange", "LogLine", "NoSuchPromoter", "NotAPromoter", "OldAgreement", "OwnReview", "Page",
    "Payee", "PayeeChanged", "PayeeChannel", "Policy", "Promoter", "PromoterActivated", "PromoterKind",
    "PromoterRefused", "PromoterSuspended", "Promoters", "Question", "QuizFailed", "Recruiter", "State", "Step",
    "StepOutOfOrder", "TaxIdentity", "TeamMember", "TeamPage", "Ties", "TooDeep", "UnknownLevel", "UnknownReason",
    "public_code",
]  # fmt: skip

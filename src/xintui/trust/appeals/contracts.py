"""What other modules may know of appeals: what can be appealed, how an appeal stands, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class About(StrEnum):
    """Which kind of decision. Its module says by its own verb who may appeal, and does what an appeal won asks for."""

    CREDIT = "credit.signal"
    QUALITY = "quality.block"
    VIOLATION = "violations.case"
    DISPUTE = "disputes.ruling"
    BAND = "bands.plea"
    QUALIFICATION = "qualification.certificate"
    CONCENTRATION = "concentration.case"
    GROWTH = "growth.review"
    ROSTER = "rosters.seat"
    EXAM = "academy.sitting"


ABOUT_NAMES: Mapping[About, str] = {
    About.CREDIT: "信用记录",
    About.QUALITY: "商品停止推广",
    About.VIOLATION: "违规处理",
    About.DISPUTE: "纠纷裁决",
    About.BAND: "保证金风险档",
    About.QUALIFICATION: "资质审核",
    About.CONCENTRATION: "售后核查",
    About.GROWTH: "降级",
    About.ROSTER: "收回推广名额",
    About.EXAM: "学院考试",
}


class PartyKind(StrEnum):
    PROMOTER = "promoter"
    MERCHANT = "merchant"
    BUYER = "buyer"


PARTY_NAMES: Mapping[PartyKind, str] = {
    PartyKind.PROMOTER: "推客",
    PartyKind.MERCHANT: "商家",
    PartyKind.BUYER: "买家",
}


@dataclass(frozen=True, slots=True)
class Party:
    """Whom the decision hit: a promoter's id, a merchant's, or a buyer's account."""

    kind: PartyKind
    id: str


class State(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES: Mapping[State, str] = {
    State.OPEN: "待处理",
    State.GRANTED: "申诉成立",
    State.REFUSED: "维持原决定",
    State.WITHDRAWN: "已撤回",
}


class Verb(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Appeal:
    """`title` is the decision in a line, `words` what the party says, `answer` what the human says, by `answer_by`."""

    id: str
    about: About
    subject_id: str
    appellant: Party
    title: str
    words: str
    state: State
    filed_at: datetime
    answer_by: datetime
    answer: str
    decided_by: str
    decided_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state is State.OPEN


@dataclass(frozen=True)
class AppealDecided:
    """A human has answered. Whose decision it was about undoes it when `granted`."""

    topic: ClassVar[str] = "appeals.decided"
    appeal_id: str
    about: str
    subject_id: str
    party_kind: str
    party_id: str
    title: str
    granted: bool
    says: str
    at: datetime


@dataclass(eq=False)
class AppealNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "appeals.not_found"
    says: ClassVar[str] = "没有找到申诉 {appeal_id}"

    appeal_id: str


@dataclass(eq=False)
class AlreadyAppealed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "appeals.already_appealed"
    says: ClassVar[str] = "这项决定已经有一份申诉在处理"

    appeal_id: str


@dataclass(eq=False)
class AppealDecidedAlready(DomainError):
    """A human has answered once; there is no second instance in the house."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "appeals.decided_already"
    says: ClassVar[str] = "这项决定的申诉已经答复，不能重复申诉"

    appeal_id: str

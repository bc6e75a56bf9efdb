"""What others may know of violations: the classes, a case as it stands, what follows from it, what it may refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class SubjectKind(StrEnum):
    PROMOTER = "promoter"
    MERCHANT = "merchant"


SUBJECT_NAMES: Mapping[SubjectKind, str] = {SubjectKind.PROMOTER: "推客", SubjectKind.MERCHANT: "商家"}


@dataclass(frozen=True, slots=True)
class Subject:
    kind: SubjectKind
    id: str


class Penalty(StrEnum):
    """清退; 限期整改, which lifts itself when it was put right; 限制新链接, which lifts itself with time."""

    EXPEL = "expel"
    RECTIFY = "rectify"
    LINKS = "links"


PENALTY_NAMES: Mapping[Penalty, str] = {
    Penalty.EXPEL: "清退",
    Penalty.RECTIFY: "限期整改",
    Penalty.LINKS: "限制推广",
}


class State(StrEnum):
    REPORTED = "reported"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    LIFTED = "lifted"
    REVOKED = "revoked"


STATE_NAMES: Mapping[State, str] = {
    State.REPORTED: "待核实",
    State.DISMISSED: "不成立",
    State.CONFIRMED: "处理中",
    State.LIFTED: "已解除",
    State.REVOKED: "申诉成立，已撤销",
}


class Verb(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    LIFT = "lift"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Step:
    """What the first, second, … time leads to; `days` of it, none for 清退."""

    penalty: Penalty
    days: int = 0


@dataclass(frozen=True, slots=True)
class Class:
    """One of the twelve. `indicator`: where in the credit it counts besides its points."""

    code: str
    title: str
    of: tuple[SubjectKind, ...]
    counts: str
    evidence: str
    source: str
    detector: str
    indicator: str
    points: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`until`: a limit ends then by itself; a rectification that nobody put right by then limits until it is."""

    id: str
    subject: Subject
    code: str
    title: str
    evidence: str
    ref: str
    state: State
    times: int
    penalty: Penalty | None
    points: int
    until: datetime | None
    rectified: str
    reported_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None
    reason: str
    version: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a detector found: `key` says what it is, so that it is written down once."""

    key: str
    subject: Subject
    code: str
    evidence: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ShareReason:
    """What may be said of a share, and which class of violation that would be."""

    code: str
    title: str
    class_code: str


class ShareReportState(StrEnum):
    """Open: not weighed yet. Taken up: it is part of a case. Set aside: a person found nothing in it."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    SET_ASIDE = "set_aside"


SHARE_REPORT_NAMES: Mapping[ShareReportState, str] = {
    ShareReportState.OPEN: "待看",
    ShareReportState.TAKEN_UP: "已登记违规",
    ShareReportState.SET_ASIDE: "不采纳",
}


@dataclass(frozen=True, slots=True)
class ShareReport:
    """What somebody said of a share. Who said it stands nowhere. `bought`: a person who has bought something here."""

    id: str
    promoter_id: str
    link_id: str
    reason: str
    title: str
    words: str
    bought: bool
    state: ShareReportState
    case_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShareReportCount:
    title: str
    count: int


@dataclass(frozen=True)
class ViolationConfirmed:
    topic: ClassVar[str] = "violations.confirmed"
    case_id: str
    subject_kind: str
    subject_id: str
    code: str
    title: str
    indicator: str
    points: int
    penalty: str
    until: datetime | None
    says: str
    at: datetime


@dataclass(frozen=True)
class ViolationEnded:
    """Lifted (`revoked` false) or undone because an appeal was won."""

    topic: ClassVar[str] = "violations.ended"
    case_id: str
    subject_kind: str
    subject_id: str
    code: str
    title: str
    penalty: str
    revoked: bool
    at: datetime


@dataclass(eq=False)
class CaseNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "violations.not_found"
    says: ClassVar[str] = "没有找到违规记录 {case_id}"

    case_id: str


@dataclass(eq=False)
class SubjectNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "violations.subject_not_found"
    says: ClassVar[str] = "没有找到推客或商家 {subject_id}"

    subject_id: str


@dataclass(eq=False)
class OwnReport(DomainError):
    """Four eyes: whoever wrote it down does not find it true."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    code: ClassVar[str] = "violations.own_report"
    says: ClassVar[str] = "登记人不能核实自己登记的违规，请由另一位同事核实"

    case_id: str


@dataclass(eq=False)
class UnknownClass(DomainError):
    code: ClassVar[str] = "violations.unknown_class"
    says: ClassVar[str] = "没有「{name}」这一类违规，或它不适用于该主体"

    name: str


@dataclass(eq=False)
class UnknownShareReason(DomainError):
    code: ClassVar[str] = "violations.unknown_share_reason"
    says: ClassVar[str] = "没有「{name}」这个举报原因"

    name: str


@dataclass(eq=False)
class AlreadyReported(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.already_reported"
    says: ClassVar[str] = "您已经举报过这条分享，平台会处理"


@dataclass(eq=False)
class ShareReportNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "violations.share_report_not_found"
    says: ClassVar[str] = "没有找到分享举报 {report_id}"

    report_id: str


@dataclass(eq=False)
class ShareReportClosed(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.share_report_closed"
    says: ClassVar[str] = "这条举报已经处理过"

    report_id: str


@dataclass(eq=False)
class NotAppealable(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.not_appealable"
    says: ClassVar[str] = "只有已核实的违规可以申诉"

    case_id: str


@dataclass(eq=False)
class NothingToRectify(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.nothing_to_rectify"
    says: ClassVar[str] = "这条记录不需要整改，或已经提交"

    case_id: str


@dataclass(eq=False)
class Limited(DomainError):
    """No new links for now; the ones that exist go on counting."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.limited"
    says: ClassVar[str] = "因「{title}」暂停生成新链接；可在违规记录中查看、整改或申诉"

    title: str
    case_id: str
    until: datetime | None

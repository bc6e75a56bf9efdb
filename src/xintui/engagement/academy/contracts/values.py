"""Courses in editions, exams, certificates, trainings and their seats, as others see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from xintui.engagement.academy.contracts.states import (
    Asks,
    BookingState,
    CertificateState,
    EditionState,
    Mode,
    SessionState,
    SittingState,
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """`key` is made of what it says: a chapter that a new edition leaves as it was stays read."""

    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Question:
    """`right`: which of `options`, by place. `source`: the rule that makes it right."""

    key: str
    asks: Asks
    text: str
    options: tuple[str, ...]
    right: frozenset[int]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Of an exam: how many are drawn, in what time, what passes, when again, how often a day, for how long it holds."""

    draw: int = 5
    minutes: int = 10
    pass_bp: int = 8_000
    wait_hours: int = 2
    per_day: int = 3
    valid_months: int = 12


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """What an operator writes: chapters and questions in the plain script that `script` reads."""

    title: str
    summary: str
    tags: tuple[str, ...]
    chapters: str
    questions: str
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a course. Once published it never says anything else."""

    id: str
    course_id: str
    number: int
    state: EditionState
    title: str
    summary: str
    tags: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    questions: tuple[Question, ...]
    terms: Terms
    author_id: str
    created_at: datetime
    published_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Certificate:
    id: str
    number: str
    promoter_id: str
    course_id: str
    title: str
    edition: int
    state: CertificateState
    issued_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know who has the number: of whom, a hint."""

    number: str
    name: str
    title: str
    state: CertificateState
    issued_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Card:
    """A course on a promoter's list. `guards`: categories that ask for its certificate."""

    course_id: str
    title: str
    summary: str
    tags: tuple[str, ...]
    chapters: int
    read: int
    questions: int
    certificate: Certificate | None
    guards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one may sit down now. `why` is the code of what is in the way, `at` when that is over."""

    why: str = ""
    at: datetime | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """A course as its reader finds it. `open_sitting`: an exam that is going on."""

    card: Card
    edition: Edition
    read: frozenset[str]
    standing: Standing
    open_sitting: str
    last: "tuple[Sitting, ...]"


@dataclass(frozen=True, slots=True)
class Sitting:
    """`right` of `asked` when it is over; `needs` to pass."""

    id: str
    promoter_id: str
    course_id: str
    edition_id: str
    title: str
    state: SittingState
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    asked: int
    needs: int
    right: int
    answered: int
    regraded: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the paper, options in the paper's order. `right`, `why`, `source` stay empty until it is over."""

    key: str
    asks: Asks
    text: str
    options: tuple[str, ...]
    chosen: tuple[int, ...]
    right: tuple[int, ...] = ()
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    sitting: Sitting
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """From `since` on, a new link to goods of this category asks for the certificate of a course."""

    category: str
    course_id: str
    title: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """`reserved` of `seats` are kept for the benefit 培训名额 until `hold_hours` before it starts."""

    title: str
    says: str
    mode: Mode
    place: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    reserved: int = 0
    hold_hours: int = 24


@dataclass(frozen=True, slots=True)
class Session:
    """`left`: seats that anybody may book now; `kept_left`: reserved ones that are still there."""

    id: str
    title: str
    says: str
    mode: Mode
    place: str
    starts_at: datetime
    ends_at: datetime
    hold_until: datetime
    seats: int
    left: int
    kept_left: int
    state: SessionState
    reason: str


@dataclass(frozen=True, slots=True)
class Booking:
    id: str
    session_id: str
    promoter_id: str
    reserved: bool
    state: BookingState
    booked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A session as a promoter finds it, with her booking if she has one."""

    session: Session
    booking: Booking | None


@dataclass(frozen=True, slots=True)
class Quota:
    """预留名额 of a month: how many her benefit is worth, how many are used."""

    month: date
    most: int
    used: int


@dataclass(frozen=True)
class CertificateMoved:
    """Issued, expired or withdrawn; one that is replaced is told by the new one."""

    topic: ClassVar[str] = "academy.certificate"
    certificate_id: str
    promoter_id: str
    course_id: str
    title: str
    state: str
    says: str
    until: datetime
    at: datetime


@dataclass(frozen=True)
class CertificateEnding:
    """Its last thirty days have begun: it can be renewed from now on."""

    topic: ClassVar[str] = "academy.certificate_ending"
    certificate_id: str
    promoter_id: str
    title: str
    until: datetime
    at: datetime


@dataclass(frozen=True)
class SessionCalledOff:
    """Whoever had a seat is told."""

    topic: ClassVar[str] = "academy.session_called_off"
    session_id: str
    promoter_id: str
    title: str
    starts_at: datetime
    reason: str
    at: datetime

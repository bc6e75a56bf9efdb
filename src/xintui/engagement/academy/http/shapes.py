"""What both sides of the academy's API are answered with."""

from datetime import date, datetime

from xintui.engagement.academy.contracts import (
    Asks,
    BookingState,
    CertificateState,
    Mode,
    SessionState,
    SittingState,
)
from xintui.infra.http import Out


class ExamTermsOut(Out):
    """`draw` questions within `minutes`; `pass_bp` of them right; again after `wait_hours`, `per_day` times a day."""

    draw: int
    minutes: int
    pass_bp: int
    wait_hours: int
    per_day: int
    valid_months: int


class AcademyCertificateOut(Out):
    id: str
    number: str
    course_id: str
    title: str
    edition: int
    state: CertificateState
    issued_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    reason: str


class AcademyCertificateFileOut(AcademyCertificateOut):
    promoter_id: str


class SittingOut(Out):
    """`right` of `asked`, `needs` to pass: 0 until it is over."""

    id: str
    course_id: str
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


class SittingFileOut(SittingOut):
    promoter_id: str
    edition_id: str


class AskedOut(Out):
    """Places are those of `options` here. `right`, `why` and `source` are empty until the exam is over."""

    key: str
    asks: Asks
    text: str
    options: list[str]
    chosen: list[int]
    right: list[int]
    why: str
    source: str


class SessionOut(Out):
    """`left`: seats for anybody; `kept_left`: reserved ones still there, until `hold_until`."""

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


class BookingOut(Out):
    id: str
    session_id: str
    reserved: bool
    state: BookingState
    booked_at: datetime
    ended_at: datetime | None


class BookingFileOut(BookingOut):
    promoter_id: str
    name: str


class VerifiedOut(Out):
    number: str
    name: str
    title: str
    state: CertificateState
    issued_on: date
    expires_on: date

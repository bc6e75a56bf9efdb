"""学院 at the desk: courses and their banks, sittings, certificates, what categories ask, trainings and who came."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import (
    Asks,
    Booking,
    Certificate,
    CertificateState,
    CourseDraft,
    Edition,
    EditionState,
    Mode,
    Paper,
    Requirement,
    Session,
    SessionDraft,
    SittingState,
    Terms,
)
from xintui.engagement.academy.http.shapes import (
    AcademyCertificateFileOut,
    AskedOut,
    BookingFileOut,
    BookingOut,
    ExamTermsOut,
    SessionOut,
    SittingFileOut,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.promotion.promoters import facade as promoters

router = Router(tags=["推客学院"])
READERS = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
Category = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")]


class BankOut(Out):
    """A question with what is right: the desk's eyes only."""

    key: str
    asks: Asks
    text: str
    options: list[str]
    right: list[int]
    why: str
    source: str


class EditionChapterOut(Out):
    key: str
    title: str
    body: str


class EditionOut(Out):
    id: str
    course_id: str
    number: int
    state: EditionState
    title: str
    summary: str
    tags: list[str]
    terms: ExamTermsOut
    author_id: str
    created_at: datetime
    published_at: datetime | None
    ended_at: datetime | None


class EditionFileOut(EditionOut):
    chapters: list[EditionChapterOut]
    questions: list[BankOut]


class PaperFileOut(Out):
    sitting: SittingFileOut
    questions: list[AskedOut]


class RequirementOut(Out):
    category: str
    course_id: str
    title: str
    since: date
    reason: str


class TermsIn(In):
    draw: Annotated[int, Field(ge=1, le=50)] = 5
    minutes: Annotated[int, Field(ge=1, le=180)] = 10
    pass_bp: Annotated[int, Field(ge=5000, le=10000)] = 8000
    wait_hours: Annotated[int, Field(ge=0, le=168)] = 2
    per_day: Annotated[int, Field(ge=1, le=10)] = 3
    valid_months: Annotated[int, Field(ge=1, le=36)] = 12


class CourseIn(In):
    """`chapters` and `questions` in the script of the console's form; `course_id`: the next edition of that one."""

    course_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    title: Annotated[Text, Field(min_length=1, max_length=80)]
    summary: Annotated[Text, Field(min_length=1, max_length=400)]
    tags: Annotated[list[Annotated[Text, Field(max_length=12)]], Field(max_length=5)] = []
    chapters: Annotated[Text, Field(min_length=1, max_length=60_000)]
    questions: Annotated[Text, Field(min_length=1, max_length=60_000)]
    terms: TermsIn = TermsIn()

    def draft(self) -> CourseDraft:
        given = self.model_dump(exclude={"course_id", "terms", "tags"})
        return CourseDraft(**given, tags=tuple(self.tags), terms=Terms(**self.terms.model_dump()))


class AcademyReasonIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


class RequireIn(AcademyReasonIn):
    course_id: Id
    since: date


class SessionIn(In):
    title: Annotated[Text, Field(min_length=1, max_length=80)]
    says: Annotated[Text, Field(max_length=500)] = ""
    mode: Mode
    place: Annotated[Text, Field(min_length=1, max_length=200)]
    starts_at: datetime
    ends_at: datetime
    seats: Annotated[int, Field(ge=1, le=10_000)]
    reserved: Annotated[int, Field(ge=0, le=10_000)] = 0
    hold_hours: Annotated[int, Field(ge=0, le=240)] = 24


class AttendanceIn(In):
    came: bool


class EditionsIn(PageIn):
    state: EditionState | None = None


class SittingsIn(PageIn):
    state: SittingState | None = None
    course_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""


class CertificatesIn(PageIn):
    state: CertificateState | None = None


def _reads(request: HttpRequest) -> None:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]


def _writes(request: HttpRequest) -> Principal:
    return identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]


@router.get("/ops/academy/editions", response=PageOut[EditionOut])
def editions(request: HttpRequest, query: Query[EditionsIn]) -> dict[str, Any]:
    """Every edition of every course, newest first."""
    _reads(request)
    page = facade.editions(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(page, EditionOut.from_orm)


@router.post("/ops/academy/editions", response={201: EditionOut})
def write(request: HttpRequest, body: CourseIn) -> Status[Edition]:
    """A draft: a new course, or the next edition of one."""
    made = facade.write(body.draft(), course_id=body.course_id, by=_writes(request), now=clock.now())
    return Status(201, made)


@router.get("/ops/academy/editions/{edition_id}", response=EditionFileOut)
def edition(request: HttpRequest, edition_id: Id) -> Edition:
    """One edition with its chapters and its bank."""
    _reads(request)
    return facade.edition(edition_id)


@router.put("/ops/academy/editions/{edition_id}", response=EditionOut)
def change(request: HttpRequest, edition_id: Id, body: CourseIn) -> Edition:
    """Other words for a draft."""
    return facade.change(edition_id, body.draft(), by=_writes(request), now=clock.now())


@router.post("/ops/academy/editions/{edition_id}/next", response={201: EditionOut})
def revise(request: HttpRequest, edition_id: Id) -> Status[Edition]:
    """The next edition as a draft, with the words of this one."""
    return Status(201, facade.revise(edition_id, by=_writes(request), now=clock.now()))


@router.post("/ops/academy/editions/{edition_id}/publish", response=EditionOut)
def publish(request: HttpRequest, edition_id: Id, body: AcademyReasonIn) -> Edition:
    """From now on promoters read this one."""
    return facade.publish(edition_id, by=_writes(request), reason=body.reason, now=clock.now())


@router.post("/ops/academy/editions/{edition_id}/retire", response=EditionOut)
def retire(request: HttpRequest, edition_id: Id, body: AcademyReasonIn) -> Edition:
    """Nobody reads it any more; certificates hold to their end."""
    return facade.retire(edition_id, by=_writes(request), reason=body.reason, now=clock.now())


@router.get("/ops/academy/sittings", response=PageOut[SittingFileOut])
def all_sittings(request: HttpRequest, query: Query[SittingsIn]) -> dict[str, Any]:
    """Every exam, newest first."""
    _reads(request)
    page = facade.sittings(state=query.state or "", course_id=query.course_id, after=query.after, limit=query.limit)
    return page_out(page, SittingFileOut.from_orm)


@router.get("/ops/academy/sittings/{sitting_id}", response=PaperFileOut)
def paper(request: HttpRequest, sitting_id: Id) -> Paper:
    """An exam's paper with what was chosen; what is right when it is over."""
    _reads(request)
    return facade.paper(sitting_id)


@router.get("/ops/academy/certificates", response=PageOut[AcademyCertificateFileOut])
def all_certificates(request: HttpRequest, query: Query[CertificatesIn]) -> dict[str, Any]:
    """Every certificate, newest first."""
    _reads(request)
    page = facade.certificates(state=query.state or "", after=query.after, limit=query.limit)
    return page_out(page, AcademyCertificateFileOut.from_orm)


@router.post("/ops/academy/certificates/{award_id}/withdraw", response=AcademyCertificateFileOut)
def withdraw(request: HttpRequest, award_id: Id, body: AcademyReasonIn) -> Certificate:
    """It should not have been given: the credit loses it, too."""
    return facade.withdraw(award_id, reason=body.reason, by=_writes(request), now=clock.now())


@router.get("/ops/academy/requirements", response=list[RequirementOut])
def requirements(request: HttpRequest) -> list[Requirement]:
    """Which categories ask for a certificate before one makes a link."""
    _reads(request)
    return list(facade.requirements())


@router.put("/ops/academy/requirements/{guarded}", response=RequirementOut)
def require(request: HttpRequest, guarded: Category, body: RequireIn) -> Requirement:
    """From a day on goods of this category ask for a course's certificate."""
    return facade.require(
        guarded, body.course_id, since=body.since, reason=body.reason, by=_writes(request), now=clock.now()
    )


@router.post("/ops/academy/requirements/{guarded}/lift", response={204: None})
def lift(request: HttpRequest, guarded: Category, body: AcademyReasonIn) -> Status[None]:
    """This category asks for nothing any more."""
    facade.lift(guarded, reason=body.reason, by=_writes(request))
    return Status(204, None)


@router.get("/ops/academy/sessions", response=PageOut[SessionOut])
def all_sessions(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Every training, the last to start first."""
    _reads(request)
    return page_out(facade.sessions(now=clock.now(), after=query.after, limit=query.limit), SessionOut.from_orm)


@router.post("/ops/academy/sessions", response={201: SessionOut})
def plan(request: HttpRequest, body: SessionIn) -> Status[Session]:
    """A training that can be booked from now on."""
    draft = SessionDraft(**body.model_dump())
    return Status(201, facade.plan(draft, by=_writes(request), now=clock.now()))


@router.get("/ops/academy/sessions/{training_id}/bookings", response=PageOut[BookingFileOut])
def bookings(request: HttpRequest, training_id: Id, query: Query[PageIn]) -> dict[str, Any]:
    """Who has a seat, by a hint of the name."""
    _reads(request)
    facade.session(training_id, now=clock.now())
    page = facade.bookings_in(training_id, after=query.after, limit=query.limit)
    users = {key: one.user_id for key, one in promoters.get([one.promoter_id for one in page.items]).items()}
    hints = identity.hints(users.values())

    def out(one: Booking) -> BookingFileOut:
        hint = hints.get(users.get(one.promoter_id, ""))
        given = BookingOut.from_orm(one).model_dump()
        return BookingFileOut(promoter_id=one.promoter_id, name=hint.name if hint else "**", **given)

    return page_out(page, out)


@router.post("/ops/academy/sessions/{training_id}/call-off", response=SessionOut)
def call_off(request: HttpRequest, training_id: Id, body: AcademyReasonIn) -> Session:
    """It does not take place; whoever had a seat is told."""
    return facade.call_off(training_id, reason=body.reason, by=_writes(request), now=clock.now())


@router.post("/ops/academy/bookings/{booking_id}/attendance", response=BookingOut)
def attend(request: HttpRequest, booking_id: Id, body: AttendanceIn) -> Booking:
    """She came, or she did not."""
    return facade.attend(booking_id, came=body.came, by=_writes(request), now=clock.now())

"""学院 for a promoter, and the door at which anybody checks a certificate's number."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import Booking, Card, Open, Paper, Seat, Sitting, Verified
from xintui.engagement.academy.http.shapes import (
    AcademyCertificateOut,
    AskedOut,
    BookingOut,
    ExamTermsOut,
    SessionOut,
    SittingOut,
    VerifiedOut,
)
from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About
from xintui.trust.appeals.contracts import State as AppealState

router = Router(tags=["推客学院"])
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class CardOut(Out):
    """`guards`: the categories whose goods ask for this certificate, by name."""

    course_id: str
    title: str
    summary: str
    tags: list[str]
    chapters: int
    read: int
    questions: int
    certificate: AcademyCertificateOut | None
    guards: list[str]


class ChapterOut(Out):
    """`body`: plain paragraphs; lines that begin with `- ` are points of a list."""

    key: str
    title: str
    body: str
    read: bool


class ExamStandingOut(Out):
    """`why`: what is in the way of sitting down now (empty: nothing), `at` when that is over; `left` times today."""

    why: str
    at: datetime | None
    left: int


class CourseOut(CardOut):
    """`open_sitting`: an exam that is going on."""

    edition: int
    published_at: datetime | None
    body: list[ChapterOut]
    terms: ExamTermsOut
    standing: ExamStandingOut
    open_sitting: str
    last: list[SittingOut]


class PaperOut(Out):
    """`now` is the house's clock: the phone counts down from it, the house ends by its own."""

    sitting: SittingOut
    questions: list[AskedOut]
    appeal: AppealState | None
    now: datetime


class SeatOut(Out):
    session: SessionOut
    booking: BookingOut | None


class SeatsOut(Out):
    """`most`: reserved seats a month by your benefit, `used` of this month's."""

    month: date
    most: int
    used: int
    items: list[SeatOut]


class ExamAppealOut(Out):
    id: str
    state: AppealState
    answer_by: datetime


class AnswerIn(In):
    """`chosen`: places of the options as the paper shows them."""

    question: Key
    chosen: Annotated[list[Annotated[int, Field(ge=0, le=7)]], Field(min_length=1, max_length=8)]


class ExamWordsIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class BookIn(In):
    reserved: bool = False


def _active(request: HttpRequest) -> str:
    """Raises `NotAPromoter`."""
    return promoters.active_by_user(identity.require(request.principal).user_id).id  # type: ignore[attr-defined]


def _mine(request: HttpRequest) -> str:
    """In any state: what was learned stays hers. Raises `NotAPromoter`."""
    found = promoters.by_user(identity.require(request.principal).user_id)  # type: ignore[attr-defined]
    if found is None:
        raise NotAPromoter("none")
    return found.id


def _card(one: Card, named: dict[str, str]) -> dict[str, Any]:
    fields = {name: getattr(one, name) for name in CardOut.model_fields if name != "guards"}
    return fields | {"guards": [named.get(key, key) for key in one.guards]}


def _course(one: Open) -> dict[str, Any]:
    there = one.edition
    body = [
        {"key": part.key, "title": part.title, "body": part.body, "read": part.key in one.read}
        for part in there.chapters
    ]
    return _card(one.card, catalog.category_names() if one.card.guards else {}) | {
        "edition": there.number, "published_at": there.published_at, "body": body, "terms": there.terms,
        "standing": one.standing, "open_sitting": one.open_sitting, "last": list(one.last),
    }  # fmt: skip


def _paper(one: Paper) -> dict[str, Any]:
    filed = appeals.about(About.EXAM, [one.sitting.id]).get(one.sitting.id)
    return {
        "sitting": one.sitting, "questions": list(one.questions), "appeal": filed.state if filed else None,
        "now": clock.now(),
    }  # fmt: skip


@router.get("/promoter/academy/courses", response=PageOut[CardOut])
def courses(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """学院: what there is to learn, how far you are, what you hold."""
    page = facade.cards(_active(request), now=clock.now(), after=query.after, limit=query.limit)
    named = catalog.category_names() if any(one.guards for one in page.items) else {}
    return page_out(page, lambda one: _card(one, named))


@router.get("/promoter/academy/courses/{course_id}", response=CourseOut)
def course(request: HttpRequest, course_id: Id) -> dict[str, Any]:
    """A course's chapters, the terms of its exam, whether you may sit it now, your last results."""
    return _course(facade.open_course(_active(request), course_id, now=clock.now()))


@router.post("/promoter/academy/courses/{course_id}/chapters/{chapter}", response={204: None})
def read(request: HttpRequest, course_id: Id, chapter: Key) -> Status[None]:
    """You have read a chapter to its end."""
    facade.read(_active(request), course_id, chapter, now=clock.now())
    return Status(204, None)


@router.post("/promoter/academy/courses/{course_id}/sittings", response={201: PaperOut})
def sit(request: HttpRequest, course_id: Id) -> Status[dict[str, Any]]:
    """Begin the exam: a paper is drawn, its clock runs."""
    return Status(201, _paper(facade.sit(_active(request), course_id, now=clock.now())))


@router.get("/promoter/academy/sittings/{sitting_id}", response=PaperOut)
def sitting(request: HttpRequest, sitting_id: Id) -> dict[str, Any]:
    """Your paper; when it is over with what was right, why, and by which rule."""
    return _paper(facade.paper(sitting_id, _mine(request)))


@router.post("/promoter/academy/sittings/{sitting_id}/answers", response=SittingOut)
def answer(request: HttpRequest, sitting_id: Id, body: AnswerIn) -> Sitting:
    """Keep an answer; it can be changed until you hand in."""
    return facade.answer(_active(request), sitting_id, body.question, body.chosen, now=clock.now())


@router.post("/promoter/academy/sittings/{sitting_id}/submit", response=PaperOut)
def submit(request: HttpRequest, sitting_id: Id) -> dict[str, Any]:
    """Hand in: graded at once, a pass brings the certificate."""
    return _paper(facade.submit(_active(request), sitting_id, now=clock.now()))


@router.post("/promoter/academy/sittings/{sitting_id}/appeal", response=ExamAppealOut)
def appeal(request: HttpRequest, sitting_id: Id, body: ExamWordsIn) -> Any:
    """Say which question was judged wrongly; a human answers, and an appeal won is a pass."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    return facade.appeal(_mine(request), sitting_id, body.words, by=who, now=clock.now())


@router.get("/promoter/academy/certificates", response=PageOut[AcademyCertificateOut])
def certificates(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """Your certificates, newest first."""
    page = facade.certificates_of(_mine(request), after=query.after, limit=query.limit)
    return page_out(page, AcademyCertificateOut.from_orm)


@router.get("/promoter/academy/sessions", response=SeatsOut)
def sessions(request: HttpRequest) -> dict[str, Any]:
    """Trainings to come with their seats, those you had one in, and your reserved seats of this month."""
    me, now = _active(request), clock.now()
    mine, found = facade.quota(me, now=now), facade.seats(me, now=now)
    return {"month": mine.month, "most": mine.most, "used": mine.used, "items": [_seat(one) for one in found]}


def _seat(one: Seat) -> SeatOut:
    """The address of a live session is for who has a seat."""
    shown = SessionOut.from_orm(one.session)
    if one.booking is None and one.session.mode == "live":
        shown.place = ""
    return SeatOut(session=shown, booking=BookingOut.from_orm(one.booking) if one.booking else None)


@router.post("/promoter/academy/sessions/{training_id}/book", response=BookingOut)
def book(request: HttpRequest, training_id: Id, body: BookIn) -> Booking:
    """Book a seat; `reserved`: one of those kept for your benefit, when the others are taken."""
    return facade.book(training_id, _active(request), reserved=body.reserved, now=clock.now())


@router.post("/promoter/academy/sessions/{training_id}/cancel", response=BookingOut)
def cancel(request: HttpRequest, training_id: Id) -> Booking:
    """Give your seat back."""
    return facade.cancel(training_id, _mine(request), now=clock.now())


@router.get("/academy/certificates/{award}", auth=None, response=VerifiedOut)
def verify(request: HttpRequest, award: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,32}$")]) -> Verified:
    """Is this a certificate, does it hold, whose is it (a hint)? For everybody who has the number."""
    return facade.verified(award.upper(), now=clock.now())

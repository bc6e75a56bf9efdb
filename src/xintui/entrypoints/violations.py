"""/me/violations/…: what was found about oneself, putting it right, the appeal; /violations/…: the desk; the catalogue.

Who is which subject is known above, and so is what 清退 means for a promoter and for a shop.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.commerce.merchants import facade as merchants
from xintui.entrypoints.appeals import AppealOut
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.kernel.states import NoSuchMove
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About, Appeal, AppealDecided
from xintui.trust.appeals.contracts import State as AppealState
from xintui.trust.credit import facade as credit
from xintui.trust.violations import facade
from xintui.trust.violations.contracts import (
    Case,
    CaseNotFound,
    Penalty,
    State,
    Subject,
    SubjectKind,
    SubjectNotFound,
    ViolationConfirmed,
    ViolationEnded,
)

router: Final = Router(tags=["违规"])
READERS: Final = (Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
DECIDERS: Final = (Role.OPERATOR, Role.REVIEWER)
SHOP: Final = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)
REASONS: Final = {
    "fake_orders": "fake_orders", "undisclosed": "undisclosed_ads", "induced_sharing": "induced_sharing",
    "off_platform": "off_platform", "medical_claim": "false_advertising", "exaggeration": "false_advertising",
}  # fmt: skip
"""What a promoter who is expelled for it reads."""
OTHERWISE: Final = "prohibited_person"


class ViolationStepOut(Out):
    penalty: Penalty
    days: int


class ViolationClassOut(Out):
    code: str
    title: str
    of: list[SubjectKind]
    counts: str
    evidence: str
    source: str
    detector: str
    points: int
    steps: list[ViolationStepOut]


class CatalogueOut(Out):
    """The n-th time within `window_days` leads to the n-th step; the last one stays."""

    version: str
    source: str
    window_days: int
    items: list[ViolationClassOut]


class ViolationOut(Out):
    id: str
    code: str
    title: str
    evidence: str
    state: State
    times: int
    penalty: Penalty | None
    points: int
    until: datetime | None
    rectified: str
    decided_at: datetime | None
    ended_at: datetime | None
    reason: str


class OwnViolationOut(ViolationOut):
    appeal: AppealState | None


class ViolationFileOut(ViolationOut):
    subject_kind: SubjectKind
    subject_id: str
    ref: str
    reported_at: datetime
    version: str


class ReportIn(In):
    subject_kind: SubjectKind
    subject_id: Id
    code: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    evidence: Annotated[Text, Field(min_length=4, max_length=1000)]
    ref: Annotated[Text, Field(max_length=64)] = ""


class ViolationWordsIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class ViolationsIn(PageIn):
    state: State | None = None
    code: Annotated[str, Field(pattern=r"^[a-z_]{0,30}$")] = ""


def subject_of(principal: Principal) -> Subject:
    """A shop's people the shop, else the promoter one is. Raises `NotAPromoter`."""
    if principal.merchant_id is not None:
        return Subject(SubjectKind.MERCHANT, principal.merchant_id)
    found = promoters.by_user(principal.user_id)
    if found is None:
        raise NotAPromoter("none")
    return Subject(SubjectKind.PROMOTER, found.id)


def _me(request: HttpRequest) -> tuple[Principal, Subject]:
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return principal, subject_of(principal)


def _actor(request: HttpRequest, case_id: str) -> tuple[Principal, Subject]:
    """Who may speak for the subject: of a shop not everybody. Raises `CaseNotFound`."""
    principal, subject = _me(request)
    if subject.kind is SubjectKind.MERCHANT and not principal.has(*SHOP):
        raise CaseNotFound(case_id)
    return principal, subject


def as_file(one: Case) -> ViolationFileOut:
    given = ViolationOut.from_orm(one).model_dump()
    return ViolationFileOut(
        subject_kind=one.subject.kind, subject_id=one.subject.id, ref=one.ref, reported_at=one.reported_at,
        version=one.version, **given,
    )  # fmt: skip


@router.get("/violations/catalogue", auth=None, response=CatalogueOut)
def catalogue(request: HttpRequest) -> dict[str, Any]:
    """The twelve classes, for everybody: what counts, on which source, and what the first, second, … time leads to."""
    found = facade.catalogue(accounting_date(clock.now()))
    return {
        "version": found.version, "source": found.source, "window_days": found.window_days,
        "items": list(found.classes.values()),
    }  # fmt: skip


@router.get("/me/violations", response=PageOut[OwnViolationOut])
def mine(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    """What was verified about you, newest first, with your appeals."""
    _, subject = _me(request)
    page = facade.of(subject, after=query.after, limit=query.limit)
    there = appeals.about(About.VIOLATION, [one.id for one in page.items])

    def out(one: Case) -> OwnViolationOut:
        appeal = there.get(one.id)
        return OwnViolationOut(appeal=appeal.state if appeal else None, **ViolationOut.from_orm(one).model_dump())

    return page_out(page, out)


@router.post("/me/violations/{case_id}/rectified", response=ViolationOut)
def rectify(request: HttpRequest, case_id: Id, body: ViolationWordsIn) -> Case:
    """Say how it was put right; the case ends with it."""
    principal, subject = _actor(request, case_id)
    return facade.rectify(case_id, subject, body.words, by=principal, now=clock.now())


@router.post("/me/violations/{case_id}/appeal", response=AppealOut)
def appeal(request: HttpRequest, case_id: Id, body: ViolationWordsIn) -> Appeal:
    """Say why it was not so; a human answers."""
    principal, subject = _actor(request, case_id)
    return facade.appeal(case_id, subject, body.words, by=principal, now=clock.now())


@router.get("/violations", response=PageOut[ViolationFileOut])
def listing(request: HttpRequest, query: Query[ViolationsIn]) -> dict[str, Any]:
    """All cases, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    page = facade.cases(state=query.state or "", code=query.code, after=query.after, limit=query.limit)
    return page_out(page, as_file)


@router.get("/violations/{case_id}", response=ViolationFileOut)
def read(request: HttpRequest, case_id: Id) -> ViolationFileOut:
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return as_file(facade.one(case_id))


@router.post("/violations", response=ViolationFileOut)
def report(request: HttpRequest, body: ReportIn) -> ViolationFileOut:
    """Write down what is said to have been done, with its evidence; another look decides."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    subject = Subject(body.subject_kind, body.subject_id)
    known = merchants.get_many if subject.kind is SubjectKind.MERCHANT else promoters.get
    if not known([subject.id]):
        raise SubjectNotFound(subject.id)
    made = facade.report(subject, body.code, body.evidence, ref=body.ref, by=principal, now=clock.now())
    return as_file(made)


@router.post("/violations/{case_id}/confirm", response=ViolationFileOut)
def confirm(request: HttpRequest, case_id: Id, body: ViolationWordsIn) -> ViolationFileOut:
    """Verified: points, and what the class leads to this time."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return as_file(facade.confirm(case_id, body.words, by=principal, now=clock.now()))


@router.post("/violations/{case_id}/dismiss", response=ViolationFileOut)
def dismiss(request: HttpRequest, case_id: Id, body: ViolationWordsIn) -> ViolationFileOut:
    """It was not so."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return as_file(facade.dismiss(case_id, body.words, by=principal, now=clock.now()))


def expel(events: Sequence[ViolationConfirmed]) -> None:
    """Handler: 清退 ends promoting, or closes the shop's window; what was earned stays."""
    for one in events:
        if one.penalty != Penalty.EXPEL:
            continue
        with contextlib.suppress(NoSuchMove):
            if one.subject_kind == SubjectKind.MERCHANT:
                merchants.suspend(one.subject_id, actor="system", note=one.title, now=one.at)
            else:
                reason = REASONS.get(one.code, OTHERWISE)
                promoters.suspend(one.subject_id, reason=reason, actor="system", note=one.title, now=one.at)


def revoke_appealed(events: Sequence[AppealDecided]) -> None:
    """Handler: whoever won her appeal on the credit page won it against the case that the signal came from, too."""
    for event in events:
        if event.about == About.CREDIT and event.granted and (case_id := credit.ref_of(event.subject_id)):
            facade.revoke(case_id, now=event.at)


def let_back(events: Sequence[ViolationEnded]) -> None:
    """Handler: a 清退 undone on appeal is undone, if nothing else keeps the subject out."""
    for one in events:
        if one.penalty != Penalty.EXPEL or not one.revoked:
            continue
        subject = Subject(SubjectKind(one.subject_kind), one.subject_id)
        if facade.expelled(subject):
            continue
        if subject.kind is SubjectKind.MERCHANT:
            last = merchants.history(subject.id)[-1]
            if (last.state, last.actor, last.note) == ("suspended", "system", one.title):
                merchants.resume(subject.id, actor="system", note="申诉成立", now=one.at)
        else:
            who = promoters.one(subject.id)
            if who.state == "suspended" and who.reason == REASONS.get(one.code, OTHERWISE):
                promoters.restore(subject.id, reason="reinstated", actor="system", now=one.at)

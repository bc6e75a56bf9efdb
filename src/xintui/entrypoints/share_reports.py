"""/share-reports/…: whoever opened a promoter's link may say that the share was a nuisance; the desk reads it.

Who opened what and who has bought is known above violations; who said it is not told to anybody.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.commerce.orders import facade as orders
from xintui.entrypoints.violations import DECIDERS, READERS, ViolationFileOut, ViolationWordsIn, as_file
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, TooManyAttempts
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out
from xintui.infra.throttle import facade as throttle
from xintui.kernel.errors import DomainError, Kind
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.promoters import facade as promoters
from xintui.trust.violations import facade
from xintui.trust.violations.contracts import ShareReport, ShareReportState

router: Final = Router(tags=["违规"])
DAY_S: Final = 86_400
PER_PLACE: Final = 20


class NotOpened(DomainError):
    """Whoever never saw a share has nothing to say of it; and nobody of her own."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "violations.share_not_opened"
    says: ClassVar[str] = "只能举报在这台设备或这个账号上打开过的、别人的分享"


class ShareReasonOut(Out):
    code: str
    title: str


class ShareReasonsOut(Out):
    """`least` different buyers within `window_days` make a case that a person verifies."""

    version: str
    source: str
    window_days: int
    least: int
    items: list[ShareReasonOut]


class ShareReportIn(In):
    code: Annotated[Text, Field(min_length=1, max_length=64)]
    visitor_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
    reason: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    words: Annotated[Text, Field(max_length=200)] = ""


class HeardOut(Out):
    heard: bool = True


class ShareReportOut(Out):
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


class ShareReportsIn(PageIn):
    state: ShareReportState | None = None
    promoter_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""


class SaidOut(Out):
    title: str
    count: int


class SaidOfMeOut(Out):
    """Reasons with fewer than `shown_from` reports are left out: nobody should be guessed."""

    days: int
    shown_from: int
    items: list[SaidOut]


@router.get("/share-reports/reasons", auth=None, response=ShareReasonsOut)
def reasons(request: HttpRequest) -> dict[str, Any]:
    """What may be said of a share, and what it takes until a person verifies it."""
    found = facade.sharing(accounting_date(clock.now()))
    return {
        "version": found.version, "source": found.source, "window_days": found.window_days, "least": found.least,
        "items": list(found.reasons.values()),
    }  # fmt: skip


@router.post("/share-reports", auth=None, response=HeardOut)
def file(request: HttpRequest, body: ShareReportIn) -> HeardOut:
    """举报分享: once for each link and person, by whoever opened it; the promoter never learns by whom."""
    now = clock.now()
    principal: Principal | None = getattr(request, "principal", None)
    buyer = principal.user_id if principal and principal.merchant_id is None else ""
    _slow_down(buyer or body.visitor_id, now)
    with transaction.atomic():  # a shop's clicks and orders are there inside a transaction only
        link = attribution.resolve(body.code)
        who = attribution.opener(link, body.visitor_id, buyer)
        if not who or who == promoters.one(link.promoter_id).user_id:
            raise NotOpened
        since = now - timedelta(days=facade.sharing(accounting_date(now)).bought_days)
        # Only of somebody who is logged in it is known that she has bought: a visitor's number is nobody's proof.
        bought = bool(buyer) and orders.has_bought(buyer, since=since)
        facade.hear(link.promoter_id, link.id, body.reason, body.words, reporter=who, bought=bought, now=now)
    return HeardOut()


def _slow_down(who: str, now: datetime) -> None:
    terms = facade.sharing(accounting_date(now))
    waits = [
        throttle.hit(f"share-report/{who}", limit=terms.per_day, seconds=DAY_S, now=now),
        throttle.hit(f"share-report//{identity.caller_ip()}", limit=PER_PLACE, seconds=DAY_S, now=now),
    ]
    if wait := max(waits):
        raise TooManyAttempts(wait)


@router.get("/me/share-reports", response=SaidOfMeOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """How often your shares were reported, and why; never by whom. What was verified stands among your violations."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    now = clock.now()
    terms = facade.sharing(accounting_date(now))
    found = promoters.by_user(principal.user_id)
    items = facade.said_of(found.id, now=now) if found else []
    return {"days": terms.kept_days, "shown_from": terms.shown_from, "items": list(items)}


@router.get("/share-reports", response=PageOut[ShareReportOut])
def listing(request: HttpRequest, query: Query[ShareReportsIn]) -> dict[str, Any]:
    """All reports, newest first; none says by whom."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    page = facade.share_reports(
        state=query.state or "", promoter_id=query.promoter_id, after=query.after, limit=query.limit
    )
    return page_out(page, ShareReportOut.from_orm)


@router.post("/share-reports/{report_id}/take-up", response=ViolationFileOut)
def take_up(request: HttpRequest, report_id: Id, body: ViolationWordsIn) -> ViolationFileOut:
    """One report alone is worth a case; another person verifies it."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return as_file(facade.take_up(report_id, body.words, by=principal, now=clock.now()))


@router.post("/share-reports/{report_id}/set-aside", response=ShareReportOut)
def set_aside(request: HttpRequest, report_id: Id, body: ViolationWordsIn) -> ShareReport:
    """Nothing in it."""
    principal = identity.require(request.principal, *DECIDERS)  # type: ignore[attr-defined]
    return facade.set_aside(report_id, body.words, by=principal)


def forget(user_id: str) -> None:
    """Somebody has left: what they said goes with them."""
    facade.forget([user_id])

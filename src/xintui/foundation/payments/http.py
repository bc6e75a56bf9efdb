"""The gateway's door and the operators' desk."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.payments import facade
from xintui.foundation.payments.contracts import Difference, GatewayNotConfigured, Method, Payment, Refund, Transfer
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text, page_out

router = Router(tags=["支付"])
READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
ACTORS = (Role.OPERATOR, Role.FINANCE)


@csrf_exempt
@require_POST
def wechat_callback(request: HttpRequest) -> HttpResponse:
    """微信支付 tells us something. The bytes are judged as they came; 204: kept, 401: not believed.

    Outside the API: no principal, no throttle (all of WeChat's messages come from a few addresses), nothing but this.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        kept = facade.receive_callback(headers, request.body, now=clock.now())
    except GatewayNotConfigured:
        return HttpResponse(status=503)
    return HttpResponse(status=204 if kept else 401)


@csrf_exempt
@require_POST
def alipay_callback(request: HttpRequest) -> HttpResponse:
    """支付宝 tells us something: a form. `success` is the one word that ends its repeating; 400: not believed."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        kept = facade.receive_callback(headers, request.body, now=clock.now(), psp=Method.ALIPAY)
    except GatewayNotConfigured:
        return HttpResponse("fail", status=503, content_type="text/plain")
    return HttpResponse("success" if kept else "fail", status=200 if kept else 400, content_type="text/plain")


class PaymentOut(Out):
    id: str
    subject: str
    amount_fen: int
    currency: str
    psp: str
    channel: str
    state: str
    transaction_id: str
    captured_fen: int
    refunded_fen: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None


class RefundOut(Out):
    id: str
    payment_id: str
    subject: str
    amount_fen: int
    reason: str
    state: str
    attempts: int
    last_code: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


class TransferOut(Out):
    id: str
    subject: str
    amount_fen: int
    remark: str
    state: str
    attempts: int
    last_code: str
    last_message: str
    created_at: datetime
    settled_at: datetime | None


class DifferenceOut(Out):
    id: str
    psp: str
    day: date
    kind: str
    subject_kind: str
    number: str
    ours_fen: int | None
    theirs_fen: int | None
    detail: str
    state: str
    owner: str
    note: str
    found_at: datetime
    closed_at: datetime | None


class AttemptOut(Out):
    kind: str
    number: str
    verb: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    code: str
    message: str


class LookOut(Out):
    number: str
    kind: str


Subject = Annotated[Text, Field(max_length=64)]


class PaymentsIn(PageIn):
    state: Literal["", "created", "prepaid", "captured", "closed"] = ""
    subject: Subject = ""


class RefundsIn(PageIn):
    state: Literal["", "created", "unknown", "processing", "abnormal", "succeeded", "failed"] = ""
    payment_id: Subject = ""


class TransfersIn(PageIn):
    state: Literal["", "created", "unknown", "waiting", "processing", "paid", "failed", "expired"] = ""
    subject: Subject = ""


class DifferencesIn(PageIn):
    state: Literal["", "open", "assigned", "closed"] = ""
    day: date | None = None
    owner: Subject = ""


class AssignIn(In):
    owner: Annotated[Text, Field(min_length=1, max_length=64)]


class CloseIn(In):
    note: Annotated[Text, Field(min_length=1, max_length=500)]


def _filters(query: PageIn) -> dict[str, Any]:
    return query.model_dump()


@router.get("/payments", response=PageOut[PaymentOut])
def list_payments(request: HttpRequest, query: Query[PaymentsIn]) -> dict[str, Any]:
    """支付单, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.payments(**_filters(query)), lambda one: _out(PaymentOut, one))


@router.get("/refunds", response=PageOut[RefundOut])
def list_refunds(request: HttpRequest, query: Query[RefundsIn]) -> dict[str, Any]:
    """退款单, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.refunds(**_filters(query)), lambda one: _out(RefundOut, one))


@router.get("/transfers", response=PageOut[TransferOut])
def list_transfers(request: HttpRequest, query: Query[TransfersIn]) -> dict[str, Any]:
    """转账单, newest first. The payee's openid and name are not shown."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.transfers(**_filters(query)), lambda one: _out(TransferOut, one))


@router.get("/differences", response=PageOut[DifferenceOut])
def list_differences(request: HttpRequest, query: Query[DifferencesIn]) -> dict[str, Any]:
    """对账差异, newest first."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return page_out(facade.differences(**_filters(query)), lambda one: _out(DifferenceOut, one))


@router.get("/numbers/{number}/attempts", response=list[AttemptOut])
def list_attempts(request: HttpRequest, number: Id) -> list[Any]:
    """Every call made to the gateway under a number."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    return facade.attempts(number)


@router.post("/numbers/{number}/look", response=LookOut)
def look_now(request: HttpRequest, number: Id) -> LookOut:
    """Ask the gateway about this number at the next run instead of at its scheduled time."""
    who = identity.require(request.principal, *ACTORS)  # type: ignore[attr-defined]
    return LookOut(number=number, kind=facade.look_now(who, number, now=clock.now()))


@router.post("/differences/{difference_id}/assign", response=DifferenceOut)
def assign_difference(request: HttpRequest, difference_id: Id, body: AssignIn) -> Difference:
    """Make somebody answerable."""
    who = identity.require(request.principal, *ACTORS)  # type: ignore[attr-defined]
    return facade.assign_difference(who, difference_id, body.owner)


@router.post("/differences/{difference_id}/close", response=DifferenceOut)
def close_difference(request: HttpRequest, difference_id: Id, body: CloseIn) -> Difference:
    """Close with a note; the person asking is the one who closed it."""
    who = identity.require(request.principal, *ACTORS)  # type: ignore[attr-defined]
    return facade.close_difference(who, difference_id, body.note, now=clock.now())


def _out(schema: type[Out], one: Payment | Refund | Transfer | Difference) -> Any:
    return schema.from_orm(one)

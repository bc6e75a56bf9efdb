"""A buyer's own checkouts, orders and after-sales. What is somebody else's does not exist (404, never 403)."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.orders import facade
from xintui.commerce.orders.contracts import AfterSale, AfterSaleKind, Checkout, Document, Order, OrderFile, RefundPart
from xintui.commerce.orders.contracts import Quote as QuoteValue
from xintui.commerce.orders.http.shapes import (
    AfterSaleIn,
    AfterSaleOut,
    CheckoutOut,
    OrderFileOut,
    OrderOut,
    ParcelIn,
    PayParamsOut,
    QuoteIn,
    QuoteOut,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import PayParams
from xintui.infra import clock
from xintui.infra.http import Id, In, PageIn, PageOut, Query

router = Router(tags=["订单"])
State = Annotated[str, Field(pattern=r"^(placed|paid|shipped|received|done|closed|refunded)?$")]


class MyOrdersIn(PageIn):
    state: State = ""


class PayIn(In):
    """`back`: the page of this house to which Alipay's cashier sends the buyer (WeChat's takes `redirect_url`)."""

    method: Literal["wechat", "alipay"] = "wechat"
    channel: Literal["jsapi", "h5", "native"] = "jsapi"
    back: Annotated[str, Field(max_length=200, pattern=r"^(/[\w\-][\w\-./?=&%]*)?$")] = ""


def me(request: HttpRequest) -> str:
    return identity.require(request.principal).user_id  # type: ignore[attr-defined]


def as_pdf(document: Document) -> HttpResponse:
    """Always a download of its own, with the proof code in a header too."""
    headers = {
        "Content-Disposition": f'attachment; filename="{document.filename}"',
        "X-Content-Type-Options": "nosniff",
        "X-Proof-Code": document.proof,
    }
    return HttpResponse(document.pdf, content_type="application/pdf", headers=headers)


@router.post("/quote", response=QuoteOut)
def quote(request: HttpRequest, body: QuoteIn) -> QuoteValue:
    """What the cart would cost now."""
    me(request)
    return facade.quote(body.wanted())


@router.get("/checkouts/{checkout_id}", response=CheckoutOut)
def read_checkout(request: HttpRequest, checkout_id: Id) -> Checkout:
    return facade.checkout(checkout_id, buyer_id=me(request))


@router.post("/checkouts/{checkout_id}/pay", response=PayParamsOut)
def pay(request: HttpRequest, checkout_id: Id, body: PayIn) -> PayParams:
    """What the buyer's device needs to pay. The payment's row is committed before the gateway is asked."""
    buyer_id, now = me(request), clock.now()
    payment = facade.open_payment(
        checkout_id,
        buyer_id=buyer_id,
        payer_openid=identity.openid_of(buyer_id),
        channel=body.channel,
        method=body.method,
        now=now,
    )
    there = settings.PUBLIC_URL.rstrip("/") + (body.back or f"/pay/{checkout_id}")
    return payments.pay_params(payment.id, now=now, client_ip=identity.caller_ip(), return_url=there)


@router.get("", response=PageOut[OrderOut])
def my_orders(request: HttpRequest, query: Query[MyOrdersIn]) -> dict[str, Any]:
    items, mark = facade.buyer_orders(me(request), state=query.state, after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.get("/after-sales", response=PageOut[AfterSaleOut])
def my_after_sales(request: HttpRequest, query: Query[PageIn]) -> dict[str, Any]:
    items, mark = facade.after_sales(buyer_id=me(request), after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.post("/after-sales/{after_sale_id}/cancel", response=AfterSaleOut)
def cancel_after_sale(request: HttpRequest, after_sale_id: Id) -> AfterSale:
    return facade.cancel_after_sale(after_sale_id, buyer_id=me(request), now=clock.now())


@router.post("/after-sales/{after_sale_id}/send-back", response=AfterSaleOut)
def send_back(request: HttpRequest, after_sale_id: Id, body: ParcelIn) -> AfterSale:
    """The goods are on their way back."""
    return facade.send_back(after_sale_id, buyer_id=me(request), **body.dict(), now=clock.now())


@router.post("/after-sales/{after_sale_id}/confirm", response=AfterSaleOut)
def confirm_replacement(request: HttpRequest, after_sale_id: Id) -> AfterSale:
    """确认收到换货商品."""
    return facade.confirm_replacement(after_sale_id, buyer_id=me(request), now=clock.now())


@router.get("/after-sales/{after_sale_id}/note.pdf", response={200: None})
def refund_note(request: HttpRequest, after_sale_id: Id) -> HttpResponse:
    """退款凭证."""
    return as_pdf(facade.refund_note(after_sale_id, buyer_id=me(request)))


@router.get("/{order_id}", response=OrderFileOut)
def read(request: HttpRequest, order_id: Id) -> OrderFile:
    """An order with everything that happened to it."""
    return facade.order_file(order_id, buyer_id=me(request))


@router.post("/{order_id}/cancel", response=OrderFileOut)
def cancel(request: HttpRequest, order_id: Id) -> OrderFile:
    """取消未付款订单: what is paid together is cancelled together."""
    buyer_id = me(request)
    with transaction.atomic():
        facade.cancel(order_id, buyer_id=buyer_id, now=clock.now())
        return facade.order_file(order_id, buyer_id=buyer_id)


@router.post("/{order_id}/receive", response=OrderOut)
def receive(request: HttpRequest, order_id: Id) -> Order:
    """确认收货."""
    return facade.receive(order_id, buyer_id=me(request), now=clock.now())


@router.post("/{order_id}/after-sales", response={201: AfterSaleOut})
def ask(request: HttpRequest, order_id: Id, body: AfterSaleIn) -> Status[AfterSale]:
    """申请售后: by line and amount; 换货 by line and pieces, `exchange_sku_id` says for what."""
    parts = [RefundPart(part.line_id, part.fen or 0, part.qty) for part in body.parts]
    return Status(
        201,
        facade.request_after_sale(
            order_id,
            buyer_id=me(request),
            kind=AfterSaleKind(body.kind),
            parts=parts,
            reason=body.reason,
            now=clock.now(),
            exchange_sku_id=body.exchange_sku_id or "",
        ),
    )


@router.get("/{order_id}/receipt.pdf", response={200: None})
def receipt(request: HttpRequest, order_id: Id) -> HttpResponse:
    """交易凭证."""
    return as_pdf(facade.receipt(order_id, buyer_id=me(request)))

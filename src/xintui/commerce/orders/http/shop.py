"""A shop's orders and after-sales, for those who work there."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.commerce.orders import facade
from xintui.commerce.orders.contracts import AfterSale, Order, OrderFile, OrderFilter
from xintui.commerce.orders.http.buyer import State, as_pdf
from xintui.commerce.orders.http.shapes import (
    AfterSaleOut,
    DecisionIn,
    NoteIn,
    ParcelIn,
    ReplacementIn,
    ShopOrderFileOut,
    ShopOrderOut,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, PageIn, PageOut, Query, Text

router = Router(tags=["订单"])
HANDLERS = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)


class ShopOrdersIn(PageIn):
    state: State = ""
    text: Annotated[Text, Field(max_length=40)] = ""
    placed_from: datetime | None = None
    placed_to: datetime | None = None


class ShopAfterSalesIn(PageIn):
    state: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")] = ""


@router.get("/orders", response=PageOut[ShopOrderOut])
def shop_orders(request: HttpRequest, query: Query[ShopOrdersIn]) -> dict[str, Any]:
    """The shop's orders: by state, day, number, tracking number or receiver."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    wanted = OrderFilter(**query.dict(exclude={"after", "limit"}))
    items, mark = facade.merchant_orders(merchant_id, wanted, after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.get("/orders/{order_id}", response=ShopOrderFileOut)
def shop_order(request: HttpRequest, order_id: Id) -> OrderFile:
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.order_file(order_id, merchant_id=merchant_id)


@router.get("/orders/{order_id}/receipt.pdf", response={200: None})
def shop_receipt(request: HttpRequest, order_id: Id) -> HttpResponse:
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return as_pdf(facade.receipt(order_id, merchant_id=merchant_id))


@router.post("/orders/{order_id}/ship", response=ShopOrderOut)
def ship(request: HttpRequest, order_id: Id, body: ParcelIn) -> Order:
    """发货."""
    who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
    return facade.ship(order_id, merchant_id=merchant_id, **body.dict(), actor=who, now=clock.now())


@router.get("/after-sales", response=PageOut[AfterSaleOut])
def shop_after_sales(request: HttpRequest, query: Query[ShopAfterSalesIn]) -> dict[str, Any]:
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    items, mark = facade.after_sales(merchant_id=merchant_id, state=query.state, after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.post("/after-sales/{after_sale_id}/decide", response=AfterSaleOut)
def decide(request: HttpRequest, after_sale_id: Id, body: DecisionIn) -> AfterSale:
    """同意或拒绝; for a return also when the goods have come back."""
    who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
    return facade.decide_after_sale(after_sale_id, merchant_id=merchant_id, **body.dict(), actor=who, now=clock.now())


@router.post("/after-sales/{after_sale_id}/replace", response=AfterSaleOut)
def replace(request: HttpRequest, after_sale_id: Id, body: ReplacementIn) -> AfterSale:
    """换货: the goods are back, the replacement is on its way."""
    who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
    return facade.ship_replacement(after_sale_id, merchant_id=merchant_id, **body.dict(), actor=who, now=clock.now())


@router.post("/after-sales/{after_sale_id}/refund-instead", response=AfterSaleOut)
def refund_instead(request: HttpRequest, after_sale_id: Id, body: NoteIn) -> AfterSale:
    """换货商品缺货，改为退货退款."""
    who, merchant_id = identity.require_merchant(request.principal, *HANDLERS)  # type: ignore[attr-defined]
    return facade.turn_into_refund(after_sale_id, merchant_id=merchant_id, actor=who, now=clock.now(), note=body.note)

"""A promoter's customers, masked."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from xintui.infra import clock
from xintui.infra.http import Id, Out, PageIn, PageOut, Query, Text, page_out
from xintui.promotion.commission import facade
from xintui.promotion.commission.contracts import LineState
from xintui.promotion.commission.contracts.customers import CustomerFile, CustomerSort, CustomersSummary, Recency
from xintui.promotion.commission.http.promoter import mine

router = Router(tags=["佣金"])


class CustomersIn(PageIn):
    q: Annotated[Text, Field(max_length=20)] = ""
    recency: Recency = Recency.ALL
    sort: CustomerSort = CustomerSort.LAST


class CustomerOut(Out):
    id: str
    name: str
    phone: str
    orders: int
    net_fen: int
    commission_fen: int
    first_at: datetime
    last_at: datetime


class CustomersSummaryOut(Out):
    customers: int
    again: int
    lately: int


class PurchaseOut(Out):
    order_id: str
    line_id: str
    title: str
    order_state: str
    paid_at: datetime
    paid_fen: int
    refunded_fen: int
    commission_fen: int
    state: LineState


class CustomerFileOut(Out):
    customer: CustomerOut
    purchases: list[PurchaseOut]
    next: str | None


@router.get("/promoter/me/customers", response=PageOut[CustomerOut], summary="我的客户（脱敏）")
def my_customers(request: HttpRequest, page: Query[CustomersIn]) -> dict[str, Any]:
    """Who bought through me. `q` finds what is shown: the last four digits, or how the name begins."""
    found = facade.customers(
        mine(request), now=clock.now(), text=page.q, recency=page.recency, sort=page.sort, after=page.after,
        limit=page.limit,
    )  # fmt: skip
    return page_out(found, CustomerOut.from_orm)


@router.get("/promoter/me/customers.csv", response={200: None}, summary="导出我的客户（脱敏）")
def my_customers_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file, at most 10,000 rows."""
    response = HttpResponse(facade.customers_csv(mine(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return response


@router.get("/promoter/me/customers-summary", response=CustomersSummaryOut, summary="我的客户概况")
def my_customers_summary(request: HttpRequest) -> CustomersSummary:
    """How many, how many came again, how many lately."""
    return facade.customers_summary(mine(request), now=clock.now())


@router.get("/promoter/me/customers/{order_id}", response=CustomerFileOut, summary="这位客户经我买过什么")
def my_customer(request: HttpRequest, order_id: Id, page: Query[PageIn]) -> CustomerFile:
    """The customer of an order I brought, and what else was bought through me."""
    return facade.customer(mine(request), order_id, now=clock.now(), after=page.after, limit=page.limit)

"""/patterns/…: what the best fifth has in common, and how fast stock turns over; a shop its own, the platform all."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, page_out
from xintui.insight.patterns import facade
from xintui.insight.patterns.contracts import Found, Outcome, Sign, Subject
from xintui.kernel.times import accounting_date

router: Final = Router(tags=["优质模式"])
READERS: Final = (
    Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR,
    Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE, Role.MERCHANT_GOODS,
)  # fmt: skip


class PatternOut(Out):
    """`diff_bp` between the shares, with its 95 % interval; `lift_milli` null where none of the others has it."""

    attribute: str
    value: str
    top_with: int
    top: int
    rest_with: int
    rest: int
    diff_bp: int
    low_bp: int
    high_bp: int
    lift_milli: int | None
    sign: Sign


class FoundOut(Out):
    """`border`: what the last of the best has reached, basis points or fen. Together, not because of."""

    subject: Subject
    outcome: Outcome
    day: date
    days: int
    top: int
    rest: int
    border: int
    patterns: list[PatternOut]
    left_out: int
    version: str


class FoundIn(In):
    subject: Subject = Subject.GOODS
    outcome: Outcome = Outcome.CONVERSION


class StockOut(Out):
    """`average_milli`: thousandths of a piece; `turnover_centi`: hundredths of a time; null where nothing is known."""

    product_id: str
    merchant_id: str
    on_hand: int
    sold: int
    days: int
    average_milli: int
    turnover_centi: int | None
    days_left: int | None
    slow: bool
    counted_on: date


class StockIn(PageIn):
    slow: bool | None = None


class StockDayOut(Out):
    day: date
    on_hand: int
    sold: int


class StockDaysOut(Out):
    items: list[StockDayOut]


class BackIn(In):
    days: Annotated[int, Field(ge=1, le=366)] = 90


def _whose(request: HttpRequest) -> str:
    """The shop of whoever asks, or empty for the platform's people."""
    return identity.require(request.principal, *READERS).merchant_id or ""  # type: ignore[attr-defined]


@router.get("", response=FoundOut)
def found(request: HttpRequest, query: Query[FoundIn]) -> Found:
    """What the best fifth of goods or promoters has more or less often than the rest, with both counts."""
    return facade.found(_whose(request), query.subject, query.outcome)


@router.get("/stock", response=PageOut[StockOut])
def stock(request: HttpRequest, query: Query[StockIn]) -> dict[str, Any]:
    """How fast each product's stock turns over, and what does not sell."""
    page = facade.turnovers(merchant_id=_whose(request), slow=query.slow, after=query.after, limit=query.limit)
    return page_out(page, StockOut.from_orm)


@router.get("/stock/{product_id}", response=StockDaysOut)
def stock_days(request: HttpRequest, product_id: Id, query: Query[BackIn]) -> dict[str, Any]:
    """A product's stock and sales day by day, until yesterday."""
    until = accounting_date(clock.now()) - timedelta(days=1)
    return {"items": facade.stock_days(product_id, merchant_id=_whose(request), until=until, back=query.days)}

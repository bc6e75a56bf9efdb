"""/me/growth: where you stand on the path, what is missing, what each stage brings, and what the reviews found."""

from datetime import date
from typing import Final

from django.http import HttpRequest
from ninja import Router

from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Out
from xintui.promotion.growth import facade
from xintui.promotion.growth.contracts import Fact, Outcome, Path
from xintui.promotion.promoters import facade as promoters

router: Final = Router(tags=["成长路径"])


class ConditionOut(Out):
    """`net_fen` is money, `credit` points, the others plain numbers."""

    fact: Fact
    title: str
    has: int
    needs: int
    met: bool


class StageOut(Out):
    code: str
    title: str
    says: str
    benefits: list[str]
    reached: bool
    current: bool
    conditions: list[ConditionOut]
    keeps: list[ConditionOut]


class GrowthFactsOut(Out):
    credit: int
    net_fen: int
    orders: int
    tenure_days: int


class GrowthReviewOut(Out):
    month: date
    before: str
    after: str
    outcome: Outcome
    facts: GrowthFactsOut
    version: str


class GrowthOut(Out):
    """Sales are those of the last `window_days`, less what came back, without what you bought yourself."""

    stages: list[StageOut]
    window_days: int
    version: str
    source: str
    next_review: date
    reviews: list[GrowthReviewOut]


@router.get("/me/growth", response=GrowthOut)
def mine(request: HttpRequest) -> Path:
    """The path, for everybody: a member sees what the first steps ask for."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    return facade.path(promoters.by_user(principal.user_id), now=clock.now())

"""/me/growth: where you stand on the path, what is missing, what each stage brings, and what the reviews found."""

from datetime import date
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.foundation.identity import facade as identity
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, Text
from xintui.promotion.growth import facade
from xintui.promotion.growth.contracts import Fact, Outcome, Path
from xintui.promotion.promoters import facade as promoters
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About
from xintui.trust.appeals.contracts import State as AppealState

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
    """`appeal` is null without one; only a step down can be appealed."""

    id: str
    appeal: AppealState | None
    month: date
    before: str
    after: str
    outcome: Outcome
    facts: GrowthFactsOut
    version: str


class GrowthAppealIn(In):
    words: Annotated[Text, Field(min_length=4, max_length=500)]


class GrowthOut(Out):
    """Sales are those of the last `window_days`, less what came back, without what you bought yourself."""

    stages: list[StageOut]
    window_days: int
    version: str
    source: str
    next_review: date
    reviews: list[GrowthReviewOut]


@router.get("/me/growth", response=GrowthOut)
def mine(request: HttpRequest) -> dict[str, Any]:
    """The path, for everybody: a member sees what the first steps ask for."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    found = facade.path(promoters.by_user(principal.user_id), now=clock.now())
    return _told(found)


def _told(found: Path) -> dict[str, Any]:
    there = appeals.about(About.GROWTH, [one.id for one in found.reviews])
    given = {name: getattr(found, name) for name in GrowthOut.model_fields if name != "reviews"}
    rows = [
        {name: getattr(one, name) for name in GrowthReviewOut.model_fields if name != "appeal"}
        | {"appeal": there[one.id].state if one.id in there else None}
        for one in found.reviews
    ]
    return given | {"reviews": rows}


@router.post("/me/growth/reviews/{review_id}/appeal", response=GrowthOut)
def appeal(request: HttpRequest, review_id: Id, body: GrowthAppealIn) -> dict[str, Any]:
    """Say why you should not have been taken down; a human answers within 72 hours."""
    principal = identity.require(request.principal)  # type: ignore[attr-defined]
    promoter = promoters.active_by_user(principal.user_id)
    facade.appeal(review_id, promoter, body.words, by=principal, now=clock.now())
    return _told(facade.path(promoter, now=clock.now()))

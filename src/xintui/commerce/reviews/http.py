"""Reviews for everybody who reads, for the buyer who writes, for the shop that answers, for the platform that hides."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.reviews import facade
from xintui.commerce.reviews.contracts import BadReview, Review, ReviewDraft, Score
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.infra.paging import Page

router = Router(tags=["评价"])
ANSWERERS = (Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)
Words = Annotated[Text, Field(min_length=1, max_length=500)]


class ReviewOut(Out):
    """What everybody sees: a masked name, no order."""

    id: str
    product_id: str
    author: str
    spec: str
    stars: int
    text: str
    pictures: list[str]
    written_at: datetime
    more: str
    more_at: datetime | None
    reply: str
    reply_at: datetime | None


class OwnReviewOut(ReviewOut):
    merchant_id: str
    order_id: str
    line_id: str
    hidden: bool
    hidden_reason: str


class ScoreOut(Out):
    """`average_x10`: 47 is 4.7 stars; `stars`: how many gave one, two, … five."""

    count: int
    average_x10: int
    stars: list[int]


class PictureOut(Out):
    id: str


class OfProductIn(PageIn):
    stars: Annotated[int, Field(ge=0, le=5)] = 0
    pictured: bool = False


class MineIn(PageIn):
    order_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""


class OfShopIn(PageIn):
    unanswered: bool = False


class ReviewIn(In):
    order_id: Id
    line_id: Id
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[Text, Field(max_length=500)] = ""
    pictures: Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]], Field(max_length=6)] = []


class WordsIn(In):
    text: Words


class ReasonIn(In):
    reason: Annotated[Text, Field(min_length=2, max_length=200)]


def person(request: HttpRequest) -> Principal:
    """A buyer as the person they are: a shop's token sees its own tenant only."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


def paged(found: Page[Review]) -> dict[str, Any]:
    return {"items": list(found.items), "next": found.next}


@router.get("/products/{product_id}", response=PageOut[ReviewOut], auth=None)
def of_product(request: HttpRequest, product_id: Id, query: Query[OfProductIn]) -> dict[str, Any]:
    """商品评价, newest first; by stars, or only those with pictures."""
    return paged(facade.of_product(product_id, **query.dict()))


@router.get("/products/{product_id}/score", response=ScoreOut, auth=None)
def score(request: HttpRequest, product_id: Id) -> Score:
    """商品评分: count, average, distribution."""
    return facade.score_of(product_id)


@router.get("/mine", response=PageOut[OwnReviewOut])
def mine(request: HttpRequest, query: Query[MineIn]) -> dict[str, Any]:
    """我的评价; `order_id`: which lines of it are reviewed already."""
    return paged(facade.of_buyer(person(request).user_id, **query.dict()))


@router.post("", response={201: OwnReviewOut})
def write(request: HttpRequest, body: ReviewIn) -> Status[Review]:
    """评价: once per line that was received."""
    draft = ReviewDraft(body.order_id, body.line_id, body.stars, body.text, tuple(body.pictures))
    return Status(201, facade.write(draft, by=person(request), now=clock.now()))


@router.post("/orders/{order_id}/pictures", response={201: PictureOut})
def upload(request: HttpRequest, order_id: Id) -> Status[dict[str, str]]:
    """A picture as the raw request body, for a review of this order."""
    who = person(request)
    if not request.body:
        raise BadReview("图片内容为空")
    return Status(201, {"id": facade.upload(order_id, request.body, buyer_id=who.user_id, now=clock.now())})


@router.post("/{review_id}/more", response=OwnReviewOut)
def add_more(request: HttpRequest, review_id: Id, body: WordsIn) -> Review:
    """追评: once."""
    return facade.add_more(review_id, body.text, buyer_id=person(request).user_id, now=clock.now())


@router.get("/shop", response=PageOut[OwnReviewOut])
def of_shop(request: HttpRequest, query: Query[OfShopIn]) -> dict[str, Any]:
    """店铺收到的评价."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    found = facade.of_shop(merchant_id, unanswered=query.unanswered, after=query.after, limit=query.limit)
    return paged(found)


@router.post("/{review_id}/reply", response=OwnReviewOut)
def reply(request: HttpRequest, review_id: Id, body: WordsIn) -> Review:
    """商家回复."""
    who, merchant_id = identity.require_merchant(request.principal, *ANSWERERS)  # type: ignore[attr-defined]
    return facade.reply(review_id, body.text, merchant_id=merchant_id, by=who, now=clock.now())


@router.post("/{review_id}/hide", response=OwnReviewOut)
def hide(request: HttpRequest, review_id: Id, body: ReasonIn) -> Review:
    """隐藏评价, with a reason the author reads."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    return facade.hide(review_id, by=who, reason=body.reason)


@router.post("/{review_id}/show", response=OwnReviewOut)
def show(request: HttpRequest, review_id: Id, body: ReasonIn) -> Review:
    """恢复显示."""
    who = identity.require(request.principal, Role.OPERATOR)  # type: ignore[attr-defined]
    return facade.show(review_id, by=who, reason=body.reason)

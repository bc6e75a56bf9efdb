"""Writing a review, adding to it, answering it, hiding it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Order, OrderNotFound
from xintui.commerce.reviews import rules
from xintui.commerce.reviews.contracts import (
    AlreadyReviewed,
    BadReview,
    NotReceived,
    Review,
    ReviewDraft,
    ReviewNotFound,
    ReviewShown,
    ReviewWritten,
    Writing,
)
from xintui.commerce.reviews.models import Review as Row
from xintui.commerce.reviews.models import Score
from xintui.commerce.reviews.queries import contract
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import batches, sql
from xintui.infra.outbox import facade as outbox
from xintui.infra.rows import plain
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id

STARS = ("one", "two", "three", "four", "five")


def write(draft: ReviewDraft, *, by: Principal, now: datetime) -> Review:
    """Once per line that was received, refunded later or not.

    Raises `OrderNotFound`, `NotReceived`, `BadReview`, `AlreadyReviewed`.
    """
    return batches.only(write_many([Writing(draft, by, now)]))


def write_many(asked: Sequence[Writing]) -> list[Review | DomainError]:
    """`write` for many: each answer is the review or the refusal. A hundred cost as many statements as one, but for
    those with pictures, which are looked up one by one."""
    return batches.each(_written, asked, apart=lambda one: one.draft.line_id)


def _written(asked: Sequence[Writing]) -> list[Review]:
    known = orders.some({one.draft.order_id for one in asked})
    rows = [_judged(one, known.get(one.draft.order_id)) for one in asked]
    try:
        with transaction.atomic():
            Row.objects.bulk_create(plain(rows))
    except IntegrityError as error:
        if "reviews_once_a_line" not in str(error):
            raise
        raise AlreadyReviewed(rows[0].line_id) from None  # of a batch any one will do: it is asked again alone
    counted = {
        "products": [row.product_id for row in rows],
        "merchants": [row.merchant_id for row in rows],
        "stars": [row.stars for row in rows],
    }
    sql.run("xintui.commerce.reviews", "count", counted)
    outbox.publish(
        *(
            ReviewWritten(row.id, row.order_id, row.line_id, row.product_id, row.merchant_id, row.stars, row.written_at)
            for row in rows
        )
    )
    return [contract(row) for row in rows]


def _judged(asked: Writing, order: Order | None) -> Row:
    """The review as it will be written down."""
    draft, by = asked.draft, asked.by
    text = draft.text.strip()
    rules.check(draft.stars, text, draft.pictures)
    if order is None or order.buyer_id != by.user_id:
        raise OrderNotFound(draft.order_id)
    if order.received_at is None:
        raise NotReceived(draft.order_id)
    line = next((one for one in order.lines if one.id == draft.line_id), None)
    if line is None:
        raise BadReview("订单中没有该商品")
    pictures = set(draft.pictures)
    if pictures and catalog.kept_pictures(order.merchant_id, draft.pictures) != pictures:
        raise BadReview("有图片不存在，请重新上传")
    return Row(
        id=new_id("rev"),
        merchant_id=order.merchant_id,
        product_id=line.product_id,
        order_id=order.id,
        line_id=line.id,
        buyer_id=by.user_id,
        author=rules.mask(by.display_name),
        spec=line.spec,
        stars=draft.stars,
        text=text,
        pictures=list(draft.pictures),
        written_at=asked.now,
    )


@transaction.atomic
def add_more(review_id: str, text: str, *, buyer_id: str, now: datetime) -> Review:
    """追评: words, once, whenever. The stars stay as given. Raises `ReviewNotFound`, `AlreadyReviewed`, `BadReview`."""
    rules.check_words(text)
    row = Row.objects.select_for_update().filter(id=review_id, buyer_id=buyer_id).first()
    if row is None:
        raise ReviewNotFound(review_id)
    if row.more_at is not None:
        raise AlreadyReviewed(row.line_id)
    row.more, row.more_at = text.strip(), now
    row.save(update_fields=["more", "more_at"])
    return contract(row)


@transaction.atomic
def reply(review_id: str, text: str, *, merchant_id: str, by: Principal, now: datetime) -> Review:
    """The shop answers; a new answer replaces the old, the trail keeps both. Raises `ReviewNotFound`, `BadReview`."""
    rules.check_words(text)
    row = Row.objects.select_for_update().filter(id=review_id, merchant_id=merchant_id).first()
    if row is None:
        raise ReviewNotFound(review_id)
    before, row.reply, row.reply_at = row.reply, text.strip(), now
    row.save(update_fields=["reply", "reply_at"])
    identity.audit(by, "reviews.reply", ("review", row.id), {"reply": before}, {"reply": row.reply})
    return contract(row)


@transaction.atomic
def hide(review_id: str, *, by: Principal, reason: str) -> Review:
    """Nobody but its author and its shop sees it any more, and it does not count. Raises `ReviewNotFound`."""
    return _show(review_id, False, by, reason)


@transaction.atomic
def show(review_id: str, *, by: Principal, reason: str) -> Review:
    """Seen and counted again. Raises `ReviewNotFound`."""
    return _show(review_id, True, by, reason)


def forget(buyer_id: str) -> int:
    """What somebody who has left said of goods stays for those who read it, under nobody's name."""
    return Row.objects.filter(buyer_id=buyer_id).update(author=rules.mask(""))


def upload(order_id: str, content: bytes, *, buyer_id: str, now: datetime) -> str:
    """A picture for a review of this order, re-encoded. Raises `OrderNotFound`, `NotReceived`, `BadPicture`."""
    with transaction.atomic():
        order = _received(order_id, buyer_id)
        return catalog.upload(order.merchant_id, content, now=now)


def _received(order_id: str, buyer_id: str) -> Order:
    order = orders.order_file(order_id, buyer_id=buyer_id).order
    if order.received_at is None:
        raise NotReceived(order_id)
    return order


def _show(review_id: str, shown: bool, by: Principal, reason: str) -> Review:
    row = Row.objects.select_for_update().filter(id=review_id).first()
    if row is None:
        raise ReviewNotFound(review_id)
    if row.hidden == shown:
        row.hidden, row.hidden_reason = not shown, "" if shown else reason
        row.save(update_fields=["hidden", "hidden_reason"])
        name = STARS[row.stars - 1]
        Score.objects.filter(id=row.product_id, merchant_id=row.merchant_id).update(
            **{name: F(name) + (1 if shown else -1)}
        )
        outbox.publish(ReviewShown(row.id, row.product_id, row.merchant_id, shown, row.written_at))
        verb = "show" if shown else "hide"
        states = ({"hidden": shown}, {"hidden": not shown})
        identity.audit(by, f"reviews.{verb}", ("review", row.id), *states, reason=reason)
    return contract(row)

"""Reading reviews: a product's page, a buyer's own, a shop's."""

from xintui.commerce.reviews import rules
from xintui.commerce.reviews.contracts import Review, Score
from xintui.commerce.reviews.models import Review as Row
from xintui.commerce.reviews.models import Score as ScoreRow
from xintui.infra.paging import Page, page


def of_product(
    product_id: str, *, stars: int = 0, pictured: bool = False, after: str = "", limit: int = 20
) -> Page[Review]:
    """What everybody may read, newest first; `stars` and `pictured` narrow it down."""
    rows = Row.objects.filter(product_id=product_id, hidden=False)
    rows = rows.filter(stars=stars) if stars else rows
    rows = rows.exclude(pictures=[]) if pictured else rows
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def of_buyer(buyer_id: str, *, order_id: str = "", after: str = "", limit: int = 20) -> Page[Review]:
    """A buyer's own, hidden ones with the reason; if wanted only those of one order."""
    rows = Row.objects.filter(buyer_id=buyer_id)
    rows = rows.filter(order_id=order_id) if order_id else rows
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def of_shop(merchant_id: str, *, unanswered: bool = False, after: str = "", limit: int = 20) -> Page[Review]:
    """A shop's reviews, if wanted only those it has not answered."""
    rows = Row.objects.filter(merchant_id=merchant_id)
    rows = rows.filter(reply_at=None) if unanswered else rows
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def score_of(product_id: str) -> Score:
    """From the counters: no review is read."""
    row = ScoreRow.objects.filter(id=product_id).first()
    return rules.score((row.one, row.two, row.three, row.four, row.five) if row else (0, 0, 0, 0, 0))


def contract(row: Row) -> Review:
    return Review(
        id=row.id,
        merchant_id=row.merchant_id,
        product_id=row.product_id,
        order_id=row.order_id,
        line_id=row.line_id,
        author=row.author,
        spec=row.spec,
        stars=row.stars,
        text=row.text,
        pictures=tuple(row.pictures),
        written_at=row.written_at,
        more=row.more,
        more_at=row.more_at,
        reply=row.reply,
        reply_at=row.reply_at,
        hidden=row.hidden,
        hidden_reason=row.hidden_reason,
    )

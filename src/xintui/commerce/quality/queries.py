"""Reads: how goods stand, why they are not promoted, what was and what is warned of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from xintui.commerce.quality import models, rules, tables
from xintui.commerce.quality.contracts import (
    Alert,
    Block,
    BlockNotFound,
    Cause,
    Day,
    Ended,
    Ending,
    Figure,
    Measure,
    NotPromoted,
    Reason,
    Standing,
    StandingNotFound,
    Verdict,
)
from xintui.infra import sql
from xintui.infra.paging import Page, page


def paused(product_ids: Iterable[str]) -> dict[str, Block]:
    """Which of these are not promoted now, and why. One statement."""
    wanted = sorted(set(product_ids))
    found = models.Block.objects.filter(product_id__in=wanted, until=None) if wanted else []
    return {row.product_id: as_block(row) for row in found}


def paused_of_shops(merchant_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Shop → its goods that are not promoted now; shops without any are absent. One statement."""
    found: dict[str, list[str]] = {}
    rows = models.Block.objects.filter(merchant_id__in=sorted(set(merchant_ids)), until=None).order_by("product_id")
    for merchant_id, product_id in rows.values_list("merchant_id", "product_id"):
        found.setdefault(merchant_id, []).append(product_id)
    return {shop: tuple(goods) for shop, goods in found.items()}


def require_promotable(product_ids: Iterable[str]) -> None:
    """Raises `NotPromoted` for the first of these that is not promoted now."""
    for product_id, block in sorted(paused(product_ids).items()):
        raise NotPromoted(product_id, block.says)


def standing(product_id: str, *, merchant_id: str = "") -> Standing:
    """How a product stands; with `merchant_id` only its own. Raises `StandingNotFound`."""
    found = models.Standing.objects.filter(id=product_id)
    row = (found.filter(merchant_id=merchant_id) if merchant_id else found).first()
    if row is None:
        raise StandingNotFound(product_id)
    return as_standing(row, paused([product_id]))


def standings(
    *, merchant_id: str = "", verdict: str = "", blocked: bool = False, after: str = "", limit: int = 20
) -> Page[Standing]:
    """Goods, the newest first, each with its figures: two statements whatever the size."""
    found = models.Standing.objects.all()
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    if verdict:
        found = found.filter(verdict=verdict)
    if blocked:
        found = found.filter(paused=True)
    got = page(found, lambda row: row, keys=["id"], kinds=[str], after=after, limit=limit)
    stopped = paused(row.id for row in got.items)
    return Page(tuple(as_standing(row, stopped) for row in got.items), got.next)


def blocks(*, product_id: str = "", merchant_id: str = "", after: str = "", limit: int = 20) -> Page[Block]:
    """The history, newest first."""
    found = models.Block.objects.all()
    if product_id:
        found = found.filter(product_id=product_id)
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    return page(found, as_block, keys=["id"], kinds=[str], after=after, limit=limit)


def block(block_id: str, *, merchant_id: str = "") -> Block:
    """With `merchant_id` only its own. Raises `BlockNotFound`."""
    found = models.Block.objects.filter(id=block_id)
    row = (found.filter(merchant_id=merchant_id) if merchant_id else found).first()
    if row is None:
        raise BlockNotFound(block_id)
    return as_block(row)


def alerts(
    *, merchant_id: str = "", product_id: str = "", running: bool = False, after: str = "", limit: int = 20
) -> Page[Alert]:
    """What the model warned of, newest first."""
    found = models.Alert.objects.all()
    if merchant_id:
        found = found.filter(merchant_id=merchant_id)
    if product_id:
        found = found.filter(product_id=product_id)
    if running:
        found = found.filter(ended_at=None)
    return page(found, as_alert, keys=["id"], kinds=[str], after=after, limit=limit)


def days(product_id: str, *, until: date, back: int) -> list[Day]:
    """Each of the last `back` days with the two rates over the short window that ends with it."""
    span = tables.terms(until).short.days
    asked = {"product": product_id, "first": until - timedelta(days=back - 1), "until": until, "span": span}
    return [
        Day(**row, bad_bp=rules.rate_bp(*seen), return_bp=rules.rate_bp(*sent))
        for row in sql.rows(__package__, "days", asked)
        for seen in [(row.pop("bad_span"), row.pop("reviews_span"))]
        for sent in [(row.pop("returned_span"), row.pop("received_span"))]
    ]


def as_standing(row: models.Standing, stopped: Mapping[str, Block]) -> Standing:
    return Standing(
        product_id=row.id,
        merchant_id=row.merchant_id,
        verdict=Verdict(row.verdict),
        figures=figures(row),
        version=row.version,
        judged_on=row.judged_on,
        risk_bp=row.risk_bp,
        block=stopped.get(row.id),
    )


def figures(row: models.Standing) -> tuple[Figure, ...]:
    """Judged again from the counts, by the version of the terms that judged them then."""
    terms = tables.version(row.version)
    return (
        rules.figure(Measure.REVIEWS, terms.short, row.bad_short, row.reviews_short, terms),
        rules.figure(Measure.RETURNS, terms.short, row.returned_short, row.received_short, terms),
        rules.figure(Measure.REVIEWS, terms.long, row.bad_long, row.reviews_long, terms),
        rules.figure(Measure.RETURNS, terms.long, row.returned_long, row.received_long, terms),
    )


def as_block(row: models.Block) -> Block:
    return Block(
        id=row.id,
        product_id=row.product_id,
        merchant_id=row.merchant_id,
        cause=Cause(row.cause),
        says=row.says,
        figures=tuple(_figure(one) for one in row.figures),
        version=row.version,
        since=row.since,
        until=row.until,
        ending=Ending(row.ending) if row.ending else None,
    )


def _figure(kept: dict[str, Any]) -> Figure:
    return Figure(**(kept | {"measure": Measure(kept["measure"]), "verdict": Verdict(kept["verdict"])}))


def as_alert(row: models.Alert) -> Alert:
    return Alert(
        id=row.id,
        product_id=row.product_id,
        merchant_id=row.merchant_id,
        risk_bp=row.risk_bp,
        model=row.model,
        reasons=tuple(Reason(**one) for one in row.reasons),
        warned_at=row.warned_at,
        unlists_at=row.unlists_at,
        ended=Ended(row.ended) if row.ended else None,
        ended_at=row.ended_at,
    )

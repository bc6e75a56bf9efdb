"""Reading goods: the shop window, a product's page, its history."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from xintui.commerce.catalog import rules
from xintui.commerce.catalog.contracts import (
    Category,
    Change,
    Papers,
    Picture,
    Product,
    ProductCard,
    ProductFilter,
    ProductNotFound,
    ProductState,
    ShownPaper,
    Sku,
    Sort,
)
from xintui.commerce.catalog.models import SHOWN
from xintui.commerce.catalog.models import Category as CategoryRow
from xintui.commerce.catalog.models import Change as ChangeRow
from xintui.commerce.catalog.models import Picture as PictureRow
from xintui.commerce.catalog.models import Product as ProductRow
from xintui.commerce.catalog.models import Sku as SkuRow
from xintui.commerce.catalog.models import Stock as StockRow
from xintui.commerce.catalog.models import StockMove as MoveRow
from xintui.commerce.catalog.terms import return_class
from xintui.commerce.merchants import facade as merchants
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import BadNumber, Holder, HolderKind, Kind, Paper

_SORTED: Final[dict[Sort, tuple[str, bool]]] = {
    Sort.NEWEST: ("listed_at", True),
    Sort.PRICE_UP: ("price_from_fen", False),
    Sort.PRICE_DOWN: ("price_from_fen", True),
    Sort.BEST_SELLING: ("sales_qty", True),
    Sort.DEFAULT: ("hot_qty", True),
}


@dataclass(frozen=True, slots=True)
class StockMove:
    kind: str
    qty: int
    reason: str
    at: datetime


def window(wanted: ProductFilter, *, after: str = "", limit: int = 20) -> tuple[list[ProductCard], str]:
    """A page of what can be bought now and the mark of the next page ("" at the end). Raises `BadCursor`."""
    found = _filtered(ProductRow.objects.filter(SHOWN), replace(wanted, text=""))
    if wanted.text.strip():
        found = found.filter(id__in=RawSQL("SELECT f FROM catalog_find(%s) f", [wanted.text.strip()]))
    if wanted.in_stock:
        left = StockRow.objects.filter(id=OuterRef("id"), total_qty__gt=F("reserved_qty") + F("sold_qty"))
        found = found.filter(Exists(SkuRow.objects.filter(Exists(left), product_id=OuterRef("id"), active=True)))
    key, down = _SORTED[wanted.sort]
    if after:
        value, last = rules.read_cursor(wanted.sort, after)
        side = "lt" if down else "gt"
        found = found.filter(Q(**{f"{key}__{side}": value}) | Q(**{key: value, f"id__{side}": last}))
    sign = "-" if down else ""
    rows = list(found.order_by(f"{sign}{key}", f"{sign}id")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    mark = rules.write_cursor(wanted.sort, getattr(rows[-1], key), rows[-1].id) if more else ""
    return cards(rows), mark


def goods_of(wanted: ProductFilter, *, after: str = "", limit: int = 20) -> tuple[list[ProductCard], str]:
    """A page of one merchant's goods in every state, newest first."""
    assert wanted.merchant_id, "a merchant's own list names the merchant"
    found = _filtered(ProductRow.objects.all(), wanted)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if after:
        found = found.filter(id__lt=after)
    rows = list(found.order_by("-id")[: limit + 1])
    return cards(rows[:limit]), rows[limit - 1].id if len(rows) > limit else ""


def get(product_id: str, *, merchant_id: str = "") -> Product:
    """A product with all its SKUs; with `merchant_id` only if it is that merchant's. Raises `ProductNotFound`."""
    rows = ProductRow.objects.filter(id=product_id)
    row = (rows.filter(merchant_id=merchant_id) if merchant_id else rows).first()
    if row is None:
        raise ProductNotFound(product_id)
    category = CategoryRow.objects.filter(id=row.category).first()
    return Product(
        id=row.id,
        merchant_id=row.merchant_id,
        merchant_name=_names([row.merchant_id]).get(row.merchant_id, ""),
        title=row.title,
        subtitle=row.subtitle,
        description=row.description,
        pictures=tuple(row.pictures),
        category=row.category,
        category_name=category.name if category else row.category,
        tags=tuple(row.tags),
        state=ProductState(row.state),
        skus=tuple(_skus(row)),
        created_at=row.created_at,
        listed_at=row.listed_at,
        returns=return_class(row.return_class),
        papers=papers_of(row),
        barred=row.barred,
    )


def on_sale(product_id: str) -> Product:
    """What a buyer may see: on the shelf of a shop that trades. Raises `ProductNotFound`."""
    if not ProductRow.objects.filter(SHOWN, id=product_id).exists():
        raise ProductNotFound(product_id)
    return get(product_id)


def papers_of(row: ProductRow) -> tuple[Paper, ...]:
    return tuple(Paper(Kind(one["kind"]), one["number"]) for one in row.papers)


def categories_of(merchant_id: str) -> set[str]:
    """The categories of a shop's goods."""
    return set(ProductRow.objects.filter(merchant_id=merchant_id).values_list("category", flat=True).distinct())


def papers(product_id: str, *, now: datetime) -> Papers:
    """What a product on sale and its shop can show. Raises `ProductNotFound`."""
    product, today = on_sale(product_id), accounting_date(now)
    kinds = qualification.catalogue(today).kinds
    shop = merchants.get(product.merchant_id)
    held = qualification.in_force(Holder(HolderKind.MERCHANT, shop.id), today=today)
    return Papers(
        shop=shop.name,
        legal_name=shop.legal_name,
        product=tuple(
            ShownPaper(kinds[one.kind].title, one.number, _spoken(one.kind, one.number)) for one in product.papers
        ),
        merchant=tuple(
            ShownPaper(one.title, one.number, _spoken(kind, one.number), one.expires_on) for kind, one in held.items()
        ),
    )


def _spoken(kind: Kind, number: str) -> tuple[str, ...]:
    """What a number says of itself; one that a person passed against the rule says nothing."""
    try:
        return tuple(part.says for part in qualification.check(kind, number).parts if part.says)
    except BadNumber:
        return ()


def titles(product_ids: Collection[str]) -> dict[str, str]:
    """Names where a person would else see ids."""
    return dict(ProductRow.objects.filter(id__in=list(product_ids)).values_list("id", "title"))


def category_names() -> dict[str, str]:
    """id → name, in the tree's order: no goods are counted for it."""
    return dict(CategoryRow.objects.order_by("position", "id").values_list("id", "name"))


def categories() -> list[Category]:
    """The tree as a flat list, in its order, with how many goods are on sale in each."""
    shown = ProductRow.objects.filter(SHOWN)
    counts = dict(shown.values("category").annotate(n=Count("id")).values_list("category", "n"))
    return [
        Category(id=c.id, name=c.name, parent_id=c.parent_id, position=c.position, products=counts.get(c.id, 0))
        for c in CategoryRow.objects.order_by("position", "id")
    ]


def history(merchant_id: str, product_id: str, *, limit: int = 100) -> list[Change]:
    """Price, stock and shelf changes, newest first."""
    rows = ChangeRow.objects.filter(merchant_id=merchant_id, product_id=product_id).order_by("-id")[:limit]
    return [
        Change(what=c.what, sku_id=c.sku_id, before=c.before, after=c.after, actor=c.actor, note=c.note, at=c.at)
        for c in rows
    ]


def stock_moves(merchant_id: str, sku_id: str, *, limit: int = 100) -> list[StockMove]:
    """Every change of a SKU's counters with its reason, newest first."""
    rows = MoveRow.objects.filter(merchant_id=merchant_id, sku_id=sku_id).order_by("-at", "-id")[:limit]
    return [StockMove(kind=m.kind, qty=m.qty, reason=m.reason, at=m.at) for m in rows]


def picture(picture_id: str) -> Picture | None:
    """The bytes to serve."""
    row = PictureRow.objects.filter(id=picture_id).first()
    return Picture(id=row.id, mime=row.mime, content=bytes(row.content)) if row else None


def kept_pictures(merchant_id: str, picture_ids: Collection[str]) -> set[str]:
    """Which of these pictures the shop has."""
    found = PictureRow.objects.filter(id__in=list(picture_ids), merchant_id=merchant_id)
    return set(found.values_list("id", flat=True))


def _filtered(found: QuerySet[ProductRow], wanted: ProductFilter) -> QuerySet[ProductRow]:
    if wanted.merchant_id:
        found = found.filter(merchant_id=wanted.merchant_id)
    if wanted.text:
        found = found.filter(Q(title__contains=wanted.text) | Q(subtitle__contains=wanted.text))
    if wanted.category:
        found = found.filter(category=wanted.category)
    if wanted.tag:
        found = found.filter(tags__contains=[wanted.tag])
    if wanted.price_from_fen:
        found = found.filter(price_from_fen__gte=wanted.price_from_fen)
    if wanted.price_to_fen:
        found = found.filter(price_from_fen__lte=wanted.price_to_fen)
    return found


def _names(merchant_ids: Iterable[str]) -> dict[str, str]:
    return {m.id: m.name for m in merchants.get_many(set(merchant_ids)).values()}


def cards(rows: list[ProductRow]) -> list[ProductCard]:
    """Rows as a list shows them, in three queries however many."""
    ids = [row.id for row in rows]
    owners = dict(SkuRow.objects.filter(product_id__in=ids).values_list("id", "product_id"))
    counts: dict[str, list[int]] = {row.id: [0, 0] for row in rows}
    stocks = (
        StockRow.objects.filter(id__in=list(owners))
        .values("id")
        .annotate(sold=Sum("sold_qty"), left=Sum(F("total_qty") - F("reserved_qty") - F("sold_qty")))
    )
    for stock in stocks:
        count = counts[owners[stock["id"]]]
        count[0] += stock["sold"]
        count[1] += stock["left"]
    names = _names(row.merchant_id for row in rows)
    return [_card(row, names.get(row.merchant_id, ""), *counts[row.id]) for row in rows]


def _card(row: ProductRow, merchant_name: str, sold_qty: int, available_qty: int) -> ProductCard:
    return ProductCard(
        id=row.id,
        merchant_id=row.merchant_id,
        merchant_name=merchant_name,
        title=row.title,
        subtitle=row.subtitle,
        picture=row.pictures[0] if row.pictures else "",
        category=row.category,
        tags=tuple(row.tags),
        price_from_fen=row.price_from_fen,
        sold_qty=sold_qty,
        available_qty=available_qty,
        state=ProductState(row.state),
        listed_at=row.listed_at,
    )


def _skus(row: ProductRow) -> list[Sku]:
    rows = list(SkuRow.objects.filter(product_id=row.id, merchant_id=row.merchant_id).order_by("position", "id"))
    stocks: dict[str, Any] = StockRow.objects.in_bulk([sku.id for sku in rows])
    return [
        Sku(
            id=sku.id,
            spec=sku.spec,
            price_fen=sku.price_fen,
            total_qty=stocks[sku.id].total_qty,
            reserved_qty=stocks[sku.id].reserved_qty,
            sold_qty=stocks[sku.id].sold_qty,
            active=sku.active,
        )
        for sku in rows
    ]

"""Writing goods: every change of price, stock or shelf leaves a line that names who, what and why."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Min

from xintui.commerce.catalog import rules
from xintui.commerce.catalog.contracts import (
    BadProduct,
    PriceChanged,
    Product,
    ProductDraft,
    ProductNotFound,
    ProductState,
    ProductVerb,
    SkuDraft,
    StockBelowUse,
    StockKind,
)
from xintui.commerce.catalog.models import Category, Change, Picture, Sku, Stock, StockMove
from xintui.commerce.catalog.models import Product as Row
from xintui.commerce.catalog.queries import get, papers_of
from xintui.commerce.catalog.terms import return_classes
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import (
    MerchantActivated,
    MerchantNotActive,
    MerchantState,
    MerchantSuspended,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import Kind, Paper

Actor = str | Principal
"""Who acts: somebody signed in, whose act is audited, or the name of a job or story."""


def set_category(category_id: str, name: str, *, parent_id: str = "", position: int = 0) -> None:
    """Add or rename a category of the platform's tree."""
    Category.objects.update_or_create(
        id=category_id, defaults={"name": name, "parent_id": parent_id, "position": position}
    )


@transaction.atomic
def create_product(
    merchant_id: str, draft: ProductDraft, *, actor: Actor, now: datetime, product_id: str = ""
) -> Product:
    """A draft that only its merchant sees. Raises `BadProduct`."""
    rules.check_draft(draft)
    _known(merchant_id, draft)
    row = Row.objects.create(
        id=product_id or new_id("prd"),
        merchant_id=merchant_id,
        title=draft.title.strip(),
        subtitle=draft.subtitle.strip(),
        description=draft.description,
        pictures=list(draft.pictures),
        category=draft.category,
        tags=list(draft.tags),
        return_class=draft.return_class,
        papers=[
            {"kind": one.kind.value, "number": one.number}
            for one in read_papers(draft.papers, today=accounting_date(now))
        ],
        state=ProductState.DRAFT,
        price_from_fen=min(sku.price_fen for sku in draft.skus),
        created_at=now,
    )
    for position, sku in enumerate(draft.skus):
        _add_sku(row, sku, position, _name(actor), now)  # one line of the audit trail tells the whole product
    log(row, "created", actor, now, after=row.title)
    return get(row.id)


@transaction.atomic
def edit_product(merchant_id: str, product_id: str, draft: ProductDraft, *, actor: Actor, now: datetime) -> Product:
    """New words and pictures (the draft's SKUs are not looked at: prices and stock have verbs of their own)."""
    rules.check_text(draft.title, draft.pictures, draft.tags)
    _known(merchant_id, draft)
    row = locked(merchant_id, product_id)
    if row.state == ProductState.ON_SHELF and draft.category != row.category:
        today = accounting_date(now)
        qualification.require_for_shelf(merchant_id, draft.category, papers_of(row), today=today)
    new: dict[str, object] = {
        "title": draft.title.strip(),
        "subtitle": draft.subtitle.strip(),
        "description": draft.description,
        "pictures": list(draft.pictures),
        "category": draft.category,
        "tags": list(draft.tags),
        "return_class": draft.return_class,
    }
    for field, value in new.items():
        before = getattr(row, field)
        if before != value:
            setattr(row, field, value)
            log(row, field, actor, now, before=str(before)[:200], after=str(value)[:200])
    row.save(update_fields=list(new))
    _take_words(product_id)
    return get(product_id)


@transaction.atomic
def set_return_class(
    merchant_id: str, product_id: str, return_class: str, *, actor: Actor, now: datetime, note: str = ""
) -> Product:
    """How the goods may be sent back, for orders placed from now on; placed orders keep theirs. Raises `BadProduct`."""
    _check_return_class(return_class)
    row = locked(merchant_id, product_id)
    before = row.return_class
    if before != return_class:
        row.return_class = return_class
        row.save(update_fields=["return_class"])
        log(row, "return_class", actor, now, before=before, after=return_class, note=note)
    return get(product_id)


@transaction.atomic
def add_sku(merchant_id: str, product_id: str, draft: SkuDraft, *, actor: Actor, now: datetime) -> Product:
    """One more specification. Raises `BadProduct`."""
    rules.check_sku(draft.spec, draft.price_fen, draft.total_qty)
    row = locked(merchant_id, product_id)
    count = Sku.objects.filter(product_id=product_id).count()
    if count >= rules.SKU_LIMIT:
        raise BadProduct(f"规格最多 {rules.SKU_LIMIT} 个")
    _add_sku(row, draft, count, actor, now)
    _refresh_price(row)
    return get(product_id)


@transaction.atomic
def retire_sku(merchant_id: str, sku_id: str, *, actor: Actor, now: datetime, note: str = "") -> Product:
    """This specification can no longer be bought; its orders and stock stay as they are."""
    sku, row = _sku(merchant_id, sku_id)
    if sku.active:
        sku.active = False
        sku.save(update_fields=["active"])
        log(row, "retired", actor, now, sku=sku_id, before=sku.spec, note=note)
        _refresh_price(row)
    return get(row.id)


@transaction.atomic
def change_price(
    merchant_id: str, sku_id: str, price_fen: int, *, actor: Actor, now: datetime, note: str = ""
) -> Product:
    """A new price for orders placed from now on; placed orders keep theirs."""
    sku, row = _sku(merchant_id, sku_id)
    rules.check_sku(sku.spec, price_fen, 0)
    before = sku.price_fen
    if before != price_fen:
        sku.price_fen = price_fen
        sku.save(update_fields=["price_fen"])
        log(row, "price", actor, now, sku=sku_id, before=yuan(before), after=yuan(price_fen), note=note)
        _refresh_price(row)
        outbox.publish(PriceChanged(merchant_id, row.id, sku_id, before, price_fen, now))
    return get(row.id)


@transaction.atomic
def adjust_stock(
    merchant_id: str, sku_id: str, delta: int, *, actor: Actor, now: datetime, note: str = "", reason: str = ""
) -> Product:
    """More or fewer pieces, relatively: two people correcting at once both count. Raises `StockBelowUse`."""
    _, row = _sku(merchant_id, sku_id)
    if delta == 0 or abs(delta) > rules.STOCK_LIMIT:
        raise BadProduct("库存变动数量无效")
    try:
        with transaction.atomic():
            Stock.objects.filter(id=sku_id, merchant_id=merchant_id).update(total_qty=F("total_qty") + delta)
    except IntegrityError as error:
        if "catalog_stock_never_oversold" in str(error):
            raise StockBelowUse(sku_id) from None
        raise
    total = Stock.objects.get(id=sku_id).total_qty
    StockMove.objects.create(
        merchant_id=merchant_id,
        sku_id=sku_id,
        kind=StockKind.ADJUST,
        qty=delta,
        reason=reason or f"catalog.adjusted/{new_id('adj')}",
        at=now,
    )
    log(row, "stock", actor, now, sku=sku_id, before=str(total - delta), after=str(total), note=note)
    return get(row.id)


@transaction.atomic
def list_product(merchant_id: str, product_id: str, *, actor: Actor, now: datetime, note: str = "") -> Product:
    """On the shelf. Raises `MerchantNotActive`, `BadProduct`, `Unqualified` naming the papers that are missing."""
    if merchants.get(merchant_id).state is not MerchantState.ACTIVE:
        raise MerchantNotActive(merchant_id)
    row = _move(merchant_id, product_id, ProductVerb.LIST, actor=actor, now=now, note=note)
    if not Sku.objects.filter(product_id=product_id, active=True).exists():
        raise BadProduct("没有可售规格，不能上架")
    qualification.require_for_shelf(merchant_id, row.category, papers_of(row), today=accounting_date(now))
    row.listed_at, row.shop_open, row.barred = now, True, False
    row.save(update_fields=["listed_at", "shop_open", "barred"])
    _take_words(product_id)
    return get(product_id)


@transaction.atomic
def unlist_product(merchant_id: str, product_id: str, *, actor: Actor, now: datetime, note: str = "") -> Product:
    """Off the shelf; what is placed stays placed."""
    _move(merchant_id, product_id, ProductVerb.UNLIST, actor=actor, now=now, note=note)
    return get(product_id)


@transaction.atomic
def save_picture(picture: Picture, by: Principal | None) -> str:
    """Keep re-encoded bytes under their hash; the same picture is kept once per merchant."""
    Picture.objects.bulk_create([picture], ignore_conflicts=True)
    if by is not None:
        size = {"width": picture.width, "height": picture.height}
        identity.audit(by, "catalog.picture", ("picture", picture.id), {}, size)
    return picture.id


def close_windows(events: Sequence[MerchantSuspended]) -> None:
    """Handler: the goods of a suspended shop leave the window. Placing asks the merchant itself, so it never lags."""
    Row.objects.filter(merchant_id__in=[e.merchant_id for e in events]).update(shop_open=False)


def open_windows(events: Sequence[MerchantActivated]) -> None:
    """Handler: a shop trades (again)."""
    Row.objects.filter(merchant_id__in=[e.merchant_id for e in events]).update(shop_open=True)


def _known(merchant_id: str, draft: ProductDraft) -> None:
    category, pictures = draft.category, draft.pictures
    if not Category.objects.filter(id=category).exists():
        raise BadProduct(f"类目 {category} 不存在")
    _check_return_class(draft.return_class)
    if pictures and Picture.objects.filter(id__in=pictures, merchant_id=merchant_id).count() != len(set(pictures)):
        raise BadProduct("有图片不存在")


def read_papers(papers: tuple[Paper, ...], *, today: date) -> tuple[Paper, ...]:
    """The numbers in their one spelling. Raises `BadNumber`, `BadProduct` for a paper that no product bears."""
    rules.check_papers(papers)
    kinds = qualification.catalogue(today).kinds
    for one in papers:
        if kinds[one.kind].of not in {"product", "code"} and one.kind is not Kind.FOOD_MAKING:
            raise BadProduct(f"{kinds[one.kind].title}不是商品上的编号")
    return tuple(Paper(one.kind, qualification.check(one.kind, one.number).number) for one in papers)


def _check_return_class(code: str) -> None:
    if code not in {one.code for one in return_classes()}:
        raise BadProduct(f"无理由退货类别 {code} 不存在")


def _add_sku(row: Row, draft: SkuDraft, position: int, actor: Actor, now: datetime) -> None:
    sku_id = new_id("sku")
    try:
        with transaction.atomic():
            Sku.objects.create(
                id=sku_id,
                merchant_id=row.merchant_id,
                product_id=row.id,
                spec=draft.spec,
                price_fen=draft.price_fen,
                position=position,
            )
    except IntegrityError as error:
        if "catalog_spec_unique" in str(error):
            raise BadProduct("规格名重复") from None
        raise
    Stock.objects.create(id=sku_id, merchant_id=row.merchant_id, total_qty=draft.total_qty)
    after = f"{draft.spec} · ¥{yuan(draft.price_fen)} · {draft.total_qty} 件"
    log(row, "sku", actor, now, sku=sku_id, after=after)


def locked(merchant_id: str, product_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=product_id, merchant_id=merchant_id).first()
    if row is None:
        raise ProductNotFound(product_id)
    return row


def _sku(merchant_id: str, sku_id: str) -> tuple[Sku, Row]:
    """Product before SKU: the same order everywhere."""
    found = Sku.objects.filter(id=sku_id, merchant_id=merchant_id).first()
    if found is None:
        raise ProductNotFound(sku_id)
    row = locked(merchant_id, found.product_id)
    return Sku.objects.select_for_update().get(id=sku_id), row


def _move(merchant_id: str, product_id: str, verb: ProductVerb, *, actor: Actor, now: datetime, note: str = "") -> Row:
    row = locked(merchant_id, product_id)
    before = row.state
    row.state = rules.PRODUCT_FLOW.after(ProductState(before), verb)
    row.save(update_fields=["state"])
    log(row, "shelf", actor, now, before=before, after=row.state, note=note)
    return row


def _refresh_price(row: Row) -> None:
    lowest = Sku.objects.filter(product_id=row.id, active=True).aggregate(low=Min("price_fen"))["low"]
    if lowest is not None:
        row.price_from_fen = lowest
        row.save(update_fields=["price_from_fen"])


def _take_words(product_id: str) -> None:
    """What the search knows of the product follows what the window shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalog_take_words(%s)", [[product_id]])


def _name(actor: Actor) -> str:
    return actor if isinstance(actor, str) else actor.user_id


def log(
    row: Row,
    what: str,
    actor: Actor,
    now: datetime,
    *,
    sku: str = "",
    before: str = "",
    after: str = "",
    note: str = "",
) -> None:
    """A line of the product's own history; of somebody who signed in also one of the audit trail (threat 24)."""
    Change.objects.create(
        merchant_id=row.merchant_id,
        product_id=row.id,
        sku_id=sku,
        what=what,
        before=before,
        after=after,
        actor=_name(actor),
        note=note,
        at=now,
    )
    if not isinstance(actor, str):
        of = {"sku": sku} if sku else {}
        told = ({**of, what: before} if before else {}, {**of, what: after})
        identity.audit(actor, f"catalog.{what}", ("product", row.id), *told, reason=note)

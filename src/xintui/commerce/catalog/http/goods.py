"""The shop window for everybody, the shelves for those who fill them."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xintui.commerce.catalog import facade
from xintui.commerce.catalog.contracts import (
    BadPicture,
    Category,
    Change,
    Papers,
    Product,
    ProductDraft,
    ProductFilter,
    ProductNotFound,
    ProductState,
    ReturnClass,
    SkuDraft,
    Sort,
)
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.http import AmountFen, Id, In, Out, PageIn, PageOut, Query, Text
from xintui.trust.qualification.contracts import Kind, Paper

router = Router(tags=["商品"])
KEEPERS = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS)
Short = Annotated[Text, Field(max_length=60)]
PictureId = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Price = Annotated[AmountFen, Field(le=100_000_000)]


class CategoryOut(Out):
    id: str
    name: str
    parent_id: str
    position: int
    products: int


class SkuOut(Out):
    id: str
    spec: str
    price_fen: int
    available_qty: int
    active: bool


class KeeperSkuOut(SkuOut):
    total_qty: int
    reserved_qty: int
    sold_qty: int


class CardOut(Out):
    id: str
    merchant_id: str
    merchant_name: str
    title: str
    subtitle: str
    picture: str
    category: str
    tags: list[str]
    price_from_fen: int
    sold_qty: int
    available_qty: int
    state: str
    listed_at: datetime | None


class ReturnsOut(Out):
    """How the goods may be sent back; `rule` is free, never or confirm (confirm: 须在下单时确认)."""

    code: str
    rule: str
    name: str
    says: str
    source: str


class ProductOut(Out):
    id: str
    merchant_id: str
    merchant_name: str
    title: str
    subtitle: str
    description: str
    pictures: list[str]
    category: str
    category_name: str
    tags: list[str]
    state: str
    skus: list[SkuOut]
    returns: ReturnsOut


class PaperOut(Out):
    kind: Kind
    number: str


class ShownPaperOut(Out):
    """`says`: what the number says of itself."""

    title: str
    number: str
    says: list[str]
    good_until: date | None


class PapersOut(Out):
    """资质与执照: the numbers of the goods, and who is behind the shop."""

    shop: str
    legal_name: str
    product: list[ShownPaperOut]
    merchant: list[ShownPaperOut]


class PaperIn(In):
    kind: Kind
    number: Annotated[Text, Field(min_length=4, max_length=40)]


class PapersIn(In):
    papers: Annotated[list[PaperIn], Field(max_length=6)]


class KeeperProductOut(ProductOut):
    papers: list[PaperOut]
    barred: bool
    skus: list[KeeperSkuOut]  # type: ignore[assignment]
    created_at: datetime
    listed_at: datetime | None


class ChangeOut(Out):
    what: str
    sku_id: str
    before: str
    after: str
    actor: str
    note: str
    at: datetime


class StockMoveOut(Out):
    kind: str
    qty: int
    reason: str
    at: datetime


class PictureOut(Out):
    id: str


class WindowIn(PageIn):
    text: Short = ""
    category: Short = ""
    tag: Annotated[Text, Field(max_length=12)] = ""
    merchant_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,32}$")] = ""
    price_from_fen: Annotated[int, Field(ge=0, le=10**12)] = 0
    price_to_fen: Annotated[int, Field(ge=0, le=10**12)] = 0
    in_stock: bool = False
    sort: Sort = Sort.NEWEST


class MineIn(PageIn):
    text: Short = ""
    category: Short = ""
    state: Annotated[str, Field(pattern=r"^(draft|on_shelf|off_shelf)?$")] = ""


class SkuIn(In):
    spec: Annotated[Text, Field(min_length=1, max_length=40)]
    price_fen: Price
    total_qty: Annotated[int, Field(ge=0, le=10_000_000)]


class WordsIn(In):
    title: Annotated[Text, Field(min_length=2, max_length=60)]
    category: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")]
    subtitle: Short = ""
    description: Annotated[Text, Field(max_length=10_000)] = ""
    tags: Annotated[list[Annotated[Text, Field(min_length=1, max_length=12)]], Field(max_length=10)] = []
    pictures: Annotated[list[PictureId], Field(max_length=9)] = []
    return_class: Annotated[str, Field(pattern=r"^[a-z]{1,20}$")] = "standard"


class ProductIn(WordsIn):
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=100)]


class PriceIn(In):
    price_fen: Price
    note: Annotated[Text, Field(max_length=200)] = ""


class StockIn(In):
    delta: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    note: Annotated[Text, Field(max_length=200)] = ""


class NoteIn(In):
    note: Annotated[Text, Field(max_length=200)] = ""


def _draft(body: WordsIn, skus: tuple[SkuDraft, ...] = ()) -> ProductDraft:
    return ProductDraft(
        title=body.title,
        category=body.category,
        skus=skus,
        subtitle=body.subtitle,
        description=body.description,
        tags=tuple(body.tags),
        pictures=tuple(body.pictures),
        return_class=body.return_class,
    )


# -- everybody -------------------------------------------------------------------------------------------------------


@router.get("/categories", response=list[CategoryOut], auth=None)
def categories(request: HttpRequest) -> list[Category]:
    """类目."""
    return facade.categories()


@router.get("/return-classes", response=list[ReturnsOut], auth=None)
def return_classes(request: HttpRequest) -> tuple[ReturnClass, ...]:
    """七日无理由退货及其例外."""
    return facade.return_classes()


@router.get("/products", response=PageOut[CardOut], auth=None)
def window(request: HttpRequest, query: Query[WindowIn]) -> dict[str, Any]:
    """在售商品: words in title, selling line and tags; filters; five orders (`default`: units of 30 days)."""
    wanted = ProductFilter(**query.dict(exclude={"after", "limit"}))
    items, mark = facade.window(wanted, after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.get("/products/{product_id}", response=ProductOut, auth=None)
def product(request: HttpRequest, product_id: Id) -> Product:
    """A product on sale."""
    return facade.on_sale(product_id)


@router.get("/products/{product_id}/papers", response=PapersOut, auth=None)
def papers(request: HttpRequest, product_id: Id) -> Papers:
    """资质与执照 of a product on sale: the numbers it bears, the licences of the shop."""
    return facade.papers(product_id, now=clock.now())


@router.get("/pictures/{picture_id}", auth=None, response={200: None, 404: None})
def picture(request: HttpRequest, picture_id: PictureId) -> HttpResponse:
    """The bytes; they never change under their name."""
    found = facade.picture(picture_id)
    if found is None:
        raise ProductNotFound(picture_id)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.content, content_type=found.mime, headers=headers)


# -- a merchant's own ------------------------------------------------------------------------------------------------


@router.get("/mine", response=PageOut[CardOut])
def mine(request: HttpRequest, query: Query[MineIn]) -> dict[str, Any]:
    """The shop's goods in every state."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    wanted = ProductFilter(text=query.text, category=query.category, state=query.state, merchant_id=merchant_id)
    items, mark = facade.goods_of(wanted, after=query.after, limit=query.limit)
    return {"items": items, "next": mark or None}


@router.get("/mine/{product_id}", response=KeeperProductOut)
def mine_one(request: HttpRequest, product_id: Id) -> Product:
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.get(product_id, merchant_id=merchant_id)


@router.get("/mine/{product_id}/changes", response=list[ChangeOut])
def changes(request: HttpRequest, product_id: Id) -> list[Change]:
    """Who changed price, stock, shelf or words."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.history(merchant_id, product_id)


@router.get("/skus/{sku_id}/moves", response=list[StockMoveOut])
def moves(request: HttpRequest, sku_id: Id) -> list[facade.StockMove]:
    """Every change of a SKU's stock with its reason."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.stock_moves(merchant_id, sku_id)


@router.post("/mine", response={201: KeeperProductOut})
def create(request: HttpRequest, body: ProductIn) -> Status[Product]:
    """A draft."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    skus = tuple(SkuDraft(s.spec, s.price_fen, s.total_qty) for s in body.skus)
    return Status(201, facade.create_product(merchant_id, _draft(body, skus), actor=who, now=clock.now()))


@router.put("/mine/{product_id}", response=KeeperProductOut)
def edit(request: HttpRequest, product_id: Id, body: WordsIn) -> Product:
    """New words and pictures; prices and stock have addresses of their own."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.edit_product(merchant_id, product_id, _draft(body), actor=who, now=clock.now())


@router.put("/mine/{product_id}/papers", response=KeeperProductOut)
def set_papers(request: HttpRequest, product_id: Id, body: PapersIn) -> Product:
    """The numbers the goods bear (备案号, 批准文号, …), as a whole."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    given = tuple(Paper(one.kind, one.number) for one in body.papers)
    return facade.set_papers(merchant_id, product_id, given, actor=who, now=clock.now())


@router.post("/mine/{product_id}/list", response=KeeperProductOut)
def put_on_shelf(request: HttpRequest, product_id: Id) -> Product:
    """上架."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.list_product(merchant_id, product_id, actor=who, now=clock.now())


@router.post("/mine/{product_id}/unlist", response=KeeperProductOut)
def take_off_shelf(request: HttpRequest, product_id: Id, body: NoteIn) -> Product:
    """下架."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.unlist_product(merchant_id, product_id, actor=who, now=clock.now(), note=body.note)


@router.post("/mine/{product_id}/skus", response={201: KeeperProductOut})
def add_sku(request: HttpRequest, product_id: Id, body: SkuIn) -> Status[Product]:
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    draft = SkuDraft(body.spec, body.price_fen, body.total_qty)
    return Status(201, facade.add_sku(merchant_id, product_id, draft, actor=who, now=clock.now()))


@router.post("/skus/{sku_id}/price", response=KeeperProductOut)
def price(request: HttpRequest, sku_id: Id, body: PriceIn) -> Product:
    """改价: for orders placed from now on; who and why is kept."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.change_price(merchant_id, sku_id, body.price_fen, actor=who, now=clock.now(), note=body.note)


@router.post("/skus/{sku_id}/stock", response=KeeperProductOut)
def stock(request: HttpRequest, sku_id: Id, body: StockIn) -> Product:
    """增减库存: relative, so that two corrections at once both count."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.adjust_stock(merchant_id, sku_id, body.delta, actor=who, now=clock.now(), note=body.note)


@router.post("/skus/{sku_id}/retire", response=KeeperProductOut)
def retire(request: HttpRequest, sku_id: Id, body: NoteIn) -> Product:
    """停售一个规格."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    return facade.retire_sku(merchant_id, sku_id, actor=who, now=clock.now(), note=body.note)


@router.post("/pictures", response={201: PictureOut})
def upload(request: HttpRequest) -> Status[dict[str, str]]:
    """A picture as the raw request body."""
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    if not request.body:
        raise BadPicture("内容为空")
    return Status(201, {"id": facade.upload(merchant_id, request.body, now=clock.now(), by=who)})


assert {state.value for state in ProductState} == {"draft", "on_shelf", "off_shelf"}, "MineIn names every state"

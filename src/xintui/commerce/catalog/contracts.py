"""What other modules may know about goods."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind
from xintui.trust.qualification.contracts import Paper


class ProductState(StrEnum):
    DRAFT = "draft"
    ON_SHELF = "on_shelf"
    OFF_SHELF = "off_shelf"


class ProductVerb(StrEnum):
    LIST = "list"
    UNLIST = "unlist"


STATE_NAMES: dict[str, str] = {"draft": "草稿", "on_shelf": "在售", "off_shelf": "已下架"}


class Sort(StrEnum):
    """The only orders a list can be asked for (never a column name from outside)."""

    NEWEST = "newest"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    BEST_SELLING = "best_selling"
    DEFAULT = "default"
    """综合: units of the last 30 days."""


class Slot(StrEnum):
    """Places of the first page that operators fill."""

    RECOMMENDED = "recommended"
    NEWCOMER = "newcomer"


SLOT_NAMES: dict[str, str] = {"recommended": "推荐", "newcomer": "新人专区"}


class StockKind(StrEnum):
    RESERVE = "reserve"
    RELEASE = "release"
    SELL = "sell"
    RESTOCK = "restock"
    ADJUST = "adjust"


class ReturnRule(StrEnum):
    """What the law says of a class of goods: free to return, never, or not if the buyer confirmed it when buying."""

    FREE = "free"
    NEVER = "never"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class ReturnClass:
    """A row of the table of 七日无理由退货: the rule, or one of the law's exceptions, with its source."""

    code: str
    rule: ReturnRule
    name: str
    says: str
    valid_from: date
    source: str
    verified_on: date


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    name: str
    parent_id: str
    position: int
    products: int = 0
    """How many are on sale in it."""


@dataclass(frozen=True, slots=True)
class Sku:
    id: str
    spec: str
    price_fen: int
    total_qty: int
    reserved_qty: int
    sold_qty: int
    active: bool

    @property
    def available_qty(self) -> int:
        return self.total_qty - self.reserved_qty - self.sold_qty


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as a list shows it."""

    id: str
    merchant_id: str
    merchant_name: str
    title: str
    subtitle: str
    picture: str
    category: str
    tags: tuple[str, ...]
    price_from_fen: int
    sold_qty: int
    available_qty: int
    state: ProductState
    listed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """The first page."""

    recommended: tuple[ProductCard, ...]
    hot: tuple[ProductCard, ...]
    newcomer: tuple[ProductCard, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """Goods that an operator put on the first page, and why."""

    slot: Slot
    product_id: str
    position: int
    note: str
    picked_by: str
    picked_at: datetime


@dataclass(frozen=True, slots=True)
class Product:
    id: str
    merchant_id: str
    merchant_name: str
    title: str
    subtitle: str
    description: str
    pictures: tuple[str, ...]
    category: str
    category_name: str
    tags: tuple[str, ...]
    state: ProductState
    skus: tuple[Sku, ...]
    created_at: datetime
    listed_at: datetime | None
    returns: ReturnClass
    papers: tuple[Paper, ...] = ()
    """The numbers it bears: 备案号, 批准文号, …"""
    barred: bool = False
    """Its shop lacks a paper that this category asks for: nobody can buy it until there is one."""


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A number as a buyer reads it; `good_until` none: for good, or the paper does not say."""

    title: str
    number: str
    says: tuple[str, ...]
    good_until: date | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """资质: what a buyer may know of a product and of the shop behind it (电子商务法 第十五条)."""

    shop: str
    legal_name: str
    product: tuple[ShownPaper, ...]
    merchant: tuple[ShownPaper, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served: always re-encoded here, never the uploaded bytes."""

    id: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a product's history: price, stock or shelf."""

    what: str
    sku_id: str
    before: str
    after: str
    actor: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SkuDraft:
    spec: str
    price_fen: int
    total_qty: int


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """What a merchant writes."""

    title: str
    category: str
    skus: tuple[SkuDraft, ...] = ()
    subtitle: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    return_class: str = "standard"
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What a buyer or a merchant looks for; empty fields do not filter."""

    text: str = ""
    category: str = ""
    tag: str = ""
    merchant_id: str = ""
    price_from_fen: int = 0
    price_to_fen: int = 0
    in_stock: bool = False
    state: str = ""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True)
class PriceChanged:
    topic: ClassVar[str] = "catalog.price_changed"
    merchant_id: str
    product_id: str
    sku_id: str
    before_fen: int
    after_fen: int
    changed_at: datetime


@dataclass(eq=False)
class ProductNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "catalog.product_not_found"
    says: ClassVar[str] = "没有找到商品 {product_id}"

    product_id: str


@dataclass(eq=False)
class SkuNotForSale(DomainError):
    """Unknown, retired, off the shelf, or its merchant does not trade: a buyer need not know which."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "catalog.sku_not_for_sale"
    says: ClassVar[str] = "商品规格 {sku_id} 目前不可购买"

    sku_id: str


@dataclass(eq=False)
class OutOfStock(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "catalog.out_of_stock"
    says: ClassVar[str] = "库存不足：{sku_id} 还剩 {available_qty} 件"

    sku_id: str
    available_qty: int


@dataclass(eq=False)
class StockBelowUse(DomainError):
    """The new total would be less than what is sold and reserved."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "catalog.stock_below_use"
    says: ClassVar[str] = "总库存不能少于已售与已占用之和"

    sku_id: str


@dataclass(eq=False)
class BadProduct(DomainError):
    """Something a buyer could not rely on."""

    code: ClassVar[str] = "catalog.bad_product"
    says: ClassVar[str] = "商品资料有误：{reason}"

    reason: str


@dataclass(eq=False)
class BadPicture(DomainError):
    code: ClassVar[str] = "catalog.bad_picture"
    says: ClassVar[str] = "图片无法使用：{reason}"

    reason: str


@dataclass(eq=False)
class BadCursor(DomainError):
    code: ClassVar[str] = "catalog.bad_cursor"
    says: ClassVar[str] = "翻页标记无效"

"""What may be listed, and how a page of goods is cut."""

from datetime import UTC, datetime, timedelta
from typing import Final

from xintui.commerce.catalog.contracts import BadCursor, BadProduct, ProductDraft, ProductState, ProductVerb, Sort
from xintui.kernel.states import Flow
from xintui.trust.qualification.contracts import Paper

S, V = ProductState, ProductVerb

PRODUCT_FLOW: Final[Flow[ProductState, ProductVerb]] = Flow(
    {
        (S.DRAFT, V.LIST): S.ON_SHELF,
        (S.ON_SHELF, V.UNLIST): S.OFF_SHELF,
        (S.OFF_SHELF, V.LIST): S.ON_SHELF,
    }
)
TITLE_LIMIT: Final = 60
PRICE_LIMIT_FEN: Final = 100_000_000
STOCK_LIMIT: Final = 10_000_000
PAPER_LIMIT: Final = 6
SKU_LIMIT: Final = 100
PICTURE_LIMIT: Final = 9
PICTURE_EDGE: Final = 1200
HOT_WINDOW: Final = timedelta(days=30)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def check_text(title: str, pictures: tuple[str, ...], tags: tuple[str, ...]) -> None:
    """Raises `BadProduct`."""
    if not 2 <= len(title.strip()) <= TITLE_LIMIT:
        raise BadProduct(f"标题应有 2 到 {TITLE_LIMIT} 个字")
    if len(pictures) > PICTURE_LIMIT:
        raise BadProduct(f"图片最多 {PICTURE_LIMIT} 张")
    if len(tags) > 10 or any(not 1 <= len(tag) <= 12 for tag in tags):
        raise BadProduct("标签最多 10 个，每个 1 到 12 个字")


def check_sku(spec: str, price_fen: int, total_qty: int) -> None:
    """Raises `BadProduct`."""
    if not 1 <= len(spec) <= 40:
        raise BadProduct("规格名应有 1 到 40 个字")
    if not 1 <= price_fen <= PRICE_LIMIT_FEN:
        raise BadProduct("价格应在 0.01 元到 100 万元之间")
    if not 0 <= total_qty <= STOCK_LIMIT:
        raise BadProduct("库存超出范围")


def check_papers(papers: tuple[Paper, ...]) -> None:
    """Raises `BadProduct`."""
    if len(papers) > PAPER_LIMIT:
        raise BadProduct(f"资质编号最多 {PAPER_LIMIT} 个")
    if len({one.kind for one in papers}) != len(papers):
        raise BadProduct("同类资质编号只填一个")


def check_draft(draft: ProductDraft) -> None:
    """Raises `BadProduct`."""
    check_text(draft.title, draft.pictures, draft.tags)
    if not 1 <= len(draft.skus) <= SKU_LIMIT:
        raise BadProduct(f"规格应有 1 到 {SKU_LIMIT} 个")
    if len({sku.spec for sku in draft.skus}) != len(draft.skus):
        raise BadProduct("规格名重复")
    for sku in draft.skus:
        check_sku(sku.spec, sku.price_fen, sku.total_qty)


def write_cursor(sort: Sort, value: datetime | int, product_id: str) -> str:
    """Where a page ended: the sort key of its last row and the row's id. Times keep their microseconds."""
    number = (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value
    return f"{number}.{product_id}"


def read_cursor(sort: Sort, cursor: str) -> tuple[datetime | int, str]:
    """The inverse of `write_cursor`. Raises `BadCursor`."""
    number, _, product_id = cursor.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= 17 and product_id.isalnum()):
        raise BadCursor
    if sort is Sort.NEWEST:
        return _EPOCH + timedelta(microseconds=int(number)), product_id
    return int(number), product_id

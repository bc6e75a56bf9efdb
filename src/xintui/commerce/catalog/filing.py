"""导入商品: titles, prices and stock from a file. A row names a product by its title, a specification by its name."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.http import HttpRequest

from xintui.commerce.catalog import facade
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.commerce.catalog.models import Product as Row
from xintui.commerce.catalog.newgoods import KEEPERS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.console import UNCHANGED, Column, Importer, importer, merchant_site
from xintui.infra.sheets import BadCell

TITLE, CATEGORY, SPEC, PRICE, STOCK = "标题", "类目", "规格", "价格（元）", "可售库存"
SUBTITLE, RETURNS, WORDS = "卖点", "退货类别", "详情"
NOTE: Final = "文件导入"
COLUMNS: Final = (
    Column(TITLE, "2 至 60 个字；与本店已有商品同名时更新该商品"),
    Column(CATEGORY, "平台类目名称，仅新建时使用"),
    Column(SPEC, "同一商品的多个规格各占一行"),
    Column(PRICE, "例如 128.50"),
    Column(STOCK, "导入后可卖的数量，已下单占用的不计入"),
    Column(SUBTITLE, "仅新建时使用", required=False),
    Column(RETURNS, "留空为七日无理由，仅新建时使用", required=False),
    Column(WORDS, "仅新建时使用", required=False),
)
EXAMPLES: Final = (("明前龙井", "茶叶", "250 克", "128.50", "20", "头采鲜叶", "", "西湖产区"),
                   ("明前龙井", "茶叶", "500 克", "239.00", "10", "", "", ""))  # fmt: skip


def fen(cell: str) -> int:
    """`128.50` → 12850. Raises `BadCell`."""
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", cell, re.ASCII):
        raise BadCell(PRICE, "not_a_price", "应为金额，例如 128.50")
    found = int(Decimal(cell) * 100)
    if not 1 <= found <= 100_000_000:
        raise BadCell(PRICE, "out_of_range", "应在 0.01 至 1000000 元之间")
    return found


def quantity(cell: str) -> int:
    """A whole number. Raises `BadCell`."""
    if not re.fullmatch(r"[0-9]{1,7}", cell, re.ASCII):
        raise BadCell(STOCK, "not_whole", "应为不小于 0 的整数")
    return int(cell)


def _one(request: HttpRequest, row: Mapping[str, str]) -> str:
    who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
    price, stock = fen(row[PRICE]), quantity(row[STOCK])
    found = list(Row.objects.filter(merchant_id=merchant_id, title=row[TITLE]).values_list("id", flat=True)[:2])
    if len(found) > 1:
        raise BadCell(TITLE, "ambiguous", "本店有多件同名商品，请先改名")
    if not found:
        return _make(row, SkuDraft(row[SPEC], price, stock), who, merchant_id)
    return _change(facade.get(found[0]), SkuDraft(row[SPEC], price, stock), who, merchant_id)


def _make(row: Mapping[str, str], sku: SkuDraft, who: Principal, merchant_id: str) -> str:
    category = next((one.id for one in facade.categories() if row[CATEGORY] in (one.name, one.id)), "")
    if not category:
        raise BadCell(CATEGORY, "unknown", "没有这个类目")
    known = {one.name: one.code for one in facade.return_classes()} | {"": "standard"}
    if row[RETURNS] not in known:
        raise BadCell(RETURNS, "unknown", f"应为：{'、'.join(name for name in known if name)}")
    draft = ProductDraft(
        title=row[TITLE], category=category, subtitle=row[SUBTITLE], description=row[WORDS], skus=(sku,),
        return_class=known[row[RETURNS]],
    )  # fmt: skip
    facade.create_product(merchant_id, draft, actor=who, now=clock.now())
    return "新建"


def _change(product: Product, wanted: SkuDraft, who: Principal, merchant_id: str) -> str:
    """Only what differs: the same file again changes nothing."""
    sku = next((one for one in product.skus if one.spec == wanted.spec.strip()), None)
    if sku is None:
        facade.add_sku(merchant_id, product.id, wanted, actor=who, now=clock.now())
        return "新增规格"
    did = []
    if sku.price_fen != wanted.price_fen:
        facade.change_price(merchant_id, sku.id, wanted.price_fen, actor=who, now=clock.now(), note=NOTE)
        did.append("改价")
    if delta := wanted.total_qty - sku.available_qty:
        facade.adjust_stock(merchant_id, sku.id, delta, actor=who, now=clock.now(), note=NOTE)
        did.append("改库存")
    return "、".join(did) or UNCHANGED


importer(
    merchant_site,
    Importer(
        name="goods", title="导入商品", group="商品", roles=KEEPERS, columns=COLUMNS, examples=EXAMPLES, one=_one,
        intro="按标题与规格新建商品或更新价格、库存；新建的商品为草稿，补充图片后再上架。",
        back="merchant:catalog_product_changelist",
    ),
)  # fmt: skip

"""Goods, their stock counters and what happened to both."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import F, Q

from xintui.commerce.catalog.contracts import SLOT_NAMES, STATE_NAMES

SHOWN = Q(state="on_shelf", shop_open=True, barred=False)
"""What a buyer may see: on the shelf of a shop that trades and holds the papers for it."""


class Category(models.Model):
    """One tree for the whole platform: a reference table, not a tenant's."""

    id = models.TextField("类目编号", primary_key=True)
    name = models.TextField("类目名")
    parent_id = models.TextField("上级类目", default="")
    position = models.IntegerField("排序", default=0)

    class Meta:
        db_table = "catalog_category"
        verbose_name = verbose_name_plural = "商品类目"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    id = models.TextField("商品编号", primary_key=True)
    merchant_id = models.TextField("商家")
    title = models.TextField("标题")
    subtitle = models.TextField("卖点", default="")
    description = models.TextField("详情", default="")
    pictures = models.JSONField("图片", default=list)
    category = models.TextField("类目")
    tags = models.JSONField("标签", default=list)
    state = models.TextField("状态", choices=list(STATE_NAMES.items()))
    shop_open = models.BooleanField("店铺营业中", default=True)
    price_from_fen = models.BigIntegerField("最低价（分）")
    sales_qty = models.BigIntegerField("销量（定时汇总）", default=0)
    hot_qty = models.BigIntegerField("近 30 天销量（定时汇总）", db_default=0)
    return_class = models.TextField("无理由退货类别", db_default="standard")
    papers = models.JSONField("资质编号", default=list, db_default=[])
    barred = models.BooleanField("缺资质停售", db_default=False)
    created_at = models.DateTimeField("创建时间")
    listed_at = models.DateTimeField("上架时间", null=True)

    class Meta:
        db_table = "catalog_product"
        verbose_name = verbose_name_plural = "商品"
        indexes: ClassVar = [
            models.Index("merchant_id", "id", name="catalog_product_by_merchant"),
            models.Index("listed_at", "id", name="catalog_window_newest", condition=SHOWN),
            models.Index(
                "category", "listed_at", "id", name="catalog_window_by_category", condition=Q(state="on_shelf")
            ),
            *[
                models.Index(key, "id", name=f"catalog_window_{name}", condition=SHOWN)
                for key, name in (("hot_qty", "hot"), ("sales_qty", "sales"), ("price_from_fen", "price"))
            ],
        ]

    def __str__(self) -> str:
        return self.title


class Sku(models.Model):
    id = models.TextField("规格编号", primary_key=True)
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    spec = models.TextField("规格")
    price_fen = models.BigIntegerField("价格（分）")
    position = models.SmallIntegerField("排序", default=0)
    active = models.BooleanField("可售", default=True)

    class Meta:
        db_table = "catalog_sku"
        verbose_name = verbose_name_plural = "商品规格"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="catalog_price_positive"),
            models.UniqueConstraint(fields=["product_id", "spec", "merchant_id"], name="catalog_spec_unique"),
        ]


class Stock(models.Model):
    """The counter that keeps a SKU from being oversold. Only ever changed relatively."""

    id = models.TextField("规格编号", primary_key=True, db_column="sku_id")
    merchant_id = models.TextField("商家")
    total_qty = models.BigIntegerField("总库存")
    reserved_qty = models.BigIntegerField("已占用", default=0)
    sold_qty = models.BigIntegerField("已售", default=0)

    class Meta:
        db_table = "catalog_stock"
        verbose_name = verbose_name_plural = "库存"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reserved_qty__gte=0, sold_qty__gte=0, total_qty__gte=F("reserved_qty") + F("sold_qty")),
                name="catalog_stock_never_oversold",
            )
        ]


class StockMove(models.Model):
    """One change of a counter and the business reason that made it, once per reason."""

    id = models.BigAutoField("序号", primary_key=True)
    merchant_id = models.TextField("商家")
    sku_id = models.TextField("规格")
    kind = models.TextField("变动")
    qty = models.IntegerField("数量")
    reason = models.TextField("原因")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "catalog_stock_move"
        verbose_name = verbose_name_plural = "库存变动"
        indexes: ClassVar = [BrinIndex("at", name="catalog_stock_move_recent")]


class Change(models.Model):
    """Prices, stock, shelf: who changed what, from what to what, and why."""

    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    sku_id = models.TextField("规格", default="")
    what = models.TextField("变更项")
    before = models.TextField("之前", default="")
    after = models.TextField("之后", default="")
    actor = models.TextField("操作人")
    note = models.TextField("说明", default="")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "catalog_change"
        verbose_name = verbose_name_plural = "商品变更"
        indexes: ClassVar = [models.Index("merchant_id", "product_id", "id", name="catalog_change_by_product")]


class Picture(models.Model):
    """A picture's re-encoded bytes, named by their hash."""

    id = models.TextField("图片编号", primary_key=True)
    merchant_id = models.TextField("商家")
    mime = models.TextField("类型")
    content = models.BinaryField("内容")
    width = models.IntegerField("宽")
    height = models.IntegerField("高")
    created_at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "catalog_picture"
        verbose_name = verbose_name_plural = "商品图片"


class Words(models.Model):
    """What goods can be found by. Public words only, hence no wall: behind one the planner may not use the index."""

    id = models.TextField("商品", primary_key=True, db_column="product_id")
    text = models.TextField("文字")
    grams = ArrayField(models.TextField("字"), verbose_name="单字与双字")

    class Meta:
        db_table = "catalog_words"
        verbose_name = verbose_name_plural = "搜索词"
        indexes: ClassVar = [GinIndex("grams", name="catalog_words_by_gram")]


class Pick(models.Model):
    """The platform's choice for its first page."""

    slot = models.TextField("位置", choices=list(SLOT_NAMES.items()))
    product_id = models.TextField("商品")
    position = models.IntegerField("排序")
    note = models.TextField("说明", default="")
    picked_by = models.TextField("操作人")
    picked_at = models.DateTimeField("放入时间")

    class Meta:
        db_table = "catalog_pick"
        verbose_name = verbose_name_plural = "首页位置"
        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "product_id"], name="catalog_pick_once")]

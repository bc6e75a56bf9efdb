"""What the nightly count has found, and how fast each product's stock turns over. Both can be counted again."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.insight.patterns.contracts import OUTCOME_NAMES, SUBJECT_NAMES


class Found(models.Model):
    """The patterns of one shop (empty: the platform), of one kind of subject by one outcome."""

    pk = models.CompositePrimaryKey("merchant_id", "subject", "outcome")
    merchant_id = models.TextField("商家")
    subject = models.TextField("对象", choices=[(one.value, says) for one, says in SUBJECT_NAMES.items()])
    outcome = models.TextField("按什么", choices=[(one.value, says) for one, says in OUTCOME_NAMES.items()])
    day = models.DateField("统计日期")
    body = models.JSONField("结果")
    version = models.TextField("规则版本")

    class Meta:
        db_table = "patterns_found"
        verbose_name = verbose_name_plural = "优质模式"


class Turnover(models.Model):
    """A product's stock over the last days. `stock_sum`: the stock at the end of each of them, added up."""

    id = models.TextField("商品", primary_key=True, db_column="product_id")
    merchant_id = models.TextField("商家")
    on_hand = models.BigIntegerField("现有库存")
    sold = models.BigIntegerField("售出")
    days = models.IntegerField("统计天数")
    stock_sum = models.BigIntegerField("每日库存合计")
    turnover_centi = models.BigIntegerField("周转次数（百分之一）", null=True)
    days_left = models.BigIntegerField("可售天数", null=True)
    slow = models.BooleanField("滞销", db_default=False)
    counted_on = models.DateField("统计日期")

    class Meta:
        db_table = "patterns_turnover"
        verbose_name = verbose_name_plural = "库存周转"
        indexes: ClassVar = [models.Index("merchant_id", "id", name="patterns_turnover_of_shop")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sold__gte=0, stock_sum__gte=0, days__gt=0), name="patterns_turnover_not_negative"
            )
        ]


class Progress(models.Model):
    """One row: the day everything was counted last."""

    id = models.SmallIntegerField("编号", primary_key=True)
    counted_on = models.DateField("最近统计")

    class Meta:
        db_table = "patterns_progress"
        verbose_name = verbose_name_plural = "优质模式统计进度"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="patterns_progress_one_row")]

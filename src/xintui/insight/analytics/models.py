"""Tables of analytics: figures by day, what has to be counted again, and how far counting has come."""

from typing import ClassVar

from django.db import models

from xintui.insight.analytics.contracts import PART_NAMES


class Daily(models.Model):
    """One day of one shop, split by one thing. Everything in here can be counted again from the facts below."""

    pk = models.CompositePrimaryKey("merchant_id", "part", "day", "key")
    merchant_id = models.TextField("商家")
    part = models.TextField("划分", choices=list(PART_NAMES.items()))
    day = models.DateField("日期")
    key = models.TextField("对象")
    placed = models.IntegerField("下单数", default=0)
    bought = models.IntegerField("其中已付款", default=0)
    received = models.IntegerField("其中已收货", default=0)
    kept = models.IntegerField("其中未全退", default=0)
    orders = models.IntegerField("付款订单", default=0)
    units = models.IntegerField("件数", default=0)
    paid_fen = models.BigIntegerField("成交（分）", default=0)
    refunds = models.IntegerField("退款笔数", default=0)
    refunded_fen = models.BigIntegerField("退款（分）", default=0)
    clicks = models.IntegerField("点击", default=0)

    class Meta:
        db_table = "analytics_daily"
        verbose_name = verbose_name_plural = "每日经营数据"
        indexes: ClassVar = [models.Index("part", "day", name="analytics_daily_all_shops")]


class Stale(models.Model):
    """A day of a shop on which something has happened since it was counted."""

    pk = models.CompositePrimaryKey("merchant_id", "day")
    merchant_id = models.TextField("商家")
    day = models.DateField("日期")

    class Meta:
        db_table = "analytics_stale"
        verbose_name = verbose_name_plural = "待重算"


class Progress(models.Model):
    """One row: up to when everything is counted."""

    id = models.SmallIntegerField("编号", primary_key=True)
    through = models.DateTimeField("统计截至", null=True)

    class Meta:
        db_table = "analytics_progress"
        verbose_name = verbose_name_plural = "统计进度"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="analytics_progress_one_row")]

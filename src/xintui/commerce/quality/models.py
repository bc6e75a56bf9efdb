"""What is counted by day, how each product stands, when it was kept from promotion and when it was warned of.

Days and standings can be counted again from the facts of orders and reviews; blocks and alerts are history.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.commerce.quality.contracts import CAUSE_NAMES, ENDED_NAMES, ENDING_NAMES, VERDICT_NAMES


def _choices(names: object) -> list[tuple[str, str]]:
    return [(one.value, says) for one, says in names.items()]  # type: ignore[attr-defined]


class Daily(models.Model):
    """A day of a product. `returned` stands on the day the line was received, everything else on its own day."""

    pk = models.CompositePrimaryKey("merchant_id", "product_id", "day")
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    day = models.DateField("日期")
    sold = models.IntegerField("售出", default=0)
    overdue = models.IntegerField("逾期未收", default=0)
    received = models.IntegerField("收货", default=0)
    late = models.IntegerField("迟到", default=0)
    returned = models.IntegerField("退货", default=0)
    asked = models.IntegerField("申请售后", default=0)
    reviews = models.IntegerField("评价", default=0)
    bad = models.IntegerField("差评", default=0)

    class Meta:
        db_table = "quality_daily"
        verbose_name = verbose_name_plural = "每日质量数据"
        indexes: ClassVar = [
            models.Index("day", name="quality_daily_by_day"),
            models.Index("merchant_id", "day", name="quality_daily_of_shop"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(bad__lte=F("reviews"), returned__lte=F("received"), late__lte=F("received")),
                name="quality_daily_shares",
            )
        ]


class Stale(models.Model):
    """A day of a shop on which something has happened since it was counted."""

    pk = models.CompositePrimaryKey("merchant_id", "day")
    merchant_id = models.TextField("商家")
    day = models.DateField("日期")

    class Meta:
        db_table = "quality_stale"
        verbose_name = verbose_name_plural = "待重算质量数据"


class Progress(models.Model):
    """One row: up to when lateness is counted, and the day everything was judged last."""

    id = models.SmallIntegerField("编号", primary_key=True)
    through = models.DateTimeField("统计截至", null=True)

    class Meta:
        db_table = "quality_progress"
        verbose_name = verbose_name_plural = "质量统计进度"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="quality_progress_one_row")]


class Standing(models.Model):
    """How a product stands over the two windows that ended on `judged_on`."""

    id = models.TextField("商品", primary_key=True, db_column="product_id")
    merchant_id = models.TextField("商家")
    reviews_short = models.IntegerField("近 30 天评价")
    bad_short = models.IntegerField("近 30 天差评")
    received_short = models.IntegerField("近 30 天收货")
    returned_short = models.IntegerField("近 30 天退货")
    reviews_long = models.IntegerField("近 90 天评价")
    bad_long = models.IntegerField("近 90 天差评")
    received_long = models.IntegerField("近 90 天收货")
    returned_long = models.IntegerField("近 90 天退货")
    bad_bp = models.IntegerField("差评率")
    return_bp = models.IntegerField("退货率")
    verdict = models.TextField("判断", choices=_choices(VERDICT_NAMES))
    clear = models.BooleanField("可恢复推广")
    version = models.TextField("规则版本")
    judged_on = models.DateField("统计日期")
    risk_bp = models.IntegerField("72 小时风险", null=True)
    paused = models.BooleanField("暂停推广", db_default=False)
    """Whether a block is open: kept beside it, so that lists can be filtered by it."""

    class Meta:
        db_table = "quality_standing"
        verbose_name = verbose_name_plural = "商品质量"
        indexes: ClassVar = [
            models.Index("verdict", name="quality_standing_verdict"),
            models.Index("merchant_id", "id", name="quality_standing_of_shop"),
        ]


class Block(models.Model):
    """A time without promotion: from `since` to `until`, open while that is empty."""

    id = models.TextField("编号", primary_key=True)
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    cause = models.TextField("原因", choices=_choices(CAUSE_NAMES))
    says = models.TextField("说明")
    figures = models.JSONField("当时的数据")
    version = models.TextField("规则版本")
    since = models.DateTimeField("开始时间")
    until = models.DateTimeField("结束时间", null=True)
    ending = models.TextField("结束原因", choices=_choices(ENDING_NAMES), db_default="")
    spared_until = models.DateTimeField("此前不再自动暂停", null=True)

    class Meta:
        db_table = "quality_block"
        verbose_name = verbose_name_plural = "暂停推广记录"
        indexes: ClassVar = [
            models.Index("product_id", "id", name="quality_block_of"),
            models.Index("merchant_id", "id", name="quality_block_of_shop"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "merchant_id", "product_id", condition=Q(until=None), name="quality_one_open_block"
            ),
            models.CheckConstraint(
                condition=Q(until=None, ending="") | (Q(until__isnull=False) & ~Q(ending="")),
                name="quality_block_ends_for_a_reason",
            ),
        ]


class Alert(models.Model):
    """The model's warning of a product, and what became of it."""

    id = models.TextField("编号", primary_key=True)
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    risk_bp = models.IntegerField("72 小时风险")
    model = models.TextField("模型版本")
    reasons = models.JSONField("理由")
    warned_at = models.DateTimeField("预警时间")
    unlists_at = models.DateTimeField("通知期满")
    ended = models.TextField("结果", choices=_choices(ENDED_NAMES), db_default="")
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        db_table = "quality_alert"
        verbose_name = verbose_name_plural = "质量预警"
        indexes: ClassVar = [models.Index("product_id", "id", name="quality_alert_of")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "merchant_id", "product_id", condition=Q(ended_at=None), name="quality_one_open_alert"
            ),
        ]

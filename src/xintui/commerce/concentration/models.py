"""Cases, the lines they are about, and the day everything was looked at last."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.commerce.concentration.contracts import ABOUT_NAMES, LIVE, STATE_NAMES


def _choices(names: object) -> list[tuple[str, str]]:
    return [(one.value, says) for one, says in names.items()]  # type: ignore[attr-defined]


_LIVE = sorted(one.value for one in LIVE)


class Case(models.Model):
    """One subject whose after-sales stood out. `merchant_id` is empty for a promoter's orders: they span shops."""

    id = models.TextField("核查编号", primary_key=True)
    about = models.TextField("类别", choices=_choices(ABOUT_NAMES))
    merchant_id = models.TextField("商家", db_default="")
    subject_id = models.TextField("对象编号")
    detail = models.TextField("原因或地区", db_default="")
    title = models.TextField("名称", db_default="")
    says = models.TextField("说明")
    state = models.TextField("状态", choices=_choices(STATE_NAMES), db_default="open")
    figures = models.JSONField("数据")
    lines = models.IntegerField("涉及商品行", db_default=0)
    asked = models.IntegerField("其中售后", db_default=0)
    held_lines = models.IntegerField("核查中的佣金行", db_default=0)
    held_fen = models.BigIntegerField("核查中的佣金（分）", db_default=0)
    since = models.DateField("自")
    found_at = models.DateTimeField("发现时间")
    seen_on = models.DateField("最近一次仍集中")
    until = models.DateTimeField("最晚恢复")
    decided_by = models.TextField("处理人", db_default="")
    decided_at = models.DateTimeField("处理时间", null=True)
    reason = models.TextField("处理说明", db_default="")
    ended_at = models.DateTimeField("结束时间", null=True)
    spared = models.JSONField("已申诉成立的推客", default=list)
    spared_until = models.DateTimeField("此前不再自动核查", null=True)
    version = models.TextField("规则版本")

    class Meta:
        db_table = "concentration_case"
        verbose_name = verbose_name_plural = "售后核查"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "about", "merchant_id", "subject_id", "detail", condition=Q(state__in=_LIVE),
                name="concentration_one_live_case",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_LIVE, ended_at=None)
                | (~Q(state__in=_LIVE) & Q(ended_at__isnull=False)),
                name="concentration_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (~Q(decided_by="") & ~Q(reason="")),
                name="concentration_confirmed_by_somebody",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index("merchant_id", "id", name="concentration_of_shop"),
            models.Index("subject_id", "id", name="concentration_of_subject"),
            models.Index("state", "found_at", name="concentration_by_state"),
        ]

    def __str__(self) -> str:
        return self.id


class Line(models.Model):
    """A line that a case is about; `reason` is empty while nobody has asked for anything."""

    pk = models.CompositePrimaryKey("merchant_id", "case_id", "order_id", "line_id")
    merchant_id = models.TextField("商家")
    case_id = models.TextField("核查编号")
    order_id = models.TextField("订单")
    line_id = models.TextField("行")
    product_id = models.TextField("商品")
    promoter_id = models.TextField("推客", db_default="")
    paid_at = models.DateTimeField("付款时间")
    reason = models.TextField("售后原因", db_default="")
    added_at = models.DateTimeField("记入时间")

    class Meta:
        db_table = "concentration_line"
        verbose_name = verbose_name_plural = "售后核查涉及的商品"
        indexes: ClassVar = [models.Index("case_id", "order_id", "line_id", name="concentration_line_of_case")]


class Progress(models.Model):
    """One row: the day everything was looked at last."""

    id = models.SmallIntegerField("编号", primary_key=True)
    looked_on = models.DateField("最近统计")

    class Meta:
        db_table = "concentration_progress"
        verbose_name = verbose_name_plural = "售后集中统计进度"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="concentration_progress_one_row")]

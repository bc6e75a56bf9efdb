"""Whose points, what was earned and why, what was redeemed. How many there are stands in the ledger (`points.*`).

`earned` and `used` are counters that the row keeps within each other, so that points expire by a comparison of sums.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.trust.points.contracts import CORRECTION_NAMES, CORRECTION_STATES, VOUCHER_NAMES


class Member(models.Model):
    """Locked first by whoever adds or takes points: one hand at a time writes for one member."""

    id = models.TextField("成员", primary_key=True)
    earned = models.BigIntegerField("累计获得", db_default=0)
    used = models.BigIntegerField("累计用去", db_default=0)

    class Meta:
        db_table = "points_member"
        verbose_name = verbose_name_plural = "积分账户"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("earned")), name="points_never_negative"),
        ]

    def __str__(self) -> str:
        return self.id


class Earning(models.Model):
    """Append-only."""

    id = models.TextField("记录号", primary_key=True)
    member_id = models.TextField("成员")
    key = models.TextField("事由编号")
    rule = models.TextField("规则")
    points = models.BigIntegerField("积分")
    day = models.DateField("获得日")
    expires_on = models.DateField("有效期至")
    says = models.TextField("说明", db_default="")
    ref = models.TextField("相关单号", db_default="")
    version = models.TextField("规则版本")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "points_earning"
        verbose_name = verbose_name_plural = "积分获得记录"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(points__gt=0), name="points_earning_positive"),
            models.UniqueConstraint("member_id", "key", name="points_earned_once"),
        ]
        indexes: ClassVar = [
            models.Index("member_id", "expires_on", name="points_earning_of"),
            models.Index("expires_on", name="points_earning_expiry"),
        ]


class Voucher(models.Model):
    id = models.TextField("兑换号", primary_key=True)
    member_id = models.TextField("成员")
    tool = models.TextField("工具")
    title = models.TextField("名称")
    effect = models.TextField("作用")
    amount = models.IntegerField("数值")
    points = models.BigIntegerField("积分")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in VOUCHER_NAMES.items()], db_default="held"
    )
    at = models.DateTimeField("兑换时间")
    valid_until = models.DateTimeField("有效期至")
    used_for = models.TextField("用于", db_default="")
    ended_at = models.DateTimeField("结束时间", null=True)
    version = models.TextField("规则版本")

    class Meta:
        db_table = "points_voucher"
        verbose_name = verbose_name_plural = "积分兑换"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(points__gt=0), name="points_voucher_positive"),
            models.CheckConstraint(
                condition=Q(state="held", ended_at=None) | (~Q(state="held") & Q(ended_at__isnull=False)),
                name="points_voucher_ended_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("member_id", "id", name="points_voucher_of"),
            models.Index("valid_until", name="points_voucher_held", condition=Q(state="held")),
        ]

    def __str__(self) -> str:
        return self.id


class Correction(models.Model):
    """What a person wants given or taken; another person carries it out."""

    id = models.TextField("更正号", primary_key=True)
    member_id = models.TextField("成员")
    kind = models.TextField("更正", choices=[(one.value, says) for one, says in CORRECTION_NAMES.items()])
    points = models.BigIntegerField("积分")
    number = models.TextField("事由编号")
    reason = models.TextField("理由")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in CORRECTION_STATES.items()], db_default="asked"
    )
    asked_by = models.TextField("提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.TextField("复核人", db_default="")
    decided_at = models.DateTimeField("复核时间", null=True)
    answer = models.TextField("复核意见", db_default="")

    class Meta:
        db_table = "points_correction"
        verbose_name = verbose_name_plural = "积分更正"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(points__gt=0), name="points_correction_positive"),
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="points_correction_four_eyes"),
            models.UniqueConstraint("member_id", "number", name="points_corrected_once"),
        ]
        indexes: ClassVar = [
            models.Index("asked_at", name="points_correction_asked", condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return self.id


class Month(models.Model):
    """How often a tool was redeemed in a month: the row refuses one too many."""

    pk = models.CompositePrimaryKey("member_id", "tool", "month")
    member_id = models.TextField("成员")
    tool = models.TextField("工具")
    month = models.DateField("月份")
    times = models.SmallIntegerField("次数", db_default=0)
    most = models.SmallIntegerField("上限")

    class Meta:
        db_table = "points_month"
        verbose_name = verbose_name_plural = "每月兑换次数"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(times__gte=0, times__lte=F("most")), name="points_month_within"),
        ]


class Settled(models.Model):
    """A month whose points have been given."""

    month = models.DateField("月份", primary_key=True)
    members = models.IntegerField("成员数")
    points = models.BigIntegerField("积分合计")
    version = models.TextField("规则版本")
    at = models.DateTimeField("发放时间")

    class Meta:
        db_table = "points_settled"
        verbose_name = verbose_name_plural = "月度积分发放"

"""The search table, what promoters decided about it, shops' lists and invitations, and the counters that limit both."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xintui.promotion.screening.contracts import STATE_NAMES


class Profile(models.Model):
    """One row per promoter. What is hidden is NULL here, as if it had never been: no statement can find it.

    `slot` is a promoter's place in the copies that processes hold; whoever is not listed keeps it and nothing else.
    """

    slot = models.BigAutoField("位次", primary_key=True)
    promoter_id = models.TextField("推客", unique=True)
    listed = models.BooleanField("可被搜索", db_default=False)
    featured = models.BooleanField("精选", db_default=False)
    name = models.TextField("名称（脱敏）", db_default="")
    deposit_fen = models.BigIntegerField("已缴保证金（分）", null=True)
    deposit_bp = models.IntegerField("已缴比例", null=True)
    deposit_class = models.TextField("所保商品", null=True)
    deposit_band = models.TextField("风险档", null=True)
    service = models.IntegerField("服务分", null=True)
    credit = models.IntegerField("信用分", null=True)
    graph = models.IntegerField("图谱信任分", null=True)
    level = models.TextField("等级", null=True)
    tenure_days = models.IntegerField("加入天数", null=True)
    net_fen = models.BigIntegerField("近 90 天成交净额（分）", null=True)
    orders = models.IntegerField("近 90 天成交订单", null=True)
    return_bp = models.IntegerField("退款率", null=True)
    complaint_bp = models.IntegerField("有责投诉率", null=True)
    repeat_bp = models.IntegerField("复购率", null=True)
    prompt_bp = models.IntegerField("回应率", null=True)
    weeks = models.IntegerField("活跃周数", null=True)
    category = models.TextField("主推类目", null=True)
    violations = models.IntegerField("处理中的违规", null=True)
    as_of = models.DateField("截至", null=True)
    version = models.BigIntegerField("批次", db_default=0)

    class Meta:
        db_table = "screening_profile"
        verbose_name = verbose_name_plural = "推客档案"
        indexes: ClassVar = [models.Index("version", name="screening_profile_version")]


class Stale(models.Model):
    promoter_id = models.TextField("推客", primary_key=True)

    class Meta:
        db_table = "screening_stale"
        verbose_name = verbose_name_plural = "待重算推客"


class Progress(models.Model):
    """One row, locked by whoever writes profiles: batches become visible in the order of their numbers."""

    id = models.SmallIntegerField("编号", primary_key=True)
    version = models.BigIntegerField("批次", db_default=0)
    recent = ArrayField(models.BigIntegerField(), verbose_name="最近批次")
    counted_on = models.DateField("全部重算日", null=True)
    counted_to = models.TextField("重算至", db_default="")
    refreshed_at = models.DateTimeField("最近更新", null=True)

    class Meta:
        db_table = "screening_progress"
        verbose_name = verbose_name_plural = "更新进度"


class Visibility(models.Model):
    promoter_id = models.TextField("推客", primary_key=True)
    listed = models.BooleanField("可被搜索", db_default=True)
    hidden = ArrayField(models.TextField(), verbose_name="不公开")
    invitable = models.BooleanField("接受邀请", db_default=True)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        db_table = "screening_visibility"
        verbose_name = verbose_name_plural = "推客可见设置"


class Blocked(models.Model):
    """A promoter wants no invitation of this shop."""

    pk = models.CompositePrimaryKey("promoter_id", "merchant_id")
    promoter_id = models.TextField("推客")
    merchant_id = models.TextField("商家")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "screening_blocked"
        verbose_name = verbose_name_plural = "屏蔽的商家"


class Shop(models.Model):
    """How many stand on a shop's list: the limit itself."""

    merchant_id = models.TextField("商家", primary_key=True)
    listed = models.IntegerField("候选人数", db_default=0)
    allowed = models.IntegerField("上限")

    class Meta:
        db_table = "screening_shop"
        verbose_name = verbose_name_plural = "候选名单上限"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(listed__gte=0, listed__lte=F("allowed")), name="screening_list_within")
        ]


class Candidate(models.Model):
    id = models.BigAutoField("编号", primary_key=True)
    merchant_id = models.TextField("商家")
    promoter_id = models.TextField("推客")
    note = models.TextField("备注", db_default="")
    added_by = models.TextField("加入人")
    added_at = models.DateTimeField("加入时间")

    class Meta:
        db_table = "screening_candidate"
        verbose_name = verbose_name_plural = "候选名单"
        constraints: ClassVar = [models.UniqueConstraint("merchant_id", "promoter_id", name="screening_candidate_once")]
        indexes: ClassVar = [
            models.Index("merchant_id", "added_at", "promoter_id", name="screening_candidate_newest"),
            models.Index("promoter_id", name="screening_candidate_of"),
        ]


class Day(models.Model):
    """How many invitations a shop has sent on a day: the limit itself."""

    pk = models.CompositePrimaryKey("merchant_id", "day")
    merchant_id = models.TextField("商家")
    day = models.DateField("日期")
    sent = models.IntegerField("已发邀请", db_default=0)
    allowed = models.IntegerField("上限")

    class Meta:
        db_table = "screening_day"
        verbose_name = verbose_name_plural = "每日邀请数"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sent__gte=0, sent__lte=F("allowed")), name="screening_day_within")
        ]


class Invitation(models.Model):
    id = models.TextField("邀请号", primary_key=True)
    merchant_id = models.TextField("商家")
    promoter_id = models.TextField("推客")
    product_id = models.TextField("商品", db_default="")
    message = models.TextField("邀请语")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()], db_default="open"
    )
    sent_by = models.TextField("邀请人")
    sent_at = models.DateTimeField("发出时间")
    expires_at = models.DateTimeField("有效至")
    answered_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        db_table = "screening_invitation"
        verbose_name = verbose_name_plural = "推广邀请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "merchant_id", "promoter_id", condition=Q(state="open"), name="screening_one_open_invitation"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="screening_over_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("merchant_id", "id", name="screening_invitation_by_shop"),
            models.Index("promoter_id", "id", name="screening_invitation_to"),
            models.Index("expires_at", name="screening_invitation_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.id

"""One row per roster, which is its counters too, and one per promoter who has or waits for a seat."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.promotion.rosters.contracts import SEAT_NAMES, STATE_NAMES


class Roster(models.Model):
    id = models.TextField("名额单号", primary_key=True)
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    note = models.TextField("给推客的话", db_default="")
    seats = models.IntegerField("名额")
    early_seats = models.IntegerField("其中可提前领取")
    taken = models.IntegerField("已领取", db_default=0)
    early = models.IntegerField("已提前领取", db_default=0)
    waiting = models.IntegerField("候补", db_default=0)
    turns = models.IntegerField("候补序号", db_default=0)
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()], db_default="draft"
    )
    opens_at = models.DateTimeField("开放时间")
    ends_at = models.DateTimeField("结束时间")
    public_at = models.DateTimeField("公开预告")
    announced_at = models.DateTimeField("公布时间", null=True)
    use_hours = models.IntegerField("须在多少小时内使用")
    created_by = models.TextField("创建人")
    created_at = models.DateTimeField("创建时间")
    ended_at = models.DateTimeField("终止时间", null=True)
    reason = models.TextField("取消原因", db_default="")
    version = models.TextField("规则版本")

    class Meta:
        db_table = "rosters_roster"
        verbose_name = verbose_name_plural = "推广名额"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("seats")), name="rosters_seats_within"),
            # What goes early never locks out those who come at everybody's hour.
            models.CheckConstraint(
                condition=Q(early__gte=0, early__lte=F("early_seats"), early_seats__lt=F("seats")),
                name="rosters_early_within",
            ),
            models.CheckConstraint(condition=Q(waiting__gte=0), name="rosters_waiting_counted"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("ends_at")), name="rosters_opens_before_it_ends"),
            models.CheckConstraint(
                condition=Q(state="draft", announced_at=None)
                | Q(state="cancelled")
                | (Q(state__in=["announced", "open", "closed"], announced_at__isnull=False)),
                name="rosters_announced_has_time",
            ),
            # One at a time: which roster a new link asks must be plain.
            models.UniqueConstraint(
                "product_id", condition=Q(state__in=["announced", "open"]), name="rosters_one_of_a_product"
            ),
        ]
        indexes: ClassVar = [
            models.Index("merchant_id", "id", name="rosters_by_shop"),
            models.Index("opens_at", "id", name="rosters_standing", condition=Q(state__in=["announced", "open"])),
        ]

    def __str__(self) -> str:
        return self.id


class Seat(models.Model):
    id = models.TextField("编号", primary_key=True)
    roster_id = models.TextField("名额单号")
    merchant_id = models.TextField("商家")
    promoter_id = models.TextField("推客")
    state = models.TextField("状态", choices=[(one.value, says) for one, says in SEAT_NAMES.items()])
    early = models.BooleanField("提前领取", db_default=False)
    turn = models.IntegerField("候补序号", db_default=0)
    since = models.DateTimeField("领取或候补时间")
    seated_at = models.DateTimeField("得到名额", null=True)
    use_by = models.DateTimeField("须用于", null=True)
    used_at = models.DateTimeField("首次生成链接", null=True)
    ended_at = models.DateTimeField("终止时间", null=True)
    score = models.IntegerField("当时信用分", db_default=0)
    level = models.TextField("当时等级", db_default="")
    hours = models.IntegerField("可提前小时", db_default=0)

    class Meta:
        db_table = "rosters_seat"
        verbose_name = verbose_name_plural = "名额持有人"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "roster_id", "promoter_id", condition=Q(state__in=["waiting", "held"]), name="rosters_one_seat_each"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "held"], ended_at=None)
                | (~Q(state__in=["waiting", "held"]) & Q(ended_at__isnull=False)),
                name="rosters_seat_over_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(seated_at__isnull=False), name="rosters_held_has_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index("roster_id", "turn", "id", name="rosters_line", condition=Q(state="waiting")),
            models.Index("roster_id", "id", name="rosters_seats_of"),
            models.Index("promoter_id", "id", name="rosters_seats_hers"),
            models.Index("use_by", name="rosters_unused", condition=Q(state="held", used_at=None)),
        ]

    def __str__(self) -> str:
        return self.id

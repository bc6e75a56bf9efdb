"""What somebody agreed to, what it is made of, what holds it back, what went back, what it stands behind.

How much is there and how much is spoken for stands in the ledger alone (`promoter.deposit`, `merchant.deposit`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.kernel.money import LIMIT_MINOR
from xintui.trust.deposits.contracts import (
    CLAIM_STATE_NAMES,
    HOLDER_NAMES,
    PART_NAMES,
    PART_STATE_NAMES,
    RETURN_STATE_NAMES,
    STATE_NAMES,
)


def _choices(names: object) -> list[tuple[str, str]]:
    return [(one.value, says) for one, says in names.items()]  # type: ignore[attr-defined]


def _within(name: str, field: str = "amount_fen") -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__gt": 0, f"{field}__lte": LIMIT_MINOR}), name=name)


class Deposit(models.Model):
    id = models.TextField("保证金号", primary_key=True)
    holder_kind = models.TextField("主体", choices=_choices(HOLDER_NAMES))
    holder_id = models.TextField("持有人")
    risk_class = models.TextField("商品风险", choices=[("medium", "中风险"), ("high", "高风险")])
    band = models.TextField("风险档")
    band_says = models.TextField("定档理由")
    facts = models.JSONField("定档依据")
    target_fen = models.BigIntegerField("应缴（分）")
    version = models.TextField("规则版本")
    state = models.TextField("状态", choices=_choices(STATE_NAMES), db_default="open")
    goods = models.IntegerField("在推商品数", db_default=0)
    quota = models.IntegerField("可推商品数", null=True, db_default=0)
    opened_at = models.DateTimeField("开立时间")
    closed_at = models.DateTimeField("退清时间", null=True)

    class Meta:
        db_table = "deposits_deposit"
        verbose_name = verbose_name_plural = "保证金"
        constraints: ClassVar = [
            _within("deposits_target", "target_fen"),
            models.CheckConstraint(condition=Q(goods__gte=0), name="deposits_goods_counted"),
            # The limit itself: whoever counts one more than the quota is refused by the row, not by a look at it.
            models.CheckConstraint(condition=Q(quota=None) | Q(goods__lte=F("quota")), name="deposits_within_quota"),
            models.UniqueConstraint(
                "holder_kind", "holder_id", condition=~Q(state="closed"), name="deposits_one_per_holder"
            ),
        ]
        indexes: ClassVar = [
            models.Index("state", "id", name="deposits_by_state"),
            models.Index("holder_id", "id", name="deposits_by_holder"),
        ]

    def __str__(self) -> str:
        return self.id


class Part(models.Model):
    id = models.TextField("缴款号", primary_key=True)
    deposit_id = models.TextField("保证金号")
    kind = models.TextField("名目", choices=_choices(PART_NAMES))
    seq = models.SmallIntegerField("期次")
    amount_fen = models.BigIntegerField("金额（分）")
    returned_fen = models.BigIntegerField("已退与在退（分）", db_default=0)
    due_on = models.DateField("应缴日")
    state = models.TextField("状态", choices=_choices(PART_STATE_NAMES), db_default="due")
    payment_id = models.TextField("支付单号", db_default="")
    psp = models.TextField("支付渠道", db_default="")
    paid_at = models.DateTimeField("缴纳时间", null=True)
    becomes = models.JSONField("缴纳后生效", null=True)
    reminded = models.TextField("已提醒", db_default="")

    class Meta:
        db_table = "deposits_part"
        verbose_name = verbose_name_plural = "保证金缴款"
        constraints: ClassVar = [
            _within("deposits_part_amount"),
            models.CheckConstraint(
                condition=Q(returned_fen__gte=0, returned_fen__lte=F("amount_fen")),
                name="deposits_returned_within_part",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at=None, returned_fen=0)),
                name="deposits_paid_has_time",
            ),
            models.UniqueConstraint("payment_id", condition=~Q(payment_id=""), name="deposits_payment_once"),
        ]
        indexes: ClassVar = [
            models.Index("deposit_id", "seq", "id", name="deposits_part_of"),
            models.Index("due_on", name="deposits_part_due", condition=Q(state="due")),
        ]


class Claim(models.Model):
    id = models.TextField("扣留号", primary_key=True)
    deposit_id = models.TextField("保证金号")
    key = models.TextField("事由编号", unique=True)
    says = models.TextField("事由")
    asked_fen = models.BigIntegerField("主张金额（分）")
    held_fen = models.BigIntegerField("扣留金额（分）")
    paid_fen = models.BigIntegerField("赔付金额（分）", db_default=0)
    state = models.TextField("状态", choices=_choices(CLAIM_STATE_NAMES), db_default="open")
    opened_at = models.DateTimeField("登记时间")
    closed_at = models.DateTimeField("了结时间", null=True)

    class Meta:
        db_table = "deposits_claim"
        verbose_name = verbose_name_plural = "保证金扣留"
        constraints: ClassVar = [
            _within("deposits_claim_asked", "asked_fen"),
            models.CheckConstraint(
                condition=Q(
                    held_fen__gte=0, held_fen__lte=F("asked_fen"), paid_fen__gte=0, paid_fen__lte=F("held_fen")
                ),
                name="deposits_claim_within",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="deposits_claim_closed_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("deposit_id", "id", name="deposits_claim_of"),
            models.Index(
                fields=["key"], name="deposits_claim_open", condition=Q(state="open"), opclasses=["text_pattern_ops"]
            ),
        ]


class Return(models.Model):
    """Its id is the number of the gateway's refund."""

    id = models.TextField("退还号", primary_key=True)
    deposit_id = models.TextField("保证金号")
    part_id = models.TextField("缴款号")
    amount_fen = models.BigIntegerField("金额（分）")
    state = models.TextField("状态", choices=_choices(RETURN_STATE_NAMES))
    note = models.TextField("说明", db_default="")
    asked_at = models.DateTimeField("申请时间")
    done_at = models.DateTimeField("退还时间", null=True)

    class Meta:
        db_table = "deposits_return"
        verbose_name = verbose_name_plural = "保证金退还"
        constraints: ClassVar = [
            _within("deposits_return_amount"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="deposits_return_done_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("deposit_id", "id", name="deposits_return_of"),
            models.Index("asked_at", name="deposits_return_open", condition=~Q(state="done")),
        ]


class Offset(models.Model):
    """Points that stand for part of a deposit. They are there, or back with whoever they belong to."""

    id = models.TextField("抵扣号", primary_key=True)
    deposit_id = models.TextField("保证金号")
    part_id = models.TextField("抵扣的缴款")
    points = models.BigIntegerField("积分")
    released = models.BigIntegerField("已取回", db_default=0)
    at = models.DateTimeField("抵扣时间")

    class Meta:
        db_table = "deposits_offset"
        verbose_name = verbose_name_plural = "积分抵扣"
        constraints: ClassVar = [
            _within("deposits_offset_points", "points"),
            models.CheckConstraint(
                condition=Q(released__gte=0, released__lte=F("points")), name="deposits_released_within_offset"
            ),
        ]
        indexes: ClassVar = [models.Index("deposit_id", "id", name="deposits_offset_of")]


class Goods(models.Model):
    """What the deposit stands behind at the moment."""

    id = models.BigAutoField("序号", primary_key=True)
    deposit_id = models.TextField("保证金号")
    product_id = models.TextField("商品")
    since = models.DateTimeField("开始时间")

    class Meta:
        db_table = "deposits_goods"
        verbose_name = verbose_name_plural = "保证金所保商品"
        constraints: ClassVar = [models.UniqueConstraint("deposit_id", "product_id", name="deposits_goods_once")]

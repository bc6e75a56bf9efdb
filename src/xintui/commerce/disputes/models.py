"""What is complained of, what was said and handed in, what was ruled and paid.

How much a deposit holds back for it stands with the deposit (`deposits_claim`), every fen that moved in the ledger.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.commerce.disputes.contracts import (
    FILE_NAMES,
    REPAYMENT_NAMES,
    SIDE_NAMES,
    STATE_NAMES,
    WRITE_OFF_NAMES,
)
from xintui.commerce.disputes.rules import ENDED, OPEN

STATES = [(one.value, says) for one, says in STATE_NAMES.items()]
_OPEN = sorted(one.value for one in OPEN)
_ENDED = sorted(one.value for one in ENDED)
SIDES = [(one.value, says) for one, says in SIDE_NAMES.items()]


class Case(models.Model):
    """One complaint about one line. What was bought stands here as it was called then."""

    id = models.TextField("投诉号", primary_key=True)
    merchant_id = models.TextField("商家")
    order_id = models.TextField("订单")
    line_id = models.TextField("订单行")
    buyer_id = models.TextField("买家")
    promoter_id = models.TextField("推客", db_default="")
    promoter_user_id = models.TextField("推客账号", db_default="")
    product_id = models.TextField("商品编号")
    title = models.TextField("商品")
    picture = models.TextField("商品图片", db_default="")
    kind = models.TextField("事由")
    version = models.TextField("规则版本")
    liable = models.TextField("被投诉方", choices=SIDES)
    wanted_fen = models.BigIntegerField("请求金额（分）")
    words = models.TextField("投诉内容")
    state = models.TextField("状态", choices=STATES)
    waits_for = models.TextField("等待", choices=SIDES, db_default="")
    due_at = models.DateTimeField("时限", null=True)
    late = models.BooleanField("已超时", db_default=False)
    reminded = models.BooleanField("已提醒", db_default=False)
    filed_at = models.DateTimeField("投诉时间")
    answer = models.TextField("答复", db_default="")
    answered_at = models.DateTimeField("答复时间", null=True)
    offered_fen = models.BigIntegerField("协商金额（分）", db_default=0)
    ruled_fen = models.BigIntegerField("裁决金额（分）", db_default=0)
    rule = models.TextField("裁决依据", db_default="")
    ruling = models.TextField("裁决说明", db_default="")
    ruled_by = models.TextField("裁决人", db_default="")
    ruled_at = models.DateTimeField("裁决时间", null=True)
    pay_by = models.DateTimeField("赔付时限", null=True)
    aftersale_id = models.TextField("赔付售后单", db_default="")
    paid_fen = models.BigIntegerField("已赔付（分）", db_default=0)
    deposit_fen = models.BigIntegerField("保证金赔付（分）", db_default=0)
    owed_fen = models.BigIntegerField("保证金以外（分）", db_default=0)
    paid_at = models.DateTimeField("赔付时间", null=True)
    recovered_fen = models.BigIntegerField("改判后已收回（分）", db_default=0)
    more_id = models.TextField("加判售后单", db_default="")
    written_off_fen = models.BigIntegerField("已核销（分）", db_default=0)
    appeal_id = models.TextField("申诉号", db_default="")
    appeal_answered = models.BooleanField("申诉已答复", db_default=False)
    more_appeal_id = models.TextField("买家加判申诉号", db_default="")
    more_answered = models.BooleanField("加判申诉已答复", db_default=False)
    waiting_answer_id = models.TextField("等赔付到账后执行的申诉答复", db_default="")
    appeal_until = models.DateTimeField("申诉期至", null=True)
    closed_at = models.DateTimeField("了结时间", null=True)

    class Meta:
        db_table = "disputes_case"
        verbose_name = verbose_name_plural = "投诉"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wanted_fen__gt=0, offered_fen__gte=0, offered_fen__lt=F("wanted_fen")),
                name="disputes_case_wanted",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0, deposit_fen__gte=0, owed_fen__gte=0, paid_fen__lte=F("ruled_fen"))
                & Q(paid_fen=F("deposit_fen") + F("owed_fen")),
                name="disputes_case_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(recovered_fen__gte=0, written_off_fen__gte=0)
                & Q(recovered_fen__lte=F("paid_fen") - F("written_off_fen")),
                name="disputes_case_recovered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, closed_at__isnull=False) | (~Q(state__in=_ENDED) & Q(closed_at=None)),
                name="disputes_case_ended_has_time",
            ),
            models.UniqueConstraint(
                "merchant_id", "line_id", condition=Q(state__in=_OPEN), name="disputes_one_open_a_line"
            ),
        ]
        indexes: ClassVar = [
            models.Index("buyer_id", "id", name="disputes_by_buyer"),
            models.Index("merchant_id", "id", name="disputes_by_shop"),
            models.Index("promoter_user_id", "id", name="disputes_by_promoter", condition=Q(liable="promoter")),
            models.Index("line_id", name="disputes_by_line"),
            models.Index("aftersale_id", name="disputes_by_refund", condition=~Q(aftersale_id="")),
            models.Index("more_id", name="disputes_by_more", condition=~Q(more_id="")),
            models.Index("due_at", name="disputes_due", condition=Q(due_at__isnull=False)),
            models.Index("state", "id", name="disputes_by_state"),
        ]

    def __str__(self) -> str:
        return self.id


class Entry(models.Model):
    """One line of the timeline: who did what, in words."""

    merchant_id = models.TextField("商家")
    dispute_id = models.TextField("投诉号")
    verb = models.TextField("步骤")
    says = models.TextField("说明")
    side = models.TextField("由谁", choices=SIDES)
    actor = models.TextField("操作人", db_default="")
    words = models.TextField("内容", db_default="")
    fen = models.BigIntegerField("金额（分）", db_default=0)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "disputes_entry"
        verbose_name = verbose_name_plural = "投诉动态"
        indexes: ClassVar = [models.Index("dispute_id", "id", name="disputes_entry_of")]


class File(models.Model):
    """A piece of evidence: re-encoded bytes, or the fingerprint of a file that its owner keeps."""

    id = models.TextField("证据号", primary_key=True)
    merchant_id = models.TextField("商家")
    dispute_id = models.TextField("投诉号")
    side = models.TextField("提交方", choices=SIDES)
    actor = models.TextField("提交人")
    kind = models.TextField("类别", choices=[(one.value, says) for one, says in FILE_NAMES.items()])
    name = models.TextField("名称")
    sha256 = models.TextField("指纹")
    size = models.IntegerField("字节数")
    content = models.BinaryField("内容", null=True)
    words = models.TextField("说明", db_default="")
    removed = models.BooleanField("已删除", db_default=False)
    at = models.DateTimeField("提交时间")

    class Meta:
        db_table = "disputes_file"
        verbose_name = verbose_name_plural = "证据"
        indexes: ClassVar = [models.Index("dispute_id", "id", name="disputes_file_of")]
        constraints: ClassVar = [
            models.UniqueConstraint("merchant_id", "dispute_id", "side", "sha256", name="disputes_file_once")
        ]


class Repayment(models.Model):
    """A part that the buyer pays back through the gateway; `id` is what its payment is for."""

    id = models.TextField("还款号", primary_key=True)
    merchant_id = models.TextField("商家")
    dispute_id = models.TextField("投诉号")
    fen = models.BigIntegerField("金额（分）")
    state = models.TextField("状态", choices=[(one.value, says) for one, says in REPAYMENT_NAMES.items()])
    psp = models.TextField("支付渠道", db_default="")
    payment_id = models.TextField("支付单", db_default="")
    transaction_id = models.TextField("渠道交易号", db_default="")
    counted_fen = models.BigIntegerField("计入（分）", db_default=0)
    opened_at = models.DateTimeField("发起时间")
    paid_at = models.DateTimeField("到账时间", null=True)

    class Meta:
        db_table = "disputes_repayment"
        verbose_name = verbose_name_plural = "还款"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fen__gt=0, counted_fen__gte=0, counted_fen__lte=F("fen")), name="disputes_repayment_counts"
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at=None)),
                name="disputes_repayment_paid_has_time",
            ),
            models.UniqueConstraint(
                "merchant_id", "dispute_id", condition=Q(state="open"), name="disputes_one_open_repayment"
            ),
        ]
        indexes: ClassVar = [models.Index("dispute_id", "id", name="disputes_repayment_of")]


class WriteOff(models.Model):
    """What the platform bears instead of the buyer: four eyes."""

    id = models.TextField("核销号", primary_key=True)
    merchant_id = models.TextField("商家")
    dispute_id = models.TextField("投诉号")
    fen = models.BigIntegerField("金额（分）")
    reason = models.TextField("理由")
    state = models.TextField("状态", choices=[(one.value, says) for one, says in WRITE_OFF_NAMES.items()])
    asked_by = models.TextField("提出人")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.TextField("复核人", db_default="")
    decided_at = models.DateTimeField("复核时间", null=True)

    class Meta:
        db_table = "disputes_writeoff"
        verbose_name = verbose_name_plural = "核销"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="disputes_writeoff_positive"),
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="disputes_writeoff_four_eyes"),
            models.UniqueConstraint(
                "merchant_id", "dispute_id", condition=Q(state="asked"), name="disputes_one_open_writeoff"
            ),
        ]
        indexes: ClassVar = [models.Index("dispute_id", "id", name="disputes_writeoff_of")]

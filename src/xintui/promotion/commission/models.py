"""Tables without verbs. `commission_entry` is partitioned by release day and made in `sql/schema.sql`."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xintui.promotion.commission.contracts import DRAFT_NAMES


class CommissionBooks(models.Model):
    """How far a set of books (账套) is settled. `epoch` counts the sweeps made so far."""

    books = models.TextField("账套", primary_key=True, db_collation="C")
    currency = models.TextField("币种")
    watermark = models.DateTimeField("已释放至", null=True)
    epoch = models.IntegerField("释放批次", db_default=0)

    class Meta:
        db_table = "commission_books"
        verbose_name = verbose_name_plural = "结算账套"


class CommissionPlan(models.Model):
    """A published plan version, frozen."""

    pk = models.CompositePrimaryKey("books", "version")
    books = models.TextField("账套", db_collation="C")
    version = models.TextField("版本")
    body = models.JSONField("内容")
    in_force_from = models.DateTimeField("生效时间")
    published_at = models.DateTimeField("发布时间", db_default=Now())
    published_by = models.TextField("发布人", db_default="")

    class Meta:
        db_table = "commission_plan"
        verbose_name = verbose_name_plural = "佣金方案"


class CommissionLine(models.Model):
    """A promoted order line: facts, the rule fixed at payment, and the counters refunds move. Never re-priced."""

    pk = models.CompositePrimaryKey("books", "order_id", "line_id", "promoter_id")
    books = models.TextField("账套", db_collation="C")
    order_id = models.TextField("订单", db_collation="C")
    line_id = models.TextField("行", db_collation="C")
    promoter_id = models.TextField("推客", db_collation="C")
    merchant_id = models.TextField("商家")
    buyer_id = models.TextField("买家")
    product_id = models.TextField("商品")
    sku_id = models.TextField("规格", db_default="")
    category = models.TextField("类目")
    qty = models.BigIntegerField("数量")
    currency = models.TextField("币种")
    paid_fen = models.BigIntegerField("实付（分）")
    paid_at = models.DateTimeField("支付时间")
    received_at = models.DateTimeField("收货时间", null=True)
    release_at = models.DateTimeField("释放时间", null=True)
    plan_version = models.TextField("方案版本")
    rule_id = models.TextField("规则")
    rate_bp = models.IntegerField("比例（万分之）")  # 0 for self-purchase and unmatched lines
    cap_fen = models.BigIntegerField("封顶（分）", null=True)
    refunded_fen = models.BigIntegerField("已退（分）", db_default=0)
    refunded_early_fen = models.BigIntegerField("释放前已退（分）", db_default=0)
    late = models.BooleanField("迟到", db_default=False)
    epoch = models.IntegerField("入账批次", db_default=0)
    held = models.BooleanField("核查中", db_default=False)
    """Whether a `CommissionHold` of it is open; then it has no `release_at`."""

    class Meta:
        db_table = "commission_line"
        verbose_name = verbose_name_plural = "佣金明细"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(refunded_fen__gte=0, refunded_fen__lte=models.F("paid_fen")),
                name="commission_line_refunded_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_early_fen__gte=0, refunded_early_fen__lte=models.F("refunded_fen")),
                name="commission_line_early_in_range",
            ),
        ]
        indexes: ClassVar = [  # people look at the shop's books only: a file settlement does not pay for these
            models.Index(
                "promoter_id", "paid_at", name="commission_line_of_promoter", condition=models.Q(books="shop")
            ),
            models.Index(
                "merchant_id", "order_id", "line_id", name="commission_line_of_merchant",
                condition=models.Q(books="shop"),
            ),
        ]  # fmt: skip


class CommissionHold(models.Model):
    """A line of the shop's books that waits while a case is looked into. `release_at`: when it would be released."""

    pk = models.CompositePrimaryKey("promoter_id", "case_id", "order_id", "line_id")
    promoter_id = models.TextField("推客", db_collation="C")
    case_id = models.TextField("核查编号", db_collation="C")
    order_id = models.TextField("订单", db_collation="C")
    line_id = models.TextField("行", db_collation="C")
    merchant_id = models.TextField("商家")
    says = models.TextField("原因")
    held_at = models.DateTimeField("开始时间")
    until = models.DateTimeField("最晚到")
    release_at = models.DateTimeField("应释放时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    ending = models.TextField("结束原因", db_default="")

    class Meta:
        db_table = "commission_hold"
        verbose_name = verbose_name_plural = "核查中的佣金"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("held_at")), name="commission_hold_ends"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="commission_hold_ends_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index("case_id", name="commission_hold_open", condition=Q(ended_at=None)),
            models.Index("until", name="commission_hold_over", condition=Q(ended_at=None)),
            models.Index("order_id", "line_id", name="commission_hold_of_line"),
        ]


class CommissionRefund(models.Model):
    """A refund of a promoted line and what it took from the commission. Append-only.

    One that was undone has a row of the opposite sign besides. `early`: it counts as before the line's release.
    """

    pk = models.CompositePrimaryKey("books", "refund_id", "promoter_id")
    books = models.TextField("账套", db_collation="C")
    refund_id = models.TextField("退款", db_collation="C")
    promoter_id = models.TextField("推客", db_collation="C")
    order_id = models.TextField("订单", db_collation="C")
    line_id = models.TextField("行", db_collation="C")
    refund_fen = models.BigIntegerField("退款（分）")
    refunded_at = models.DateTimeField("退款时间")
    delta_fen = models.BigIntegerField("扣减佣金（分）")
    early = models.BooleanField("释放前", null=True)

    class Meta:
        db_table = "commission_refund"
        verbose_name = verbose_name_plural = "佣金退减"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(refund_fen__gte=0, delta_fen__gte=0)
                | models.Q(refund_fen__lt=0, delta_fen__lte=0, refund_id__endswith="/back"),
                name="commission_refund_or_back",
            ),
        ]
        indexes: ClassVar = [models.Index("books", "order_id", "line_id", name="commission_refund_line")]


class CommissionWithdrawal(models.Model):
    """Due commission paid outside the platform's rails (file settlement). Append-only."""

    pk = models.CompositePrimaryKey("books", "withdrawal_id", "promoter_id")
    books = models.TextField("账套", db_collation="C")
    withdrawal_id = models.TextField("提现", db_collation="C")
    promoter_id = models.TextField("推客", db_collation="C")
    amount_fen = models.BigIntegerField("金额（分）")
    withdrawn_at = models.DateTimeField("提现时间")

    class Meta:
        db_table = "commission_withdrawal"
        verbose_name = verbose_name_plural = "外部提现"


class CommissionMonth(models.Model):
    """A promoter's month: counters moved by sweeps and refunds; the statement's row."""

    pk = models.CompositePrimaryKey("promoter_id", "books", "month")
    promoter_id = models.TextField("推客", db_collation="C")
    books = models.TextField("账套", db_collation="C")
    month = models.TextField("月份")
    lines = models.BigIntegerField("行数", db_default=0)
    net_fen = models.BigIntegerField("净销售（分）", db_default=0)
    released_fen = models.BigIntegerField("已释放（分）", db_default=0)
    clawed_back_fen = models.BigIntegerField("已追回（分）", db_default=0)
    bonus_fen = models.BigIntegerField("阶梯奖励（分）", db_default=0)
    closed = models.BooleanField("已月结", db_default=False)

    class Meta:
        db_table = "commission_month"
        verbose_name = verbose_name_plural = "推客月结单"


class CommissionSweep(models.Model):
    """One release batch: what was released follows from this row, not from updated lines."""

    pk = models.CompositePrimaryKey("books", "epoch")
    books = models.TextField("账套", db_collation="C")
    epoch = models.IntegerField("批次")
    since = models.DateTimeField("自", null=True)
    until = models.DateTimeField("至")
    lines = models.BigIntegerField("行数")
    promoters = models.BigIntegerField("推客数")
    fen = models.BigIntegerField("释放（分）")
    at = models.DateTimeField("执行时间", db_default=Now())

    class Meta:
        db_table = "commission_sweep"
        verbose_name = verbose_name_plural = "释放批次"


class CommissionDraft(models.Model):
    """A plan before it is one: the platform's, or a merchant's for its own goods."""

    id = models.TextField("草案号", primary_key=True, db_collation="C")
    merchant_id = models.TextField("商家", db_default="", db_collation="C")
    version = models.TextField("版本")
    note = models.TextField("公示说明", db_default="")
    body = models.JSONField("内容")
    state = models.TextField("状态", choices=[(s.value, name) for s, name in DRAFT_NAMES.items()])
    created_by = models.TextField("提出人")
    created_at = models.DateTimeField("提出时间")
    decided_by = models.TextField("处理人", db_default="")
    decided_at = models.DateTimeField("处理时间", null=True)
    in_force_from = models.DateTimeField("生效时间", null=True)
    basis = models.TextField("处理依据", db_default="")

    class Meta:
        db_table = "commission_draft"
        verbose_name = verbose_name_plural = "方案草案"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published", merchant_id="", decided_by=F("created_by")),
                name="commission_draft_four_eyes",
            )
        ]


# -- the shop's books as console pages see them: views with a key of one column; nobody writes through them ------------

STATES = [("pending", "待结算"), ("due", "已释放"), ("void", "已全退")]


class CommissionEarning(models.Model):
    """A promoted order line as the last sweep left it."""

    id = models.TextField("编号", primary_key=True)
    order_id = models.TextField("订单")
    line_id = models.TextField("行")
    promoter_id = models.TextField("推客")
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    category = models.TextField("类目")
    qty = models.BigIntegerField("数量")
    paid_fen = models.BigIntegerField("实付（分）")
    refunded_fen = models.BigIntegerField("已退（分）")
    base_fen = models.BigIntegerField("计佣基数（分）")
    plan_version = models.TextField("方案版本")
    rule_id = models.TextField("规则")
    rate_bp = models.IntegerField("比例（万分之）")
    cap_fen = models.BigIntegerField("封顶（分）", null=True)
    commission_fen = models.BigIntegerField("佣金（分）")
    self_purchase = models.BooleanField("自购")
    state = models.TextField("状态", choices=STATES)
    paid_at = models.DateTimeField("支付时间")
    release_at = models.DateTimeField("释放时间", null=True)
    month = models.TextField("释放月份", null=True)
    held = models.BooleanField("核查中")

    class Meta:
        managed = False
        db_table = "commission_earning"
        verbose_name = verbose_name_plural = "佣金明细"


class CommissionVersion(models.Model):
    """A published plan."""

    version = models.TextField("版本", primary_key=True)
    body = models.JSONField("内容")
    in_force_from = models.DateTimeField("生效时间")
    published_at = models.DateTimeField("发布时间")
    published_by = models.TextField("发布人")

    class Meta:
        managed = False
        db_table = "commission_version"
        verbose_name = verbose_name_plural = "佣金方案"


class CommissionBatch(models.Model):
    """A release batch."""

    epoch = models.IntegerField("批次", primary_key=True)
    since = models.DateTimeField("自", null=True)
    until = models.DateTimeField("至")
    lines = models.BigIntegerField("行数")
    promoters = models.BigIntegerField("推客数")
    fen = models.BigIntegerField("释放（分）")
    at = models.DateTimeField("执行时间")

    class Meta:
        managed = False
        db_table = "commission_batch"
        verbose_name = verbose_name_plural = "释放批次"


class CommissionStatement(models.Model):
    """A promoter's month."""

    id = models.TextField("编号", primary_key=True)
    promoter_id = models.TextField("推客")
    month = models.TextField("月份")
    lines = models.BigIntegerField("行数")
    net_fen = models.BigIntegerField("净销售（分）")
    commission_fen = models.BigIntegerField("佣金（分）")
    released_fen = models.BigIntegerField("已释放（分）")
    clawed_back_fen = models.BigIntegerField("已追回（分）")
    bonus_fen = models.BigIntegerField("阶梯奖励（分）")
    closed = models.BooleanField("已月结")

    class Meta:
        managed = False
        db_table = "commission_statement"
        verbose_name = verbose_name_plural = "月结单"

    def __str__(self) -> str:
        return f"{self.month} 月结单"


class CommissionHeld(models.Model):
    """A hold beside what its line is to bring."""

    id = models.TextField("编号", primary_key=True)
    case_id = models.TextField("核查编号")
    order_id = models.TextField("订单")
    line_id = models.TextField("行")
    promoter_id = models.TextField("推客")
    merchant_id = models.TextField("商家")
    says = models.TextField("原因")
    held_at = models.DateTimeField("开始时间")
    until = models.DateTimeField("最晚到")
    release_at = models.DateTimeField("原定释放时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    ending = models.TextField("结束原因")
    waiting = models.BooleanField("核查中")
    fen = models.BigIntegerField("佣金（分）")

    class Meta:
        managed = False
        db_table = "commission_held"
        verbose_name = verbose_name_plural = "核查中的佣金"

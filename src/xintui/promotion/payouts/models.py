"""Tables of payouts. What was approved (amount, payee, bill number) is written once; only the state moves."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.promotion.payouts.contracts import Period, Rail, Registration, State, VatMethod

STATES = [
    (State.REVIEW.value, "待复核"),
    (State.APPROVED.value, "待打款"),
    (State.SENDING.value, "打款中"),
    (State.UNKNOWN.value, "结果未知"),
    (State.PAID.value, "已到账"),
    (State.FAILED.value, "打款失败"),
    (State.EXPIRED.value, "超时未收"),
    (State.REJECTED.value, "已驳回"),
    (State.CANCELLED.value, "已取消"),
    (State.STOPPED.value, "已止付"),
]
RAILS = [(Rail.WECHAT.value, "商家转账"), (Rail.BANK.value, "对公转账")]
PERIODS = [(Period.MONTH.value, "按月"), (Period.QUARTER.value, "按季"), (Period.EACH.value, "按次")]
REGISTRATIONS = [(Registration.NATURAL.value, "自然人"), (Registration.REGISTERED.value, "个体工商户")]
VAT_METHODS = [(VatMethod.MONTH.value, "代办申报，按月"), (VatMethod.EACH.value, "不代办，按次（日）")]
_BEFORE_MONEY = [State.REVIEW.value, State.REJECTED.value, State.CANCELLED.value]


class Withdrawal(models.Model):
    id = models.CharField("提现号", primary_key=True, max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    user_id = models.CharField("用户号", max_length=32)
    kind = models.CharField("主体", max_length=12)
    amount_fen = models.BigIntegerField("申请金额（分）")
    tax_fen = models.BigIntegerField("代扣个税（分）", default=0)
    vat_fen = models.BigIntegerField("代缴增值税（分）", default=0)
    state = models.CharField("状态", max_length=12, choices=STATES)
    reason = models.CharField("原因", max_length=120, blank=True, default="")
    rail = models.CharField("打款渠道", max_length=8, choices=RAILS)
    transfer_id = models.CharField("转账单号", max_length=32)
    payee_version = models.IntegerField("收款账户版本")
    payee_digest = models.CharField("收款账户快照", max_length=64)
    payee_masked = models.CharField("收款账户（脱敏）", max_length=32)
    invoice_ref = models.CharField("发票号码", max_length=40, blank=True, default="")
    needs_review = models.BooleanField("需要复核")
    maker = models.CharField("初审", max_length=32, blank=True, default="")
    checker = models.CharField("复核", max_length=32, blank=True, default="")
    not_before = models.DateTimeField("最早打款时间")
    requested_at = models.DateTimeField("申请时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    settled_at = models.DateTimeField("完成时间", null=True, blank=True)
    paid_month = models.CharField("到账月份", max_length=7, blank=True, default="")
    bank_ref = models.CharField("银行流水号", max_length=64, null=True, blank=True)

    class Meta:
        db_table = "payouts_withdrawal"
        verbose_name = verbose_name_plural = "提现"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "transfer_id"], name="payouts_one_bill_number"),
            # One at a time: then the tax of a failed payment can be taken back exactly.
            models.UniqueConstraint(
                fields=["promoter_id"],
                condition=Q(state__in=[State.SENDING.value, State.UNKNOWN.value]),
                name="payouts_one_in_flight",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payouts_amount"),
            models.CheckConstraint(
                condition=Q(tax_fen__gte=0, vat_fen__gte=0, tax_fen__lt=F("amount_fen") - F("vat_fen")),
                name="payouts_tax",
            ),
            # Reliability row 21: nobody checks himself, nobody decides on his own money.
            models.CheckConstraint(
                condition=Q(checker="") | (~Q(checker=F("maker")) & ~Q(maker="")), name="payouts_maker_is_not_checker"
            ),
            models.CheckConstraint(
                condition=~Q(maker=F("user_id")) & ~Q(checker=F("user_id")), name="payouts_payee_does_not_approve"
            ),
            models.CheckConstraint(
                condition=Q(needs_review=False) | Q(state__in=_BEFORE_MONEY) | ~Q(checker=""),
                name="payouts_four_eyes_before_money",
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "id", name="payouts_mine"),
            models.Index("state", "id", name="payouts_queue"),
        ]


class Event(models.Model):
    id = models.BigAutoField(primary_key=True)
    withdrawal_id = models.CharField("提现号", max_length=32)
    at = models.DateTimeField("时间")
    verb = models.CharField("动作", max_length=24)
    state = models.CharField("之后状态", max_length=12, choices=STATES)
    actor = models.CharField("操作人", max_length=40)
    note = models.CharField("备注", max_length=200, blank=True, default="")

    class Meta:
        db_table = "payouts_event"
        verbose_name = verbose_name_plural = "提现记录"
        indexes: ClassVar = [models.Index("withdrawal_id", "id", name="payouts_event_of")]


class TaxYear(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    year = models.SmallIntegerField("年度")
    last_month = models.SmallIntegerField("最近月份", default=0)
    months = models.SmallIntegerField("连续月数", default=0)
    income_fen = models.BigIntegerField("累计收入（分）", default=0)
    withheld_fen = models.BigIntegerField("累计已预扣（分）", default=0)
    exempt_fen = models.BigIntegerField("累计免税（分）", default=0)
    other_deductions_fen = models.BigIntegerField("累计其他扣除（分）", default=0)
    relief_fen = models.BigIntegerField("累计减免（分）", default=0)

    class Meta:
        db_table = "payouts_tax_year"
        verbose_name = verbose_name_plural = "个税年度累计"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "year"], name="payouts_tax_year_once"),
            models.CheckConstraint(
                condition=Q(income_fen__gte=0, withheld_fen__gte=0, withheld_fen__lte=F("income_fen")),
                name="payouts_tax_year_sane",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=0, months__lte=F("last_month"), last_month__lte=12),
                name="payouts_tax_year_months",
            ),
        ]


class TaxMonth(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    month = models.CharField("月份", max_length=7)
    income_fen = models.BigIntegerField("收入（分）", default=0)
    withheld_fen = models.BigIntegerField("已预扣（分）", default=0)
    vat_fen = models.BigIntegerField("已计增值税（分）", default=0)

    class Meta:
        db_table = "payouts_tax_month"
        verbose_name = verbose_name_plural = "个税月度累计"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "month"], name="payouts_tax_month_once"),
            models.CheckConstraint(
                condition=Q(income_fen__gte=0, vat_fen__gte=0, withheld_fen__gte=0, withheld_fen__lte=F("income_fen")),
                name="payouts_tax_month_sane",
            ),
        ]


class TaxLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    withdrawal_id = models.CharField("提现号", max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    month = models.CharField("所属月份", max_length=7)
    method = models.CharField("税表", max_length=24)
    version = models.CharField("版本", max_length=24)
    agent = models.CharField("扣缴义务人", max_length=24)
    income_fen = models.BigIntegerField("本次收入（分）")
    base_fen = models.BigIntegerField("应纳税所得额（分）")
    rate_bp = models.IntegerField("预扣率（万分之）")
    quick_fen = models.BigIntegerField("速算扣除数（分）")
    due_fen = models.BigIntegerField("累计应预扣（分）")
    before_fen = models.BigIntegerField("此前已预扣（分）")
    tax_fen = models.BigIntegerField("本次预扣（分）")
    lines = models.JSONField("计算过程")
    year_before = models.JSONField("计税前年度累计")
    year_after = models.JSONField("计税后年度累计")
    reversed_at = models.DateTimeField("冲回时间", null=True, blank=True)

    class Meta:
        db_table = "payouts_tax_line"
        verbose_name = verbose_name_plural = "个税明细"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "withdrawal_id"], name="payouts_tax_line_once"),
        ]
        indexes: ClassVar = [models.Index("withdrawal_id", name="payouts_tax_line_of")]


class VatLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    withdrawal_id = models.CharField("提现号", max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    month = models.CharField("所属月份", max_length=7)
    on = models.DateField("计税日")
    period = models.CharField("起征点口径", max_length=8, choices=PERIODS)
    version = models.CharField("版本", max_length=24)
    gross_fen = models.BigIntegerField("本次含税收入（分）")
    sales_fen = models.BigIntegerField("本期不含税销售额（分）")
    rate_bp = models.IntegerField("征收率（万分之）")
    due_fen = models.BigIntegerField("本期应计（分）")
    before_fen = models.BigIntegerField("此前已计（分）")
    vat_fen = models.BigIntegerField("本次计税（分）")
    carried_fen = models.BigIntegerField("结转下一笔（分）", default=0)
    lines = models.JSONField("计算过程")
    reversed_at = models.DateTimeField("冲回时间", null=True, blank=True)

    class Meta:
        db_table = "payouts_vat_line"
        verbose_name = verbose_name_plural = "增值税明细"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "withdrawal_id"], name="payouts_vat_line_once"),
            models.CheckConstraint(
                condition=Q(vat_fen__gte=0, carried_fen__gte=0, vat_fen__lt=F("gross_fen")),
                name="payouts_vat_line_sane",
            ),
        ]
        indexes: ClassVar = [
            models.Index("withdrawal_id", name="payouts_vat_line_of"),
            models.Index("promoter_id", "on", name="payouts_vat_day"),
        ]


class TaxProfile(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    from_month = models.CharField("自月份起", max_length=7)
    resident = models.BooleanField("居民个人")
    registration = models.CharField("税务登记", max_length=12, choices=REGISTRATIONS)
    country = models.CharField("国家或地区", max_length=3)
    proof = models.CharField("依据材料", max_length=200)
    set_by = models.CharField("设定人", max_length=32)
    set_at = models.DateTimeField("设定时间")

    class Meta:
        db_table = "payouts_tax_profile"
        verbose_name = verbose_name_plural = "税务身份"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{3}$"), name="payouts_profile_country"),
        ]
        indexes: ClassVar = [models.Index("promoter_id", "from_month", name="payouts_profile_of")]


class Cap(models.Model):
    id = models.BigAutoField(primary_key=True)
    scope = models.CharField("限额", max_length=16)
    owner = models.CharField("对象", max_length=32)
    period = models.CharField("期间", max_length=10)
    used_fen = models.BigIntegerField("已用（分）", default=0)
    limit_fen = models.BigIntegerField("上限（分）")

    class Meta:
        db_table = "payouts_cap"
        verbose_name = verbose_name_plural = "打款限额"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "owner", "period"], name="payouts_cap_once"),
            models.CheckConstraint(condition=Q(used_fen__gte=0, used_fen__lte=F("limit_fen")), name="payouts_cap_kept"),
        ]


class Policy(models.Model):
    version = models.CharField("版本", primary_key=True, max_length=24)
    effective_from = models.DateField("生效日")
    tax_method = models.CharField("个税方法", max_length=24)
    vat_method = models.CharField("增值税口径", max_length=8, choices=VAT_METHODS, db_default=VatMethod.MONTH.value)
    min_fen = models.BigIntegerField("单笔最低（分）")
    max_fen = models.BigIntegerField("单笔最高（分）")
    review_above_fen = models.BigIntegerField("超过需复核（分）")
    real_name_from_fen = models.BigIntegerField("实名起点（分）")
    payee_daily_fen = models.BigIntegerField("每人每日（分）")
    payee_monthly_fen = models.BigIntegerField("每人每月（分）")
    platform_daily_fen = models.BigIntegerField("平台每日（分）")
    cooling_hours = models.SmallIntegerField("换账户冷静期（小时）")
    source = models.CharField("依据", max_length=400)
    verified_on = models.DateField("核对日")

    class Meta:
        db_table = "payouts_policy"
        verbose_name = verbose_name_plural = "打款规则"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["effective_from"], name="payouts_policy_day"),
            models.CheckConstraint(
                condition=Q(min_fen__gte=30, max_fen__gte=F("min_fen")), name="payouts_policy_range"
            ),
            models.CheckConstraint(
                condition=Q(tax_method__in=["iit_platform", "iit_labour"]), name="payouts_policy_method"
            ),
        ]

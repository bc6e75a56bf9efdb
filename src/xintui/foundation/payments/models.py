"""支付's tables. An instruction's number is its primary key: made before the first byte is sent, the same for ever.

None of them carries a merchant: one payment may span the shops of a cart. Who may see what is decided by the modules
that own the subject.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.kernel.money import LIMIT_MINOR

PAYMENT_STATES: list[tuple[str, str]] = [
    ("created", "待下单"), ("prepaid", "待支付"), ("captured", "已支付"), ("closed", "已关闭"),
]  # fmt: skip
REFUND_STATES: list[tuple[str, str]] = [
    ("created", "待提交"), ("unknown", "结果未知"), ("processing", "处理中"), ("abnormal", "退款异常"),
    ("succeeded", "已退款"), ("failed", "退款失败"),
]  # fmt: skip
TRANSFER_STATES: list[tuple[str, str]] = [
    ("created", "待提交"), ("unknown", "结果未知"), ("waiting", "待收款人确认"), ("processing", "处理中"),
    ("paid", "已到账"), ("failed", "转账失败"), ("expired", "逾期未确认"),
]  # fmt: skip
SHARE_STATES: list[tuple[str, str]] = [
    ("created", "待提交"), ("unknown", "结果未知"), ("processing", "处理中"),
    ("finished", "已完成"), ("failed", "失败"),
]  # fmt: skip
DIFFERENCE_KINDS: list[tuple[str, str]] = [
    ("missing_here", "渠道有、平台无"), ("missing_there", "平台有、渠道无"),
    ("amount", "金额不一致"), ("state", "状态不一致"),
]  # fmt: skip
DIFFERENCE_STATES: list[tuple[str, str]] = [("open", "待处理"), ("assigned", "处理中"), ("closed", "已关闭")]
INBOX_STATES: list[tuple[str, str]] = [
    ("new", "待处理"), ("parked", "等待前序事件"), ("done", "已处理"), ("quarantined", "已隔离"), ("dead", "已停止"),
]  # fmt: skip


class Leased(models.Model):
    """What a courier needs: when to look next, who is looking now, what was heard last."""

    attempts = models.IntegerField("发送次数", db_default=0)
    looks = models.IntegerField("查询次数", db_default=0)
    due_at = models.DateTimeField("下次处理", null=True)
    lease_until = models.DateTimeField("租约到期", null=True)
    refused_code = models.CharField("拒绝代码", max_length=64, db_default="")
    failing_since = models.DateTimeField("首次得知失败", null=True)
    last_code = models.CharField("最近结果代码", max_length=64, db_default="")
    last_message = models.TextField("最近结果说明", db_default="")
    created_at = models.DateTimeField("创建时间")
    settled_at = models.DateTimeField("终结时间", null=True)

    class Meta:
        abstract = True


def _positive(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(amount_fen__gt=0, amount_fen__lte=LIMIT_MINOR), name=name)


class Payment(Leased):
    id = models.CharField("支付单号", primary_key=True, max_length=32)
    subject = models.CharField("支付对象", max_length=64)
    amount_fen = models.BigIntegerField("应付金额（分）")
    currency = models.CharField("币种", max_length=3, db_default="CNY")
    channel = models.CharField("支付方式", max_length=16)
    payer_openid = models.CharField("付款人", max_length=128, db_default="")
    paid_by_openid = models.CharField("实际付款人", max_length=128, db_default="")
    description = models.CharField("商品描述", max_length=127)
    shared = models.BooleanField("参与分账", db_default=False)
    state = models.CharField("状态", max_length=16, choices=PAYMENT_STATES, db_default="created")
    psp = models.CharField("支付渠道", max_length=16, db_default="wechat")
    mchid = models.CharField("商户号", max_length=32, db_default="")
    appid = models.CharField("应用标识", max_length=32, db_default="")
    client_ip = models.CharField("下单地址", max_length=45, db_default="")
    prepay_id = models.CharField("预支付标识", max_length=128, db_default="")
    cashier_url = models.TextField("收银台链接", db_default="")
    prepaid_at = models.DateTimeField("下单时间", null=True)
    expires_at = models.DateTimeField("支付截止")
    close_asked_at = models.DateTimeField("申请关闭时间", null=True)
    transaction_id = models.CharField("渠道交易号", max_length=32, db_default="")
    paid_at = models.DateTimeField("支付时间", null=True)
    captured_fen = models.BigIntegerField("实收（分）", db_default=0)
    refunded_fen = models.BigIntegerField("已退与在退（分）", db_default=0)
    refunds = models.IntegerField("退款次数", db_default=0)
    split_fen = models.BigIntegerField("已分账与在分（分）", db_default=0)
    splits = models.IntegerField("分账次数", db_default=0)
    released_at = models.DateTimeField("申请解冻时间", null=True)

    class Meta:
        db_table = "payments_payment"
        verbose_name = verbose_name_plural = "支付单"
        constraints: ClassVar = [
            _positive("payments_payment_amount"),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("captured_fen")),
                name="payments_refund_within_capture",
            ),
            models.CheckConstraint(condition=Q(refunds__gte=0, refunds__lte=50), name="payments_refunds_at_most_50"),
            models.CheckConstraint(condition=Q(splits__gte=0, splits__lte=50), name="payments_splits_at_most_50"),
            models.CheckConstraint(
                condition=Q(split_fen__gte=0, split_fen__lte=F("captured_fen")), name="payments_split_within_capture"
            ),
            models.CheckConstraint(
                condition=Q(state="captured", captured_fen=F("amount_fen"))
                | (~Q(state="captured") & Q(captured_fen=0)),
                name="payments_captured_whole",
            ),
            # One that is asked to close is on its way out: the buyer may have chosen another way to pay.
            models.UniqueConstraint(
                "subject",
                condition=~Q(state="closed") & Q(close_asked_at=None),
                name="payments_one_live_per_subject",
            ),
            models.UniqueConstraint(
                "psp", "transaction_id", condition=~Q(transaction_id=""), name="payments_transaction_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index("due_at", name="payments_payment_due", condition=Q(state__in=["created", "prepaid"])),
            models.Index("created_at", name="payments_payment_created"),
            models.Index("paid_at", name="payments_payment_paid", condition=Q(state="captured")),
            models.Index(
                "paid_at", name="payments_payment_frozen", condition=Q(state="captured", shared=True, released_at=None)
            ),
        ]


class Refund(Leased):
    id = models.CharField("退款单号", primary_key=True, max_length=32)
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name="支付单", related_name="+")
    amount_fen = models.BigIntegerField("退款金额（分）")
    reason = models.CharField("退款原因", max_length=80, db_default="")
    state = models.CharField("状态", max_length=16, choices=REFUND_STATES, db_default="created")
    gateway_id = models.CharField("渠道退款号", max_length=64, db_default="")
    accepted_at = models.DateTimeField("渠道受理时间", null=True)

    class Meta:
        db_table = "payments_refund"
        verbose_name = verbose_name_plural = "退款单"
        constraints: ClassVar = [_positive("payments_refund_amount")]
        indexes: ClassVar = [
            models.Index("due_at", name="payments_refund_due", condition=Q(settled_at=None)),
            models.Index("settled_at", name="payments_refund_settled"),
        ]


class Transfer(Leased):
    id = models.CharField("转账单号", primary_key=True, max_length=32)
    subject = models.CharField("转账对象", max_length=64)
    openid = models.CharField("收款人", max_length=128)
    appid = models.CharField("收款人所在应用", max_length=32, db_default="")
    user_name = models.BinaryField("收款人姓名（加密）", default=b"")
    amount_fen = models.BigIntegerField("转账金额（分）")
    remark = models.CharField("转账备注", max_length=32)
    state = models.CharField("状态", max_length=16, choices=TRANSFER_STATES, db_default="created")
    package_info = models.TextField("确认收款凭据", db_default="")
    gateway_id = models.CharField("渠道转账号", max_length=64, db_default="")
    cancel_asked_at = models.DateTimeField("申请撤销时间", null=True)

    class Meta:
        db_table = "payments_transfer"
        verbose_name = verbose_name_plural = "转账单"
        constraints: ClassVar = [_positive("payments_transfer_amount")]
        indexes: ClassVar = [models.Index("due_at", name="payments_transfer_due", condition=Q(settled_at=None))]


class Share(Leased):
    id = models.CharField("分账单号", primary_key=True, max_length=32)
    kind = models.CharField(
        "类型", max_length=16, choices=[("split", "分账"), ("return", "分账回退"), ("unfreeze", "解冻")]
    )
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name="支付单", related_name="+")
    of_share = models.CharField("所回退的分账单", max_length=32, db_default="")
    receivers = models.JSONField("接收方", default=list)
    amount_fen = models.BigIntegerField("金额（分）", db_default=0)
    results = models.JSONField("各方结果", default=list)
    finish = models.BooleanField("完成后解冻", db_default=False)
    description = models.CharField("说明", max_length=80, db_default="")
    state = models.CharField("状态", max_length=16, choices=SHARE_STATES, db_default="created")
    gateway_id = models.CharField("渠道分账号", max_length=64, db_default="")
    returned_fen = models.BigIntegerField("已回退与在退（分）", db_default=0)

    class Meta:
        db_table = "payments_share"
        verbose_name = verbose_name_plural = "分账单"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="payments_share_amount"),
            models.CheckConstraint(
                condition=Q(returned_fen__gte=0, returned_fen__lte=F("amount_fen")), name="payments_share_returned"
            ),
        ]
        indexes: ClassVar = [models.Index("due_at", name="payments_share_due", condition=Q(settled_at=None))]


class Attempt(models.Model):
    """Written before a call and completed after it: a row without an end is a call whose fate a query must tell."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField("单据", max_length=16)
    number = models.CharField("单号", max_length=32)
    verb = models.CharField("动作", max_length=16)
    started_at = models.DateTimeField("发出时间")
    finished_at = models.DateTimeField("应答时间", null=True)
    outcome = models.CharField("应答类别", max_length=16, db_default="")
    code = models.CharField("代码", max_length=64, db_default="")
    message = models.TextField("说明", db_default="")

    class Meta:
        db_table = "payments_attempt"
        verbose_name = verbose_name_plural = "调用记录"
        indexes: ClassVar = [models.Index("number", "id", name="payments_attempt_number")]


class InboxEvent(models.Model):
    """A callback whose signature held, byte for byte as it came."""

    id = models.BigAutoField(primary_key=True)
    psp = models.CharField("支付渠道", max_length=16)
    mch = models.CharField("商户号", max_length=32)
    event_id = models.CharField("事件编号", max_length=128)
    event_type = models.CharField("事件类型", max_length=64)
    headers = models.JSONField("报文头")
    body = models.BinaryField("报文体")
    received_at = models.DateTimeField("收到时间")
    state = models.CharField("状态", max_length=16, choices=INBOX_STATES, db_default="new")
    attempts = models.IntegerField("处理次数", db_default=0)
    due_at = models.DateTimeField("下次处理")
    note = models.TextField("说明", db_default="")

    class Meta:
        db_table = "payments_inbox"
        verbose_name = verbose_name_plural = "回调收件箱"
        constraints: ClassVar = [models.UniqueConstraint("psp", "mch", "event_id", name="payments_inbox_once")]
        indexes: ClassVar = [
            models.Index("due_at", "id", name="payments_inbox_due", condition=Q(state__in=["new", "parked"]))
        ]


class Rejection(models.Model):
    """All that is kept of a callback that did not prove itself: a count."""

    day = models.DateField("日期")
    reason = models.CharField("原因", max_length=32)
    count = models.BigIntegerField("次数", db_default=1)
    pk = models.CompositePrimaryKey("day", "reason")

    class Meta:
        db_table = "payments_rejection"
        verbose_name = verbose_name_plural = "拒收回调计数"


class Quarantine(models.Model):
    """A message that is authentic and yet does not fit. Nothing was credited; a person decides."""

    id = models.CharField("编号", primary_key=True, max_length=32)
    source = models.CharField("来源", max_length=16, choices=[("callback", "回调"), ("query", "查询")])
    inbox_id = models.BigIntegerField("收件箱行", null=True)
    kind = models.CharField("单据", max_length=16)
    number = models.CharField("单号", max_length=64)
    reason = models.CharField("原因", max_length=200)
    proposal = models.CharField("处理建议", max_length=200, db_default="")
    claimed = models.JSONField("对方所述")
    expected = models.JSONField("应为")
    state = models.CharField("状态", max_length=16, choices=DIFFERENCE_STATES, db_default="open")
    owner = models.CharField("处理人", max_length=64, db_default="")
    note = models.TextField("处理说明", db_default="")
    found_at = models.DateTimeField("发现时间")
    closed_at = models.DateTimeField("关闭时间", null=True)

    class Meta:
        db_table = "payments_quarantine"
        verbose_name = verbose_name_plural = "隔离区"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "kind", "number", "reason", condition=~Q(state="closed"), name="payments_quarantine_once"
            )
        ]


class Bill(models.Model):
    """One day's statement of one gateway, as imported."""

    id = models.CharField("账单编号", primary_key=True, max_length=32)
    psp = models.CharField("支付渠道", max_length=16)
    day = models.DateField("账单日")
    sha1 = models.CharField("渠道摘要", max_length=40)
    lines = models.IntegerField("行数")
    paid_fen = models.BigIntegerField("交易合计（分）")
    refunded_fen = models.BigIntegerField("退款合计（分）")
    fee_fen = models.BigIntegerField("手续费合计（分）")
    imported_at = models.DateTimeField("导入时间")

    class Meta:
        db_table = "payments_bill"
        verbose_name = verbose_name_plural = "对账单"
        constraints: ClassVar = [models.UniqueConstraint("psp", "day", name="payments_bill_once")]


class BillLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    bill = models.ForeignKey(Bill, models.CASCADE, verbose_name="对账单", related_name="+")
    kind = models.CharField("类型", max_length=16, choices=[("payment", "交易"), ("refund", "退款")])
    number = models.CharField("商户单号", max_length=64)
    gateway_id = models.CharField("渠道单号", max_length=64)
    at = models.DateTimeField("交易时间")
    amount_fen = models.BigIntegerField("金额（分）")
    fee_fen = models.BigIntegerField("手续费（分）")
    state = models.CharField("渠道状态", max_length=16)
    raw = models.JSONField("原始字段")

    class Meta:
        db_table = "payments_bill_line"
        verbose_name = verbose_name_plural = "对账单行"
        indexes: ClassVar = [models.Index("bill", "kind", "number", name="payments_bill_line_number")]


class Difference(models.Model):
    id = models.CharField("差异编号", primary_key=True, max_length=32)
    bill = models.ForeignKey(Bill, models.PROTECT, verbose_name="对账单", related_name="+")
    psp = models.CharField("支付渠道", max_length=16)
    day = models.DateField("账单日")
    kind = models.CharField("差异", max_length=16, choices=DIFFERENCE_KINDS)
    subject_kind = models.CharField("单据", max_length=16, choices=[("payment", "支付"), ("refund", "退款")])
    number = models.CharField("单号", max_length=64)
    ours_fen = models.BigIntegerField("平台金额（分）", null=True)
    theirs_fen = models.BigIntegerField("渠道金额（分）", null=True)
    detail = models.CharField("说明", max_length=200)
    state = models.CharField("状态", max_length=16, choices=DIFFERENCE_STATES, db_default="open")
    owner = models.CharField("处理人", max_length=64, db_default="")
    note = models.TextField("处理说明", db_default="")
    found_at = models.DateTimeField("发现时间")
    closed_at = models.DateTimeField("关闭时间", null=True)

    class Meta:
        db_table = "payments_difference"
        verbose_name = verbose_name_plural = "对账差异"
        constraints: ClassVar = [
            models.UniqueConstraint("psp", "day", "kind", "subject_kind", "number", name="payments_difference_once"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(note=""), name="payments_closed_with_a_note"),
        ]
        indexes: ClassVar = [models.Index("state", "day", name="payments_difference_state")]


class Log(models.Model):
    """What a person sees of a bill's life: each change of state, once."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField("单据", max_length=16)
    number = models.CharField("单号", max_length=32)
    at = models.DateTimeField("时间")
    from_state = models.CharField("原状态", max_length=16)
    to_state = models.CharField("新状态", max_length=16)
    cause = models.CharField("起因", max_length=16)
    detail = models.CharField("说明", max_length=200, db_default="")

    class Meta:
        db_table = "payments_log"
        verbose_name = verbose_name_plural = "状态变更"
        indexes: ClassVar = [models.Index("number", "id", name="payments_log_number")]

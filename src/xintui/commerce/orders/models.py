"""Checkouts, orders, their lines, after-sales, and the logs people read."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Right

from xintui.commerce.orders.contracts import AFTERSALE_NAMES, KIND_NAMES, PROTECTION_NAMES, STATE_NAMES
from xintui.commerce.orders.rules import QUARANTINE_NAMES

ORDER_STATES = list(STATE_NAMES.items())
QUARANTINE_STATES = [("open", "待处理"), ("returning", "退回中"), ("returned", "已退回")]


class Checkout(models.Model):
    """What is paid at once; it spans merchants, so only the platform sees it."""

    id = models.TextField("结算单号", primary_key=True)
    buyer_id = models.TextField("买家")
    digest = models.TextField("内容摘要")
    state = models.TextField("状态", choices=ORDER_STATES)
    currency = models.TextField("币种", default="CNY")
    total_fen = models.BigIntegerField("应付（分）")
    payment_id = models.TextField("支付单号", default="")
    closing = models.BooleanField("已请求关闭支付", default=False)
    placed_at = models.DateTimeField("提交时间")
    expires_at = models.DateTimeField("付款截止")

    class Meta:
        db_table = "orders_checkout"
        verbose_name = verbose_name_plural = "结算单"
        indexes: ClassVar = [
            models.Index("expires_at", name="orders_checkout_unpaid", condition=Q(state="placed", closing=False))
        ]


class Order(models.Model):
    id = models.TextField("订单号", primary_key=True)
    merchant_id = models.TextField("商家")
    checkout_id = models.TextField("结算单")
    buyer_id = models.TextField("买家")
    state = models.TextField("状态", choices=ORDER_STATES)
    currency = models.TextField("币种", default="CNY")
    goods_fen = models.BigIntegerField("商品金额（分）")
    discount_fen = models.BigIntegerField("优惠（分）", default=0)
    freight_fen = models.BigIntegerField("运费（分）", default=0)
    total_fen = models.BigIntegerField("应付（分）")
    refund_pending_fen = models.BigIntegerField("退款中（分）", default=0)
    refunded_fen = models.BigIntegerField("已退款（分）", default=0)
    refunds = models.SmallIntegerField("退款次数", default=0)
    fee_bp = models.IntegerField("技术服务费率（万分比）", default=0)
    fee_fen = models.BigIntegerField("技术服务费（分）", default=0)
    payment_id = models.TextField("支付单号", default="")
    address = models.JSONField("收货信息")
    note = models.TextField("买家留言", default="")
    carrier = models.TextField("承运商", default="")
    tracking_no = models.TextField("运单号", default="")
    placed_at = models.DateTimeField("下单时间")
    paid_at = models.DateTimeField("付款时间", null=True)
    shipped_at = models.DateTimeField("发货时间", null=True)
    auto_receive_at = models.DateTimeField("自动收货时间", null=True)
    received_at = models.DateTimeField("收货时间", null=True)
    closed_at = models.DateTimeField("关闭时间", null=True)
    tail = models.GeneratedField(
        expression=Right("id", 8), output_field=models.TextField(), db_persist=True, verbose_name="编号末八位"
    )
    phone_tail = models.GeneratedField(
        expression=Right(KT("address__phone"), 4), output_field=models.TextField(), db_persist=True,
        verbose_name="手机尾号",
    )  # fmt: skip

    class Meta:
        db_table = "orders_order"
        verbose_name = verbose_name_plural = "订单"
        indexes: ClassVar = [
            models.Index("buyer_id", "id", name="orders_order_by_buyer"),
            models.Index("checkout_id", name="orders_order_by_checkout"),
            models.Index("auto_receive_at", name="orders_order_on_the_way", condition=Q(state="shipped")),
            models.Index("received_at", name="orders_order_to_finish", condition=Q(state="received")),
            models.Index("merchant_id", "placed_at", name="orders_order_placed"),
            models.Index("tail", name="orders_order_by_tail"),
            models.Index("phone_tail", name="orders_order_by_phone"),
            models.Index("paid_at", name="orders_order_to_ship", condition=Q(state="paid")),
            models.Index("merchant_id", "paid_at", name="orders_order_paid", condition=Q(paid_at__isnull=False)),
            models.Index(
                "merchant_id", "received_at", name="orders_order_received", condition=Q(received_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(goods_fen__gt=0, discount_fen__gte=0, freight_fen__gte=0, goods_fen__gte=F("discount_fen"))
                & Q(total_fen=F("goods_fen") - F("discount_fen") + F("freight_fen")),
                name="orders_order_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refund_pending_fen__gte=0, refunded_fen__gte=0)
                & Q(total_fen__gte=F("refund_pending_fen") + F("refunded_fen")),
                name="orders_order_refunded_within_paid",
            ),
            models.CheckConstraint(condition=Q(refunds__range=(0, 50)), name="orders_order_refund_count"),
        ]

    def __str__(self) -> str:
        return self.id


class Line(models.Model):
    """A line keeps what was true when it was placed: title, price, and who referred the buyer."""

    id = models.TextField("行号", primary_key=True)
    merchant_id = models.TextField("商家")
    order_id = models.TextField("订单")
    no = models.SmallIntegerField("序号")
    product_id = models.TextField("商品")
    sku_id = models.TextField("规格编号")
    title = models.TextField("标题")
    spec = models.TextField("规格")
    picture = models.TextField("图片", default="")
    category = models.TextField("类目")
    qty = models.IntegerField("数量")
    price_fen = models.BigIntegerField("单价（分）")
    paid_fen = models.BigIntegerField("实付（分）")
    refund_pending_fen = models.BigIntegerField("退款中（分）", default=0)
    refunded_fen = models.BigIntegerField("已退款（分）", default=0)
    return_qty = models.IntegerField("退货数量", default=0)
    promoter_id = models.TextField("推客", default="")
    attribution_id = models.TextField("归因", default="")
    buyer_promoter_id = models.TextField("买家本人的推客号", default="")
    return_class = models.TextField("无理由退货类别", db_default="standard")
    return_confirmed = models.BooleanField("买家确认不适用无理由退货", db_default=False)
    now_sku_id = models.TextField("换货后的规格编号", db_default="")

    class Meta:
        db_table = "orders_line"
        verbose_name = verbose_name_plural = "订单行"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(qty__range=(1, 999)), name="orders_line_qty"),
            models.CheckConstraint(
                condition=Q(paid_fen__gte=0, price_fen__gt=0, refund_pending_fen__gte=0, refunded_fen__gte=0)
                & Q(paid_fen__gte=F("refund_pending_fen") + F("refunded_fen")),
                name="orders_line_refunded_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(return_qty__gte=0, qty__gte=F("return_qty")), name="orders_line_returns"
            ),
        ]


class Event(models.Model):
    """The log the buyer sees."""

    merchant_id = models.TextField("商家")
    order_id = models.TextField("订单")
    verb = models.TextField("操作")
    says = models.TextField("说明")
    actor = models.TextField("操作人", default="")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "orders_event"
        verbose_name = verbose_name_plural = "订单动态"


class AfterSale(models.Model):
    id = models.TextField("售后单号", primary_key=True)
    merchant_id = models.TextField("商家")
    order_id = models.TextField("订单")
    buyer_id = models.TextField("买家")
    kind = models.TextField("类型", choices=list(KIND_NAMES.items()))
    state = models.TextField("状态", choices=list(AFTERSALE_NAMES.items()))
    freight_fen = models.BigIntegerField("退运费（分）", default=0)
    total_fen = models.BigIntegerField("退款总额（分）")
    reason = models.TextField("申请原因")
    decision = models.TextField("处理说明", default="")
    refund_id = models.TextField("退款单号", default="")
    restock = models.BooleanField("退回库存", default=False)
    return_carrier = models.TextField("退货承运商", default="")
    return_no = models.TextField("退货运单号", default="")
    applied_at = models.DateTimeField("申请时间")
    decided_at = models.DateTimeField("处理时间", null=True)
    settled_at = models.DateTimeField("退款到账时间", null=True)
    protection = models.TextField("七日无理由", choices=list(PROTECTION_NAMES.items()), db_default="not_a_return")
    due_at = models.DateTimeField("处理时限", null=True)
    exchange_sku_id = models.TextField("换成规格编号", db_default="")
    exchange_spec = models.TextField("换成规格", db_default="")
    reship_carrier = models.TextField("换货承运商", db_default="")
    reship_no = models.TextField("换货运单号", db_default="")
    reshipped_at = models.DateTimeField("换货寄出时间", null=True)

    class Meta:
        db_table = "orders_aftersale"
        verbose_name = verbose_name_plural = "售后单"
        indexes: ClassVar = [
            models.Index("order_id", name="orders_aftersale_by_order"),
            models.Index("refund_id", name="orders_aftersale_by_refund", condition=~Q(refund_id="")),
            models.Index("buyer_id", "id", name="orders_aftersale_by_buyer"),
            models.Index("due_at", name="orders_aftersale_due", condition=Q(due_at__isnull=False)),
            models.Index("merchant_id", "applied_at", name="orders_aftersale_asked"),
            models.Index(
                "merchant_id", "settled_at", name="orders_aftersale_settled", condition=Q(settled_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(total_fen__gt=0), name="orders_aftersale_positive")]


class AfterSaleLine(models.Model):
    """How much of which line; its id is the `refund_id` of the LineRefunded event."""

    id = models.TextField("退款行号", primary_key=True)
    merchant_id = models.TextField("商家")
    aftersale_id = models.TextField("售后单")
    line_id = models.TextField("订单行")
    fen = models.BigIntegerField("退款（分）")
    qty = models.IntegerField("退货数量", default=0)
    sku_id = models.TextField("寄回的规格编号", db_default="")

    class Meta:
        db_table = "orders_aftersale_line"
        verbose_name = verbose_name_plural = "售后行"
        indexes: ClassVar = [models.Index("aftersale_id", name="orders_aftersale_lines")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fen__gt=0, qty__gte=0), name="orders_aftersale_line_positive")
        ]


class Quarantine(models.Model):
    """Money that arrived and fits no order: kept apart, never credited, with an owner."""

    id = models.TextField("支付单号", primary_key=True, db_column="payment_id")
    subject = models.TextField("业务单号")
    amount_fen = models.BigIntegerField("到账（分）")
    currency = models.TextField("币种")
    transaction_id = models.TextField("渠道流水号")
    reason = models.TextField("隔离原因", choices=list(QUARANTINE_NAMES.items()))
    expected_fen = models.BigIntegerField("应收（分）", default=0)
    state = models.TextField("处理状态", choices=QUARANTINE_STATES, default="open")
    refund_id = models.TextField("退款单号", default="")
    handled_by = models.TextField("处理人", default="")
    captured_at = models.DateTimeField("到账时间")
    settled_at = models.DateTimeField("退回时间", null=True)

    class Meta:
        db_table = "orders_quarantine"
        verbose_name = verbose_name_plural = "隔离款项"

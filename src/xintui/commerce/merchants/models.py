"""Merchants and the log of what was decided about them."""

from typing import ClassVar

from django.db import models

from xintui.commerce.merchants.contracts import STATE_NAMES


class Merchant(models.Model):
    id = models.TextField("商家编号", primary_key=True)
    name = models.TextField("店铺名")
    intro = models.TextField("店铺介绍", default="")
    contact_name = models.TextField("联系人")
    contact_phone = models.TextField("联系电话")
    state = models.TextField("状态", choices=list(STATE_NAMES.items()))
    auto_receipt_days = models.SmallIntegerField("自动确认收货天数", default=10)
    freeze_config = models.TextField("冻结期配置", default="default")
    freight_fen = models.BigIntegerField("运费（分）", default=0)
    free_freight_from_fen = models.BigIntegerField("满额包邮（分，0 为不设）", default=0)
    return_address = models.TextField("退货地址", default="")
    shares_profit = models.BooleanField("参与分账", db_default=False)
    applied_at = models.DateTimeField("申请时间")
    activated_at = models.DateTimeField("开通时间", null=True)

    class Meta:
        db_table = "merchants_merchant"
        verbose_name = verbose_name_plural = "商家"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="merchants_name_unique"),
            models.CheckConstraint(condition=models.Q(freight_fen__gte=0), name="merchants_freight_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class MerchantEvent(models.Model):
    merchant_id = models.TextField("商家")
    verb = models.TextField("操作")
    state = models.TextField("之后状态")
    actor = models.TextField("操作人")
    note = models.TextField("说明", default="")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "merchants_event"
        verbose_name = verbose_name_plural = "商家日志"
        indexes: ClassVar = [models.Index("merchant_id", "id", name="merchants_event_by_merchant")]

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
    legal_name = models.TextField("主体名称", db_default="", default="")
    credit_code = models.TextField("统一社会信用代码", db_default="", default="")
    wanted = models.JSONField("拟经营类目", default=list, db_default=[])
    findings = models.JSONField("待人工审核的原因", default=list, db_default=[])
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


class Invitation(models.Model):
    id = models.TextField("邀请编号", primary_key=True)
    merchant_id = models.TextField("商家")
    login = models.TextField("登录名", default="")
    phone = models.TextField("手机号", default="")
    roles = models.JSONField("角色")
    digest = models.BinaryField("密钥摘要")
    invited_by = models.TextField("邀请人")
    created_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("失效时间")
    accepted_at = models.DateTimeField("接受时间", null=True)
    accepted_by = models.TextField("接受人", default="")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        db_table = "merchants_invitation"
        verbose_name = verbose_name_plural = "员工邀请"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], name="merchants_invitation_secret"),
            models.CheckConstraint(
                condition=models.Q(login="") ^ models.Q(phone=""), name="merchants_invitation_names_one"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None), name="merchants_invitation_one_end"
            ),
        ]
        indexes: ClassVar = [models.Index("merchant_id", "id", name="merchants_invitation_of")]


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

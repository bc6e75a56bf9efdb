"""Consents as they were given and withdrawn, copies that people asked for, wishes to leave, and what the law keeps."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

EXPORT_STATES = [("asked", "准备中"), ("ready", "可下载"), ("failed", "未成功"), ("expired", "已过期")]
ERASURE_STATES = [("cooling", "冷静期"), ("undone", "已撤回"), ("done", "已注销")]
KINDS = [("trade", "交易信息"), ("tax", "涉税信息")]


class Consent(models.Model):
    """One act. What holds is the last one of its purpose."""

    id = models.BigAutoField("编号", primary_key=True)
    user_id = models.TextField("用户")
    purpose = models.TextField("用途")
    version = models.TextField("版本")
    given = models.BooleanField("同意")
    at = models.DateTimeField("时间")
    device_id = models.TextField("设备", default="")
    ip = models.TextField("来源地址", default="")

    class Meta:
        db_table = "privacy_consent"
        verbose_name = verbose_name_plural = "同意记录"
        indexes: ClassVar = [models.Index("user_id", "purpose", "id", name="privacy_consent_of")]


class Export(models.Model):
    """The copy itself is sealed, and gone when its days are over."""

    id = models.TextField("编号", primary_key=True)
    user_id = models.TextField("用户")
    state = models.TextField("状态", choices=EXPORT_STATES)
    asked_at = models.DateTimeField("申请时间")
    ready_at = models.DateTimeField("完成时间", null=True)
    expires_at = models.DateTimeField("过期时间", null=True)
    size = models.IntegerField("字节数", default=0)
    sha256 = models.TextField("文件摘要", default="")
    content = models.BinaryField("内容（加密）", default=b"")
    error = models.TextField("失败原因", default="")

    class Meta:
        db_table = "privacy_export"
        verbose_name = verbose_name_plural = "数据导出"
        indexes: ClassVar = [
            models.Index("user_id", "id", name="privacy_exports_of"),
            models.Index("asked_at", name="privacy_exports_due", condition=Q(state="asked")),
            models.Index("expires_at", name="privacy_exports_end", condition=Q(state="ready")),
        ]


class Erasure(models.Model):
    id = models.TextField("编号", primary_key=True)
    user_id = models.TextField("用户")
    state = models.TextField("状态", choices=ERASURE_STATES)
    asked_at = models.DateTimeField("申请时间")
    due_at = models.DateTimeField("冷静期结束")
    ended_at = models.DateTimeField("完成时间", null=True)
    held = models.TextField("未能注销的原因", default="")

    class Meta:
        db_table = "privacy_erasure"
        verbose_name = verbose_name_plural = "账号注销"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id"], condition=Q(state="cooling"), name="privacy_one_erasure"),
        ]
        indexes: ClassVar = [models.Index("due_at", name="privacy_erasures_due", condition=Q(state="cooling"))]


class Frozen(models.Model):
    """What the law keeps of somebody who has left: sealed, for one duty, until a day."""

    id = models.TextField("编号", primary_key=True)
    user_id = models.TextField("假名")
    kind = models.TextField("种类", choices=KINDS)
    object_id = models.TextField("对象")
    sealed = models.TextField("内容（加密）")
    basis = models.TextField("依据")
    keep_until = models.DateField("保存至")
    frozen_at = models.DateTimeField("冻结时间")

    class Meta:
        db_table = "privacy_frozen"
        verbose_name = verbose_name_plural = "依法冻结"
        indexes: ClassVar = [
            models.Index("user_id", "id", name="privacy_frozen_of"),
            models.Index("keep_until", name="privacy_frozen_end"),
        ]

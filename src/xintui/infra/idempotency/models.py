"""One row per key, person and route, for a day."""

from typing import ClassVar

from django.db import models


class IdempotencyRequest(models.Model):
    id = models.BigAutoField(primary_key=True)
    principal_id = models.CharField("请求人", max_length=32)
    route = models.TextField("接口")
    key = models.CharField("幂等键", max_length=255)
    digest = models.BinaryField("请求摘要")
    held_until = models.DateTimeField("处理期限")
    status = models.SmallIntegerField("状态码", null=True)  # NULL: still being worked on
    body = models.TextField("应答", default="")
    created_at = models.DateTimeField("首次时间")

    class Meta:
        db_table = "idempotency_request"
        verbose_name = verbose_name_plural = "幂等请求"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["principal_id", "route", "key"], name="idempotency_once"),
        ]
        indexes: ClassVar = [models.Index("created_at", name="idempotency_age")]

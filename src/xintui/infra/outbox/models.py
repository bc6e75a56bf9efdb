"""One row per event that is still to be delivered; delivered rows leave in the transaction of their effect."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class OutboxEvent(models.Model):
    id = models.BigAutoField(primary_key=True)
    topic = models.TextField("主题")
    payload = models.JSONField("内容")
    created_at = models.DateTimeField("发生时间", db_default=Now())
    due_at = models.DateTimeField("下次投递", db_default=Now())
    attempts = models.SmallIntegerField("已试次数", db_default=0)
    dead = models.BooleanField("已停止", db_default=False)
    last_error = models.TextField("最近错误", db_default="")

    class Meta:
        db_table = "outbox_event"
        verbose_name = verbose_name_plural = "发件箱事件"
        indexes: ClassVar = [
            models.Index("due_at", "id", name="outbox_due", condition=models.Q(dead=False)),
        ]

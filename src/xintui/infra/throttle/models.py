"""The counters. UNLOGGED: losing them in a crash only forgives the last minute."""

from typing import ClassVar

from django.db import models


class ThrottleBucket(models.Model):
    digest = models.BinaryField("键的摘要", primary_key=True)
    window = models.BigIntegerField("时间窗")
    hits = models.IntegerField("次数")

    class Meta:
        db_table = "throttle_bucket"
        verbose_name = verbose_name_plural = "限流计数"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(hits__gte=1), name="throttle_counts_from_one"),
        ]

"""Who agreed to which version of which text. A fact: it is never changed."""

from typing import ClassVar

from django.db import models


class Acceptance(models.Model):
    id = models.TextField("编号", primary_key=True)
    user_id = models.TextField("用户")
    code = models.TextField("协议")
    version = models.TextField("版本")
    at = models.DateTimeField("同意时间")
    device_id = models.TextField("设备", default="")

    class Meta:
        db_table = "agreements_acceptance"
        verbose_name = verbose_name_plural = "协议同意记录"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "code", "version"], name="agreements_once"),
        ]

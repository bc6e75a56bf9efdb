"""Versions and what was put into force as facts that nothing changes; bands that people gave on appeal."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.deposits.contracts import HOLDER_NAMES, Band

KINDS = [(one.value, says) for one, says in HOLDER_NAMES.items()]
BANDS = [(one.value, one.value) for one in Band]


class Model(models.Model):
    id = models.TextField("模型号", primary_key=True)
    holder_kind = models.TextField("对象", choices=KINDS)
    trained_at = models.DateTimeField("训练时间")
    trained_by = models.TextField("训练人")
    digest = models.TextField("训练数据摘要")
    card = models.JSONField("模型卡")

    class Meta:
        db_table = "bands_model"
        verbose_name = verbose_name_plural = "保证金风险模型"
        indexes: ClassVar = [models.Index("holder_kind", "id", name="bands_model_of_kind")]

    def __str__(self) -> str:
        return self.id


class Adoption(models.Model):
    """The last one of a kind says what judges it."""

    id = models.BigAutoField("序号", primary_key=True)
    holder_kind = models.TextField("对象", choices=KINDS)
    model_id = models.TextField("模型号")
    at = models.DateTimeField("时间")
    by = models.TextField("操作人")
    reason = models.TextField("原因")

    class Meta:
        db_table = "bands_adoption"
        verbose_name = verbose_name_plural = "风险模型启用记录"
        indexes: ClassVar = [models.Index("holder_kind", "id", name="bands_adoption_of_kind")]


class Plea(models.Model):
    """What a holder asks for instead of the band that a machine gave; granted, it holds until a day."""

    id = models.TextField("编号", primary_key=True)
    holder_kind = models.TextField("对象", choices=KINDS)
    holder_id = models.TextField("持有人")
    judged = models.TextField("原档位", choices=BANDS)
    asked = models.TextField("申请档位", choices=BANDS)
    model_id = models.TextField("模型号", db_default="")
    facts = models.JSONField("定档依据")
    asked_at = models.DateTimeField("申请时间")
    granted_at = models.DateTimeField("成立时间", null=True)
    until = models.DateTimeField("有效至", null=True)

    class Meta:
        db_table = "bands_plea"
        verbose_name = verbose_name_plural = "风险档申诉"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(granted_at=None, until=None) | Q(granted_at__isnull=False, until__isnull=False),
                name="bands_granted_has_end",
            )
        ]
        indexes: ClassVar = [models.Index("holder_id", "id", name="bands_plea_of_holder")]

"""One row per case."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.violations.contracts import PENALTY_NAMES, STATE_NAMES, SUBJECT_NAMES


class Case(models.Model):
    id = models.TextField("违规号", primary_key=True)
    subject_kind = models.TextField("主体", choices=[(one.value, says) for one, says in SUBJECT_NAMES.items()])
    subject_id = models.TextField("当事人")
    code = models.TextField("类别")
    title = models.TextField("类别名称")
    evidence = models.TextField("证据")
    ref = models.TextField("相关单号", db_default="")
    key = models.TextField("线索编号", db_default="")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()], db_default="reported"
    )
    times = models.SmallIntegerField("此前次数", db_default=0)
    penalty = models.TextField(
        "处理", choices=[(one.value, says) for one, says in PENALTY_NAMES.items()], db_default=""
    )
    points = models.SmallIntegerField("扣分", db_default=0)
    until = models.DateTimeField("期限", null=True)
    rectified = models.TextField("整改说明", db_default="")
    reported_by = models.TextField("登记人")
    reported_at = models.DateTimeField("登记时间")
    decided_by = models.TextField("核实人", db_default="")
    decided_at = models.DateTimeField("核实时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    reason = models.TextField("核实说明", db_default="")
    version = models.TextField("规则版本")

    class Meta:
        db_table = "violations_case"
        verbose_name = verbose_name_plural = "违规记录"
        constraints: ClassVar = [
            # What a machine noticed is written down once, whatever became of it.
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="violations_noticed_once"),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "dismissed"], penalty="")
                | (~Q(state__in=["reported", "dismissed"]) & ~Q(penalty="")),
                name="violations_penalty_when_confirmed",
            ),
        ]
        indexes: ClassVar = [
            models.Index("subject_id", "id", name="violations_of_subject"),
            models.Index("state", "reported_at", name="violations_by_state"),
        ]

    def __str__(self) -> str:
        return self.id

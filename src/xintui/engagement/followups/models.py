"""Plans that operators write, and the tasks they made."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.engagement.followups.contracts import PLAN_STATE_NAMES, PRIORITY_NAMES, TASK_STATE_NAMES, TRIGGER_NAMES

TRIGGERS = [(one.value, name) for one, name in TRIGGER_NAMES.items()]
PRIORITIES = [(one.value, name) for one, name in PRIORITY_NAMES.items()]
PLAN_STATES = [(one.value, name) for one, name in PLAN_STATE_NAMES.items()]
TASK_STATES = [(one.value, name) for one, name in TASK_STATE_NAMES.items()]


class Plan(models.Model):
    id = models.TextField("方案号", primary_key=True)
    name = models.TextField("名称")
    trigger = models.TextField("时机", choices=TRIGGERS)
    days = models.SmallIntegerField("天数")
    words = models.TextField("文案")
    material_id = models.TextField("素材", default="", blank=True)
    priority = models.TextField("优先级", choices=PRIORITIES)
    valid_days = models.SmallIntegerField("有效期（天）")
    state = models.TextField("状态", choices=PLAN_STATES)
    author_id = models.TextField("编写人")
    created_at = models.DateTimeField("创建时间")
    started_at = models.DateTimeField("启动时间", null=True)
    stopped_at = models.DateTimeField("停止时间", null=True)
    made_on = models.DateField("最近产生日", null=True)

    class Meta:
        db_table = "followups_plan"
        verbose_name = verbose_name_plural = "跟进方案"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days__range=(1, 365)), name="followups_days_in_range"),
            models.CheckConstraint(condition=Q(valid_days__range=(1, 30)), name="followups_valid_in_range"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False, stopped_at=None),
                name="followups_running_has_started",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """Made once for (promoter, plan, customer, purchase): the constraint is what makes the job repeatable."""

    id = models.TextField("任务号", primary_key=True)
    promoter_id = models.TextField("推客")
    plan_id = models.TextField("方案")
    buyer_id = models.TextField("客户")
    order_id = models.TextField("订单")
    product_id = models.TextField("商品")
    occurred_at = models.DateTimeField("缘由时间")
    rank = models.SmallIntegerField("次序")
    state = models.TextField("状态", choices=TASK_STATES, default="open")
    made_at = models.DateTimeField("产生时间")
    expires_at = models.DateTimeField("过期时间")
    acted_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        db_table = "followups_task"
        verbose_name = verbose_name_plural = "跟进任务"
        indexes: ClassVar = [
            models.Index("promoter_id", "rank", "made_at", "id", name="followups_open", condition=Q(state="open")),
            models.Index("promoter_id", "acted_at", "id", name="followups_acted", condition=~Q(state="open")),
            models.Index("buyer_id", "made_at", name="followups_of_customer"),
            models.Index("plan_id", name="followups_of_plan"),
            models.Index("made_at", name="followups_by_time"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["promoter_id", "plan_id", "buyer_id", "order_id"], name="followups_made_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", acted_at=None) | (~Q(state="open") & Q(acted_at__isnull=False)),
                name="followups_acted_has_time",
            ),
        ]

"""One row per case, and one for each thing that a visitor said of a share."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.violations.contracts import PENALTY_NAMES, SHARE_REPORT_NAMES, STATE_NAMES, SUBJECT_NAMES


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


class ShareReport(models.Model):
    """`reporter` is a keyed hash: that the same person said it twice can be told, who it was cannot."""

    id = models.TextField("举报号", primary_key=True)
    promoter_id = models.TextField("推客")
    link_id = models.TextField("分享链接")
    reason = models.TextField("原因代码")
    code = models.TextField("违规类别")
    title = models.TextField("原因")
    words = models.TextField("补充说明", db_default="")
    reporter = models.BinaryField("举报人（摘要）")
    bought = models.BooleanField("买过东西的人")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in SHARE_REPORT_NAMES.items()], db_default="open"
    )
    case_id = models.TextField("违规号", db_default="")
    at = models.DateTimeField("举报时间")

    class Meta:
        db_table = "violations_share_report"
        verbose_name = verbose_name_plural = "分享举报"
        constraints: ClassVar = [
            models.UniqueConstraint("link_id", "reporter", name="violations_share_report_once"),
            models.CheckConstraint(
                condition=Q(state="taken_up") ^ Q(case_id=""), name="violations_share_report_taken_up_has_case"
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "code", "at", name="violations_share_report_of"),
            models.Index("at", name="violations_share_report_at"),
            models.Index("at", name="violations_share_report_open", condition=Q(state="open")),
            models.Index("reporter", name="violations_share_report_by"),
        ]

    def __str__(self) -> str:
        return self.id

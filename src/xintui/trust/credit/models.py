"""Signals as facts that nothing changes; what they sum to by day; the score that follows; the days it moved."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xintui.trust.credit.contracts import SUBJECT_NAMES, WHOLE

SCALES = [("credit", "信用分"), ("service", "服务分"), ("shop", "店铺分")]


class Subject(models.Model):
    """Locked first by whoever adds signals: sums and scores of one subject are written by one hand at a time."""

    id = models.TextField("主体", primary_key=True)
    kind = models.TextField("身份", choices=[(one.value, says) for one, says in SUBJECT_NAMES.items()])
    since = models.DateField("加入日期")

    class Meta:
        db_table = "credit_subject"
        verbose_name = verbose_name_plural = "信用主体"

    def __str__(self) -> str:
        return self.id


class Signal(models.Model):
    id = models.BigAutoField("编号", primary_key=True)
    subject_id = models.TextField("主体")
    key = models.TextField("事由编号")
    indicator = models.TextField("指标")
    day = models.DateField("计入日")
    at = models.DateTimeField("时间")
    good = models.BigIntegerField("计好")
    total = models.BigIntegerField("计数")
    says = models.TextField("说明", db_default="")
    ref = models.TextField("相关单号", db_default="")

    class Meta:
        db_table = "credit_signal"
        verbose_name = verbose_name_plural = "信用记录"
        constraints: ClassVar = [models.UniqueConstraint("subject_id", "key", name="credit_signal_once")]


class Tally(models.Model):
    pk = models.CompositePrimaryKey("subject_id", "indicator", "day")
    subject_id = models.TextField("主体")
    indicator = models.TextField("指标")
    day = models.DateField("计入日")
    good = models.BigIntegerField("计好")
    total = models.BigIntegerField("计数")

    class Meta:
        db_table = "credit_tally"
        verbose_name = verbose_name_plural = "信用日计"


class State(models.Model):
    """The last word of an indicator that is a state: the latest by time, then by key."""

    pk = models.CompositePrimaryKey("subject_id", "indicator")
    subject_id = models.TextField("主体")
    indicator = models.TextField("指标")
    value_bp = models.IntegerField("取值")
    at = models.DateTimeField("时间")
    key = models.TextField("事由编号")

    class Meta:
        db_table = "credit_state"
        verbose_name = verbose_name_plural = "信用状态"


class Score(models.Model):
    pk = models.CompositePrimaryKey("subject_id", "scale")
    subject_id = models.TextField("主体")
    scale = models.TextField("分数", choices=SCALES)
    score = models.SmallIntegerField("得分")
    points = ArrayField(models.SmallIntegerField(), verbose_name="各项得分")
    values_bp = ArrayField(models.SmallIntegerField(), verbose_name="各项取值")
    as_of = models.DateField("计算日")
    version = models.TextField("规则版本")

    class Meta:
        db_table = "credit_score"
        verbose_name = verbose_name_plural = "信用分"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=WHOLE), name="credit_score_range")
        ]


class History(models.Model):
    pk = models.CompositePrimaryKey("subject_id", "scale", "day")
    subject_id = models.TextField("主体")
    scale = models.TextField("分数", choices=SCALES)
    day = models.DateField("日期")
    score = models.SmallIntegerField("得分")

    class Meta:
        db_table = "credit_history"
        verbose_name = verbose_name_plural = "信用分变化"

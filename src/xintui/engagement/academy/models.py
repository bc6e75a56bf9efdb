"""Courses in editions, who read and sat what, certificates; trainings and their seats, whose counters are the limit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xintui.engagement.academy.contracts import (
    BOOKING_NAMES,
    CERTIFICATE_NAMES,
    EDITION_NAMES,
    MODE_NAMES,
    SESSION_NAMES,
    SITTING_NAMES,
)


def _choices(named: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(one), says) for one, says in named.items()]


class Edition(models.Model):
    id = models.TextField("版次号", primary_key=True)
    course_id = models.TextField("课程")
    number = models.IntegerField("版次")
    state = models.TextField("状态", choices=_choices(EDITION_NAMES))
    title = models.TextField("名称")
    summary = models.TextField("简介")
    tags = ArrayField(models.TextField(), verbose_name="标签")
    chapters = models.JSONField("章节")
    questions = models.JSONField("题库")
    draw = models.SmallIntegerField("每次抽题")
    minutes = models.SmallIntegerField("时限（分钟）")
    pass_bp = models.IntegerField("及格线")
    wait_hours = models.SmallIntegerField("未通过后间隔（小时）")
    per_day = models.SmallIntegerField("每日次数")
    valid_months = models.SmallIntegerField("证书有效期（月）")
    author_id = models.TextField("编写人")
    created_at = models.DateTimeField("创建时间")
    published_at = models.DateTimeField("发布时间", null=True)
    ended_at = models.DateTimeField("下线时间", null=True)

    class Meta:
        db_table = "academy_edition"
        verbose_name = verbose_name_plural = "学院课程"
        constraints: ClassVar = [
            models.UniqueConstraint("course_id", "number", name="academy_edition_number_once"),
            models.UniqueConstraint("course_id", condition=Q(state="published"), name="academy_one_published"),
            models.UniqueConstraint("course_id", condition=Q(state="draft"), name="academy_one_draft"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, ended_at=None),
                name="academy_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reading(models.Model):
    pk = models.CompositePrimaryKey("promoter_id", "course_id", "chapter")
    promoter_id = models.TextField("推客")
    course_id = models.TextField("课程")
    chapter = models.TextField("章节")
    read_at = models.DateTimeField("读完时间")

    class Meta:
        db_table = "academy_reading"
        verbose_name = verbose_name_plural = "学习进度"


class Sitting(models.Model):
    """`answers`: question → places of the bank, kept as they are given; the paper follows from `seed`."""

    id = models.TextField("考试号", primary_key=True)
    promoter_id = models.TextField("推客")
    course_id = models.TextField("课程")
    edition_id = models.TextField("版次")
    title = models.TextField("课程名称")
    seed = models.TextField("抽题种子")
    questions = ArrayField(models.TextField(), verbose_name="题目")
    answers = models.JSONField("作答")
    needs = models.SmallIntegerField("及格题数")
    right = models.SmallIntegerField("答对题数", db_default=0)
    state = models.TextField("状态", choices=_choices(SITTING_NAMES))
    regraded = models.BooleanField("申诉改判", db_default=False)
    started_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    ended_at = models.DateTimeField("交卷时间", null=True)

    class Meta:
        db_table = "academy_sitting"
        verbose_name = verbose_name_plural = "考试记录"
        constraints: ClassVar = [
            # Two taps at once make one sitting.
            models.UniqueConstraint("promoter_id", "course_id", condition=Q(state="open"), name="academy_one_sitting"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="academy_over_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "course_id", "id", name="academy_sitting_of"),
            models.Index("due_at", name="academy_sitting_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.id


class Day(models.Model):
    """How often somebody has sat a course's exam on a day: the limit itself."""

    pk = models.CompositePrimaryKey("promoter_id", "course_id", "day")
    promoter_id = models.TextField("推客")
    course_id = models.TextField("课程")
    day = models.DateField("日期")
    sat = models.SmallIntegerField("次数", db_default=0)
    most = models.SmallIntegerField("上限")

    class Meta:
        db_table = "academy_day"
        verbose_name = verbose_name_plural = "每日考试次数"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sat__gte=0, sat__lte=F("most")), name="academy_day_within")
        ]


class Certificate(models.Model):
    id = models.TextField("证书号", primary_key=True)
    number = models.TextField("证书编号", unique=True)
    promoter_id = models.TextField("推客")
    course_id = models.TextField("课程")
    title = models.TextField("课程名称")
    edition = models.IntegerField("版次")
    sitting_id = models.TextField("考试", unique=True)
    state = models.TextField("状态", choices=_choices(CERTIFICATE_NAMES))
    issued_at = models.DateTimeField("颁发时间")
    expires_at = models.DateTimeField("有效期至")
    ended_at = models.DateTimeField("失效时间", null=True)
    reason = models.TextField("失效原因", db_default="")
    reminded = models.BooleanField("已提醒到期", db_default=False)

    class Meta:
        db_table = "academy_certificate"
        verbose_name = verbose_name_plural = "学院证书"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "promoter_id", "course_id", condition=Q(state="valid"), name="academy_one_certificate"
            ),
            models.CheckConstraint(
                condition=Q(state="valid", ended_at=None) | (~Q(state="valid") & Q(ended_at__isnull=False)),
                name="academy_ended_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "id", name="academy_certificate_of"),
            models.Index("expires_at", name="academy_certificate_due", condition=Q(state="valid")),
        ]

    def __str__(self) -> str:
        return self.number


class Requirement(models.Model):
    category = models.TextField("类目", primary_key=True)
    course_id = models.TextField("课程")
    since = models.DateField("起始日")
    set_by = models.TextField("设置人")
    set_at = models.DateTimeField("设置时间")
    reason = models.TextField("原因")

    class Meta:
        db_table = "academy_requirement"
        verbose_name = verbose_name_plural = "类目考试要求"

    def __str__(self) -> str:
        return self.category


class Session(models.Model):
    """`reserved` is what is still kept: when the hold is over, what nobody took goes to everybody."""

    id = models.TextField("场次号", primary_key=True)
    title = models.TextField("名称")
    says = models.TextField("说明", db_default="")
    mode = models.TextField("形式", choices=_choices(MODE_NAMES))
    place = models.TextField("地点或链接")
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    hold_until = models.DateTimeField("预留至")
    seats = models.IntegerField("名额")
    reserved = models.IntegerField("预留名额")
    taken = models.IntegerField("普通已约", db_default=0)
    kept_taken = models.IntegerField("预留已约", db_default=0)
    state = models.TextField("状态", choices=_choices(SESSION_NAMES))
    reason = models.TextField("取消原因", db_default="")
    created_by = models.TextField("创建人")
    created_at = models.DateTimeField("创建时间")

    class Meta:
        db_table = "academy_session"
        verbose_name = verbose_name_plural = "培训场次"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("seats") - F("reserved")), name="academy_seats_within"
            ),
            models.CheckConstraint(
                condition=Q(kept_taken__gte=0, kept_taken__lte=F("reserved")), name="academy_reserved_within"
            ),
        ]
        indexes: ClassVar = [models.Index("starts_at", "id", name="academy_session_by_start")]

    def __str__(self) -> str:
        return self.title


class Booking(models.Model):
    id = models.TextField("预约号", primary_key=True)
    session_id = models.TextField("场次")
    promoter_id = models.TextField("推客")
    reserved = models.BooleanField("预留名额")
    state = models.TextField("状态", choices=_choices(BOOKING_NAMES))
    booked_at = models.DateTimeField("预约时间")
    ended_at = models.DateTimeField("取消或登记时间", null=True)

    class Meta:
        db_table = "academy_booking"
        verbose_name = verbose_name_plural = "培训预约"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "session_id", "promoter_id", condition=~Q(state="cancelled"), name="academy_one_booking"
            ),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at=None) | (~Q(state="booked") & Q(ended_at__isnull=False)),
                name="academy_booking_ended_has_time",
            ),
        ]
        indexes: ClassVar = [models.Index("promoter_id", "id", name="academy_booking_of")]

    def __str__(self) -> str:
        return self.id


class Month(models.Model):
    """How many reserved seats somebody has in a month's trainings: the row refuses one too many."""

    pk = models.CompositePrimaryKey("promoter_id", "month")
    promoter_id = models.TextField("推客")
    month = models.DateField("月份")
    used = models.SmallIntegerField("已用", db_default=0)
    most = models.SmallIntegerField("上限")

    class Meta:
        db_table = "academy_month"
        verbose_name = verbose_name_plural = "每月预留名额"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("most")), name="academy_month_within")
        ]

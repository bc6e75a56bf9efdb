"""Messages of people and shops, what people prefer, what they allowed WeChat to send, and what was sent."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.engagement.notifications.contracts import CHANNEL_NAMES, SENDING_NAMES

CHANNELS = [(one.value, name) for one, name in CHANNEL_NAMES.items()]
STATES = [(one.value, name) for one, name in SENDING_NAMES.items()]


class Message(models.Model):
    """One thing one person is told; `key` names the fact, so that hearing of it twice tells it once."""

    id = models.TextField("消息号", primary_key=True)
    user_id = models.TextField("用户")
    key = models.TextField("业务键")
    code = models.TextField("模板")
    topic = models.TextField("类别")
    title = models.TextField("标题")
    words = models.TextField("内容")
    page = models.TextField("去处")
    listed = models.BooleanField("站内可见", default=True)
    made_at = models.DateTimeField("时间")
    shown_at = models.DateTimeField("展示时间", null=True)
    read_at = models.DateTimeField("已读时间", null=True)
    opened_at = models.DateTimeField("打开时间", null=True)
    opened_by = models.TextField("打开渠道", default="", choices=CHANNELS)

    class Meta:
        db_table = "notifications_message"
        verbose_name = verbose_name_plural = "消息"
        indexes: ClassVar = [
            models.Index("user_id", "topic", "id", name="notifications_by_topic"),
            models.Index("made_at", name="notifications_by_time"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "key"], name="notifications_told_once"),
        ]


class Inbox(models.Model):
    """How many listed messages a person has not read: asked for on every page, so it is counted, not searched."""

    id = models.TextField("用户", primary_key=True, db_column="user_id")
    unread = models.IntegerField("未读", default=0)
    quiet_start = models.SmallIntegerField("免打扰开始（分钟）", null=True)
    quiet_end = models.SmallIntegerField("免打扰结束（分钟）", null=True)

    class Meta:
        db_table = "notifications_inbox"
        verbose_name = verbose_name_plural = "收件箱"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unread__gte=0), name="notifications_unread_not_negative"),
            models.CheckConstraint(
                condition=Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | Q(quiet_start__range=(0, 1439), quiet_end__range=(0, 1439)),
                name="notifications_quiet_within_a_day",
            ),
        ]


class Preference(models.Model):
    """Kept only where a person has decided; without a row a topic is on."""

    pk = models.CompositePrimaryKey("user_id", "topic", "channel")
    user_id = models.TextField("用户")
    topic = models.TextField("类别")
    channel = models.TextField("渠道", choices=CHANNELS)
    on = models.BooleanField("开启")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        db_table = "notifications_preference"
        verbose_name = verbose_name_plural = "通知偏好"


class Consent(models.Model):
    """One tap in WeChat allows one message; `left` is what has been allowed and not yet used."""

    pk = models.CompositePrimaryKey("user_id", "code")
    user_id = models.TextField("用户")
    code = models.TextField("模板")
    left = models.IntegerField("剩余次数", default=0)
    granted = models.IntegerField("累计允许", default=0)
    declined = models.IntegerField("累计拒绝", default=0)
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        db_table = "notifications_consent"
        verbose_name = verbose_name_plural = "订阅授权"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(left__gte=0, declined__gte=0, granted__gte=F("left")), name="notifications_consent_counted"
            ),
        ]


class Delivery(models.Model):
    """The instruction to send one message by WeChat. It is sent at most once."""

    id = models.TextField("消息号", primary_key=True)
    user_id = models.TextField("用户")
    code = models.TextField("模板")
    data = models.JSONField("字段")
    state = models.TextField("状态", choices=STATES)
    not_before = models.DateTimeField("最早发送")
    expires_at = models.DateTimeField("过期时间")
    attempts = models.SmallIntegerField("已试次数", default=0)
    lease_until = models.DateTimeField("占用至", null=True)
    errcode = models.IntegerField("微信错误码", null=True)
    msgid = models.TextField("微信消息号", default="")
    made_at = models.DateTimeField("时间")
    settled_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        db_table = "notifications_delivery"
        verbose_name = verbose_name_plural = "微信订阅消息"
        indexes: ClassVar = [
            models.Index("not_before", name="notifications_due", condition=Q(state="waiting")),
            models.Index("lease_until", name="notifications_leased", condition=Q(state="sending")),
            models.Index("made_at", name="notifications_sent_by_time"),
        ]


class ShopMessage(models.Model):
    """One thing the staff of a shop are told; the first who reads it has read it for all."""

    id = models.TextField("消息号", primary_key=True)
    merchant_id = models.TextField("商家")
    key = models.TextField("业务键")
    code = models.TextField("模板")
    title = models.TextField("标题")
    words = models.TextField("内容")
    object_id = models.TextField("对象")
    made_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)
    read_by = models.TextField("已读人", default="")

    class Meta:
        db_table = "notifications_shop"
        verbose_name = verbose_name_plural = "店铺消息"
        indexes: ClassVar = [
            models.Index("merchant_id", "id", name="notifications_shop_unread", condition=Q(read_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "key"], name="notifications_shop_told_once"),
        ]


class Tally(models.Model):
    """What became of a day's messages of one template; counted again while people may still open them."""

    id = models.TextField("编号", primary_key=True)
    day = models.DateField("日期")
    code = models.TextField("模板")
    made = models.IntegerField("产生", default=0)
    shown = models.IntegerField("展示", default=0)
    opened = models.IntegerField("打开", default=0)
    opened_there = models.IntegerField("从微信打开", default=0)
    sent = models.IntegerField("微信已发", default=0)
    refused = models.IntegerField("微信未授权", default=0)
    failed = models.IntegerField("微信拒绝", default=0)
    unknown = models.IntegerField("微信结果不明", default=0)

    class Meta:
        db_table = "notifications_tally"
        verbose_name = verbose_name_plural = "打开率"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "code"], name="notifications_tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} 的打开率"


class Watch(models.Model):
    """How far a sweep has told people of what needs no event."""

    id = models.TextField("名称", primary_key=True)
    until = models.DateTimeField("已到时间", null=True)
    epoch = models.BigIntegerField("已到批次", default=-1)
    after = models.TextField("批次内已到", default="")

    class Meta:
        db_table = "notifications_watch"
        verbose_name = verbose_name_plural = "提醒进度"

"""What other modules may know about notifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class Channel(StrEnum):
    """Where a message appears."""

    IN_APP = "in_app"
    WECHAT = "wechat"


CHANNEL_NAMES: Mapping[Channel, str] = {Channel.IN_APP: "站内消息", Channel.WECHAT: "微信订阅消息"}


class Audience(StrEnum):
    """To whom a template speaks."""

    BUYER = "buyer"
    PROMOTER = "promoter"
    SHOP = "shop"


class Sending(StrEnum):
    """Where a WeChat message stands. `unknown`: no answer came, so it is never sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    DROPPED = "dropped"


SENDING_NAMES: Mapping[Sending, str] = {
    Sending.WAITING: "等待发送",
    Sending.SENDING: "发送中",
    Sending.SENT: "已发送",
    Sending.REFUSED: "用户未授权",
    Sending.FAILED: "被微信拒绝",
    Sending.UNKNOWN: "结果不明",
    Sending.EXPIRED: "过期未发",
    Sending.DROPPED: "已不需发送",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a person may turn on and off. `required`: the app shows these whatever they prefer."""

    code: str
    name: str
    says: str
    required: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Template:
    """Title and words with named facts in braces; `wechat` maps the fields of a subscribe message to such words."""

    code: str
    audience: Audience
    topic: str
    title: str
    words: str
    page: str
    wechat: Mapping[str, str]
    valid_from: date


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told. `key` names the business fact: the same person is told of it once."""

    to: str
    code: str
    key: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """What a person finds in the app; `page` is where it leads."""

    id: str
    code: str
    topic: str
    title: str
    words: str
    page: str
    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """What the staff of a shop find: one for all of them."""

    id: str
    code: str
    title: str
    words: str
    object_id: str
    made_at: datetime
    read_at: datetime | None
    read_by: str


@dataclass(frozen=True, slots=True)
class Preference:
    """A topic on a channel; `fixed`: not to be turned off."""

    topic: Topic
    channel: Channel
    on: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Quiet:
    """Minutes after midnight in Shanghai; `start` equal to `end` means never quiet."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has chosen."""

    preferences: tuple[Preference, ...]
    quiet: Quiet
    own_quiet: bool
    """Whether the quiet hours are the person's own and not the platform's."""


@dataclass(frozen=True, slots=True)
class Askable:
    """A message that WeChat may be asked permission for; `left`: how many more the person has allowed."""

    code: str
    template_id: str
    title: str
    left: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What became of a template's messages in a stretch of days."""

    code: str
    title: str
    made: int
    shown: int
    opened: int
    sent: int
    refused: int
    failed: int
    unknown: int
    opened_there: int
    """Opened from the WeChat message itself."""


@dataclass(eq=False)
class MessageNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "notifications.not_found"
    says: ClassVar[str] = "没有找到这条消息"

    message_id: str


@dataclass(eq=False)
class UnknownTopic(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "notifications.unknown_topic"
    says: ClassVar[str] = "没有这类消息"

    topic: str


@dataclass(eq=False)
class TopicRequired(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "notifications.topic_required"
    says: ClassVar[str] = "“{name}”是履行订单或法律要求的服务消息，站内不能关闭"

    name: str

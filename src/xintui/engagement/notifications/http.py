"""Messages for the person who is told, for the staff of a shop, and for the platform that counts."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xintui.engagement.notifications import facade
from xintui.engagement.notifications.contracts import Askable, Channel, Message, Quiet, Rate, Settings, ShopMessage
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role
from xintui.infra import clock
from xintui.infra.http import Id, In, Out, PageIn, PageOut, Query, Text
from xintui.infra.paging import Page
from xintui.kernel.times import accounting_date

router = Router(tags=["通知"])
READERS = (Role.OPERATOR, Role.AUDITOR)
Clock = Annotated[Text, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
TopicCode = Annotated[Text, Field(pattern=r"^[a-z_]{0,24}$")]


class MessageOut(Out):
    """`page` leads to what the message is about."""

    id: str
    code: str
    topic: str
    title: str
    words: str
    page: str
    made_at: datetime
    read_at: datetime | None


class UnreadOut(Out):
    unread: int


class TopicOut(Out):
    code: str
    name: str
    says: str
    required: bool
    basis: str


class PreferenceOut(Out):
    topic: TopicOut
    channel: Channel
    on: bool
    fixed: bool


class SettingsOut(Out):
    """`quiet_from`, `quiet_to`: when WeChat messages wait; equal means never."""

    items: list[PreferenceOut]
    quiet_from: str
    quiet_to: str
    own_quiet: bool


class AskableOut(Out):
    code: str
    template_id: str
    title: str
    left: int


class AskablesOut(Out):
    items: list[AskableOut]


class AllowedOut(Out):
    allowed: int


class ShopMessageOut(Out):
    id: str
    code: str
    title: str
    words: str
    object_id: str
    made_at: datetime
    read_at: datetime | None
    read_by: str


class RateOut(Out):
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


class RatesOut(Out):
    items: list[RateOut]


class MineIn(PageIn):
    topic: TopicCode = ""
    unread: bool = False


class ShopIn(PageIn):
    unread: bool = False


class ShownIn(In):
    ids: Annotated[list[Id], Field(min_length=1, max_length=100)]


class OpenIn(In):
    via: Channel = Channel.IN_APP


class ReadAllIn(In):
    topic: TopicCode = ""


class PreferIn(In):
    topic: TopicCode
    channel: Channel
    on: bool


class QuietIn(In):
    """Both empty: the platform's hours again."""

    quiet_from: Clock | Literal[""] = ""
    quiet_to: Clock | Literal[""] = ""


class MomentIn(In):
    moment: Literal["paid", "withdrawn"]


class AllowIn(In):
    """What `wx.requestSubscribeMessage` answered, by template id."""

    answers: Annotated[
        dict[Annotated[Text, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")], Literal["accept", "reject", "ban", "filter"]],
        Field(max_length=5),
    ]


class RatesIn(In):
    since: date | None = None
    until: date | None = None


def person(request: HttpRequest) -> Principal:
    """Somebody as the person they are: a shop's token reads the shop's messages."""
    who = identity.require(request.principal)  # type: ignore[attr-defined]
    if who.merchant_id is not None:
        raise NotAllowed
    return who


def paged(found: Page[Any]) -> dict[str, Any]:
    return {"items": list(found.items), "next": found.next}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(clock_text: str) -> int:
    return int(clock_text[:2]) * 60 + int(clock_text[3:])


def _settings(found: Settings) -> dict[str, Any]:
    return {
        "items": list(found.preferences),
        "quiet_from": _clock(found.quiet.start),
        "quiet_to": _clock(found.quiet.end),
        "own_quiet": found.own_quiet,
    }


@router.get("/messages", response=PageOut[MessageOut])
def mine(request: HttpRequest, query: Query[MineIn]) -> dict[str, Any]:
    """我的消息, newest first."""
    who = person(request)
    return paged(
        facade.mine(who.user_id, topic=query.topic, unread_only=query.unread, after=query.after, limit=query.limit)
    )


@router.get("/messages/unread", response=UnreadOut)
def unread(request: HttpRequest) -> dict[str, int]:
    """未读数: one counter, however many messages there are."""
    return {"unread": facade.unread(person(request).user_id)}


@router.post("/messages/shown", response=UnreadOut)
def shown(request: HttpRequest, body: ShownIn) -> dict[str, int]:
    """These were on the screen."""
    who = person(request)
    facade.shown(who.user_id, body.ids, now=clock.now())
    return {"unread": facade.unread(who.user_id)}


@router.post("/messages/read", response=UnreadOut)
def read_all(request: HttpRequest, body: ReadAllIn) -> dict[str, int]:
    """全部已读."""
    return {"unread": facade.read_all(person(request).user_id, topic=body.topic, now=clock.now())}


@router.post("/messages/{message_id}/open", response=MessageOut)
def open_message(request: HttpRequest, message_id: Id, body: OpenIn) -> Message:
    """Read, and followed to where it leads."""
    return facade.open_message(person(request).user_id, message_id, via=body.via, now=clock.now())


@router.get("/messages/settings", response=SettingsOut)
def settings(request: HttpRequest) -> dict[str, Any]:
    """通知设置: by topic and channel, and the quiet hours."""
    return _settings(facade.settings(person(request).user_id, now=clock.now()))


@router.put("/messages/settings", response=SettingsOut)
def prefer(request: HttpRequest, body: PreferIn) -> dict[str, Any]:
    """Turn a topic on or off on a channel."""
    who = person(request)
    return _settings(facade.prefer(who.user_id, body.topic, body.channel, on=body.on, now=clock.now()))


@router.put("/messages/quiet", response=SettingsOut)
def keep_quiet(request: HttpRequest, body: QuietIn) -> dict[str, Any]:
    """免打扰时段."""
    who = person(request)
    own = Quiet(_minute(body.quiet_from), _minute(body.quiet_to)) if body.quiet_from and body.quiet_to else None
    return _settings(facade.keep_quiet(who.user_id, own, now=clock.now()))


@router.get("/messages/askable", response=AskablesOut)
def askable(request: HttpRequest, query: Query[MomentIn]) -> dict[str, tuple[Askable, ...]]:
    """Which subscribe messages the mini-program should ask permission for now."""
    return {"items": facade.askable(person(request).user_id, query.moment, now=clock.now())}


@router.post("/messages/allow", response=AllowedOut)
def allow(request: HttpRequest, body: AllowIn) -> dict[str, int]:
    """What the person answered: one "accept" is one message."""
    answers = {template_id: said == "accept" for template_id, said in body.answers.items()}
    device: str = request.device_id  # type: ignore[attr-defined]
    return {"allowed": facade.allow(person(request).user_id, answers, device_id=device, now=clock.now())}


@router.get("/shop/messages", response=PageOut[ShopMessageOut])
def of_shop(request: HttpRequest, query: Query[ShopIn]) -> dict[str, Any]:
    """店铺消息."""
    _, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return paged(facade.of_shop(merchant_id, unread_only=query.unread, after=query.after, limit=query.limit))


@router.post("/shop/messages/read", response=UnreadOut)
def shop_read_all(request: HttpRequest) -> dict[str, int]:
    """全部已读."""
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    facade.shop_read_all(merchant_id=merchant_id, by=who, now=clock.now())
    return {"unread": facade.shop_unread(merchant_id)}


@router.post("/shop/messages/{shop_message_id}/read", response=ShopMessageOut)
def shop_read(request: HttpRequest, shop_message_id: Id) -> ShopMessage:
    """One of the staff has seen to it."""
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    return facade.shop_read(shop_message_id, merchant_id=merchant_id, by=who, now=clock.now())


@router.get("/ops/messages/rates", response=RatesOut)
def rates(request: HttpRequest, query: Query[RatesIn]) -> dict[str, tuple[Rate, ...]]:
    """打开率, by template; without days the last thirty."""
    identity.require(request.principal, *READERS)  # type: ignore[attr-defined]
    until = query.until or accounting_date(clock.now())
    return {"items": facade.rates(query.since or until - timedelta(days=29), until)}

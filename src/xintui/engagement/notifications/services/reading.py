"""Reading one's messages, saying what one wants to be told, and what WeChat may send."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from xintui.engagement.notifications import queries, tables
from xintui.engagement.notifications.contracts import (
    Channel,
    Message,
    MessageNotFound,
    Quiet,
    Settings,
    ShopMessage,
    TopicRequired,
    UnknownTopic,
)
from xintui.engagement.notifications.models import Consent, Delivery, Inbox, Preference
from xintui.engagement.notifications.models import Message as Row
from xintui.engagement.notifications.models import ShopMessage as ShopRow
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import sql
from xintui.trust.privacy import facade as privacy
from xintui.trust.privacy.contracts import ConsentWithdrawn

HOME = "xintui.engagement.notifications"
WECHAT = "wechat_message"
"""The purpose under which a message's words are given to WeChat."""


@transaction.atomic
def shown(user_id: str, message_ids: Sequence[str], *, now: datetime) -> int:
    """These were on the person's screen; how many for the first time."""
    return Row.objects.filter(user_id=user_id, id__in=list(message_ids), shown_at=None).update(shown_at=now)


@transaction.atomic
def open_message(user_id: str, message_id: str, *, via: Channel, now: datetime) -> Message:
    """The person followed it to where it leads; from then on it is read. Raises `MessageNotFound`."""
    row = Row.objects.select_for_update().filter(user_id=user_id, id=message_id).first()
    if row is None:
        raise MessageNotFound(message_id)
    was_unread = row.read_at is None
    row.shown_at, row.read_at = row.shown_at or now, row.read_at or now
    if row.opened_at is None:
        row.opened_at, row.opened_by = now, via.value
    row.save(update_fields=["shown_at", "read_at", "opened_at", "opened_by"])
    if was_unread and row.listed:
        Inbox.objects.filter(id=user_id).update(unread=F("unread") - 1)
    return queries.contract(row)


@transaction.atomic
def read_all(user_id: str, *, topic: str = "", now: datetime) -> int:
    """Everything unread, or that of one topic; how many are still unread. Raises `UnknownTopic`."""
    if topic and topic not in tables.topics():
        raise UnknownTopic(topic)
    sql.run(HOME, "read_all", {"user_id": user_id, "topic": topic, "now": now})
    return queries.unread(user_id)


@transaction.atomic
def prefer(user_id: str, topic: str, channel: Channel, *, on: bool, now: datetime) -> Settings:
    """Turn a topic on or off on a channel. Raises `UnknownTopic`, `TopicRequired`."""
    found = tables.topics().get(topic)
    if found is None:
        raise UnknownTopic(topic)
    if found.required and channel is Channel.IN_APP and not on:
        raise TopicRequired(found.name)
    row = {"on": on, "changed_at": now}
    Preference.objects.update_or_create(user_id=user_id, topic=topic, channel=channel.value, defaults=row)
    return queries.settings(user_id, now=now)


@transaction.atomic
def keep_quiet(user_id: str, quiet: Quiet | None, *, now: datetime) -> Settings:
    """One's own quiet hours; None: those of the platform again."""
    hours = {"quiet_start": quiet.start if quiet else None, "quiet_end": quiet.end if quiet else None}
    Inbox.objects.update_or_create(id=user_id, defaults=hours)
    return queries.settings(user_id, now=now)


@transaction.atomic
def allow(user_id: str, answers: dict[str, bool], *, device_id: str = "", now: datetime) -> int:
    """What the person answered WeChat's question with, by template id; those that are not ours are left out."""
    codes = {template_id: code for code, template_id in tables.template_ids().items()}
    known = {codes[template_id]: allowed for template_id, allowed in answers.items() if template_id in codes}
    if known:
        row = {"user_id": user_id, "codes": list(known), "allowed": list(known.values()), "now": now}
        sql.run(HOME, "allow", row)
        if any(known.values()):
            privacy.decide(user_id, WECHAT, given=True, device_id=device_id, now=now)
    return sum(known.values())


@transaction.atomic
def shop_read(message_id: str, *, merchant_id: str, by: Principal, now: datetime) -> ShopMessage:
    """One of the staff has seen to it; that stands in the trail. Raises `MessageNotFound`."""
    row = ShopRow.objects.select_for_update().filter(id=message_id, merchant_id=merchant_id).first()
    if row is None:
        raise MessageNotFound(message_id)
    if row.read_at is None:
        row.read_at, row.read_by = now, by.user_id
        row.save(update_fields=["read_at", "read_by"])
        identity.audit(by, "notifications.shop_read", ("shop_message", row.id), {"read": False}, {"read": True})
    return queries.shop_contract(row)


@transaction.atomic
def shop_read_all(*, merchant_id: str, by: Principal, now: datetime) -> int:
    """Everything the shop had not read; how many."""
    unread = ShopRow.objects.filter(merchant_id=merchant_id, read_at=None)
    count = unread.update(read_at=now, read_by=by.user_id)
    if count:
        identity.audit(by, "notifications.shop_read_all", ("merchant", merchant_id), {"unread": count}, {"unread": 0})
    return count


@transaction.atomic
def stop_wechat(events: Sequence[ConsentWithdrawn]) -> int:
    """Handler: whoever withdraws gets no WeChat message any more, whatever they allowed before."""
    users = [one.user_id for one in events if one.purpose == WECHAT]
    Consent.objects.filter(user_id__in=users).update(left=0)
    return Delivery.objects.filter(user_id__in=users, state="waiting").update(state="dropped")


@transaction.atomic
def forget(user_id: str) -> None:
    """Everything somebody who has left was told, chose and allowed."""
    for table in (Delivery, Row, Consent, Preference):
        table.objects.filter(user_id=user_id).delete()
    Inbox.objects.filter(id=user_id).delete()

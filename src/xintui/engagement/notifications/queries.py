"""Reading: a person's messages and choices, a shop's, and what became of them all."""

from datetime import date, datetime

from xintui.engagement.notifications import tables
from xintui.engagement.notifications.contracts import (
    Askable,
    Channel,
    Message,
    Preference,
    Quiet,
    Rate,
    Settings,
    ShopMessage,
)
from xintui.engagement.notifications.models import Consent, Inbox
from xintui.engagement.notifications.models import Message as Row
from xintui.engagement.notifications.models import Preference as PreferenceRow
from xintui.engagement.notifications.models import ShopMessage as ShopRow
from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date

HOME = "xintui.engagement.notifications"


def mine(
    user_id: str, *, topic: str = "", unread_only: bool = False, after: str = "", limit: int = 20
) -> Page[Message]:
    """A person's messages, newest first."""
    rows = Row.objects.filter(user_id=user_id, listed=True)
    rows = rows.filter(topic=topic) if topic else rows
    rows = rows.filter(read_at=None) if unread_only else rows
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def unread(user_id: str) -> int:
    """From the counter: no message is read."""
    return Inbox.objects.filter(id=user_id).values_list("unread", flat=True).first() or 0


def settings(user_id: str, *, now: datetime) -> Settings:
    """What the person has chosen, and what holds where they have not."""
    chosen = {(row.topic, row.channel): row.on for row in PreferenceRow.objects.filter(user_id=user_id)}
    own = Inbox.objects.filter(id=user_id).exclude(quiet_start=None).first()
    default = tables.policy(accounting_date(now)).quiet
    by_wechat = {one.topic for one in tables.templates(accounting_date(now)).values() if one.wechat}
    found = [
        Preference(
            topic=topic,
            channel=channel,
            on=chosen.get((topic.code, channel.value), True),
            fixed=topic.required and channel is Channel.IN_APP,
        )
        for topic in tables.topics().values()
        for channel in Channel
        if channel is Channel.IN_APP or topic.code in by_wechat
    ]
    quiet = Quiet(own.quiet_start or 0, own.quiet_end or 0) if own else default
    return Settings(tuple(found), quiet, own is not None)


def askable(user_id: str, moment: str, *, now: datetime) -> tuple[Askable, ...]:
    """What WeChat should be asked to allow at this moment; nothing where the installation has no templates."""
    ids, words = tables.template_ids(), tables.templates(accounting_date(now))
    codes = [code for code in tables.MOMENTS.get(moment, ()) if code in ids]
    left = dict(Consent.objects.filter(user_id=user_id, code__in=codes).values_list("code", "left"))
    return tuple(Askable(code, ids[code], _plain(words[code].title), left.get(code, 0)) for code in codes)


def _plain(title: str) -> str:
    """A title without the amounts that stand in it."""
    return title.replace("¥{amount} ", "").replace(" ¥{amount}", "").replace(" −¥{amount}", "")


def of_shop(merchant_id: str, *, unread_only: bool = False, after: str = "", limit: int = 20) -> Page[ShopMessage]:
    """A shop's messages, newest first."""
    rows = ShopRow.objects.filter(merchant_id=merchant_id)
    rows = rows.filter(read_at=None) if unread_only else rows
    return page(rows, shop_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def shop_unread(merchant_id: str) -> int:
    """How many nobody of the shop has read; beyond 1,000 it is told as 1,000."""
    return ShopRow.objects.filter(merchant_id=merchant_id, read_at=None)[:1000].count()


def rates(since: date, until: date) -> tuple[Rate, ...]:
    """By template, the most frequent first."""
    words = tables.templates(until)
    rows = sql.rows(HOME, "rates", {"since": since, "until": until})
    return tuple(Rate(title=_plain(words[row["code"]].title) if row["code"] in words else "", **row) for row in rows)


def contract(row: Row) -> Message:
    return Message(row.id, row.code, row.topic, row.title, row.words, row.page, row.made_at, row.read_at)


def shop_contract(row: ShopRow) -> ShopMessage:
    return ShopMessage(row.id, row.code, row.title, row.words, row.object_id, row.made_at, row.read_at, row.read_by)

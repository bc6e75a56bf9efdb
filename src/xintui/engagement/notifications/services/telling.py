"""Telling: many people of many things in one statement, each of each thing once."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.engagement.notifications import rules, tables
from xintui.engagement.notifications.contracts import Audience, Channel, Notice, Quiet, Template
from xintui.engagement.notifications.models import Inbox, Preference
from xintui.infra import sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

HOME = "xintui.engagement.notifications"
COLUMNS = ("ids", "users", "keys", "codes", "topics", "titles", "words", "pages", "listed", "data", "loud_from")


@transaction.atomic
def tell(notices: Sequence[Notice], *, now: datetime) -> int:
    """Tell people, as they prefer it; how many messages are new. The same key tells the same person once."""
    words = tables.templates(accounting_date(now))
    people = [one for one in notices if one.to and words[one.code].audience is not Audience.SHOP]
    if not people:
        return 0
    off = _turned_off({one.to for one in people})
    policy = tables.policy(accounting_date(now))
    quiet = _quiet({one.to for one in people})
    rows = [
        (number, one.to, f"{one.code}/{one.key}", one.code, *said, rules.loud_from(now, hours))
        for number, one in zip(_numbers("msg", people), people, strict=True)
        if (said := _said(words[one.code], one, off)) and (hours := quiet.get(one.to, policy.quiet))
    ]
    if not rows:
        return 0
    columns = {name: [row[n] for row in rows] for n, name in enumerate(COLUMNS)}
    made = sql.one(HOME, "post", {**columns, "now": now, "expires_at": now + policy.life})
    return int(made["made"]) if made else 0


def _said(template: Template, one: Notice, off: set[tuple[str, str, str]]) -> tuple[object, ...] | None:
    """What is written down, and where it may appear; nothing where the person wants it nowhere."""
    topic = tables.topics()[template.topic]
    listed = topic.required or (one.to, topic.code, Channel.IN_APP.value) not in off
    wechat = bool(template.wechat) and (one.to, topic.code, Channel.WECHAT.value) not in off
    if not listed and not wechat:
        return None
    data = rules.wechat_data(template, one.facts) if wechat else {}
    texts = (rules.fill(text, one.facts) for text in (template.title, template.words, template.page))
    return (topic.code, *texts, listed, json.dumps(data, ensure_ascii=False))


@transaction.atomic
def tell_shops(notices: Sequence[Notice], *, now: datetime) -> int:
    """Tell the staff of shops (`to` is the merchant); how many are new."""
    if not notices:
        return 0
    words = tables.templates(accounting_date(now))
    rows = [
        (
            number,
            one.to,
            f"{one.code}/{one.key}",
            one.code,
            rules.fill(words[one.code].title, one.facts),
            rules.fill(words[one.code].words, one.facts),
            rules.fill(words[one.code].page, one.facts),
        )
        for number, one in zip(_numbers("smg", notices), notices, strict=True)
    ]
    names = ("ids", "merchants", "keys", "codes", "titles", "words", "objects")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    return sql.run(HOME, "post_shop", {**columns, "now": now})


def _turned_off(users: set[str]) -> set[tuple[str, str, str]]:
    found = Preference.objects.filter(user_id__in=users, on=False)
    return set(found.values_list("user_id", "topic", "channel"))


def _quiet(users: set[str]) -> dict[str, Quiet]:
    found = Inbox.objects.filter(id__in=users).exclude(quiet_start=None)
    return {row.id: Quiet(row.quiet_start or 0, row.quiet_end or 0) for row in found}


def _numbers(prefix: str, notices: Sequence[Notice]) -> list[str]:
    """One id each, in their order: lists are sorted by id, and many are made within one millisecond."""
    return sorted(new_id(prefix) for _ in notices)

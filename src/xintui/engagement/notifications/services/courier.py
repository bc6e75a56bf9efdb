"""The courier to WeChat: take (committed) → send (no transaction) → record. A message goes out at most once.

An answer that does not come is no failure: the message may be on the person's phone already, so it is never repeated.
What surely was not sent (no token, a definite "no") gives the permission back.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from xintui.engagement.notifications import rules, tables
from xintui.engagement.notifications.contracts import Channel, Sending
from xintui.engagement.notifications.models import Consent, Delivery, Preference
from xintui.engagement.notifications.rules import Verdict
from xintui.foundation.identity import facade as identity
from xintui.infra import sql, wechat
from xintui.kernel.times import accounting_date

HOME: Final = "xintui.engagement.notifications"
LEASE: Final = timedelta(minutes=2)
PAGE: Final = "pages/messages/open?id={id}"
log = logging.getLogger("xintui.notifications")


@dataclass(frozen=True)
class _Letter:
    """One message that is ours to send now."""

    id: str
    user_id: str
    code: str
    data: dict[str, str]


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Send what is due, one at a time; how many were worked on. Never inside a transaction."""
    if not tables.template_ids():
        return 0
    done = 0
    while done < limit and (row := _take(now)) is not None:
        done += 1
        if row["state"] == Sending.SENDING:
            letter = _Letter(row["id"], row["user_id"], row["code"], _parsed(row["data"]))
            _work(letter, now)
    return done


def _parsed(data: Any) -> dict[str, str]:
    return dict(json.loads(data) if isinstance(data, str) else data)


@transaction.atomic(durable=True)
def _take(now: datetime) -> dict[str, Any] | None:
    return sql.one(HOME, "take", {"now": now, "lease_until": now + LEASE})


def _work(letter: _Letter, now: datetime) -> None:
    topic = tables.templates(accounting_date(now))[letter.code].topic
    template_id, openid = tables.template_ids().get(letter.code, ""), identity.openid_of(letter.user_id)
    off = Preference.objects.filter(user_id=letter.user_id, topic=topic, channel=Channel.WECHAT.value, on=False)
    if not template_id or not openid or off.exists():
        return _record(letter, Verdict(Sending.DROPPED, give_back=True), now)
    page = PAGE.format(id=letter.id)
    try:
        msgid = wechat.subscribe_send(wechat.configured(), openid, template_id, page, letter.data)
    except wechat.WechatError as no:
        told = rules.verdict(no.errcode, now)
        if told.alarm:
            log.error("ALARM WeChat refuses template %s: errcode %s", letter.code, no.errcode)
        return _record(letter, told, now, errcode=no.errcode)
    except wechat.WechatNotAsked:
        return _record(letter, Verdict(Sending.WAITING, again_at=now + rules.RETRY, give_back=True), now)
    except wechat.WechatDown:
        return _record(letter, Verdict(Sending.UNKNOWN), now)
    return _record(letter, Verdict(Sending.SENT), now, msgid=msgid)


@transaction.atomic(durable=True)
def _record(letter: _Letter, told: Verdict, now: datetime, *, errcode: int | None = None, msgid: str = "") -> None:
    mine = Delivery.objects.filter(user_id=letter.user_id, id=letter.id, state=Sending.SENDING.value)
    fields: dict[str, Any] = {"state": told.state.value, "errcode": errcode, "msgid": msgid, "lease_until": None}
    if told.again_at:
        fields["not_before"] = told.again_at
    else:
        fields["settled_at"] = now
    if not mine.update(**fields):
        return  # the lease ran out and it counts as unknown: whoever is late changes nothing
    consent = Consent.objects.filter(user_id=letter.user_id, code=letter.code)
    if told.give_back:
        consent.update(left=F("left") + 1, changed_at=now)
    elif told.forget:
        consent.update(left=0, changed_at=now)

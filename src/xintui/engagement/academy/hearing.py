"""Whoever holds a certificate or a seat hears what became of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import (
    CertificateEnding,
    CertificateMoved,
    CertificateState,
    SessionCalledOff,
)
from xintui.engagement.notifications import facade as notifications
from xintui.engagement.notifications.contracts import Notice
from xintui.kernel.times import SHANGHAI
from xintui.promotion.promoters import facade as promoters

Told = tuple[str, str, str, dict[str, str]]
"""To which promoter, by which template, under which key, with what."""


def certificate_moved(events: Sequence[CertificateMoved], *, now: datetime) -> int:
    return _tell((_moved(one) for one in events), now)


def _moved(one: CertificateMoved) -> Told:
    key = f"{one.certificate_id}/{one.state}"
    if one.state == CertificateState.VALID:
        return one.promoter_id, "academy_certified", key, {"kind": one.title, "at": _day(one.until)}
    return one.promoter_id, "academy_certificate_ended", key, {"why": one.says}


def certificate_ending(events: Sequence[CertificateEnding], *, now: datetime) -> int:
    found = (
        (one.promoter_id, "academy_certificate_ending", one.certificate_id, {"kind": one.title, "at": _day(one.until)})
        for one in events
    )
    return _tell(found, now)


def called_off(events: Sequence[SessionCalledOff], *, now: datetime) -> int:
    found = (
        (
            one.promoter_id, "academy_called_off", f"{one.session_id}/{one.promoter_id}",
            {"kind": one.title, "why": one.reason, "at": f"{one.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}"},
        )
        for one in events
    )  # fmt: skip
    return _tell(found, now)


def _day(expires_at: datetime) -> str:
    return rules.last_day(expires_at).isoformat()


def _tell(found: Iterable[Told], now: datetime) -> int:
    told = list(found)
    users = promoters.get({who for who, *_ in told})
    notices = [Notice(users[who].user_id, code, key, facts) for who, code, key, facts in told if who in users]
    return notifications.tell(notices, now=now)

"""What time does: a message before the end, the end, and a look again every half year."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import tables
from xintui.trust.qualification.contracts import BadNumber, CertificateExpiring, Kind, State, Verb
from xintui.trust.qualification.models import Certificate as Row
from xintui.trust.qualification.queries import contract, whole_number
from xintui.trust.qualification.rules import numbers
from xintui.trust.qualification.services.deciding import move

BATCH: Final = 500


@transaction.atomic
def remind_due(*, now: datetime) -> int:
    """Tell holders once at each distance from the end, unless the next one is in review already; how many."""
    today = accounting_date(now)
    told = 0
    for days in reversed(tables.catalogue(today).remind_days):  # the nearest first, so that one message is enough
        rows = Row.objects.select_for_update(skip_locked=True).filter(
            state=State.PASSED, expires_on__gte=today, expires_on__lte=today + timedelta(days=days),
            reminded_days__gt=days,
        )  # fmt: skip
        found = list(rows.order_by("expires_on", "id")[:BATCH])
        coming = set(
            Row.objects.filter(state=State.REVIEW, holder_id__in=[row.holder_id for row in found]).values_list(
                "holder_kind", "holder_id", "kind"
            )
        )
        for row in found:
            if (row.holder_kind, row.holder_id, row.kind) not in coming:
                outbox.publish(_expiring(row, (row.expires_on - today).days, now))  # type: ignore[operator]
                told += 1
        Row.objects.filter(id__in=[row.id for row in found]).update(reminded_days=days)
    return told


def _expiring(row: Row, days: int, now: datetime) -> CertificateExpiring:
    assert row.expires_on is not None
    return CertificateExpiring(
        row.id, row.holder_kind, row.holder_id, row.kind, contract(row).title, row.expires_on, days, now
    )


@transaction.atomic
def expire_due(*, now: datetime) -> int:
    """The day after the last one it is over: whoever depends on it hears of it; how many."""
    found = 0
    for row in _ripe(state=State.PASSED, expires_on__lt=accounting_date(now)):
        move(row, Verb.EXPIRE, "system", f"有效期至 {row.expires_on}", now)
        told = ({"state": State.PASSED}, {"state": State.EXPIRED})
        identity.audit(SYSTEM, "qualification.expire", ("qualification", row.id), *told)
        found += 1
    return found


@transaction.atomic
def check_due(*, now: datetime) -> int:
    """What is to be looked at again: the number by today's rules, then a person; how many joined the queue.

    No register of these licences can be asked by a machine today, so each one waits for a person.
    """
    found = 0
    for row in _ripe(state=State.PASSED, check_since=None, check_on__lte=accounting_date(now)):
        row.findings = [one for one in row.findings if one["code"] != "recheck"]
        try:
            numbers.check(Kind(row.kind), whole_number(row.id))
        except BadNumber as refusal:
            row.findings.append({"code": "recheck", "says": f"按现行规则：{refusal.reason}", "fatal": False})
        row.check_since = now
        row.save(update_fields=["findings", "check_since"])
        found += 1
    return found


def _ripe(**wanted: object) -> Iterator[Row]:
    rows = Row.objects.select_for_update(skip_locked=True).filter(**wanted)
    yield from rows.order_by("id")[:BATCH]

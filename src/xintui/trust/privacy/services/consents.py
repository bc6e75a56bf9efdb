"""同意: given and withdrawn, purpose by purpose, with the version, the time and the device."""

from datetime import datetime

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date
from xintui.trust.privacy import queries, tables
from xintui.trust.privacy.contracts import (
    ASKED,
    GROUND_NAMES,
    ConsentRequired,
    ConsentWithdrawn,
    Ground,
    NotAsked,
    Standing,
)
from xintui.trust.privacy.models import Consent


@transaction.atomic
def decide(user_id: str, purpose: str, *, given: bool, device_id: str = "", now: datetime) -> tuple[Standing, ...]:
    """The person's word on a purpose. Saying the same again changes nothing. Raises `UnknownPurpose`, `NotAsked`."""
    found = tables.purpose(purpose, accounting_date(now))
    if found.ground not in ASKED:
        raise NotAsked(found.name, GROUND_NAMES[found.ground])
    last = Consent.objects.filter(user_id=user_id, purpose=purpose).order_by("-id").first()
    before = last.given if last is not None else found.ground is Ground.REFUSABLE
    same = last is not None and last.given == given and last.version == found.version
    if not same and (given or before or last is not None):
        Consent.objects.create(
            user_id=user_id,
            purpose=purpose,
            version=found.version,
            given=given,
            at=now,
            device_id=device_id,
            ip=identity.caller_ip(),
        )
        if not given and before:
            outbox.publish(ConsentWithdrawn(user_id, purpose, now))
    return queries.standings(user_id, now=now)


def require(user_id: str, purpose: str, *, now: datetime) -> None:
    """Raises `ConsentRequired` unless the person's last word on the version in force was yes."""
    found = tables.purpose(purpose, accounting_date(now))
    last = Consent.objects.filter(user_id=user_id, purpose=purpose).order_by("-id").first()
    if last is None or not last.given or last.version != found.version:
        raise ConsentRequired(found.name)

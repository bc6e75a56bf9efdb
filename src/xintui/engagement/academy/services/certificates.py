"""A passed exam is certified; a certificate is replaced by the next, runs out, or is withdrawn by a person."""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import (
    Certificate,
    CertificateMoved,
    CertificateNotFound,
    CertificateState,
    CertificateVerb,
    Edition,
)
from xintui.engagement.academy.models import Certificate as Row
from xintui.engagement.academy.models import Sitting
from xintui.engagement.academy.queries.certificates import certificate_contract
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM: Final = 12
"""Sixty random bits: a number is known from its paper only, never tried."""


def issue(sitting: Sitting, there: Edition, *, now: datetime) -> None:
    """Certify a passed sitting, once; the one before is replaced. Its row is locked by the sitting's."""
    if Row.objects.filter(sitting_id=sitting.id).exists():
        return
    before = Row.objects.select_for_update().filter(
        promoter_id=sitting.promoter_id, course_id=sitting.course_id, state=CertificateState.VALID
    )
    for old in before:
        _end(old, CertificateVerb.REPLACE, "已换新证", now)
    tail = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    row = Row.objects.create(
        id=new_id("act"), number=f"XT{accounting_date(now):%Y%m}{tail}", promoter_id=sitting.promoter_id,
        course_id=sitting.course_id, title=there.title, edition=there.number, sitting_id=sitting.id,
        state=CertificateState.VALID, issued_at=now, expires_at=rules.expires(now, there.terms.valid_months), reason="",
        reminded=False,
    )  # fmt: skip
    _publish(row, f"通过《{row.title}》考试", now)


@transaction.atomic
def withdraw(certificate_id: str, *, reason: str, by: Principal, now: datetime) -> Certificate:
    """It should not have been given. Raises `CertificateNotFound`, `NoSuchMove`."""
    row = Row.objects.select_for_update().filter(id=certificate_id).first()
    if row is None:
        raise CertificateNotFound(certificate_id)
    before = row.state
    _end(row, CertificateVerb.WITHDRAW, reason, now)
    states = ({"state": before}, {"state": row.state})
    identity.audit(by, "academy.withdraw", ("academy_certificate", row.id), *states, reason=reason)
    _publish(row, f"《{row.title}》证书已撤回", now)
    return certificate_contract(row)


def expire(row: Row, now: datetime) -> None:
    """A locked one whose time is over."""
    _end(row, CertificateVerb.EXPIRE, "有效期已满", now)
    _publish(row, f"《{row.title}》证书已过期", now)


def _end(row: Row, verb: CertificateVerb, reason: str, now: datetime) -> None:
    row.state = rules.CERTIFICATE_FLOW.after(CertificateState(row.state), verb)
    row.ended_at, row.reason = now, reason
    row.save(update_fields=["state", "ended_at", "reason"])


def _publish(row: Row, says: str, now: datetime) -> None:
    outbox.publish(
        CertificateMoved(row.id, row.promoter_id, row.course_id, row.title, str(row.state), says, row.expires_at, now)
    )

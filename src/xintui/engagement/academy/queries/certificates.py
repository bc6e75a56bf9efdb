"""Certificates: hers, all, and what a stranger with the number may know."""

from datetime import datetime

from xintui.engagement.academy import rules, tables
from xintui.engagement.academy.contracts import Certificate, CertificateNotFound, CertificateState, Verified
from xintui.engagement.academy.models import Certificate as Row
from xintui.foundation.identity import facade as identity
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters


def certificates_of(promoter_id: str, *, after: str = "", limit: int = 20) -> Page[Certificate]:
    """Hers, newest first."""
    rows = Row.objects.filter(promoter_id=promoter_id)
    return page(rows, certificate_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def certificates(*, state: str = "", after: str = "", limit: int = 20) -> Page[Certificate]:
    """All of them, newest first."""
    rows = Row.objects.filter(state=state) if state else Row.objects.all()
    return page(rows, certificate_contract, keys=["id"], kinds=[str], after=after, limit=limit)


def valid_of(promoter_id: str, *, now: datetime) -> dict[str, Certificate]:
    """Those that hold at this moment, by course; one query."""
    rows = Row.objects.filter(promoter_id=promoter_id, state=CertificateState.VALID, expires_at__gt=now)
    return {row.course_id: certificate_contract(row) for row in rows}


def credit_bp(promoter_id: str, *, now: datetime) -> int:
    """What the credit indicator 考试与证书 stands at for her; -1: as if there had never been a certificate."""
    return rules.worth(len(valid_of(promoter_id, now=now)), tables.policy(accounting_date(now)).credit_steps_bp)


def verified(number: str, *, now: datetime) -> Verified:
    """Whether a certificate is one, whose (a hint) and how long. Raises `CertificateNotFound`."""
    row = Row.objects.filter(number=number).first()
    if row is None:
        raise CertificateNotFound(number)
    who = promoters.get([row.promoter_id]).get(row.promoter_id)
    hint = identity.hints([who.user_id]).get(who.user_id) if who else None
    state = CertificateState(row.state)
    if state is CertificateState.VALID and row.expires_at <= now:
        state = CertificateState.EXPIRED  # the sweep has not come by yet
    return Verified(
        row.number, hint.name if hint else "**", row.title, state, accounting_date(row.issued_at),
        rules.last_day(row.expires_at),
    )  # fmt: skip


def certificate_contract(row: Row) -> Certificate:
    return Certificate(
        row.id, row.number, row.promoter_id, row.course_id, row.title, row.edition, CertificateState(row.state),
        row.issued_at, row.expires_at, row.ended_at, row.reason,
    )  # fmt: skip

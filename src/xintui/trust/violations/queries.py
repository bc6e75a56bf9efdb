"""Reading cases, and the question that everybody may ask: may this one make links?"""

from collections.abc import Collection
from datetime import datetime

from xintui.infra.paging import Page, page
from xintui.trust.violations import rules
from xintui.trust.violations.contracts import Case, CaseNotFound, Limited, Penalty, State, Subject, SubjectKind
from xintui.trust.violations.models import Case as Row


def one(case_id: str) -> Case:
    """Raises `CaseNotFound`."""
    row = Row.objects.filter(id=case_id).first()
    if row is None:
        raise CaseNotFound(case_id)
    return contract(row)


def of(subject: Subject, *, after: str = "", limit: int = 20) -> Page[Case]:
    """What was found about somebody, newest first; what is only reported is not told yet."""
    rows = Row.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    rows = rows.exclude(state__in=[State.REPORTED, State.DISMISSED])
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def cases(*, state: str = "", code: str = "", after: str = "", limit: int = 20) -> Page[Case]:
    """All of them, newest first."""
    rows = Row.objects.all()
    if state:
        rows = rows.filter(state=state)
    if code:
        rows = rows.filter(code=code)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def require_clear(promoter_ids: Collection[str], *, now: datetime) -> None:
    """Raises `Limited` when one of these promoters may make no new links now; one query."""
    rows = Row.objects.filter(
        subject_kind=SubjectKind.PROMOTER, subject_id__in=list(promoter_ids), state=State.CONFIRMED
    )
    for row in rows.order_by("id"):
        if rules.limits(Penalty(row.penalty), row.until, bool(row.rectified), now):
            raise Limited(row.title, row.id, row.until)


def offenders(subject_ids: Collection[str], *, since: datetime, until: datetime) -> set[str]:
    """Against whom of these something was confirmed in a span and still stands, or has stood; one query."""
    rows = Row.objects.filter(subject_id__in=list(subject_ids), decided_at__gte=since, decided_at__lt=until)
    return set(rows.filter(state__in=[State.CONFIRMED, State.LIFTED]).values_list("subject_id", flat=True))


def expelled(subject: Subject) -> bool:
    """Whether a 清退 stands against somebody."""
    rows = Row.objects.filter(subject_kind=subject.kind, subject_id=subject.id, state=State.CONFIRMED)
    return rows.filter(penalty=Penalty.EXPEL).exists()


def contract(row: Row) -> Case:
    return Case(
        id=row.id, subject=Subject(SubjectKind(row.subject_kind), row.subject_id), code=row.code, title=row.title,
        evidence=row.evidence, ref=row.ref, state=State(row.state), times=row.times,
        penalty=Penalty(row.penalty) if row.penalty else None, points=row.points, until=row.until,
        rectified=row.rectified, reported_at=row.reported_at, decided_at=row.decided_at, ended_at=row.ended_at,
        reason=row.reason, version=row.version,
    )  # fmt: skip

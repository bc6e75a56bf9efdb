"""Reading cases, and the question that everybody may ask: may this one make links?"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.trust.violations import rules, tables
from xintui.trust.violations.contracts import (
    Case,
    CaseNotFound,
    Limited,
    Penalty,
    ShareReport,
    ShareReportCount,
    ShareReportState,
    State,
    Subject,
    SubjectKind,
)
from xintui.trust.violations.models import Case as Row
from xintui.trust.violations.models import ShareReport as ShareReportRow


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


def share_reports(*, state: str = "", promoter_id: str = "", after: str = "", limit: int = 20) -> Page[ShareReport]:
    """What was said of shares, newest first; never by whom."""
    rows = ShareReportRow.objects.all()
    if state:
        rows = rows.filter(state=state)
    if promoter_id:
        rows = rows.filter(promoter_id=promoter_id)
    return page(rows, share_report, keys=["id"], kinds=[str], after=after, limit=limit)


def said_of(promoter_id: str, *, now: datetime) -> Sequence[ShareReportCount]:
    """How often what was said of somebody's shares, for that promoter: nothing of so few that one could guess whom."""
    terms = tables.sharing(accounting_date(now))
    rows = ShareReportRow.objects.filter(promoter_id=promoter_id, at__gte=now - timedelta(days=terms.kept_days))
    found = rows.values_list("title").annotate(count=Count("id")).order_by("-count", "title")
    return [ShareReportCount(title, count) for title, count in found if count >= terms.shown_from]


def said_by(reporter: bytes) -> Sequence[ShareReport]:
    """What somebody said, for that person; the caller knows the mark."""
    return [share_report(row) for row in ShareReportRow.objects.filter(reporter=reporter).order_by("-id")]


def share_report(row: ShareReportRow) -> ShareReport:
    return ShareReport(
        row.id, row.promoter_id, row.link_id, row.reason, row.title, row.words, row.bought,
        ShareReportState(row.state), row.case_id, row.at,
    )  # fmt: skip


def contract(row: Row) -> Case:
    return Case(
        id=row.id, subject=Subject(SubjectKind(row.subject_kind), row.subject_id), code=row.code, title=row.title,
        evidence=row.evidence, ref=row.ref, state=State(row.state), times=row.times,
        penalty=Penalty(row.penalty) if row.penalty else None, points=row.points, until=row.until,
        rectified=row.rectified, reported_at=row.reported_at, decided_at=row.decided_at, ended_at=row.ended_at,
        reason=row.reason, version=row.version,
    )  # fmt: skip

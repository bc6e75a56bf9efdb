"""举报分享: what visitors say of shares is weighed by a rule, read by people, and kept without its speaker."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import locks, secretbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.violations import queries, tables
from xintui.trust.violations.contracts import (
    AlreadyReported,
    Case,
    Noticed,
    ShareReport,
    ShareReportClosed,
    ShareReportNotFound,
    ShareReportState,
    Subject,
    SubjectKind,
    UnknownShareReason,
)
from xintui.trust.violations.models import Case as CaseRow
from xintui.trust.violations.models import ShareReport as Row
from xintui.trust.violations.services import cases

PREFIX: Final = "tip"
PURPOSE: Final = "violations.share_report"


def mark(reporter: str) -> bytes:
    """What is kept of a speaker: equal for the same one, and nothing else."""
    return secretbox.marks([reporter], PURPOSE)[0]


@transaction.atomic
def hear(
    promoter_id: str, link_id: str, reason: str, words: str, *, reporter: str, bought: bool, now: datetime
) -> ShareReport:
    """Somebody says something of a share; once for each link. Nothing follows until enough others say the same.

    `bought`: whether the caller knows that the speaker has bought something. Raises `UnknownShareReason`,
    `AlreadyReported`.
    """
    terms = tables.sharing(accounting_date(now))
    if reason not in terms.reasons:
        raise UnknownShareReason(reason)
    found = terms.reasons[reason]
    locks.exclusive(f"violations.share_report/{promoter_id}")  # two at once are weighed one after the other
    row = Row(
        id=new_id(PREFIX), promoter_id=promoter_id, link_id=link_id, reason=reason, code=found.class_code,
        title=found.title, words=words, reporter=mark(reporter), bought=bought, at=now,
        state=ShareReportState.OPEN, case_id="",
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadyReported from None
    _weigh(promoter_id, found.class_code, terms, now)
    row.refresh_from_db()
    return queries.share_report(row)


def _weigh(promoter_id: str, code: str, terms: tables.Sharing, now: datetime) -> None:
    """Enough different buyers within the window: a case for a person to verify, and these are used up."""
    since = now - timedelta(days=terms.window_days)
    said = list(Row.objects.filter(promoter_id=promoter_id, code=code, state=ShareReportState.OPEN, at__gte=since))
    buyers = {bytes(row.reporter) for row in said if row.bought}
    if len(buyers) < terms.least:
        return
    others = len({bytes(row.reporter) for row in said} - buyers)
    what = "、".join(f"{title} {count} 次" for title, count in sorted(Counter(row.title for row in said).items()))
    evidence = (
        f"近 {terms.window_days} 天 {len(buyers)} 位买过东西的收件人举报其分享（{what}）"
        f"{f'，另有 {others} 位访客举报' if others else ''}。举报人对当事人保密，请向双方了解后核实。"
    )
    key = f"share_reports/{min(row.id for row in said)}"
    cases.notice([Noticed(key, Subject(SubjectKind.PROMOTER, promoter_id), code, evidence)], now=now)
    case = CaseRow.objects.get(key=key)
    ids = [row.id for row in said]
    Row.objects.filter(id__in=ids).update(state=ShareReportState.TAKEN_UP, case_id=case.id)


@transaction.atomic
def take_up(report_id: str, words: str, *, by: Principal, now: datetime) -> Case:
    """A person finds that one report alone is worth a case, which another person verifies.

    Raises `ShareReportNotFound`, `ShareReportClosed`.
    """
    row = _open(report_id)
    subject = Subject(SubjectKind.PROMOTER, row.promoter_id)
    case = cases.report(subject, row.code, f"分享举报（{row.title}）：{words}", ref=row.id, by=by, now=now)
    Row.objects.filter(id=row.id).update(state=ShareReportState.TAKEN_UP, case_id=case.id)
    return case


@transaction.atomic
def set_aside(report_id: str, words: str, *, by: Principal) -> ShareReport:
    """A person finds nothing in it; it is weighed no more. Raises `ShareReportNotFound`, `ShareReportClosed`."""
    row = _open(report_id)
    row.state = ShareReportState.SET_ASIDE
    row.save(update_fields=["state"])
    states = ({"state": ShareReportState.OPEN}, {"state": row.state})
    identity.audit(by, "violations.set_aside", ("share_report", row.id), *states, reason=words)
    return queries.share_report(row)


def _open(report_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=report_id).first()
    if row is None:
        raise ShareReportNotFound(report_id)
    if row.state != ShareReportState.OPEN:
        raise ShareReportClosed(report_id)
    return row


@transaction.atomic
def forget(reporters: Sequence[str]) -> None:
    """A speaker has left: what was said goes too. A case that it became part of stands on its own evidence."""
    Row.objects.filter(reporter__in=secretbox.marks(reporters, PURPOSE)).delete()


@transaction.atomic
def end_old(*, now: datetime) -> int:
    """What is too old to be weighed or shown is gone; how many."""
    kept = timedelta(days=tables.sharing(accounting_date(now)).kept_days)
    return Row.objects.filter(at__lt=now - kept).delete()[0]

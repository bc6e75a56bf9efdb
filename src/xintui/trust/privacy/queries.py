"""Reading consents, copies and wishes to leave."""

from collections.abc import Collection
from datetime import date, datetime

from xintui.kernel.times import accounting_date
from xintui.trust.privacy import tables
from xintui.trust.privacy.contracts import (
    ASKED,
    ConsentLine,
    Erasure,
    ErasureState,
    Export,
    ExportState,
    Ground,
    Standing,
)
from xintui.trust.privacy.models import Consent
from xintui.trust.privacy.models import Erasure as ErasureRow
from xintui.trust.privacy.models import Export as ExportRow


def standings(user_id: str, *, now: datetime) -> tuple[Standing, ...]:
    """Every purpose, and how it stands for this person."""
    last = {row.purpose: row for row in Consent.objects.filter(user_id=user_id).order_by("id")}
    found = []
    for one in tables.purposes(accounting_date(now)).values():
        row = last.get(one.code)
        given = (row.given if row else one.ground is Ground.REFUSABLE) if one.ground in ASKED else None
        found.append(Standing(one, given, row.version if row else "", row.at if row else None))
    return tuple(found)


def history(user_id: str) -> tuple[ConsentLine, ...]:
    """Every act, the newest first."""
    found = Consent.objects.filter(user_id=user_id).order_by("-id")[:500]
    return tuple(ConsentLine(row.purpose, row.version, row.given, row.at, row.device_id) for row in found)


def allows(user_id: str, purpose: str) -> bool:
    """Whether the person's last word on this purpose was yes."""
    given = Consent.objects.filter(user_id=user_id, purpose=purpose).order_by("-id").values_list("given", flat=True)
    return bool(given.first())


def refused(user_ids: Collection[str], purpose: str) -> set[str]:
    """Those whose last word on this purpose was no."""
    rows = Consent.objects.filter(user_id__in=user_ids, purpose=purpose).order_by("id")
    return {user for user, given in dict(rows.values_list("user_id", "given")).items() if not given}


def exports(user_id: str) -> tuple[Export, ...]:
    """The copies asked for, the newest first."""
    found = ExportRow.objects.filter(user_id=user_id).defer("content").order_by("-id")[:20]
    return tuple(as_export(row) for row in found)


def erasure(user_id: str) -> Erasure | None:
    """The wish to leave that is under way."""
    row = ErasureRow.objects.filter(user_id=user_id, state=ErasureState.COOLING.value).first()
    return as_erasure(row) if row else None


def retention_ends(on: date) -> dict[str, date]:
    """Until when each kind is kept, if it is frozen on this day."""
    return {one.code: date(on.year + one.years, on.month, min(on.day, 28)) for one in tables.retention()}


def as_export(row: ExportRow) -> Export:
    state = ExportState(row.state)
    return Export(row.id, state, row.asked_at, row.ready_at, row.expires_at, row.size, row.sha256)


def as_erasure(row: ErasureRow) -> Erasure:
    state = ErasureState(row.state)
    return Erasure(row.id, row.user_id, state, row.asked_at, row.due_at, row.ended_at, row.held)

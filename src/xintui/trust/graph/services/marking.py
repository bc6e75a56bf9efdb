"""What people were seen with, told by whoever knows; and forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.infra import sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.graph import models, tables
from xintui.trust.graph.contracts import Mark, MarkKind, Shape

PACKAGE: Final = "xintui.trust.graph"
GONE: Final = "gon"


@transaction.atomic
def note(marks: Sequence[Mark], *, now: datetime) -> int:
    """Keep these; how many. The same again only moves the last time; what would not be kept any more is left out."""
    terms = tables.sharing(accounting_date(now))
    ends = [one.at + timedelta(days=terms.days[one.kind]) for one in marks]
    live = [(one, end) for one, end in zip(marks, ends, strict=True) if end > now]
    if not live:
        return 0
    columns = {
        "kinds": [one.kind.value for one, _ in live],
        "digests": [one.digest for one, _ in live],
        "people": [one.person_id for one, _ in live],
        "ats": [one.at for one, _ in live],
        "ends": [end for _, end in live],
    }
    return sql.run(PACKAGE, "note", columns)


@transaction.atomic
def drop(person_id: str, kind: MarkKind) -> None:
    """Nothing of this kind is kept of somebody any longer; the next run does not know it."""
    models.Mark.objects.filter(person_id=person_id, kind=kind).delete()


@transaction.atomic
def forget(person_id: str, subject_ids: Collection[str]) -> None:
    """Somebody has left: no mark is kept, and in groups found by what they share there stands nobody in their place.

    `subject_ids`: what the person was called here. What people decided of a group stays, with everybody else in it.
    """
    models.Mark.objects.filter(person_id=person_id).delete()
    nobody = new_id(GONE)
    names = [person_id, *subject_ids]
    models.Share.objects.filter(subject_id__in=names).update(subject_id=nobody)
    models.Tie.objects.filter(subject_id__in=names).update(subject_id=nobody)
    models.Member.objects.filter(subject_id__in=names, ring__shape=Shape.SHARED).update(subject_id=nobody)

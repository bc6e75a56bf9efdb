"""What was known on a day of the past: for models that may learn from nothing later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from xintui.infra import sql
from xintui.trust.credit.contracts import Scale, SubjectKind
from xintui.trust.credit.models import Subject

HOME: Final = "xintui.trust.credit"


@dataclass(frozen=True, slots=True)
class Told:
    """Of one indicator in a stretch of time: how often, what spoke for it, what against it, the total."""

    times: int = 0
    good: int = 0
    bad: int = 0
    total: int = 0


def heard_between(
    kind: SubjectKind, *, since: datetime, until: datetime, subject_ids: Collection[str] | None = None,
    indicators: Collection[str] | None = None, missing: int | None = None,
) -> dict[str, dict[str, Told]]:  # fmt: skip
    """By subject and indicator; one statement for one subject and for all.

    `missing`: only where at least so much of the total is not good.
    """
    asked = {"kind": kind, "since": since, "until": until, "missing": missing}
    asked |= {"subjects": None if subject_ids is None else list(subject_ids)}
    asked |= {"indicators": None if indicators is None else list(indicators)}
    found: dict[str, dict[str, Told]] = {}
    for subject_id, indicator, *figures in sql.tuples(HOME, "heard_between", asked):
        found.setdefault(subject_id, {})[indicator] = Told(*figures)
    return found


def scores_before(scale: Scale, day: date, *, subject_ids: Collection[str] | None = None) -> dict[str, int]:
    """The scores with which a day began."""
    wanted = None if subject_ids is None else list(subject_ids)
    return dict(sql.tuples(HOME, "scores_before", {"scale": scale, "day": day, "subjects": wanted}))


def since(kind: SubjectKind, *, subject_ids: Collection[str] | None = None) -> dict[str, date]:
    """Since when everybody is here."""
    rows = Subject.objects.filter(kind=kind)
    if subject_ids is not None:
        rows = rows.filter(id__in=list(subject_ids))
    return dict(rows.values_list("id", "since"))

"""From zero: sums, states and scores made again from the signals, for everybody, to the same bytes."""

from datetime import datetime

from xintui.infra import sql
from xintui.kernel.times import accounting_date
from xintui.trust.credit import queries, tables
from xintui.trust.credit.models import Subject
from xintui.trust.credit.services.scoring import HOME, lock, rescore
from xintui.trust.credit.services.stretches import Stretch, Tell, in_each


def rebuild(*, now: datetime, tell: Tell | None = None) -> tuple[int, int]:
    """How many subjects were computed again, and how many of their sums were not what the signals say (aim: 0).

    Raises `StretchFailed`.
    """
    today = accounting_date(now)
    version = tables.version(today)

    def again(stretch: Stretch) -> tuple[int, int]:
        kinds = lock(list(stretch.of(Subject.objects.all(), "id").values_list("id", flat=True)))
        asked = {"subjects": list(kinds), "states": queries.states(version)}
        wrong = sql.rows(HOME, "rebuild", asked)[0]["wrong"]
        return rescore(kinds, version, today, now), wrong

    found = in_each(again, tell=tell)
    return sum(done for done, _ in found), sum(wrong for _, wrong in found)

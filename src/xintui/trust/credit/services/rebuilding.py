"""From zero: sums, states and scores made again from the signals, for everybody, to the same bytes."""

from datetime import datetime

from django.db import transaction

from xintui.infra import sql
from xintui.kernel.times import accounting_date
from xintui.trust.credit import queries, tables
from xintui.trust.credit.models import Subject
from xintui.trust.credit.services.scoring import AT_ONCE, HOME, lock, rescore


def rebuild(*, now: datetime) -> tuple[int, int]:
    """How many subjects were computed again, and how many of their sums were not what the signals say (aim: 0)."""
    version, after, done, wrong = tables.version(accounting_date(now)), "", 0, 0
    while ids := list(Subject.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            kinds = lock(ids)
            asked = {"subjects": ids, "states": queries.states(version)}
            wrong += sql.rows(HOME, "rebuild", asked)[0]["wrong"]
            done += rescore(kinds, version, accounting_date(now), now)
        after = ids[-1]
    return done, wrong

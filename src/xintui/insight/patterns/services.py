"""The nightly count: patterns of the platform and of every shop, and every product's turnover."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.infra import locks, sql
from xintui.insight.patterns import gathering, rules, tables
from xintui.insight.patterns.contracts import Case, Outcome, Subject
from xintui.insight.patterns.models import Found, Progress, Turnover
from xintui.insight.patterns.tables import Terms
from xintui.kernel.times import accounting_date, day_start

COUNTING: Final = "patterns.count"
BATCH: Final = 1000


@transaction.atomic
def count(*, now: datetime) -> int:
    """Count everything as of today, in place of what was counted before; how many sets of patterns there are."""
    locks.exclusive(COUNTING)
    today = accounting_date(now)
    terms = tables.terms(today)
    since = day_start(today - timedelta(days=terms.days - 1))
    gathered = {
        Subject.GOODS: gathering.goods(terms, since, now), Subject.PROMOTERS: gathering.people(terms, since, now),
    }  # fmt: skip
    rows = [
        _found(scope, subject, outcome, cases, today=today)
        for subject, scopes in gathered.items()
        for scope, cases in sorted(scopes.items())
        for outcome in Outcome
    ]
    Found.objects.all().delete()
    Found.objects.bulk_create(rows, batch_size=BATCH)
    _turnover(terms, today, now)
    Progress.objects.update_or_create(id=1, defaults={"counted_on": today})
    return len(rows)


def count_due(*, now: datetime) -> int:
    """`count`, if today nobody has yet."""
    with transaction.atomic():
        done = Progress.objects.filter(id=1).first()
        if done is not None and done.counted_on >= accounting_date(now):
            return 0
        return count(now=now)


def _found(
    scope: str, subject: Subject, outcome: Outcome, cases: Sequence[Case], *, today: date
) -> Found:  # fmt: skip
    terms = tables.terms(today)
    top, rest, border = rules.parted(cases, outcome, top_bp=terms.top_bp, clicks_min=terms.clicks_min)
    people = subject is Subject.PROMOTERS
    least = terms.people_least if people else terms.goods_least
    floor = terms.people_least if people else 0
    found, left_out = rules.patterns(top, rest, least=least, z_milli=terms.z_milli, floor=floor)
    hidden = people and min(len(top), len(rest)) < floor
    body = {
        "days": terms.days, "top": 0 if hidden else len(top), "rest": 0 if hidden else len(rest),
        "border": 0 if hidden else border, "left_out": left_out, "patterns": [asdict(one) for one in found],
    }  # fmt: skip
    return Found(
        merchant_id=scope, subject=subject, outcome=outcome, day=today, body=body, version=terms.version
    )  # fmt: skip


def _turnover(terms: Terms, today: date, now: datetime) -> None:
    first = today - timedelta(days=terms.turnover_days - 1)
    Turnover.objects.all().delete()
    sql.run(
        __package__, "turnover", {"first": first, "last": today, "since": day_start(first), "until": now}
    )  # fmt: skip
    rows = list(Turnover.objects.all())
    for row in rows:
        row.turnover_centi = rules.turnover_centi(row.sold, row.stock_sum, row.days)
        row.days_left = rules.days_left(row.on_hand, row.sold, row.days)
        lasts = row.days_left is None or row.days_left > terms.slow_days
        row.slow = row.on_hand > 0 and lasts and row.days >= terms.turnover_days
    Turnover.objects.bulk_update(rows, ["turnover_centi", "days_left", "slow"], batch_size=BATCH)

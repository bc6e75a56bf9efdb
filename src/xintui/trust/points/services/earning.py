"""Points are earned, once per member and key; n = 1 is the same code. And they end."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Move, Posting
from xintui.infra import sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.points import models, rules, tables
from xintui.trust.points.contracts import Earned
from xintui.trust.points.services import books

HOME = "xintui.trust.points"
PREFIX = "pte"


@transaction.atomic
def earn(found: Sequence[Earned], *, now: datetime) -> int:
    """Credit what is new of these; how many points. What a member has for a key already is left alone."""
    wanted = [one for one in found if one.points > 0]
    ids = sorted({one.member_id for one in wanted})
    models.Member.objects.bulk_create(
        [models.Member(id=one, earned=0, used=0) for one in ids], ignore_conflicts=True
    )  # fmt: skip
    books.locked(ids)
    known = set(
        models.Earning.objects.filter(member_id__in=ids, key__in={one.key for one in wanted}).values_list(
            "member_id", "key"
        )
    )
    fresh = list({(one.member_id, one.key): one for one in wanted if (one.member_id, one.key) not in known}.values())
    if not fresh:
        return 0
    rows = [_row(one, now) for one in fresh]
    models.Earning.objects.bulk_create(rows)
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.member_id] = sums.get(row.member_id, 0) + row.points
    sql.run(HOME, "add_earned", {"ids": list(sums), "points": list(sums.values())})
    on = ledger.open_date(accounting_date(now))
    ledger.post(*(
        Posting(f"points.earned/{row.id}", (Move(books.ISSUED, books.free(row.member_id), row.points),), on)
        for row in rows
    ))  # fmt: skip
    return sum(sums.values())


def _row(one: Earned, now: datetime) -> models.Earning:
    table = tables.earning(one.day)
    return models.Earning(
        id=new_id(PREFIX), member_id=one.member_id, key=one.key, rule=one.rule, points=one.points, day=one.day,
        expires_on=rules.expires_on(one.day, table.valid_months), says=one.says, ref=one.ref, version=table.version,
        at=now,
    )  # fmt: skip


def expire_due(*, now: datetime, at_once: int = 1000) -> int:
    """The sweep: what could be used until yesterday and was not is over; how many members lost some."""
    today, done, after = accounting_date(now), 0, ""
    while ids := _with_expired(today, after, at_once):
        done += _expire(ids, today)
        after = ids[-1]
    return done


def _with_expired(today: date, after: str, limit: int) -> list[str]:
    rows = sql.rows(HOME, "expired", {"today": today, "after": after, "limit": limit, "ids": None})
    return [row["id"] for row in rows]


@transaction.atomic
def _expire(ids: list[str], today: date) -> int:
    """Under the members' locks the comparison is made again: whoever used them meanwhile keeps what was used."""
    books.locked(ids)
    rows = sql.rows(HOME, "expired", {"today": today, "after": "", "limit": len(ids), "ids": ids})
    on = ledger.open_date(today)
    for row in rows:
        models.Member.objects.filter(id=row["id"]).update(used=F("used") + row["points"])
    ledger.post(*(
        Posting(f"points.expired/{row['id']}/{today:%Y%m%d}",
                (Move(books.free(row["id"]), books.SPENT, row["points"]),), on)
        for row in rows
    ))  # fmt: skip
    return len(rows)


@transaction.atomic
def settled(month: date, members: int, points: int, *, now: datetime) -> None:
    """Write down that a month's points have been given; a month is given once."""
    row = models.Settled(month=month, members=members, points=points, version=tables.earning(month).version, at=now)
    models.Settled.objects.bulk_create([row], ignore_conflicts=True)

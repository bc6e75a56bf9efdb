"""日结: a day is over, its books add up, its root is computed, and nothing more can be posted into it (rule R14)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import connection, transaction

from xintui.foundation.evidence.contracts import BooksDoNotClose, ClosedDay, DayAlreadyClosed, DayNotOver
from xintui.foundation.evidence.models import EvidenceDay
from xintui.foundation.evidence.queries import day_of, last_block, last_day
from xintui.foundation.evidence.rules.blocks import GENESIS
from xintui.foundation.evidence.rules.days import head_leaf
from xintui.foundation.evidence.rules.merkle import HASH_BYTES, Tree, bulk_root
from xintui.foundation.evidence.services.sealing import seal
from xintui.foundation.ledger import facade as books
from xintui.foundation.ledger.contracts import SHOP, TrialLine
from xintui.infra import locks
from xintui.kernel.times import SHANGHAI, accounting_date

_DAY: Final = timedelta(days=1)


def close_day(day: date, ledger: str = SHOP, *, now: datetime | None = None) -> ClosedDay:
    """Close a day and every day before it that is still open, in order.

    Without `now` the database says what time it is (rule R15). Raises `DayNotOver`, `DayAlreadyClosed`,
    `BooksDoNotClose`.
    """
    at = now or _database_time()
    if day >= accounting_date(at):
        raise DayNotOver(str(day))
    seal(at)
    for one in _open_days(day, ledger):
        closed = _close_one(one, ledger)
    return closed


def close_due(now: datetime, *, after: time, ledger: str = SHOP) -> int:
    """Close the earliest open day that is over, once `after` has struck in Shanghai; how many were closed (0 or 1).

    One day a call: a worker that was away for a month catches up between its other work. The hour leaves late
    callbacks time to be booked on their own day; after it they are booked on the first open one.
    """
    local = now.astimezone(SHANGHAI)
    until = local.date() - _DAY * (1 if local.time() >= after else 2)
    last = last_day(ledger=ledger)
    first = last.day + _DAY if last else books.first_day(ledger=ledger)
    if first is None or first > until:
        return 0
    close_day(first, ledger, now=now)
    return 1


def _open_days(day: date, ledger: str) -> Iterator[date]:
    last = last_day(ledger=ledger)
    if last is not None and day <= last.day:
        raise DayAlreadyClosed(str(day), str(last.day))
    first = last.day + _DAY if last else min(books.first_day(ledger=ledger) or day, day)
    return (first + _DAY * n for n in range((day - first).days + 1))


def _close_one(day: date, ledger: str) -> ClosedDay:
    """Two short steps. The ledger's close makes postings wait, so it stands alone; the hashing of a big day comes
    after it, on moves that stand still, while the next day's postings go on. Killed in between, the next call goes on.
    """
    last = last_day(ledger=ledger)
    with transaction.atomic():
        _must_balance(day, books.trial(day, ledger=ledger), last, ledger)  # a day that does not add up stays open
    with transaction.atomic():
        books.close_day(day, ledger=ledger)
    return _publish(day, ledger)


@transaction.atomic
def _publish(day: date, ledger: str) -> ClosedDay:
    """The closed day's trial balance and root, written once."""
    locks.exclusive(f"evidence.close/{ledger}")
    last = last_day(ledger=ledger)
    if last is not None and day <= last.day:
        raise DayAlreadyClosed(str(day), str(last.day))
    trial = books.trial(day, ledger=ledger)
    _must_balance(day, trial, last, ledger)
    count, sum_fen = books.totals(ledger=ledger, day=day)
    leaves = list(books.leaves(ledger=ledger, day=day))
    chain = last_block()
    closed = ClosedDay(
        ledger=ledger,
        day=day,
        postings_root=bulk_root(leaves),
        count=count,
        sum_fen=sum_fen,
        previous=last.proof_root if last else GENESIS,
        chain_n=chain.n if chain else 0,
        chain_head=chain.hash if chain else GENESIS,
        proof_root=bytes(HASH_BYTES),
        closed_at=_database_time(),
    )
    tree = Tree([head_leaf(closed), *leaves])
    _store(replace(closed, proof_root=tree.root), tree.path(0), trial)
    return day_of(day, ledger=ledger)


def _must_balance(day: date, trial: Iterable[TrialLine], last: ClosedDay | None, ledger: str) -> None:
    """Per account: its row is what its moves add up to; per kind: today opens with what the last close stored."""
    opened_with = _stored_trial(last, ledger)
    debit = credit = 0
    for line in trial:
        key = f"{line.kind}@{line.currency}"
        debit, credit = debit + line.debit_fen, credit + line.credit_fen
        if line.differs:
            raise BooksDoNotClose(str(day), line.differs, "账户余额与分录合计不符")
        stored = opened_with.pop(key, 0) if last else line.opening_fen
        if stored != line.opening_fen:
            raise BooksDoNotClose(str(day), key, f"上次关账余额 {stored} 分，期初 {line.opening_fen} 分")
    if debit != credit:
        raise BooksDoNotClose(str(day), ledger, f"借方 {debit} 分，贷方 {credit} 分")
    for key, stored in opened_with.items():
        if stored:
            raise BooksDoNotClose(str(day), key, f"上次关账余额 {stored} 分，现已没有分录")


def _stored_trial(last: ClosedDay | None, ledger: str) -> dict[str, int]:
    if last is None:
        return {}
    return dict(EvidenceDay.objects.get(ledger=ledger, day=last.day).trial)


def _store(day: ClosedDay, head_path: list[bytes], trial: Iterable[TrialLine]) -> None:
    closing = {f"{line.kind}@{line.currency}": line.closing_fen for line in trial}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT evidence_close(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                day.ledger,
                day.day,
                day.postings_root,
                day.count,
                day.sum_fen,
                day.previous,
                day.chain_n,
                day.chain_head,
                day.proof_root,
                b"".join(head_path),
                json.dumps(closing),
            ],
        )


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)
    return now

"""Proof files that anybody can check offline: a whole day, or one account's moves of a day or a month."""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import chain

from xintui.foundation.evidence.contracts import ClosedDay, DayNotClosed, RecordsChanged
from xintui.foundation.evidence.models import EvidenceDay
from xintui.foundation.evidence.queries import as_day, day_of
from xintui.foundation.evidence.rules.canonical import Value
from xintui.foundation.evidence.rules.days import head_leaf, head_record
from xintui.foundation.evidence.rules.merkle import HASH_BYTES, Path, Tree
from xintui.foundation.evidence.rules.proofs import proof_lines
from xintui.foundation.ledger import facade as books
from xintui.foundation.ledger.contracts import SHOP, Account, Kind, Placed
from xintui.kernel.times import accounting_date, month_close

Item = tuple[int, str, dict[str, Value], Path]


def proof_for_day(day: date, ledger: str = SHOP, *, issued_at: datetime | None = None) -> Iterator[str]:
    """Every move of a closed day, as text. Raises `DayNotClosed`, `RecordsChanged` before the first line."""
    closed = day_of(day, ledger=ledger)
    tree = _tree(closed)
    items = _items(tree, closed, books.day_moves(day, ledger=ledger))
    note = f"账套 {ledger} 会计日 {day} 的全部分录"
    return chain(proof_lines("day", tree.root, tree.size, items, issued_at=issued_at, note=note), "\n")


def proof_for_account(
    account: Account,
    *,
    day: date | None = None,
    month: str | None = None,
    ledger: str = SHOP,
    issued_at: datetime | None = None,
) -> Iterator[str]:
    """Exactly one account's moves of a closed day, or of a month's closed days as a bundle, as text.

    Raises `DayNotClosed`, `RecordsChanged` before the first line.
    """
    assert (day is None) != (month is None), "a proof is of a day or of a month"
    if day is not None:
        note = f"账户 {account} 会计日 {day} 的分录"
        return chain(_account_day(account, day_of(day, ledger=ledger), issued_at, note), "\n")
    assert month is not None
    closed = _closed_in(month, ledger)
    if not closed:
        raise DayNotClosed(month)
    for one in closed:
        if books.account_day_moves(account, one.day, ledger=ledger):
            _tree(one)  # refuse before the first line, not after half a file
    return _bundle(account, closed, issued_at, f"账户 {account} {month} 的分录")


def proof_for_reasons(
    reasons: Collection[str], *, day: date, unseen: Collection[Kind] = (), issued_at: datetime | None = None
) -> str | None:
    """What some business reasons moved on a closed day, for the people they concern: nobody else's moves are in it, nor
    those with an account of an `unseen` kind. None where nothing is left. Raises `DayNotClosed`, `RecordsChanged`.
    """
    closed = day_of(day, ledger=SHOP)
    seen = [
        one
        for one in books.day_moves(day)
        if one.reason in reasons and one.move.debit.kind not in unseen and one.move.credit.kind not in unseen
    ]
    if not seen:
        return None
    items = _items(_tree(closed), closed, seen)
    note = f"会计日 {day} 与本证据包有关的分录"
    return (
        "".join(proof_lines("day", closed.proof_root, closed.count + 1, items, issued_at=issued_at, note=note)) + "\n"
    )


def _closed_in(month: str, ledger: str) -> list[ClosedDay]:
    first = date(int(month[:4]), int(month[5:]), 1)
    after = accounting_date(month_close(month))
    found = EvidenceDay.objects.filter(ledger=ledger, day__gte=first, day__lt=after).order_by("day")
    return [as_day(row) for row in found]


def _bundle(account: Account, days: Iterable[ClosedDay], issued_at: datetime | None, note: str) -> Iterator[str]:
    at = issued_at.isoformat() if issued_at else None
    head = json.dumps({"xintui_bundle": 1, "issued_at": at, "note": note, "proofs": []}, ensure_ascii=False)
    yield head.removesuffix("]}")
    for n, day in enumerate(days):
        yield ",\n" if n else "\n"
        yield from _account_day(account, day, issued_at, str(day.day))
    yield "\n]}\n"


def _account_day(account: Account, day: ClosedDay, issued_at: datetime | None, note: str) -> Iterator[str]:
    """The day's close and the account's moves; a day without any is proved by its stored path, unhashed."""
    moves = books.account_day_moves(account, day.day, ledger=day.ledger)
    head: Item = (0, "day", dict(head_record(day)), _head_path(day))
    items = _items(_tree(day), day, moves) if moves else [head]
    return proof_lines("day", day.proof_root, day.count + 1, items, issued_at=issued_at, note=note)


def _items(tree: Tree, day: ClosedDay, moves: Iterable[Placed]) -> Iterator[Item]:
    yield 0, "day", dict(head_record(day)), tree.path(0)
    for placed in moves:
        record: dict[str, Value] = {
            "reason": placed.reason,
            "debit": str(placed.move.debit),
            "credit": str(placed.move.credit),
            "amount_fen": placed.move.fen,
            "accounting_date": placed.on,
        }
        yield placed.position + 1, "move", record, tree.path(placed.position + 1)


def _tree(day: ClosedDay) -> Tree:
    """The day's tree, hashed again from its moves as they stand. Raises `RecordsChanged`."""
    tree = Tree(chain([head_leaf(day)], books.leaves(ledger=day.ledger, day=day.day)))
    if tree.root != day.proof_root:
        raise RecordsChanged(str(day.day))
    return tree


def _head_path(day: ClosedDay) -> Path:
    path = bytes(EvidenceDay.objects.get(ledger=day.ledger, day=day.day).head_path)
    return [path[at : at + HASH_BYTES] for at in range(0, len(path), HASH_BYTES)]

"""Reads; they answer with contracts."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Count, Max, Sum

from xintui.foundation.ledger.contracts import SHOP, Account, AuditFinding, Balance, Move, Posting, StatementLine
from xintui.foundation.ledger.models import LedgerClose, LedgerMove
from xintui.infra import sql

Cursor = tuple[int, int, int]
START: Cursor = (-1, -(2**63), -1)


def balance(account: Account, *, ledger: str = SHOP) -> Balance:
    """What the account holds; zero for one that was never used."""
    return balances([account], ledger=ledger)[account]


def balances(accounts: Iterable[Account], *, ledger: str = SHOP) -> dict[Account, Balance]:
    """Many at once, in one query."""
    wanted = list(accounts)
    rows = sql.rows(__package__, "balances", {"ledger": ledger, "codes": [str(a) for a in wanted]})
    known = {row["code"]: Balance(Account.parse(row["code"]), row["posted_fen"], row["held_fen"]) for row in rows}
    return {account: known.get(str(account), Balance(account, 0, 0)) for account in wanted}


def statement(
    account: Account, *, after: Cursor = START, limit: int = 100, ledger: str = SHOP
) -> tuple[list[StatementLine], Cursor | None]:
    """A page of the account's moves, oldest first, and where the next page starts (None: that was all)."""
    tx, reason_id, seq = after
    rows = sql.rows(
        __package__,
        "statement",
        {"ledger": ledger, "code": str(account), "tx": tx, "reason_id": reason_id, "seq": seq, "limit": limit + 1},
    )
    page = [
        StatementLine(
            reason=row["reason"],
            seq=row["seq"],
            on=row["on_date"],
            at=row["at"],
            counterpart=Account.parse(row["counterpart"]),
            in_fen=row["in_fen"],
            out_fen=row["out_fen"],
            balance_fen=row["balance_fen"],
        )
        for row in rows[:limit]
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return page, (last["tx"], last["reason_id"], last["seq"]) if last else None


def postings(reasons: Iterable[str], *, ledger: str = SHOP) -> list[Posting]:
    """The postings of these reasons, in the order they were committed to."""
    found: dict[str, list[tuple[Move, date]]] = {}
    for row in sql.rows(__package__, "moves_of", {"ledger": ledger, "reasons": list(reasons)}):
        move = Move(Account.parse(row["debit"]), Account.parse(row["credit"]), row["fen"])
        found.setdefault(row["reason"], []).append((move, row["on_date"]))
    return [Posting(reason, tuple(m for m, _ in legs), legs[0][1]) for reason, legs in found.items()]


def open_date(wanted: date, *, ledger: str = SHOP) -> date:
    """`wanted`, or the first day after the last closed one if that is later."""
    closed = LedgerClose.objects.filter(ledger=ledger).aggregate(day=Max("day"))["day"]
    return max(wanted, closed + timedelta(days=1)) if closed else wanted


def moves_csv(*, ledger: str = SHOP, day: date | None = None) -> Iterator[bytes]:
    """A set of books (or one of its days) as CSV: accounting date, reason, sequence is the order."""
    return sql.copy_out(__package__, "export_moves", {"ledger": ledger, "day": day})


def leaves(*, ledger: str = SHOP, day: date | None = None) -> Iterator[bytes]:
    """The Merkle leaves of the same moves in the same order, 32 bytes each."""
    rest = b""
    for chunk in sql.copy_out(__package__, "export_leaves", {"ledger": ledger, "day": day}, header=False):
        *lines, rest = (rest + bytes(chunk)).split(b"\n")
        yield from map(bytes.fromhex, map(bytes.decode, lines))


def totals(*, ledger: str = SHOP, day: date | None = None) -> tuple[int, int]:
    """How many moves, and the minor units they moved."""
    found = LedgerMove.objects.filter(ledger=ledger, **({"on": day} if day else {}))
    sums = found.aggregate(n=Count("seq"), fen=Sum("fen"))
    return sums["n"], int(sums["fen"] or 0)


def audit() -> list[AuditFinding]:
    """Everything that does not add up; an empty list is the proof that all does."""
    return [AuditFinding(row["check"], row["subject"], row["detail"]) for row in sql.rows(__package__, "audit", {})]

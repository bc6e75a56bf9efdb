"""Reads; they answer with contracts."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Max, Min, Sum

from xintui.foundation.ledger.contracts import (
    KIND_NAMES,
    SHOP,
    Account,
    AccountNotFound,
    AccountView,
    AuditFinding,
    Balance,
    ClearingAge,
    DayVerb,
    Kind,
    Move,
    Placed,
    Posting,
    PostingNotFound,
    StatementLine,
    TrialLine,
)
from xintui.foundation.ledger.models import LedgerAccount, LedgerClose, LedgerMove
from xintui.foundation.ledger.rules import plain
from xintui.infra import sql
from xintui.infra.paging import Page, decode, encode
from xintui.kernel.cells import harmless
from xintui.kernel.times import SHANGHAI

Cursor = tuple[int, int, int]
START: Cursor = (-1, -(2**63), -1)
PAGE_LINES: Final = 20_000


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
    rows = _statement(account, after, limit + 1, ledger)
    last = rows[limit - 1] if len(rows) > limit else None
    return _as_lines(rows[:limit]), (last["tx"], last["reason_id"], last["seq"]) if last else None


def latest(account: Account, *, limit: int = 50, ledger: str = SHOP) -> list[StatementLine]:
    """The account's newest moves, newest first."""
    return _as_lines(_statement(account, START, limit, ledger, way=-1))


def _statement(account: Account, after: Cursor, limit: int, ledger: str, way: int = 1) -> list[dict[str, Any]]:
    tx, reason_id, seq = after
    key = {"tx": tx, "reason_id": reason_id, "seq": seq}
    return sql.rows(
        __package__, "statement", {"ledger": ledger, "code": str(account), "limit": limit, "way": way, **key}
    )


def _as_lines(rows: Iterable[dict[str, Any]]) -> list[StatementLine]:
    return [
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
        for row in rows
    ]


def account(code: str, *, ledger: str = SHOP) -> Account:
    """The account of this code. Raises `AccountNotFound` unless money ever touched it."""
    found = LedgerAccount.objects.filter(ledger=ledger, code=code).first()
    if found is None:
        raise AccountNotFound(code)
    return Account.parse(found.code)


def accounts(
    *, prefix: str = "", kind: Kind | None = None, after: str = "", limit: int = 20, ledger: str = SHOP
) -> Page[AccountView]:
    """A page of the accounts whose code starts with `prefix`, in order of code."""
    start = f"{kind.value}:" if kind else ""
    found = LedgerAccount.objects.filter(ledger=ledger, code__startswith=prefix).filter(code__startswith=start)
    if cursor := decode(after, [int]):
        found = found.filter(code__gt=LedgerAccount.objects.filter(id=cursor[0]).values("code"))
    rows = list(found.order_by("code")[: limit + 1])
    page = rows[:limit]
    held = balances([Account.parse(row.code) for row in page], ledger=ledger)
    views = tuple(
        AccountView(b.account, KIND_NAMES[b.account.kind], b.posted_fen, b.held_fen, row.floor_fen)
        for row, b in zip(page, held.values(), strict=True)
    )
    return Page(views, encode([page[-1].id]) if len(rows) > limit else None)


def statement_page(account: Account, *, after: str = "", limit: int = 20, ledger: str = SHOP) -> Page[StatementLine]:
    """`statement` with an opaque cursor, for entrances."""
    cursor = decode(after, [int, int, int])
    lines, more = statement(account, after=tuple(cursor) if cursor else START, limit=limit, ledger=ledger)
    return Page(tuple(lines), encode(more) if more else None)


def posting(reason: str, *, ledger: str = SHOP) -> Posting:
    """The posting of a reason. Raises `PostingNotFound`."""
    found = postings([reason], ledger=ledger)
    if not found:
        raise PostingNotFound(reason)
    return found[0]


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
    for line in _lines(sql.copy_out(__package__, "export_leaves", {"ledger": ledger, "day": day}, header=False)):
        yield bytes.fromhex(line.decode())


def sealed_leaves(tx_from: int, tx_to: int) -> Iterator[tuple[int, int, bytes]]:
    """(transaction, minor units, sealed leaf) of the moves of all books by transactions tx_from ≤ tx < tx_to."""
    params = {"tx_from": tx_from, "tx_to": tx_to}
    for line in _lines(sql.copy_out(__package__, "sealed_leaves", params, header=False)):
        tx, fen, leaf = line.decode().split(",")
        yield int(tx), int(fen), bytes.fromhex(leaf)


def day_moves(day: date, *, ledger: str = SHOP) -> Iterator[Placed]:
    """All moves of an accounting day in the order of `leaves`, streamed."""
    chunks = sql.copy_out(__package__, "export_moves", {"ledger": ledger, "day": day}, header=False)
    for at, (reason, debit, credit, fen, on) in enumerate(csv.reader(bytes(chunk).decode() for chunk in chunks)):
        move = Move(Account.parse(debit), Account.parse(credit), int(fen))
        yield Placed(at, reason, move, date.fromisoformat(on))


def account_day_moves(account: Account, day: date, *, ledger: str = SHOP) -> list[Placed]:
    """One account's moves of an accounting day, with their positions among all moves of the day."""
    rows = sql.rows(__package__, "account_day", {"ledger": ledger, "day": day, "code": str(account)})
    return [_placed(row) for row in rows]


def _placed(row: Mapping[str, Any]) -> Placed:
    move = Move(Account.parse(row["debit"]), Account.parse(row["credit"]), row["fen"])
    return Placed(row["position"], row["reason"], move, row["on_date"])


def day_by_verb(accounts: Iterable[Account], day: date, *, ledger: str = SHOP) -> list[DayVerb]:
    """What an accounting day did to some accounts, by verb: for people who look at their own today."""
    params = {"ledger": ledger, "codes": [str(one) for one in accounts], "day": day}
    rows = sql.rows(__package__, "day_by_verb", params)
    return [DayVerb(Account.parse(row.pop("code")), **row) for row in rows]


def trial(day: date, *, ledger: str = SHOP) -> list[TrialLine]:
    """试算平衡 of a day: opening + movements = closing per kind of account, and whether every row agrees."""
    return [
        TrialLine(
            Kind(row["kind"]),
            row["currency"],
            int(row["opening"]),
            int(row["debit"]),
            int(row["credit"]),
            int(row["closing"]),
            row["differs"] or "",
        )
        for row in sql.rows(__package__, "trial", {"ledger": ledger, "day": day})
    ]


def clearing_ages(*, ledger: str = SHOP) -> list[ClearingAge]:
    """What clearing accounts still hold and since when (rule R16)."""
    kinds = [Kind.GATEWAY_CLEARING.value, Kind.PAYOUT_CLEARING.value]
    rows = sql.rows(__package__, "ages", {"ledger": ledger, "kinds": kinds})
    return [ClearingAge(Account.parse(row["code"]), int(row["balance"]), row["since"]) for row in rows]


def statement_csv(account: Account, *, ledger: str = SHOP) -> Iterator[str]:
    """The whole statement as CSV text, oldest first: what a spreadsheet opens."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["会计日", "入账时间", "事由", "序", "对方账户", "收入", "支出", "余额", "币种"])
    after: Cursor | None = START
    while after is not None:
        lines, after = statement(account, after=after, limit=PAGE_LINES, ledger=ledger)
        for line in lines:
            at = line.at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")
            fens = (line.in_fen, line.out_fen, line.balance_fen)
            writer.writerow([line.on, at, harmless(line.reason), line.seq, harmless(str(line.counterpart)),
                             *(plain(fen, account.currency) for fen in fens), account.currency])  # fmt: skip
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def first_day(*, ledger: str = SHOP) -> date | None:
    """The earliest accounting date anything was posted on."""
    found: date | None = LedgerMove.objects.filter(ledger=ledger).aggregate(day=Min("on"))["day"]
    return found


def books() -> list[str]:
    """Every set of books there is."""
    return list(LedgerAccount.objects.order_by("ledger").values_list("ledger", flat=True).distinct())


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + bytes(chunk)).split(b"\n")
        yield from lines


def totals(*, ledger: str = SHOP, day: date | None = None) -> tuple[int, int]:
    """How many moves, and the minor units they moved."""
    found = LedgerMove.objects.filter(ledger=ledger, **({"on": day} if day else {}))
    sums = found.aggregate(n=Count("seq"), fen=Sum("fen"))
    return sums["n"], int(sums["fen"] or 0)


def audit() -> list[AuditFinding]:
    """Everything that does not add up; an empty list is the proof that all does."""
    return [AuditFinding(row["check"], row["subject"], row["detail"]) for row in sql.rows(__package__, "audit", {})]

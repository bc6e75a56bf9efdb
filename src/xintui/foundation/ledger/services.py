"""The verbs. One function posts, for one reason or many thousand; the single call is the many call with n = 1."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from xintui.foundation.ledger.contracts import (
    SHOP,
    Account,
    DayClosed,
    HoldNotPending,
    PostedDifferently,
    Posting,
    WouldOverdraw,
)


def post(*postings: Posting, ledger: str = SHOP) -> int:
    """Write the postings, each once per reason; how many were new.

    All or nothing. Raises `PostedDifferently` (reason known with other moves), `WouldOverdraw`, `DayClosed`.
    """
    if not postings:
        return 0
    legs = [
        (p.reason, seq, str(move.debit), str(move.credit), move.fen, p.on)
        for p in postings
        for seq, move in enumerate(p.moves)
    ]
    reasons, seqs, debited, credited, fens, dates = zip(*legs, strict=True)
    return _call(
        "SELECT ledger_post(%s, %s::text[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::date[])",
        ledger,
        _texts(reasons),
        _numbers(seqs),
        _texts(debited),
        _texts(credited),
        _numbers(fens),
        _numbers(dates),
    )


def _texts(values: Iterable[str]) -> str:
    """A `text[]` as the server writes it. The driver's own way looks at every element twice: a sixth of a posting."""
    return '{"' + '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values]) + '"}'


def _numbers(values: Iterable[int | date]) -> str:
    """A `bigint[]` or `date[]` as the server writes it: nothing in it needs quoting."""
    return "{" + ",".join(map(str, values)) + "}"


def analyze() -> None:
    """Tell the planner about a bulk of postings made in this transaction, before reading them back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_analyze()")


def hold(key: str, account: Account, fen: int, *, until: datetime, ledger: str = SHOP) -> bool:
    """Set `fen` of the account aside under `key`. False: this hold exists already.

    Raises `WouldOverdraw`; `PostedDifferently` where the key is known with another amount.
    """
    assert fen > 0
    return bool(_call("SELECT ledger_hold_make(%s, %s, %s, %s, %s)", ledger, key, str(account), fen, until))


@transaction.atomic
def capture(key: str, account: Account, *postings: Posting, ledger: str = SHOP) -> int:
    """End the hold and write what it was for, in one transaction; the held minor units. Raises `HoldNotPending`."""
    held = _call("SELECT ledger_hold_end(%s, %s, %s, 'posted')", ledger, key, str(account))
    post(*postings, ledger=ledger)
    return held


def void(key: str, account: Account, *, expired: bool = False, ledger: str = SHOP) -> int:
    """End the hold without a posting; the minor units that are free again. Raises `HoldNotPending`."""
    state = "expired" if expired else "voided"
    return _call("SELECT ledger_hold_end(%s, %s, %s, %s)", ledger, key, str(account), state)


def fold() -> int:
    """Bring floorless accounts' stored balances up to date; how many accounts changed."""
    return _call("SELECT ledger_fold_now()")


def close_day(day: date, *, ledger: str = SHOP) -> bool:
    """Close an accounting day for good. False: it was closed already."""
    return bool(_call("SELECT ledger_close_day(%s, %s)", ledger, day))


def _call(statement: str, *arguments: Any) -> int:
    """One call of a ledger function: a savepoint inside a transaction, by itself a transaction of one statement.

    The latter is one message to the server instead of three; the ledger's tables have no tenant that a beginning tells.
    """
    whole = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with translated(), whole, connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        (answer,) = cursor.fetchone()
        return int(answer)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's refusals into the ledger's own."""
    try:
        yield
    except DatabaseError as error:
        raise _refusal(error) or error from error


def _refusal(error: DatabaseError) -> Exception | None:
    cause = error.__cause__
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or ""
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    match getattr(cause, "sqlstate", None):
        case "XT001":
            return PostedDifferently(said)
        case "XT002":
            return DayClosed(said)
        case "XT003":
            return HoldNotPending(said)
        case "23514" if constraint == "ledger_account_not_overdrawn":
            return WouldOverdraw(_account_in(cause))
    return None


def _account_in(cause: Any) -> str:
    """The code of the row that failed: the third value of `Failing row contains (id, ledger, code, …)`."""
    parts: Sequence[str] = (getattr(cause.diag, "message_detail", None) or "").split(", ")
    return parts[2] if len(parts) > 2 else ""

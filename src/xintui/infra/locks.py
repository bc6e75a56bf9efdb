"""Advisory locks for what has no row to lock: closing, sealing and sweeping. Always per transaction (poolers)."""

import contextlib
import hashlib
from collections.abc import Iterator

from django.db import connection


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def exclusive(name: str) -> None:
    """Alone until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def shared(name: str) -> None:
    """Together with other sharers, never beside an exclusive holder, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_key(name)])


@contextlib.contextmanager
def turn(name: str) -> Iterator[bool]:
    """Whether it is this process's turn; if so, nobody else's until the block ends.

    For long work made of many transactions, so the lock has a connection of its own with one empty transaction, which
    also works behind a pooler. If that connection dies, the turn is another's while this one finishes: what is done
    in a turn must be safe beside itself, the lock only saves work.
    """
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
            (mine,) = cursor.fetchone()
            # A turn may take longer than a forgotten transaction may stay open. This comes last: the SELECT's snapshot,
            # kept until the next statement, would hold back vacuum for as long.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield bool(mine)
    finally:
        other.close()

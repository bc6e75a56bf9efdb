"""Advisory locks for what has no row to lock: closing, sealing and sweeping. Always per transaction (poolers)."""

import hashlib

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

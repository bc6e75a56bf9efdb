"""Sealing: what is committed for good is hashed into a block that names the block before it (rules R12, R13)."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from xintui.foundation.evidence.contracts import Block
from xintui.foundation.evidence.queries import last_block
from xintui.foundation.evidence.rules.blocks import GENESIS, block_hash
from xintui.foundation.evidence.rules.merkle import bulk_root
from xintui.foundation.ledger import facade as ledger
from xintui.infra import locks

SEAL_LOCK = "evidence.seal"


class Tally:
    """Passes leaves on while it counts the moves and adds up what they moved."""

    def __init__(self, leaves: Iterator[tuple[int, int, bytes]]) -> None:
        self._leaves = leaves
        self.count = self.sum_fen = 0

    def __iter__(self) -> Iterator[bytes]:
        for _, fen, leaf in self._leaves:
            self.count += 1
            self.sum_fen += fen
            yield leaf


@transaction.atomic
def seal(now: datetime) -> Block | None:
    """Seal every move that is committed for good and not sealed yet, of all books. None: there is nothing new.

    Only transactions below the snapshot's xmin: each of them has ended, so no move of theirs can still appear behind
    us. A move whose transaction is still open, and every later one, waits for the next block - nothing is skipped.
    """
    locks.exclusive(SEAL_LOCK)
    last = last_block()
    tx_from, tx_to = (last.tx_to if last else 0), _settled_below()
    tally = Tally(ledger.sealed_leaves(tx_from, tx_to))
    root = bulk_root(tally)
    if not tally.count:
        return None
    n, previous = (last.n + 1, last.hash) if last else (1, GENESIS)
    block = Block(
        n=n,
        previous=previous,
        root=root,
        count=tally.count,
        sum_fen=tally.sum_fen,
        tx_from=tx_from,
        tx_to=tx_to,
        hash=block_hash(previous, root, tally.count, tally.sum_fen),
        sealed_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT evidence_seal(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [n, previous, root, tally.count, tally.sum_fen, tx_from, tx_to, block.hash, now],
        )
    return block


def _settled_below() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (xmin,) = cursor.fetchone()
    return int(xmin)

"""What one settlement call was handed: streamed into temporary tables, counted on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from psycopg.copy import QueuedLibpqWriter

from xintui.infra import sql
from xintui.promotion.commission.contracts import Refund, Sale, SaleBlock, Withdrawal

ANALYZE_FROM: Final = 1000
"""A temporary table of this many rows is worth telling the planner about; below, its guesses are fine."""
_FIELDS: Final = {"sale": Sale._fields, "refund": Refund._fields, "withdrawal": Withdrawal._fields}


@dataclass
class Batch:
    """How many rows of each kind were staged, and the days that sales were paid and received on, as written."""

    staged: dict[str, int] = field(default_factory=dict)
    paid_on: set[str] = field(default_factory=set)
    received_on: set[str] = field(default_factory=set)

    def note(self, row: Sale | SaleBlock) -> None:
        """Remember the days of a sale or of a block of them."""
        if isinstance(row, SaleBlock):
            self.paid_on |= row.paid_on
            self.received_on |= row.received_on
            return
        self.paid_on.add(str(row.paid_at)[:10])
        if row.received_at is not None:
            self.received_on.add(str(row.received_at)[:10])


class _Ahead(QueuedLibpqWriter):
    """Rows go out from a thread of their own, so that the next are judged while the server takes the last.

    It may run ahead by two megabytes, not by psycopg's hundred: memory stays flat where the server is slow.
    """

    def __init__(self, cursor: Any) -> None:
        super().__init__(cursor)
        self._queue.maxsize = 16


def stage(
    sales: Iterable[Sale | SaleBlock],
    refunds: Iterable[Refund],
    withdrawals: Iterable[Withdrawal],
    *,
    ahead: bool = False,
) -> Batch:
    """Copy the rows into `commission_in_*`, as a stream; with `ahead` from a thread of its own, worth it for a file."""
    batch = Batch()
    with connection.cursor() as cursor:
        for statement in sql.text(__package__, "staging").split(";"):
            if statement.strip():
                cursor.execute(statement)
        for name, rows in (("sale", sales), ("refund", refunds), ("withdrawal", withdrawals)):
            n = 0
            # A temporary table has its own order of columns; rows come in that of the contract.
            statement = f"COPY commission_in_{name} ({', '.join(_FIELDS[name])}) FROM STDIN"
            with cursor.copy(statement, writer=_Ahead(cursor.cursor) if ahead else None) as copy:
                for row in rows:
                    if isinstance(row, SaleBlock):
                        copy.write(row.text)
                        n += row.rows
                    else:
                        copy.write_row(row)
                        n += 1
                    if isinstance(row, Sale | SaleBlock):
                        batch.note(row)
            batch.staged[name] = n
            if n >= ANALYZE_FROM:
                cursor.execute(f'ANALYZE commission_in_{name} ("row")')  # its size is what matters
    return batch

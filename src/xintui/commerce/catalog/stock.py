"""Stock for those who sell: many counters in one call, in one lock order."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from xintui.commerce.catalog.contracts import OutOfStock, StockKind

REFUSED = "XT001"
"""The SQLSTATE with which the published functions say an expected no."""


@dataclass(frozen=True, slots=True)
class StockChange:
    """`reason` names the business event: the same reason moves a SKU once per kind. `at` if not the batch's."""

    merchant_id: str
    sku_id: str
    qty: int
    reason: str
    at: datetime | None = None


def move(kind: StockKind, changes: Sequence[StockChange], *, now: datetime) -> int:
    """How many of the changes were new. Raises `OutOfStock` (only when reserving)."""
    if not changes:
        return 0
    arguments = [
        kind.value,
        [c.merchant_id for c in changes],
        [c.sku_id for c in changes],
        [c.qty for c in changes],
        [c.reason for c in changes],
        [c.at or now for c in changes],
    ]
    try:
        with _kept_whole(kind), connection.cursor() as cursor:
            cursor.execute(
                "SELECT catalog_move_stock(%s, %s::text[], %s::text[], %s::int[], %s::text[], %s::timestamptz[])",
                arguments,
            )
            return int(cursor.fetchone()[0])
    except DatabaseError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", None) != REFUSED:
            raise
        raise out_of_stock(cause.diag.message_detail) from error  # type: ignore[union-attr]


def _kept_whole(kind: StockKind) -> AbstractContextManager[None]:
    """Only reserving is ever refused, so only reserving pays for a savepoint."""
    return transaction.atomic() if kind is StockKind.RESERVE else nullcontext()


def out_of_stock(detail: str) -> OutOfStock:
    """The refusal in the words of the contract."""
    return OutOfStock(**json.loads(detail))

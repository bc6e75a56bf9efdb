"""The search table as columns in this process, never older than the last committed batch when a search begins.

PostgreSQL is the truth. Each search asks it for the number of the last batch, which is one row by its key; if it is not
the copy's, the rows of later batches are fetched. A copy at a number that the table does not know (a transaction that
was rolled back, another database) or too long ago begins anew. ADR 0012 has the measurements.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import numpy as np

from xintui.commerce.catalog import facade as catalog
from xintui.infra import sql
from xintui.promotion.screening import tables
from xintui.promotion.screening.contracts import Field, FieldKind
from xintui.promotion.screening.models import Profile, Progress
from xintui.promotion.screening.rules.columns import FEATURED, LISTED, NONE, Columns

SLOT: Final = "slot"
HEAD: Final = 19
"""Of a binary copy: signature, flags, extension. Two bytes end it."""
TAIL: Final = 2
AT_ONCE: Final = 50_000
"""Rows of a copy that are held twice at a time."""
NOTHING: Final = -1


class _Copy:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.at = NOTHING
        self.codes: dict[str, list[str]] = {}
        self.columns = Columns((), frozenset(), {})


_copy: Final = _Copy()


@contextmanager
def columns(today: date) -> Iterator[Columns]:
    """The columns as of the last committed batch; one search at a time in a process, a few milliseconds each."""
    fields = tables.book(today).fields
    with _copy.lock:
        _follow(fields)
        yield _copy.columns


def _follow(fields: dict[str, Field]) -> None:
    row = Progress.objects.values_list("version", "recent").get(id=1)
    version, recent = row
    if _copy.at == version and list(_copy.columns.columns) == list(fields):
        return
    later = _copy.at if _copy.at in recent and list(_copy.columns.columns) == list(fields) else NOTHING
    if later != NOTHING and _strange(later):
        later = NOTHING
    if later == NOTHING:
        _copy.at = NOTHING
        _copy.codes = _codes(fields)
        _copy.columns = Columns(tuple(fields), _wide(fields), _copy.codes)
    for slots, listed, featured, values in _fetched(fields, later):
        _copy.columns.put(slots, listed, featured, values)
    _copy.at = version


def _strange(later: int) -> bool:
    """Whether a category came up that the copy has no number for."""
    rows = Profile.objects.filter(version__gt=later, category__isnull=False)
    return rows.exclude(category__in=_copy.codes["category"]).exists()


def _codes(fields: dict[str, Field]) -> dict[str, list[str]]:
    """The values of each enum in their order; categories in that of their tree."""
    found = {key: list(one.values) for key, one in fields.items() if one.kind is not FieldKind.NUMBER}
    return found | {"category": list(catalog.category_names())}


def _wide(fields: dict[str, Field]) -> frozenset[str]:
    return frozenset(key for key, one in fields.items() if one.unit == "fen")


def _fetched(fields: dict[str, Field], later: int) -> Iterator[tuple[Any, Any, Any, dict[str, Any]]]:
    """Rows after a batch, some at a time: slots, whether listed, whether featured, values; before each its length."""
    wide, names = _wide(fields), (SLOT, LISTED, FEATURED, *fields)
    layout: list[tuple[str, str]] = [("count", ">i2")]
    for name in names:
        layout += [(f"{name}.length", ">i4"), (name, ">i8" if name in wide else ">i4")]
    row = np.dtype(layout)
    kept, begins = bytearray(), HEAD
    for piece in sql.copy_binary(__package__, "columns", {"none": NONE, "version": later, **_copy.codes}):
        kept += piece
        if len(kept) > begins + AT_ONCE * row.itemsize:
            whole = (len(kept) - begins) // row.itemsize
            yield _split(np.frombuffer(kept, row, whole, begins), fields)
            kept, begins = kept[begins + whole * row.itemsize :], 0
    yield _split(np.frombuffer(kept, row, (len(kept) - begins - TAIL) // row.itemsize, begins), fields)


def _split(rows: Any, fields: dict[str, Field]) -> tuple[Any, Any, Any, dict[str, Any]]:
    slots = rows[SLOT].astype(np.int64)
    return slots, rows[LISTED] == 1, rows[FEATURED] == 1, {key: rows[key] for key in fields}

"""The fields of all promoters as columns of whole numbers, and the search among them: pure, in one pass a filter.

A column is as long as there are slots; who is unknown has `NONE` in it, which is in no range. A value of an enum is its
place among the field's values. Nothing is sorted beforehand: a page is cut out of what passed the filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from xintui.promotion.screening.contracts import Filter, Known, OneOf, Range, Sort

NONE: Final = -(2**31)
"""For 8-byte columns too: no fact of the house is that small."""
LISTED: Final = "listed"
Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A page's slots in their order, with the value they stand by (None: unknown), and how many passed in all."""

    slots: tuple[int, ...]
    values: tuple[int | None, ...]
    passed: int


class Columns:
    """`wide`: the fields that need eight bytes. `codes`: the values of each enum, in their order."""

    def __init__(self, keys: Sequence[str], wide: frozenset[str], codes: Mapping[str, Sequence[str]]) -> None:
        self.codes = {key: {code: n for n, code in enumerate(values)} for key, values in codes.items()}
        self.columns: dict[str, Numbers] = {
            key: np.full(0, NONE, dtype=np.int64 if key in wide else np.int32) for key in keys
        }
        self.listed: Numbers = np.zeros(0, dtype=bool)

    def put(self, slots: Numbers, listed: Numbers, values: Mapping[str, Numbers]) -> None:
        """Rows as they are now, at their slots; whoever is not listed is in no search."""
        if not len(slots):
            return
        self._grow(int(slots.max()) + 1)
        self.listed[slots] = listed
        for key, column in self.columns.items():
            column[slots] = values[key]

    def _grow(self, size: int) -> None:
        have = len(self.listed)
        if size <= have:
            return
        more = max(size, have + have // 4) - have
        self.listed = np.concatenate([self.listed, np.zeros(more, dtype=bool)])
        for key, column in self.columns.items():
            self.columns[key] = np.concatenate([column, np.full(more, NONE, dtype=column.dtype)])

    def passing(self, filters: Sequence[Filter]) -> Numbers:
        """The slots that pass, ascending."""
        kept = self.listed
        for one in filters:
            kept = np.logical_and(kept, self._passes(one))
        return np.flatnonzero(kept)

    def _passes(self, one: Filter) -> Numbers:
        column = self.columns[one.key]
        passes: Numbers
        match one:
            case Range(_, low, high):
                passes = column != NONE if low is None else column >= low
                if high is not None:
                    passes = np.logical_and(passes, column <= high)
            case OneOf(key, values):
                known = [self.codes[key][value] for value in values if value in self.codes[key]]
                passes = np.isin(column, known)
            case Known(_, wanted):
                passes = column != NONE if wanted else column == NONE
        return passes

    def cut(self, filters: Sequence[Filter], sort: Sort, after: tuple[int | None, int] | None, limit: int) -> Cut:
        """A page; equal values and the unknown stand by slot. `after`: sort value and slot of the last one seen."""
        slots = self.passing(filters)
        passed = len(slots)
        key = self._order(sort, slots)
        if after is not None:
            value, slot = after
            last = _last_of(key) if value is None else (-value if sort.descending else value)
            behind = (key > last) | ((key == last) & (slots > slot))
            slots, key = slots[behind], key[behind]
        slots, key = _first(slots, key, limit)
        values = (int(value) for value in self.columns[sort.key][slots])
        return Cut(tuple(map(int, slots)), tuple(None if value == NONE else value for value in values), passed)

    def _order(self, sort: Sort, slots: Numbers) -> Numbers:
        """Ascending by this is the order asked for; the unknown last."""
        column = self.columns[sort.key][slots]
        unknown = column == NONE
        key = -column if sort.descending else column  # -NONE overflows to itself; it is replaced either way
        key[unknown] = _last_of(key)
        return key

    def cells(
        self, filters: Sequence[Filter], across: tuple[str, Sequence[int]], up: tuple[str, Sequence[int]]
    ) -> Numbers:
        """How many of those that pass lie between which steps; row 0 are those of whom the first field is unknown."""
        slots = self.passing([*filters, Known(up[0])])
        x, y = self.columns[across[0]][slots], self.columns[up[0]][slots]
        column = np.searchsorted(np.asarray(across[1], dtype=x.dtype), x, side="right")
        column[x == NONE] = 0
        row = np.clip(np.searchsorted(np.asarray(up[1], dtype=y.dtype), y, side="right") - 1, 0, None)
        size = (len(across[1]) + 1, len(up[1]))
        return np.bincount(column * size[1] + row, minlength=size[0] * size[1]).reshape(size)


def _last_of(key: Numbers) -> int:
    return int(np.iinfo(key.dtype).max)


def _first(slots: Numbers, key: Numbers, limit: int) -> tuple[Numbers, Numbers]:
    """The first `limit` by key, then by slot: everything before the last value's, and of that the lowest slots."""
    if len(slots) > 4 * limit:
        edge = np.partition(key, limit - 1)[limit - 1]
        before = key < edge
        at = np.flatnonzero(key == edge)[: limit - int(before.sum())]
        kept = np.concatenate([np.flatnonzero(before), at])
        slots, key = slots[kept], key[kept]
    order = np.lexsort((slots, key))[:limit]
    return slots[order], key[order]

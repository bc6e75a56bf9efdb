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
FEATURED: Final = "featured"
FIRST: Final = 2**32
"""Whoever is featured stands this many places before her slot: before everybody else of the same value."""
MANY: Final = 20_000
"""From so many on, where a page may be is guessed from a sample first; right or wrong, the page is the same."""
SAMPLE: Final = 2_000
Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A page's slots in their order, with the value they stand by (None: unknown), their places among equal values,
    and how many passed in all."""

    slots: tuple[int, ...]
    values: tuple[int | None, ...]
    places: tuple[int, ...]
    passed: int


class Columns:
    """`wide`: the fields that need eight bytes. `codes`: the values of each enum, in their order."""

    def __init__(self, keys: Sequence[str], wide: frozenset[str], codes: Mapping[str, Sequence[str]]) -> None:
        self.codes = {key: {code: n for n, code in enumerate(values)} for key, values in codes.items()}
        self.columns: dict[str, Numbers] = {
            key: np.full(0, NONE, dtype=np.int64 if key in wide else np.int32) for key in keys
        }
        self.listed: Numbers = np.zeros(0, dtype=bool)
        self.featured: Numbers = np.zeros(0, dtype=bool)

    def put(self, slots: Numbers, listed: Numbers, featured: Numbers, values: Mapping[str, Numbers]) -> None:
        """Rows as they are now, at their slots; whoever is not listed is in no search."""
        if not len(slots):
            return
        self._grow(int(slots.max()) + 1)
        self.listed[slots] = listed
        self.featured[slots] = featured
        for key, column in self.columns.items():
            column[slots] = values[key]

    def _grow(self, size: int) -> None:
        have = len(self.listed)
        if size <= have:
            return
        more = max(size, have + have // 4) - have
        self.listed = np.concatenate([self.listed, np.zeros(more, dtype=bool)])
        self.featured = np.concatenate([self.featured, np.zeros(more, dtype=bool)])
        for key, column in self.columns.items():
            self.columns[key] = np.concatenate([column, np.full(more, NONE, dtype=column.dtype)])

    def _kept(self, filters: Sequence[Filter]) -> Numbers:
        """Of each slot, whether it passes."""
        kept = self.listed
        for one in filters:
            kept = np.logical_and(kept, self._passes(one))
        return kept

    def _passes(self, one: Filter) -> Numbers:
        column = self.columns[one.key]
        passes: Numbers
        match one:
            case Range(_, low, high):
                passes = column != NONE if low is None else column >= low
                if high is not None:
                    passes = np.logical_and(passes, column <= high)
            case OneOf(key, values):
                codes = self.codes[key]
                passes = np.zeros(len(column), dtype=bool)
                for code in {codes[value] for value in values if value in codes}:
                    passes |= column == code
            case Known(_, known):
                passes = column != NONE if known else column == NONE
        return passes

    def cut(self, filters: Sequence[Filter], sort: Sort, after: tuple[int | None, int] | None, limit: int) -> Cut:
        """A page; equal values and the unknown stand by place: the featured first, then by slot.

        `after`: sort value and place of the last one seen.
        """
        column, kept = self.columns[sort.key], self._kept(filters)
        passed = int(np.count_nonzero(kept))
        if after is not None:
            kept = np.logical_and(kept, _behind(column, self.featured, sort.descending, *after))
        slots = np.flatnonzero(_near(column, kept, sort.descending, limit))
        places = np.where(self.featured[slots], slots - FIRST, slots)
        slots, places = _first(slots, places, _key(column[slots], sort.descending), limit)
        values = tuple(None if value == NONE else int(value) for value in column[slots])
        return Cut(tuple(map(int, slots)), values, tuple(map(int, places)), passed)

    def cells(
        self, filters: Sequence[Filter], across: tuple[str, Sequence[int]], up: tuple[str, Sequence[int]]
    ) -> Numbers:
        """How many of those that pass lie between which steps; row 0 are those of whom the first field is unknown."""
        kept = self._kept([*filters, Known(up[0])])
        x, y = self.columns[across[0]], self.columns[up[0]]
        size = (len(across[1]) + 1, len(up[1]))
        if 8 * int(np.count_nonzero(kept)) < len(kept):  # few: only those are looked at
            x, y, kept = x[kept], y[kept], kept[kept]
        place = _steps_below(x, across[1]) * np.uint16(size[1]) + np.maximum(_steps_below(y, up[1]), 1) - np.uint16(1)
        nowhere = size[0] * size[1]
        counts = np.bincount(np.where(kept, place, np.uint16(nowhere)), minlength=nowhere + 1)
        return counts[:nowhere].reshape(size)


def _steps_below(column: Numbers, steps: Sequence[int]) -> Numbers:
    """How many of a few steps each value has reached; the unknown none."""
    reached = np.zeros(len(column), dtype=np.uint16)
    for step in steps:
        reached += column >= step
    return reached


def _behind(column: Numbers, featured: Numbers, descending: bool, value: int | None, place: int) -> Numbers:
    """Who stands behind this value and place."""
    behind: Numbers = column == (NONE if value is None else value)
    if place < 0:  # behind are all others of the value, and the featured with a higher slot
        behind[: place + FIRST + 1] &= ~featured[: place + FIRST + 1]
    else:
        behind &= ~featured
        behind[: place + 1] = False
    if value is not None:
        behind |= column < value if descending else np.logical_or(column > value, column == NONE)
    return behind


def _near(column: Numbers, kept: Numbers, descending: bool, limit: int) -> Numbers:
    """Those kept that are not behind a mark, which a sample sets where about four pages are; or all, if that is few."""
    count = int(np.count_nonzero(kept))
    if count <= MANY:
        return kept
    step = max(count // SAMPLE, 1)
    sample = column[::step][kept[::step]]
    known = sample[sample != NONE]
    rank = max(4 * limit * len(sample) // count, 20)
    if rank >= len(known):
        return kept
    if descending:
        near = column >= np.partition(known, len(known) - 1 - rank)[len(known) - 1 - rank]
    else:
        near = np.logical_and(column <= np.partition(known, rank)[rank], column != NONE)
    near = np.logical_and(near, kept)
    return near if int(np.count_nonzero(near)) >= limit else kept


def _key(values: Numbers, descending: bool) -> Numbers:
    """Ascending by this is the order asked for; the unknown last."""
    last = np.iinfo(values.dtype).max
    return np.where(values == NONE, last, -values if descending else values)


def _first(slots: Numbers, places: Numbers, key: Numbers, limit: int) -> tuple[Numbers, Numbers]:
    """The first `limit` by key, then by place, with their places: all before the last value's, and of that the first.

    Slots come in their order, so of one value the featured and the others are each in order already.
    """
    if len(slots) > 4 * limit:
        edge = np.partition(key, limit - 1)[limit - 1]
        before, at = key < edge, np.flatnonzero(key == edge)
        at = np.concatenate([at[places[at] < 0], at[places[at] >= 0]])[: limit - int(before.sum())]
        kept = np.concatenate([np.flatnonzero(before), at])
        slots, places, key = slots[kept], places[kept], key[kept]
    order = np.lexsort((places, key))[:limit]
    return slots[order], places[order]

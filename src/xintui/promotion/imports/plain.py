"""Plain stretches of a CSV, judged a column at a time.

A file of half a million rows is nearly always dull: no quotes, every row as wide as the header, every cell as it
should be. A stretch of which all that is true is handed on as it stands. Of any other this module says nothing, and
the rules of a row decide: they alone refuse.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from xintui.kernel.money import LIMIT_MINOR

LONGEST: Final = 500
"""Bytes of a cell; a row of such cells is far from the limit of the row rules."""
_DIGITS: Final = len(str(LIMIT_MINOR)) - 1
_PARSE: Final = pa_csv.ParseOptions(
    quote_char=False, escape_char=False, newlines_in_values=False, ignore_empty_lines=False
)
Column = Any
"""A `pyarrow` array of strings, no nulls."""


class NotPlain(Exception):
    """Some cell of the stretch needs the row rules."""


def columns(text: bytes, width: int, order: Sequence[int]) -> list[Column]:
    """The columns at these places of the header; a place beyond it is an empty column. Raises `NotPlain`."""
    if any(byte in text for byte in (b'"', b"\\", b"\t", b"\0", b"\r")):
        raise NotPlain
    names = [str(place) for place in range(width)]
    convert = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    read = pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1)
    try:
        table = pa_csv.read_csv(pa.BufferReader(text), read, _PARSE, convert)
    except pa.ArrowException as error:
        raise NotPlain from error
    found = [column.combine_chunks() for column in table.columns]
    for column in found:
        if pc.max(pc.binary_length(column)).as_py() > LONGEST:
            raise NotPlain
    empty = pa.array([""] * table.num_rows)
    return [found[place] if place < width else empty for place in order]


def filled(*cells: Column) -> None:
    """No cell of these columns is empty."""
    for column in cells:
        if pc.min(pc.binary_length(column)).as_py() == 0:
            raise NotPlain


def amounts(cells: Column, *, least: int = 0) -> None:
    """Whole numbers of minor units, `least` or more, in no more digits than an amount may have."""
    plain = pc.and_(pc.string_is_ascii(cells), pc.ascii_is_decimal(cells))
    if not pc.all(plain).as_py() or pc.max(pc.binary_length(cells)).as_py() > _DIGITS:
        raise NotPlain
    if pc.min(pc.cast(cells, pa.int64())).as_py() < least:
        raise NotPlain


def looked_up(cells: Column, answer: Callable[[str], str | None]) -> Column:
    """Each cell's answer, asked once per distinct cell; `None` is a null. What `answer` raises leaves as `NotPlain`."""
    distinct = cells.dictionary_encode()
    try:
        answers = [answer(cell) for cell in distinct.dictionary.to_pylist()]
    except Exception as error:
        raise NotPlain from error
    if any(byte in given for given in answers if given for byte in "\\\t\r\n"):
        raise NotPlain
    return pa.array(answers, pa.string()).take(distinct.indices)


def known(cells: Column, names: Collection[str] | Mapping[str, Any]) -> None:
    """Every cell is one of these."""
    if not all(cell in names for cell in pc.unique(cells).to_pylist()):
        raise NotPlain


def days(times: Column) -> frozenset[str]:
    """The distinct days that a column of ISO 8601 times names, each as it is written."""
    return frozenset(pc.unique(pc.utf8_slice_codeunits(times, 0, 10)).drop_null().to_pylist())


def numbered(first: int, cells: Column) -> Column:
    """The row numbers from `first`, as text."""
    return pc.cast(pa.array(range(first, first + len(cells))), pa.string())


def copy_text(*cells: Column) -> bytes:
    """The columns as COPY's text format: tabs between, a newline after each row, `\\N` for a null."""
    shown = [pc.fill_null(column, "\\N") if column.null_count else column for column in cells]
    rows = pc.binary_join_element_wise(pc.binary_join_element_wise(*shown, "\t"), "", "\n")
    _, offsets, data = rows.buffers()
    ends = pa.Array.from_buffers(pa.int32(), len(rows) + 1, [None, offsets])
    text: bytes = data.slice(0, ends[len(rows)].as_py()).to_pybytes()
    return text

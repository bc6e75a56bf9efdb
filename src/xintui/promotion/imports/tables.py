"""Reads the wanted columns of a Parquet, CSV or XLSX table, batch by batch, whatever the file is called."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from xintui.promotion.imports.contracts import FileMissing, Unreadable, WrongColumns, WrongEncoding

BATCH: Final = 16_384
NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""Control characters. Latin-1 gives every byte a meaning; a text that really is Latin-1 contains none of these."""

Row = tuple[Any, ...]
Numbered = Iterable[tuple[int, Row]]
"""The row's number in the file (the header is row 1) and the wanted cells, in the wanted order."""

Far = Callable[[int], tuple[int, int]]
"""From the last row's number to how far that is, of how much."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, and how far into the file they end, for a progress bar: rows, or bytes of a CSV."""

    rows: Numbered
    done: int
    total: int


def read(source: Path, columns: Sequence[str]) -> Iterator[Batch]:
    """The table in `source`. What it is, its first bytes say. Raises the refusals of an import."""
    if not source.is_file():
        raise FileMissing(str(source))
    try:
        with source.open("rb") as file:
            magic = file.read(4)
        if not magic:
            raise Unreadable(source.name, "文件是空的")
        if magic == b"PAR1":
            yield from _parquet(source, columns)
        elif magic == b"PK\x03\x04":
            yield from _xlsx(source, columns)
        else:
            yield from _csv(source, columns)
    except OSError as error:
        raise Unreadable(source.name, error.strerror or "读取中断") from error


def _places(source: Path, header: Sequence[object], columns: Sequence[str]) -> list[int]:
    """Where each wanted column stands. One that stands twice could mean either, so it is refused like a missing one."""
    names = [str(name).strip() for name in header]
    wrong = [column for column in columns if names.count(column) != 1]
    if wrong:
        raise WrongColumns(source.name, "、".join(wrong))
    return [names.index(column) for column in columns]


def _parquet(source: Path, columns: Sequence[str]) -> Iterator[Batch]:
    # Here, because a CSV should not wait for Arrow to load.
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(source) as file:
            _places(source, file.schema_arrow.names, columns)
            total, done = file.metadata.num_rows, 0
            for batch in file.iter_batches(batch_size=BATCH, columns=list(columns)):
                cells = [_plain(batch.column(name)) for name in columns]
                first, done = done + 2, done + batch.num_rows
                yield Batch(enumerate(zip(*cells, strict=True), start=first), done, total)
    except (pyarrow.ArrowException, OSError) as error:
        raise Unreadable(source.name, "Parquet 文件已损坏或不完整") from error


def _plain(column: Any) -> list[Any]:
    """The column's cells as Python values; each distinct value is made once, which is what makes it quick."""
    encoded = column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    return [None if at is None else values[at] for at in encoded.indices.to_pylist()]


def _xlsx(source: Path, columns: Sequence[str]) -> Iterator[Batch]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(source)
        sheet = book.get_sheet_by_index(0)
        total = sheet.total_height
        yield from _batches(source, columns, sheet.iter_rows(), lambda done: (done, total))
    except (python_calamine.CalamineError, IndexError) as error:
        raise Unreadable(source.name, "不是完整的 XLSX 工作簿") from error


def _csv(source: Path, columns: Sequence[str]) -> Iterator[Batch]:
    encoding, total = _encoding(source), source.stat().st_size
    try:
        with source.open("rb") as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
            yield from _batches(source, columns, csv.reader(text), lambda _: (min(raw.tell(), total), total))
    except csv.Error as error:
        raise Unreadable(source.name, "不是逗号分隔的表格") from error


def _encoding(source: Path) -> str:
    """UTF-8 if all of it is; else Latin-1 if it can be. One pass of its own, so that no row is read wrongly first."""
    for encoding in ("utf-8-sig", "latin-1"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with source.open("rb") as raw:
                while chunk := raw.read(1 << 20):
                    if NO_TEXT.search(decoder.decode(chunk)):
                        raise WrongEncoding(source.name)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise AssertionError("Latin-1 decodes every byte")


def _batches(source: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], far: Far) -> Iterator[Batch]:
    """Rows of cells, header first. Rows without a single filled cell are no rows, but they are counted."""
    numbered = ((number, row) for number, row in enumerate(rows, start=1) if any(cell != "" for cell in row))
    _, header = next(numbered, (0, []))
    places = _places(source, header, columns)
    width = max(places) + 1
    while some := list(islice(numbered, BATCH)):
        last = some[-1][0]
        yield Batch(((n, tuple(_filled(row, width)[at] for at in places)) for n, row in some), *far(last))


def _filled(row: Sequence[Any], width: int) -> Sequence[Any]:
    """A row that ends early has empty cells there."""
    return row if len(row) >= width else [*row, *[""] * (width - len(row))]

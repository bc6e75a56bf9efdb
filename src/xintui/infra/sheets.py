"""Rows of CSV and XLSX files, judged one by one: a bad row is named with its column, a bad file in one sentence."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Final

import python_calamine

from xintui.kernel.errors import DomainError
from xintui.kernel.money import LIMIT_MINOR

Cells = Sequence[str]
_PLAIN_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
FIRST_YEAR, LAST_YEAR = 1000, 9000
MAX_CELL: Final = 10_000
STRETCH: Final = 1 << 19


@dataclass(eq=False)
class FileUnreadable(DomainError):
    """The file as a whole is not the table it should be."""

    code: ClassVar[str] = "imports.file_unreadable"
    says: ClassVar[str] = "无法读取文件 {file}：{why}"

    file: str
    why: str


@dataclass(eq=False)
class BadCell(DomainError):
    """One cell refuses its row."""

    code: ClassVar[str] = "imports.bad_cell"
    says: ClassVar[str] = "{column} 列：{why}"

    column: str
    reason: str
    why: str


@dataclass(frozen=True)
class Stretch:
    """Some records of a file. `plain` is their text when no cell is quoted: then each line is a record."""

    first: int
    width: int
    order: Sequence[int]
    records: Iterator[list[str]]
    plain: bytes | None = None

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Each record's number and its cells in order; missing trailing cells are empty, blank lines left out."""
        blanks = [""] * (self.width + 1)
        for number, record in enumerate(self.records, start=self.first):
            if record:
                short = len(record) <= self.width
                cells = record + blanks[len(record) :] if short else [*record[: self.width], ""]
                yield number, [cells[at] for at in self.order]


def stretches(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Stretch]:
    """The file below its header (row 1), cells in the order of `columns` + `optional`; other columns are ignored.

    A CSV comes in plain stretches of half a megabyte as long as nothing is quoted. Raises `FileUnreadable`.
    """
    if path.suffix.lower() == ".xlsx":
        records = _xlsx(path)
        yield Stretch(2, *_places(path, next(records, None), columns, optional), records)
        return
    with _reading(path), path.open("rb") as file:
        file.seek(start := _start(file))
        head = file.readline().replace(b"\r\n", b"\n")
        if not _plain(head):
            records = _records(path, file, start)
            yield Stretch(2, *_places(path, next(records, None), columns, optional), records)
            return
        width, order = _places(path, next(csv.reader([head.decode()]), None), columns, optional)
        number, at = 2, file.tell()
        while text := file.read(STRETCH) + file.readline():
            text = text.replace(b"\r\n", b"\n")
            if not _plain(text):
                yield Stretch(number, width, order, _records(path, file, at))
                return
            yield Stretch(number, width, order, _plain_records(path, text, at), text)
            number, at = number + text.count(b"\n"), file.tell()


def bare(path: Path, width: int) -> Iterator[Stretch]:
    """A CSV without a header: its first row is row 1, its cells stand in a known order. Raises `FileUnreadable`."""
    with _reading(path), path.open("rb") as file:
        yield Stretch(1, width, range(width), _records(path, file, _start(file)))


def first_row(path: Path) -> list[str]:
    """The first record of a CSV, to see whether it names columns. Raises `FileUnreadable`."""
    with _reading(path), path.open("rb") as file:
        head = next(_records(path, file, _start(file)), None)
    if not head:
        raise FileUnreadable(str(path), "文件是空的")
    return head


def _start(file: BinaryIO) -> int:
    """Behind the mark that spreadsheets put before UTF-8."""
    return len(codecs.BOM_UTF8) if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else 0


def _plain(text: bytes) -> bool:
    """No quote, and no carriage return that would end a record: a record is a line."""
    return b'"' not in text and b"\r" not in text


def _plain_records(path: Path, text: bytes, at: int) -> Iterator[list[str]]:
    with _reading(path, at):
        yield from csv.reader(StringIO(text.decode(), newline=""))


def _records(path: Path, file: BinaryIO, at: int) -> Iterator[list[str]]:
    """All records from this byte on, whatever they hold."""
    file.seek(at)
    with _reading(path):
        yield from csv.reader(TextIOWrapper(file, "utf-8", newline=""), strict=True)


@contextmanager
def _reading(path: Path, at: int = 0) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or "打不开") from None
    except UnicodeDecodeError as error:
        raise FileUnreadable(str(path), f"不是 UTF-8 编码（第 {at + error.start} 字节附近）") from None
    except csv.Error as error:
        raise FileUnreadable(str(path), f"不是合法的 CSV（{error}）") from None


def _places(
    path: Path, header: list[str] | None, columns: Sequence[str], optional: Sequence[str]
) -> tuple[int, list[int]]:
    if not header:
        raise FileUnreadable(str(path), "文件是空的")
    places = {name: at for at, name in reversed(list(enumerate(header)))}
    if missing := [name for name in columns if name not in places]:
        raise FileUnreadable(str(path), f"缺少列 {', '.join(missing)}")
    return len(header), [places.get(name, len(header)) for name in (*columns, *optional)]


def _xlsx(path: Path) -> Iterator[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            cells = [_cell(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            yield cells
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or "打不开") from None
    except Exception as error:
        if isinstance(error, DomainError):
            raise
        raise FileUnreadable(str(path), "不是完好的 XLSX 文件") from error


def _cell(value: Any) -> str:
    """A spreadsheet's cell as the text a CSV would hold: whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def text(cells: Mapping[str, str], *columns: str) -> None:
    """These cells must not be empty. Raises `BadCell`."""
    for column in columns:
        if not cells[column]:
            raise BadCell(column, "empty", "不能为空")


def amount(value: str, column: str, *, least: int = 0) -> int:
    """A whole number of minor units between `least` and the limit. Raises `BadCell`."""
    if not (value.isascii() and value.isdigit()) or len(value) > 30:
        raise BadCell(column, "not_whole", "应为非负整数（最小货币单位）")
    number = int(value)
    if not least <= number <= LIMIT_MINOR:
        raise BadCell(column, "out_of_range", "超出允许范围")
    return number


def instant(value: str, column: str) -> str:
    """An ISO 8601 time with offset, as text PostgreSQL reads. Raises `BadCell`."""
    return _instant(value, column)


@lru_cache(1 << 14)
def _instant(value: str, column: str) -> str:
    """Lines of one order share their times. A refusal is not remembered."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise BadCell(column, "not_a_time", "不是 ISO 8601 时间") from None
    if at.tzinfo is None:
        raise BadCell(column, "no_offset", "时间缺少时区偏移")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise BadCell(column, "out_of_range", "年份超出允许范围")
    return value if _PLAIN_TIME.fullmatch(value) else at.isoformat()


def clean(cells: Cells, columns: Sequence[str]) -> None:
    """No NUL, no absurdly long cell: neither can be stored nor shown. Raises `BadCell`."""
    joined = "".join(cells)
    if len(joined) <= MAX_CELL and "\x00" not in joined:
        return
    for column, cell in zip(columns, cells, strict=True):
        if "\x00" in cell or len(cell) > MAX_CELL:
            raise BadCell(column, "unstorable", "含有不可存储的字符或过长")


class Judge:
    """Reads a file through a row rule; refused rows go to `refuse`, the others are handed on."""

    def __init__(self, refuse: Callable[[str, int, str, str, str], None]) -> None:
        self.refuse = refuse
        self.read = 0

    def rows(
        self,
        path: Path,
        columns: Sequence[str],
        optional: Sequence[str],
        rule: Callable[[int, Cells], Any],
        *,
        name: str,
        quick: Callable[[Stretch], Any] = lambda stretch: None,
        headless: bool = False,
    ) -> Iterator[Any]:
        """What `rule` makes of each row; a `BadCell` refuses the row by name, row and column.

        `quick` may make one block (with its number of `rows`) of a plain stretch; where it makes none, `rule` judges.
        """
        for stretch in bare(path, len(columns)) if headless else stretches(path, columns, optional):
            block = quick(stretch) if stretch.plain else None
            if block is not None:
                self.read += block.rows
                yield block
                continue
            for number, cells in stretch.rows():
                self.read += 1
                try:
                    made = rule(number, cells)
                except BadCell as bad:
                    self.refuse(path.name, number, bad.column, f"{name}.{bad.reason}", str(bad))
                else:
                    if made is not None:
                        yield made

"""Rows of CSV and XLSX files, judged one by one: a bad row is named with its column, a bad file in one sentence."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import python_calamine

from xintui.kernel.errors import DomainError
from xintui.kernel.money import LIMIT_MINOR

Cells = Sequence[str]
_PLAIN_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
FIRST_YEAR, LAST_YEAR = 1000, 9000
MAX_CELL: Final = 10_000


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


def rows(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[tuple[int, Cells]]:
    """Each record's number (the header is row 1) and its cells in the order of `columns` + `optional`.

    Extra columns are ignored, missing trailing cells are empty. Raises `FileUnreadable`.
    """
    records = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    header = next(records, None)
    if not header:
        raise FileUnreadable(str(path), "文件是空的")
    places = {name: at for at, name in reversed(list(enumerate(header)))}
    if missing := [name for name in columns if name not in places]:
        raise FileUnreadable(str(path), f"缺少列 {', '.join(missing)}")
    width = len(header)
    order = [places.get(name, width) for name in (*columns, *optional)]
    blanks = [""] * (width + 1)
    for number, record in enumerate(records, start=2):
        if record:
            cells = record + blanks[len(record) :] if len(record) <= width else [*record[:width], ""]
            yield number, [cells[at] for at in order]


def _csv(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file, strict=True)
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or "打不开") from None
    except UnicodeDecodeError as error:
        raise FileUnreadable(str(path), f"不是 UTF-8 编码（第 {error.start} 字节附近）") from None
    except csv.Error as error:
        raise FileUnreadable(str(path), f"不是合法的 CSV（{error}）") from None


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
        name: str,
    ) -> Iterator[Any]:
        """What `rule` makes of each row; a `BadCell` refuses the row by name, row and column."""
        for number, cells in rows(path, columns, optional):
            self.read += 1
            try:
                made = rule(number, cells)
            except BadCell as bad:
                self.refuse(path.name, number, bad.column, f"{name}.{bad.reason}", str(bad))
            else:
                if made is not None:
                    yield made

"""Anybody's ratings as a file, and what each rater's word is worth as another: no database, no settings.

The file has the columns rater, target, rating, time (or src, dst, rating, time; or these four without a header).
Times are Unix seconds or ISO 8601 with an offset. A bad row is refused by row and column; the others are judged.
"""

import csv
import math
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from xintui.infra import sheets
from xintui.infra.sheets import BadCell, Cells, FileUnreadable, Judge
from xintui.kernel.cells import harmless
from xintui.trust.graph.rules.raters import ONE, rater_trust

NAMES: Final = (("rater", "src", "source"), ("target", "dst"), ("rating",), ("time", "timestamp"))
REJECTS: Final = ("file", "row", "column", "code", "message")
Refuse = Callable[[str, int, str, str, str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the file: every row was read, and is either a rating that counts, later than asked, or refused."""

    rows: int
    ratings: int
    later: int
    refused: int
    raters: int


class _Ratings:
    """The rows as columns of numbers; names are numbered as they come."""

    def __init__(self, columns: tuple[str, ...], lowest: float, highest: float, as_of: float | None) -> None:
        self.columns, self.lowest, self.highest, self.as_of = columns, lowest, highest, as_of
        self.numbers: dict[str, int] = {}
        self.rater, self.target = array("q"), array("q")
        self.rating, self.at = array("d"), array("d")
        self.later = 0

    def row(self, _: int, cells: Cells) -> bool:
        """Take a row; True if it counts. Raises `BadCell`."""
        sheets.clean(cells, self.columns)
        said = dict(zip(self.columns, (cell.strip() for cell in cells), strict=True))
        sheets.text(said, *self.columns)
        rater, target, rating, time = (said[name] for name in self.columns)
        if rater == target:
            raise BadCell(self.columns[1], "self", "不能给自己评分")
        value, at = _number(rating, self.columns[2]), moment(time, self.columns[3])
        if not self.lowest <= value <= self.highest:
            raise BadCell(self.columns[2], "out_of_range", f"应在 {self.lowest:g} 到 {self.highest:g} 之间")
        if self.as_of is not None and at > self.as_of:
            self.later += 1
            return False
        middle, half = (self.highest + self.lowest) / 2, (self.highest - self.lowest) / 2
        self.rater.append(self.numbers.setdefault(rater, len(self.numbers)))
        self.target.append(self.numbers.setdefault(target, len(self.numbers)))
        self.rating.append((value - middle) / half)
        self.at.append(at)
        return True


def judge(
    source: Path, out: Path, refuse: Refuse, *, as_of: float | None = None, lowest: float = -10, highest: float = 10
) -> Judged:
    """Judge the raters of `source` as of a moment; `out` gets rater and trust (0 to 1). Raises `FileUnreadable`."""
    columns = _columns(source)
    ratings = _Ratings(columns or tuple(names[0] for names in NAMES), lowest, highest, as_of)
    refused = 0

    def no(*reject: str | int) -> None:
        nonlocal refused
        refused += 1
        refuse(*reject)  # type: ignore[arg-type]

    reader = Judge(no)
    counted = sum(reader.rows(source, ratings.columns, (), ratings.row, name="raters", headless=columns is None))
    if not counted:
        raise FileUnreadable(str(source), "没有可用的评分")
    names = list(ratings.numbers)
    made = rater_trust(
        np.frombuffer(ratings.rater, np.int64), np.frombuffer(ratings.target, np.int64),
        np.frombuffer(ratings.rating), np.frombuffer(ratings.at),
    )  # fmt: skip
    rows = [(names[rater], trust) for rater, trust in zip(made.rater.tolist(), made.trust.tolist(), strict=True)]
    _write(out, sorted(rows, key=_by_name))
    return Judged(reader.read, counted, ratings.later, refused, len(rows))


def moment(text: str, column: str) -> float:
    """Unix seconds, or an ISO 8601 time with offset. Raises `BadCell`."""
    with suppress(ValueError):
        at = float(text)
        if math.isfinite(at):
            return at
    return datetime.fromisoformat(sheets.instant(text, column)).timestamp()


def _number(text: str, column: str) -> float:
    with suppress(ValueError):
        value = float(text.replace("_", "x"))
        if math.isfinite(value):
            return value
    raise BadCell(column, "not_a_number", "应为数字")


def _columns(source: Path) -> tuple[str, ...] | None:
    """The four columns as this file names them; None: its first row is a rating already."""
    if source.suffix.lower() == ".xlsx":
        return tuple(names[0] for names in NAMES)
    head = sheets.first_row(source)
    with suppress(ValueError, IndexError):
        float(head[2])
        return None
    return tuple(next((name for name in names if name in head), names[0]) for names in NAMES)


def _by_name(row: tuple[str, int]) -> tuple[int, int, str]:
    """Numbers as numbers, then words."""
    number = row[0].isascii() and row[0].isdigit() and len(row[0]) < 19
    return (0, int(row[0]), row[0]) if number else (1, 0, row[0])


def _write(out: Path, rows: list[tuple[str, int]]) -> None:
    """Beside its place first: scores are there whole or not at all."""
    fresh = out.with_name(out.name + ".tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file, lineterminator="\n")
            write.writerow(("rater", "trust"))
            write.writerows((harmless(name), f"{trust / ONE:.6f}") for name, trust in rows)
        fresh.replace(out)
    except OSError as error:
        raise FileUnreadable(str(out), error.strerror or "写不进去") from None
    finally:
        fresh.unlink(missing_ok=True)

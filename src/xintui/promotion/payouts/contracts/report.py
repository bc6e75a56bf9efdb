"""互联网平台企业涉税信息报送: what crosses the border of payouts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file."""

    key: str
    title: str
    required: bool


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The form in force, on whose word."""

    version: str
    source: str
    verified_on: date
    first_quarter: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One person's or firm's quarter, unmasked. `missing`: titles of required columns that are empty."""

    promoter_id: str
    display_name: str
    cells: Mapping[str, str]
    missing: tuple[str, ...]
    gross_fen: int
    refund_fen: int
    vat_fen: int
    tax_fen: int
    count: int
    must_register: bool

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.refund_fen


@dataclass(frozen=True, slots=True)
class TaxReport:
    """One quarter. `due_on` is the last day to hand it in."""

    quarter: str
    due_on: date
    complete: bool
    form: ReportForm
    rows: tuple[ReportRow, ...]

    @property
    def gross_fen(self) -> int:
        return sum(row.gross_fen for row in self.rows)

    @property
    def missing(self) -> tuple[ReportRow, ...]:
        """Who cannot be handed in as they are."""
        return tuple(row for row in self.rows if row.missing)


@dataclass(eq=False)
class NoReport(DomainError):
    """Before the first quarter of the duty, or not begun yet."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "payouts.no_report"
    says: ClassVar[str] = "{quarter} 没有涉税信息报送（自 {first} 起按季报送）"

    quarter: str
    first: str

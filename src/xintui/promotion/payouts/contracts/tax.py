"""The frozen values and refusals of payouts that cross the border: tax tables, what was paid so far, tax explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class GapPolicy(StrEnum):
    """What a month without income does to the cumulative method: 公告2025第16号 says 连续 and no more."""

    RESTART = "restart"
    """Income, months, deductions and tax withheld all begin anew."""
    CONTINUE = "continue"
    """They go on; the month without income itself brings no 5,000 of its own."""


class Period(StrEnum):
    """Over what the VAT threshold is measured."""

    MONTH = "month"
    QUARTER = "quarter"
    EACH = "each"


class VatMethod(StrEnum):
    """How the VAT of natural persons is tested: with the platform filing for them (代办申报) by the month."""

    MONTH = "month"
    """公告2026第4号 item 二, 公告2025第16号 二(一): the monthly threshold applies to those the platform files for."""
    EACH = "each"
    """The platform files for nobody: each 次（日） for itself."""


class Registration(StrEnum):
    """What a payee is to the tax office."""

    NATURAL = "natural"
    """自然人: the platform withholds and files."""
    REGISTERED = "registered"
    """个体工商户 or otherwise registered: invoices, files by himself by the quarter."""


@dataclass(frozen=True, slots=True)
class TaxProfile:
    """What finance knows of a payee: resident or not, registered or not, from which month on, on what proof."""

    promoter_id: str
    from_month: str
    resident: bool
    registration: Registration
    country: str
    proof: str
    set_by: str
    set_at: datetime | None


@dataclass(frozen=True, slots=True)
class Treatment:
    """Which income tax table ("": none) and which VAT test (None: none) a payment falls under, in a sentence."""

    iit: str
    vat: Period | None
    note: str


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a progressive table: up to and including `up_to_fen` (None: without end)."""

    up_to_fen: int | None
    rate_bp: int
    quick_fen: int


@dataclass(frozen=True, slots=True)
class TableHead:
    """Which table, in which edition, on whose word."""

    id: str
    version: str
    title: str
    valid_from: date
    valid_to: date | None
    source: str
    verified_on: date


@dataclass(frozen=True, slots=True)
class LabourTable:
    """Pre-withholding on one 次 of income: up to `flat_up_to_fen` less a fixed sum, above it less a share."""

    head: TableHead
    flat_up_to_fen: int
    flat_deduction_fen: int
    share_deduction_bp: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class CumulativeTable:
    """Withholding over the year so far (累计预扣法)."""

    head: TableHead
    share_deduction_bp: int
    monthly_deduction_fen: int
    gap_policy: GapPolicy
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class VatTable:
    """Small-scale levy: below the threshold nothing, from the threshold on tax on the whole."""

    head: TableHead
    levy_bp: int
    threshold_fen: Mapping[Period, int]
    ceiling_12_months_fen: int


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the same payer already paid and withheld in the period that counts as one: the month, the quarter."""

    income_fen: int = 0
    tax_fen: int = 0


@dataclass(frozen=True, slots=True)
class TaxableMonth:
    """A payee's month: income without VAT, income tax withheld on it, VAT on top of it."""

    income_fen: int = 0
    withheld_fen: int = 0
    vat_fen: int = 0


@dataclass(frozen=True, slots=True)
class YearToDate:
    """A platform worker's year as the cumulative method sees it.

    `months` is n: the months with income up to and including `last_month` (0: nothing paid yet this year). The three
    deductions are this year's totals as of now, given by the person.
    """

    year: int
    last_month: int = 0
    months: int = 0
    income_fen: int = 0
    withheld_fen: int = 0
    exempt_fen: int = 0
    other_deductions_fen: int = 0
    relief_fen: int = 0


@dataclass(frozen=True, slots=True)
class TaxStep:
    """A tax that explains itself: computed on what, by which line of which edition of which table, and what is left.

    `due_fen` is the tax on the whole period, `before_fen` what was withheld before, `tax_fen` what to withhold now.
    `base_fen` is rounded for the reader; the tax is computed on the exact base and rounded once.
    """

    base_fen: int
    rate_bp: int
    quick_fen: int
    due_fen: int
    before_fen: int
    tax_fen: int
    table: str
    version: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taxes:
    """Everything one payment carries. `vat_carried_fen`: VAT due that this payment was too small for; the next pays."""

    treatment: Treatment
    year: YearToDate
    iit: TaxStep | None
    vat: TaxStep | None
    vat_carried_fen: int

    @property
    def tax_fen(self) -> int:
        return self.iit.tax_fen if self.iit else 0

    @property
    def vat_fen(self) -> int:
        return self.vat.tax_fen if self.vat else 0


@dataclass(eq=False)
class NoTable(DomainError):
    """The law of that day is not in our files; guessing a tax is worse than stopping."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "payouts.no_table"
    says: ClassVar[str] = "没有 {on} 适用的税表「{name}」，请先录入并核对来源"

    name: str
    on: str


@dataclass(eq=False)
class MonthClosed(DomainError):
    """A payment for a month before one that was already withheld on would change withheld tax backwards."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.month_closed"
    says: ClassVar[str] = "{month} 早于已预扣的 {last}，不能倒序预扣"

    month: str
    last: str


@dataclass(eq=False)
class ProfileInUse(DomainError):
    """A month that was already withheld on keeps the profile it was withheld under."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "payouts.profile_in_use"
    says: ClassVar[str] = "{month} 已按原身份扣税，变更自次月起生效"

    month: str

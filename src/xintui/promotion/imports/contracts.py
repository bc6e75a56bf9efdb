"""What an import tells and what it refuses."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of every row. The four counts of rows add up to `rows`; so do the units of cancellations."""

    source: str
    rows: int
    order_lines: int
    cancellations_matched: int
    cancellations_matched_in_part: int
    rows_refused: int
    refund_rows: int
    rejects: int
    rejects_by_code: Mapping[str, int]
    currency: str
    paid_fen: int
    refunded_fen: int
    cancelled_units: int
    refunded_units: int
    unmatched_units: int
    buyers: int
    promoters: int
    promoter_rule: str
    promoter_note: str
    time_note: str

    def __post_init__(self) -> None:
        matched = self.cancellations_matched + self.cancellations_matched_in_part
        assert self.rows == self.order_lines + matched + self.rows_refused, "a row disappeared"
        assert self.rejects == self.rows_refused + self.cancellations_matched_in_part, "a reject disappeared"
        assert self.rejects == sum(self.rejects_by_code.values()), "a reject without a reason"
        assert self.cancelled_units == self.refunded_units + self.unmatched_units, "a cancelled unit disappeared"

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return asdict(self)


@dataclass(eq=False)
class FileMissing(DomainError):
    """There is no file of this name."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "imports.missing"
    says: ClassVar[str] = "找不到文件「{file}」"

    file: str


@dataclass(eq=False)
class Unreadable(DomainError):
    """The file is damaged, cut off or no table at all."""

    code: ClassVar[str] = "imports.unreadable"
    says: ClassVar[str] = "文件「{file}」读不出来：{reason}"

    file: str
    reason: str


@dataclass(eq=False)
class WrongEncoding(DomainError):
    """The text is neither UTF-8 nor Latin-1."""

    code: ClassVar[str] = "imports.encoding"
    says: ClassVar[str] = "文件「{file}」的文字编码不是 UTF-8 也不是 Latin-1，请另存为 UTF-8 后重试"

    file: str


@dataclass(eq=False)
class WrongColumns(DomainError):
    """A table, but not this one."""

    code: ClassVar[str] = "imports.columns"
    says: ClassVar[str] = "文件「{file}」缺少或重复这些列：{columns}"

    file: str
    columns: str


@dataclass(eq=False)
class UnknownPromoterRule(DomainError):
    """Only `none` and `hash:N` are known."""

    code: ClassVar[str] = "imports.promoter_rule"
    says: ClassVar[str] = "推广员分配规则「{spec}」无法识别，请写成 hash:N（N 为 1 到 1000000）或 none"

    spec: str


@dataclass(eq=False)
class OutputUnwritable(DomainError):
    """The place for the results does not take them."""

    code: ClassVar[str] = "imports.output"
    says: ClassVar[str] = "结果写不进「{folder}」：{reason}"

    folder: str
    reason: str


@dataclass(eq=False)
class ProofInterrupted(DomainError):
    """The process that hashes the moves has died; nothing was changed."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "imports.proof_interrupted"
    says: ClassVar[str] = "计算凭证的进程被中止（可能是内存不足），本次结算没有留下任何改动，请重试"

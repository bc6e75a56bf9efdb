"""The frozen values and refusals of evidence that cross the border."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from xintui.kernel.errors import DomainError, Kind

EXIT_HOLDS: Final = 0
EXIT_MISMATCH: Final = 1
EXIT_UNREADABLE: Final = 2


@dataclass(eq=False)
class Unreadable(DomainError):
    """This is no proof file that we understand, so nothing can be said about its truth."""

    code: ClassVar[str] = "evidence.unreadable"
    says: ClassVar[str] = "证明文件无法读取：{reason}"

    reason: str


@dataclass(eq=False)
class TooLarge(Unreadable):
    """Reading on would let a stranger's file eat our memory."""

    code: ClassVar[str] = "evidence.too_large"


@dataclass(eq=False)
class UnknownRecord(Unreadable):
    """The file names a kind of record that this version does not know, or gives it other fields."""

    code: ClassVar[str] = "evidence.unknown_record"


@dataclass(eq=False)
class Mismatch(DomainError):
    """The file can be read and is not true."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "evidence.mismatch"
    says: ClassVar[str] = "证明不成立：{failed} 处与根不符，首先是{first}"

    failed: int
    first: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One record that does not hold: where it is, what it is, and why, in words."""

    index: int
    what: str
    says: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What recomputing a proof file showed. `root` still has to be compared with the one that was published."""

    what: str
    root: str
    tree_size: int
    checked: int
    failed: int
    failures: tuple[Failure, ...]
    """The first failures; `failed` counts all."""
    root_compared: bool
    """Whether the caller brought the published root along. Without it the file only agrees with itself."""

    @property
    def holds(self) -> bool:
        return self.failed == 0

    @property
    def complete(self) -> bool:
        """Whether the file carries every leaf of its tree, not just someone's extract."""
        return self.checked == self.tree_size

    def require(self) -> None:
        """Raises `Mismatch` unless every record holds."""
        if not self.holds:
            raise Mismatch(self.failed, self.failures[0].says)

    def lines(self) -> list[str]:
        """The report as a person reads it."""
        lines = [failure.says for failure in self.failures]
        if self.failed > len(self.failures):
            lines.append(f"……另有 {self.failed - len(self.failures)} 处，从略")
        scope = "全部记录" if self.complete else "摘录"
        verdict = "成立" if self.holds else f"不成立（{self.failed} 处不符）"
        lines.append(f"{scope} {self.checked} 条（树共 {self.tree_size} 片叶），证明{verdict}")
        lines.append(f"根 {self.root}" + ("，与给定的公布值已比对" if self.root_compared else "，请与公布的根逐字核对"))
        return lines


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `xintui verify` prints and the exit code it ends with: 0 all hold, 1 mismatch, 2 unreadable."""

    exit_code: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A sealed block: the moves of transactions `tx_from ≤ tx < tx_to`."""

    n: int
    previous: bytes
    root: bytes
    count: int
    sum_fen: int
    tx_from: int
    tx_to: int
    hash: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed accounting day. `proof_root` is the one number to publish: it commits to everything before it."""

    ledger: str
    day: date
    postings_root: bytes
    count: int
    sum_fen: int
    previous: bytes
    chain_n: int
    chain_head: bytes
    proof_root: bytes
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """Something recomputing contradicted. `block` is 0 where it is a day that does not hold."""

    block: int
    subject: str
    says: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What recomputing every block and every closed day from the moves showed."""

    blocks: int
    moves: int
    days: int
    head_n: int
    head_hash: bytes
    faults: tuple[Fault, ...]
    """In order of blocks, then of days."""

    @property
    def holds(self) -> bool:
        return not self.faults

    @property
    def first_bad(self) -> int | None:
        """The number of the first block that does not hold."""
        return next((fault.block for fault in self.faults if fault.block), None)


@dataclass(eq=False)
class DayNotOver(DomainError):
    """Its moves are still to come."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "evidence.day_not_over"
    says: ClassVar[str] = "会计日 {day} 尚未结束，不能关账"

    day: str


@dataclass(eq=False)
class DayAlreadyClosed(DomainError):
    """A day is closed once."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "evidence.day_already_closed"
    says: ClassVar[str] = "会计日 {day} 已经关账（最近关账日 {last}）"

    day: str
    last: str


@dataclass(eq=False)
class DayNotClosed(DomainError):
    """Only closed days have a root to prove against."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "evidence.day_not_closed"
    says: ClassVar[str] = "{period} 没有已关账的会计日，尚不能出具证明"

    period: str


@dataclass(eq=False)
class BooksDoNotClose(DomainError):
    """Opening + movements is not closing: the day stays open until somebody has found out why."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "evidence.books_do_not_close"
    says: ClassVar[str] = "会计日 {day} 试算不平，拒绝关账：{subject} {detail}"

    day: str
    subject: str
    detail: str


@dataclass(eq=False)
class RecordsChanged(DomainError):
    """The moves no longer lead to the root that was published; a proof of them would be a lie."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "evidence.records_changed"
    says: ClassVar[str] = "会计日 {day} 的分录与已公布的根不符，拒绝出具证明"

    day: str

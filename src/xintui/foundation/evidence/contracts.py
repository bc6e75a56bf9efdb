"""The frozen values and refusals of evidence that cross the border."""

from dataclasses import dataclass
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

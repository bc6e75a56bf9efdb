"""The house as its tests see it: modules, their files, their order."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "xintui"
WINGS = ("infra", "foundation", "trust", "commerce", "promotion", "engagement", "insight")
"""From the bottom up; a wing may know those before it."""
INSIDE = {
    "infra": (("outbox", "throttle", "idempotency"),),
    "foundation": (("identity",), ("ledger",), ("evidence",), ("payments",)),
    "trust": (
        ("compliance",),
        ("appeals",),
        ("agreements",),
        ("privacy",),
        ("graph",),
        ("points",),
        ("deposits",),
        ("violations",),
        ("bands",),
        ("qualification",),
        ("credit",),
    ),
    "commerce": (
        ("addresses",),
        ("merchants",),
        ("catalog",),
        ("orders",),
        ("reviews",),
        ("quality",),
        ("concentration",),
        ("disputes",),
    ),
    "promotion": (
        ("promoters",),
        ("rosters",),
        ("attribution",),
        ("materials",),
        ("commission",),
        ("payouts",),
        ("growth",),
        ("screening",),
        ("imports",),
    ),
    "engagement": (("notifications",), ("followups",), ("academy",)),
    "insight": (("analytics",), ("patterns",)),
}
"""The modules of each wing, again from the bottom up (the layers of `.importlinter`)."""


@dataclass(frozen=True)
class Module:
    wing: str
    name: str

    @property
    def path(self) -> Path:
        return SRC / self.wing / self.name

    @property
    def package(self) -> str:
        return f"xintui.{self.wing}.{self.name}"

    @property
    def floor(self) -> tuple[int, int]:
        """Higher stands higher."""
        inside = next(i for i, names in enumerate(INSIDE[self.wing]) if self.name in names)
        return WINGS.index(self.wing), inside

    def __str__(self) -> str:
        return f"{self.wing}/{self.name}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module there is: a package with an `apps.py` or a `facade.py`."""
    found = [
        Module(wing, folder.name)
        for wing in WINGS
        for folder in sorted((SRC / wing).iterdir())
        if (folder / "apps.py").exists() or (folder / "facade.py").exists()
    ]
    return tuple(sorted(found, key=lambda m: m.floor))


def module_of(label: str) -> Module | None:
    """The module that a table, error code or function of this prefix belongs to."""
    return next((m for m in modules() if m.name == label), None)


def python_files(*roots: str) -> Iterator[Path]:
    """Python that people write: no migrations."""
    for root in roots:
        for path in sorted((ROOT / root).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(sql: str) -> str:
    """SQL without comments and string literals (a name inside quotes is no reference)."""
    sql = re.sub(r"--[^\n]*", "", sql)
    sql = re.sub(r"/\*.*?\*/", "", sql, flags=re.S)
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def string_constants(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a Python file with its line, docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value

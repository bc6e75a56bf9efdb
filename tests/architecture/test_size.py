"""Files and functions stay short. What was too long when the rule came may only shrink (a ratchet)."""

import ast
import json
from pathlib import Path

from tests.architecture.house import ROOT, SRC, python_files, short

FILE, FUNCTION, KERNEL = 400, 50, 800
BASELINE = Path(__file__).with_name("too_long.json")
ROOTS = ("src", "tests", "bench", "tools")


def measured() -> dict[str, int]:
    """Everything above the limits: `path` → lines, `path::function` → lines."""
    found: dict[str, int] = {}
    for path in python_files(*ROOTS):
        text = path.read_text("utf-8")
        if (lines := text.count("\n")) > FILE:
            found[short(path)] = lines
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION:
                    found[f"{short(path)}::{node.name}"] = length
    for path in sorted(SRC.rglob("*.sql")):
        if (lines := path.read_text("utf-8").count("\n")) > FILE:
            found[short(path)] = lines
    return found


def test_nothing_is_too_long_that_was_not_and_what_was_only_shrinks() -> None:
    allowed: dict[str, int] = json.loads(BASELINE.read_text("utf-8"))
    grown = {name: lines for name, lines in measured().items() if lines > allowed.get(name, 0)}
    assert not grown, f"split these (files ≤ {FILE}, functions ≤ {FUNCTION} lines): {grown}"


def test_the_baseline_is_lowered_as_soon_as_something_shrinks() -> None:
    allowed: dict[str, int] = json.loads(BASELINE.read_text("utf-8"))
    found = measured()
    loose = {name: found.get(name, 0) for name, lines in allowed.items() if found.get(name, 0) < lines}
    assert not loose, f"lower or remove these in {BASELINE.name}: {loose}"


def test_the_kernel_stays_small() -> None:
    assert sum(path.read_text("utf-8").count("\n") for path in (SRC / "kernel").rglob("*.py")) <= KERNEL


def test_every_package_says_what_it_is() -> None:
    silent = [
        short(path)
        for path in SRC.rglob("__init__.py")
        if path.parent.name != "migrations" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent
    assert ROOT.joinpath("pyproject.toml").exists()

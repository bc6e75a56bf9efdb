"""T-14: no code path leads from a recruitment to money."""

import ast
from pathlib import Path

import xintui.promotion.promoters as module

SOURCES = sorted(Path(module.__file__).parent.rglob("*.py"))


def imported(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_the_module_that_knows_who_recruited_whom_cannot_reach_money() -> None:
    assert len(SOURCES) > 10
    for source in SOURCES:
        for name in imported(source):
            assert not name.startswith(("xintui.foundation.ledger", "xintui.foundation.payments")), (source, name)


def test_no_other_module_of_promotion_reads_the_sponsor_relation() -> None:
    """Who is paid is decided without it: the relation is shown (profile, team, console), never computed with."""
    wing = Path(module.__file__).parent.parent
    for source in sorted(wing.rglob("*.py")):
        if source.is_relative_to(Path(module.__file__).parent):
            continue
        text = source.read_text("utf-8")
        assert "sponsor" not in text and "facade.team" not in text, source
    for statement in sorted(wing.rglob("*.sql")):
        if not statement.is_relative_to(Path(module.__file__).parent):
            assert "sponsor" not in statement.read_text("utf-8"), statement

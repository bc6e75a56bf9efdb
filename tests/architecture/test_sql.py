"""SQL stays at home: a module's statements touch its own tables; of others only published views and functions."""

import re

import pytest

from tests.architecture.house import ROOT, SRC, Module, modules, python_files, short, string_constants, without_comments

NAME = re.compile(r"\b([a-z]+)_[a-z0-9_]+\b")
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|ALTER TABLE)\b")
LABELS = {m.name for m in modules()}


def published() -> dict[str, Module]:
    """What a module's SQL offers to those above it: its `<module>_facts` views and the functions it creates."""
    found = {}
    for module in modules():
        for path in module.path.rglob("*.sql"):
            text = without_comments(path.read_text("utf-8"))
            for name in re.findall(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)", text):
                found[name] = module
            if f"VIEW {module.name}_facts" in text:
                found[f"{module.name}_facts"] = module
    return found


PUBLISHED = published()


def tables_of_models() -> set[str]:
    from django.apps import apps

    return {m._meta.db_table for m in apps.get_models() if m._meta.app_label in LABELS}


def private_views() -> set[str]:
    texts = (without_comments(p.read_text("utf-8")) for m in modules() for p in m.path.rglob("*.sql"))
    return {name for text in texts for name in re.findall(r"CREATE (?:OR REPLACE )?VIEW (\w+)", text)}


PRIVATE_VIEWS = private_views()


def foreign(module: Module, text: str) -> list[str]:
    """Names of other modules' tables, views and functions in `text` that this module may not use."""
    tables = tables_of_models()
    wrong = []
    for match in NAME.finditer(without_comments(text)):
        name, label = match.group(0), match.group(1)
        if label == module.name or label not in LABELS:
            continue
        owner = PUBLISHED.get(name)
        if owner is not None and owner.floor < module.floor:
            continue
        if name in tables or name in PRIVATE_VIEWS or owner is not None:
            wrong.append(name)
    return sorted(set(wrong))


@pytest.mark.parametrize("module", modules(), ids=str)
def test_a_modules_sql_touches_its_own_tables_or_what_is_published(module: Module) -> None:
    wrong = {short(path): foreign(module, path.read_text("utf-8")) for path in sorted(module.path.rglob("*.sql"))}
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("module", modules(), ids=str)
def test_statements_inside_python_stay_at_home_too(module: Module) -> None:
    wrong = {}
    for path in python_files(str(module.path.relative_to(ROOT))):
        for line, text in string_constants(path):
            if STATEMENT.search(text) and (names := foreign(module, text)):
                wrong[f"{short(path)}:{line}"] = names
    assert not wrong


def test_the_wings_between_and_above_write_no_sql_of_modules() -> None:
    """Entrances and infra ask facades; they name no module's table."""
    inside = tuple(str(m.path) for m in modules())
    wrong = {}
    for path in python_files("src/xintui"):
        if str(path).startswith(inside):
            continue
        for line, text in string_constants(path):
            found = {m.group(0) for m in NAME.finditer(text)} & tables_of_models()
            if STATEMENT.search(text) and found:
                wrong[f"{short(path)}:{line}"] = found
    assert not wrong


def test_the_check_itself_sees_a_trespass() -> None:
    orders = next(m for m in modules() if m.name == "orders")
    ledger = next(m for m in modules() if m.name == "ledger")
    assert foreign(orders, "SELECT * FROM ledger_move") == ["ledger_move"]
    assert foreign(orders, "SELECT catalog_quote(1) -- ledger_move") == []
    assert foreign(ledger, "SELECT * FROM merchants_facts") == ["merchants_facts"]
    assert SRC.is_dir()

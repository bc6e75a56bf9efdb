"""A facade is a door: imports and `__all__`, fully typed, and nothing of Django's database comes through it."""

import ast
import dataclasses
import enum
import inspect
import typing
from importlib import import_module
from typing import Any

import pytest
from django.db.models import Manager, Model
from django.db.models.query import QuerySet

from tests.architecture.house import Module, modules, short

WITH_FACADE = [m for m in modules() if (m.path / "facade.py").exists()]
MOST_LINES = 60


@pytest.mark.parametrize("module", WITH_FACADE, ids=str)
def test_a_facade_has_only_imports_and_all_and_is_short(module: Module) -> None:
    path = module.path / "facade.py"
    text = path.read_text("utf-8")
    assert text.count("\n") <= MOST_LINES, f"{short(path)} has {text.count(chr(10))} lines"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a facade says what it is"
    for node in tree.body[1:]:
        is_all = isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["__all__"]
        assert isinstance(node, ast.ImportFrom | ast.Import) or is_all, f"{short(path)}:{node.lineno}"


@pytest.mark.parametrize("module", WITH_FACADE, ids=str)
def test_all_names_exactly_what_is_imported(module: Module) -> None:
    facade = import_module(f"{module.package}.facade")
    public = {name for name in vars(facade) if not name.startswith("_")}
    assert set(facade.__all__) == public


@pytest.mark.parametrize("module", WITH_FACADE, ids=str)
def test_every_facade_function_is_fully_typed_and_leaks_no_model_or_queryset(module: Module) -> None:
    facade = import_module(f"{module.package}.facade")
    for name in facade.__all__:
        thing = getattr(facade, name)
        problems = leaks(thing) if inspect.isclass(thing) else []
        if inspect.isroutine(thing):
            problems = function_problems(thing)
        assert not problems, f"{module.package}.facade.{name}: {problems}"


def function_problems(function: Any) -> list[str]:
    """Missing annotations, and types that must not cross."""
    plain = inspect.unwrap(function)
    hints = typing.get_type_hints(plain, include_extras=True)
    parameters = [p for p in inspect.signature(plain).parameters if p not in ("self", "cls")]
    missing = [p for p in [*parameters, "return"] if p not in hints]
    return [f"{p} has no type" for p in missing] + [leak for hint in hints.values() for leak in leaks(hint)]


def leaks(hint: Any, seen: frozenset[Any] = frozenset()) -> list[str]:
    """Models, querysets and managers in a type, in its arguments, or in the fields of a dataclass it names."""
    if isinstance(hint, typing.TypeVar | str) or hint is None or hint in seen:
        return []
    seen |= {hint}
    if inspect.isclass(hint) and typing.get_origin(hint) is None:
        if issubclass(hint, Model | QuerySet | Manager):
            return [f"{hint.__name__} is a database object"]
        if dataclasses.is_dataclass(hint):
            fields = typing.get_type_hints(hint)
            return [leak for f in dataclasses.fields(hint) for leak in leaks(fields[f.name], seen)]
        if issubclass(hint, tuple) and hasattr(hint, "_fields"):
            return [leak for part in typing.get_type_hints(hint).values() for leak in leaks(part, seen)]
        assert not issubclass(hint, enum.Enum) or all(isinstance(m.value, str | int) for m in hint)
        return []
    arguments = typing.get_args(hint)
    return [
        leak for part in arguments for leak in (leaks(part, seen) if not isinstance(part, list) else _each(part, seen))
    ]


def _each(parts: list[Any], seen: frozenset[Any]) -> list[str]:
    return [leak for part in parts for leak in leaks(part, seen)]


def test_the_check_itself_sees_a_leak() -> None:
    from xintui.foundation.ledger.models import LedgerMove

    def leaking(a: int) -> "QuerySet[LedgerMove]": ...
    def nested() -> dict[str, tuple[LedgerMove | None, ...]]: ...
    def untyped(a) -> None: ...  # type: ignore[no-untyped-def]

    leaking.__annotations__["return"] = QuerySet[LedgerMove]
    assert function_problems(leaking)
    assert function_problems(nested) == ["LedgerMove is a database object"]
    assert function_problems(untyped) == ["a has no type"]

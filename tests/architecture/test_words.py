"""The words of a module: error codes, Chinese names, states that can be reached."""

import dataclasses
import pkgutil
import re
import string
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db.models import AutoField, CompositePrimaryKey, Field, Model

import xintui
from tests.architecture.house import module_of, modules
from xintui.kernel.errors import DomainError
from xintui.kernel.states import Flow

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENTRANCES = ("entrypoints.cli", "entrypoints.wsgi")


def everything() -> None:
    """Import every module of the product, so that every class is known."""
    for found in pkgutil.walk_packages(xintui.__path__, "xintui."):
        if ".migrations" not in found.name and not found.name.endswith(ENTRANCES):
            import_module(found.name)


def errors(of: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for kind in of.__subclasses__():
        if kind.__module__.startswith("xintui.") and not kind.__name__.startswith("_"):
            yield kind
        yield from errors(kind)


def test_error_codes_are_unique_and_start_with_their_module() -> None:
    everything()
    codes: dict[str, type[DomainError]] = {}
    for kind in set(errors()):
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", kind.code), f"{kind}: {kind.code}"
        assert codes.setdefault(kind.code, kind) is kind, f"{kind.code} is said by {kind} and {codes[kind.code]}"
        parts = kind.__module__.split(".")
        if len(parts) > 3 and parts[1] != "infra" and module_of(parts[2]):  # infra speaks for the request as a whole
            assert kind.code.startswith(f"{parts[2]}."), f"{kind} says {kind.code}"
    assert len(codes) > 50


def test_every_error_says_a_chinese_sentence_of_its_own_facts() -> None:
    everything()
    for kind in set(errors()):
        assert CHINESE.search(kind.says), f"{kind}: {kind.says}"
        used = {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(kind.says) if name}
        assert used <= {f.name for f in dataclasses.fields(kind)}, f"{kind}: {kind.says}"


def our_models() -> list[type[Model]]:
    labels = {m.name for m in modules()}
    return [model for model in apps.get_models() if model._meta.app_label in labels]


def unseen(field: "Field[Any, Any]") -> bool:
    """A number the database makes up for itself; nobody reads it under a name."""
    return isinstance(field, CompositePrimaryKey) or (isinstance(field, AutoField) and field.primary_key)


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m._meta.label)
def test_every_model_and_field_has_a_chinese_name(model: type[Model]) -> None:
    assert CHINESE.search(str(model._meta.verbose_name)), model
    nameless = [f.name for f in model._meta.fields if not unseen(f) and not CHINESE.search(str(f.verbose_name))]
    assert not nameless, f"{model._meta.label}: {nameless}"


def flows() -> dict[str, "Flow[Any, Any]"]:
    found = {}
    for module in modules():
        if (module.path / "rules.py").exists() or (module.path / "rules").is_dir():
            rules = import_module(f"{module.package}.rules")
            names = [rules.__name__]
            if hasattr(rules, "__path__"):
                names += [f"{rules.__name__}.{sub.name}" for sub in pkgutil.iter_modules(rules.__path__)]
            for name in names:
                for key, thing in vars(import_module(name)).items():
                    if isinstance(thing, Flow):
                        found[f"{module.name}.{key}"] = thing
    return found


FLOWS = flows()


def test_there_are_state_machines_to_look_at() -> None:
    assert {"orders.ORDER_FLOW", "orders.AFTERSALE_FLOW", "payouts.FLOW", "payments.PAYMENT_FLOW"} <= set(FLOWS)


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_every_state_can_be_reached_from_the_first(flow: "Flow[Any, Any]") -> None:
    """The first state of an enum is where a life begins; a state nothing leads to is a word without a meaning."""
    states = list(type(next(iter(flow.moves))[0]))
    reached = {states[0]}
    while more := {to for (at, _), to in flow.moves.items() if at in reached} - reached:
        reached |= more
    assert set(states) == reached, f"unreachable: {set(states) - reached}"

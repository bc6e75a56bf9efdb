"""The module's dated data files: disclosure label, inducement words, machines, first window."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.promotion.attribution.rules import Inducement


@cache
def _file(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


def label() -> str:
    """What every share shows (T-15)."""
    return str(_file("disclosure")["label"])


@cache
def inducements() -> tuple[Inducement, ...]:
    """Patterns a share copy must not contain."""
    return tuple(Inducement(**row) for row in _file("inducement")["patterns"])


def machine_agents() -> tuple[str, ...]:
    """Lower-case parts of user agents that are machines."""
    return tuple(_file("machines")["agents"])


def machine_purposes() -> tuple[str, ...]:
    """Purposes of requests that nobody has looked at yet."""
    return tuple(_file("machines")["purposes"])


def windows() -> list[dict[str, Any]]:
    """The rows a new installation starts with."""
    return list(_file("windows"))

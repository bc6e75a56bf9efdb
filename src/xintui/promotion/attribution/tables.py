"""The module's dated data files: machines and the first window."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _file(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


def machine_agents() -> tuple[str, ...]:
    """Lower-case parts of user agents that are machines."""
    return tuple(_file("machines")["agents"])


def machine_purposes() -> tuple[str, ...]:
    """Purposes of requests that nobody has looked at yet."""
    return tuple(_file("machines")["purposes"])


def windows() -> list[dict[str, Any]]:
    """The rows a new installation starts with."""
    return list(_file("windows"))

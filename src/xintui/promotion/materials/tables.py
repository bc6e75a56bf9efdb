"""The module's dated data files: templates an installation starts with, and where a video may be."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _file(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


def templates() -> list[dict[str, Any]]:
    """Posters everybody may use from the first day."""
    return list(_file("templates")["templates"])


def hosts() -> frozenset[str]:
    """Where a video link may lead (T-15)."""
    return frozenset(_file("hosts")["hosts"])

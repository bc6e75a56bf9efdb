"""The module's dated data besides the tax tables: the first policy."""

import json
from importlib.resources import files
from typing import Any


def policies() -> list[dict[str, Any]]:
    """The rows a new installation starts with."""
    rows: list[dict[str, Any]] = json.loads((files(__package__) / "data" / "policy.json").read_text("utf-8"))
    return rows

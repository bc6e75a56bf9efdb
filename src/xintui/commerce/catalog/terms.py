"""七日无理由退货: which goods may be sent back without a reason, as dated data with its source (C-07)."""

import json
from datetime import date
from functools import cache
from importlib.resources import files

from xintui.commerce.catalog.contracts import ReturnClass, ReturnRule


@cache
def return_classes() -> tuple[ReturnClass, ...]:
    """The whole table of the law, the rule first, then its exceptions."""
    rows = json.loads((files(__package__) / "data" / "returns.json").read_text("utf-8"))
    return tuple(
        ReturnClass(
            code=row["code"],
            rule=ReturnRule(row["rule"]),
            name=row["name"],
            says=row["says"],
            valid_from=date.fromisoformat(row["from"]),
            source=row["source"],
            verified_on=date.fromisoformat(row["verified_on"]),
        )
        for row in rows
    )


def return_class(code: str) -> ReturnClass:
    """One class of the table. Raises `KeyError` for a code that no law names."""
    return {one.code: one for one in return_classes()}[code]

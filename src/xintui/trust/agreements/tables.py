"""The texts of `data/`: every version that ever was in force, with the day it began."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from xintui.trust.agreements.contracts import Document, NoSuchDocument


@cache
def _all() -> tuple[Document, ...]:
    rows = json.loads((files(__package__) / "data" / "documents.json").read_text("utf-8"))
    found = [
        Document(
            row["code"],
            row["version"],
            row["title"],
            row["summary"],
            tuple(row["clauses"]),
            row["source"],
            date.fromisoformat(row["from"]),
            row["everyone"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def current(on: date) -> Mapping[str, Document]:
    """The text in force on a day, by code; before the first version the first one."""
    found: dict[str, Document] = {}
    for one in _all():
        if one.valid_from <= on or one.code not in found:
            found[one.code] = one
    return found


def versions(code: str) -> tuple[Document, ...]:
    """Every version, the newest first. Raises `NoSuchDocument`."""
    found = tuple(one for one in reversed(_all()) if one.code == code)
    if not found:
        raise NoSuchDocument(code)
    return found


def document(code: str, version: str = "", *, on: date) -> Document:
    """One version, or the one in force. Raises `NoSuchDocument`."""
    known = versions(code)
    if not version:
        return current(on)[code]
    for one in known:
        if one.version == version:
            return one
    raise NoSuchDocument(f"{code}/{version}")

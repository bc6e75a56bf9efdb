"""Rulebooks as dated data: each edition names its source and the days on which it holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from xintui.trust.compliance.contracts import Edition, NoRulebook

BOOKS: Final = ("labels", "pyramid", "share_words")


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """An edition and what it says, as read from its file. Compared by identity, so that it can key a cache."""

    edition: Edition
    content: Mapping[str, Any]


def load_book(name: str, on: date) -> Book:
    """The edition that holds on that day. Raises `NoRulebook`."""
    for book in editions(name):
        if book.edition.valid_from <= on and (book.edition.valid_to is None or on <= book.edition.valid_to):
            return book
    raise NoRulebook(name, on.isoformat())


@cache
def editions(name: str) -> tuple[Book, ...]:
    """All editions of a rulebook as the file gives them."""
    if name not in BOOKS:
        return ()
    given = json.loads(files("xintui.trust.compliance").joinpath("data", f"{name}.json").read_text("utf-8"))
    return tuple(Book(_edition(given["id"], content), content) for content in given["versions"])


def _edition(book_id: str, content: Mapping[str, Any]) -> Edition:
    return Edition(
        id=book_id,
        version=content["version"],
        valid_from=date.fromisoformat(content["valid_from"]),
        valid_to=date.fromisoformat(content["valid_to"]) if content["valid_to"] else None,
        source=content["source"],
        verified_on=date.fromisoformat(content["verified_on"]),
    )

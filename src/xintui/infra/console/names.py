"""A person reads names; tables keep ids. Modules say how ids of their prefix are called, pages ask once per page."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

Namer = Callable[[set[str]], Mapping[str, str]]
_namers: dict[str, Namer] = {}
PREFIX: Final = 3


def names(prefix: str) -> Callable[[Namer], Namer]:
    """Decorator: `@names("mch")` over a function ids → names, asked with all ids of a page at once."""

    def add(namer: Namer) -> Namer:
        _namers[prefix] = namer
        return namer

    return add


def called(ids: Iterable[str]) -> dict[str, str]:
    """The names of those that have one; one question per kind of thing."""
    asked: dict[str, set[str]] = {}
    for one in ids:
        if one and one[:PREFIX] in _namers:
            asked.setdefault(one[:PREFIX], set()).add(one)
    found: dict[str, str] = {}
    for prefix, wanted in asked.items():
        found |= {key: name for key, name in _namers[prefix](wanted).items() if name}
    return found

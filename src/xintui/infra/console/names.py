"""A person reads names; tables keep ids and codes. Modules say what their ids and codes are called and where they lead.

@names("mch")                              # ids → names, asked once per page with all ids of it
def shop_names(ids): ...

place("mch", "merchants_merchant", "商家")   # the page of such an id, and the word for one without a name
words("reason", {"orders.paid": "买家付款"})  # Chinese for a kind of codes
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from django.apps import apps
from django.urls import NoReverseMatch, reverse

Namer = Callable[[set[str]], Mapping[str, str]]
_namers: dict[str, Namer] = {}
_places: dict[str, tuple[str, str]] = {}
_words: dict[str, dict[str, str]] = {}
PREFIX: Final = 3
TAIL: Final = 8
LENGTH: Final = 29
NOBODY: Final = {
    "system": "系统", "platform": "平台", "wechat": "微信支付", "alipay": "支付宝", "psp": "支付渠道",
    "operator": "平台运营", "reviewer": "平台审核", "buyer": "买家",
}  # fmt: skip
"""Owners and actors that are no person: they have no id."""


def names(prefix: str) -> Callable[[Namer], Namer]:
    """Decorator: `@names("mch")` over a function ids → names, asked with all ids of a page at once."""

    def add(namer: Namer) -> Namer:
        _namers[prefix] = namer
        return namer

    return add


def place(prefix: str, page: str, label: str) -> None:
    """Ids of this prefix have a page (`<app>_<model>`; with a `?` that list, searched) and a word for their number."""
    _places[prefix] = (page, label)


def words(kind: str, said: Mapping[str, str]) -> None:
    """Chinese for codes of a kind: `action` and `object` of the audit trail, `reason` of the ledger."""
    _words.setdefault(kind, {}).update(said)


def word(kind: str, code: str) -> str:
    """The Chinese of a code; for a JSON key or value else what a table calls it; else the code itself."""
    return _words.get(kind, {}).get(code) or _of_tables().get(kind, {}).get(code, code)


@cache
def _of_tables() -> dict[str, dict[str, str]]:
    """Column names and choices of every table: what an audit line calls `key` and `value` is mostly one of them."""
    keys: dict[str, str] = {}
    values: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            keys.setdefault(field.name, str(field.verbose_name).removesuffix("（分）"))
            values |= {str(code): str(says) for code, says in field.flatchoices if str(code) not in values}
    return {"key": keys, "value": values}


def all_words(kind: str) -> dict[str, str]:
    """Every code of a kind with its Chinese."""
    return dict(_words.get(kind, {}))


def called(ids: Iterable[str]) -> dict[str, str]:
    """The names of those that have one; one question per kind of thing."""
    asked: dict[str, set[str]] = {}
    found: dict[str, str] = {}
    for one in ids:
        if one in NOBODY:
            found[one] = NOBODY[one]
        elif one and one[:PREFIX] in _namers:
            asked.setdefault(one[:PREFIX], set()).add(one)
    for prefix, wanted in asked.items():
        found |= {key: name for key, name in _namers[prefix](wanted).items() if name}
    return found


def is_number(key: str) -> bool:
    """Whether this is an id of the house (`kernel.ids`), not a word."""
    return len(key) == LENGTH and key.isalnum() and key[:PREFIX] in _places


def numbered(key: str) -> str:
    """`ord01M8…P4E74WVX` → `订单 P4E74WVX`: what a thing without a name is called."""
    return f"{_places[key[:PREFIX]][1]} {key[-TAIL:]}" if is_number(key) else key


def address(key: str, site: str) -> str:
    """Where the thing's page is on this site; empty where there is none."""
    if not site or key[:PREFIX] not in _places:
        return ""
    page = _places[key[:PREFIX]][0]
    try:
        if page.endswith("?"):
            return reverse(f"{site}:{page[:-1]}_changelist") + f"?q={key}"
        return reverse(f"{site}:{page}_change", args=[key])
    except NoReverseMatch:
        return ""

"""找: one box for the whole console. Each page says how its rows are found; what somebody may see is decided by the
page itself, so a search shows nothing that its list would not.

class OrderAdmin(ReadOnlyAdmin):
    finds = Finds(order_of, lambda row: f"订单 {row.id[-8:]}", lambda row: row.get_state_display())
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from xintui.infra.console.sites import ConsoleSite

MOST: Final = 6
"""How many of a kind are shown."""
LONGEST: Final = 64
WHOLE: Final = re.compile(r"[a-z]{3}[0-9A-Z]{26}")
TAIL: Final = re.compile(r"[0-9A-Z]{8}")
FOUR: Final = re.compile(r"\d{4}")
PHONE: Final = re.compile(r"1\d{10}")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Finds:
    """How a page's rows are found (None: this text cannot mean one of them) and what a hit says."""

    rows: Callable[[Rows, str], Rows | None]
    title: Callable[[Any], str]
    says: Callable[[Any], str]


@dataclass(frozen=True)
class Hit:
    title: str
    says: str
    href: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind; `more` when there are others."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    more: bool


def by_number(rows: Rows, text: str) -> Rows | None:
    """A whole number, or its last eight characters: what the consoles show of it."""
    if WHOLE.fullmatch(text):
        return rows.filter(pk=text)
    if TAIL.fullmatch(text.upper()) and not text.isdigit():
        return rows.filter(pk__endswith=text.upper())
    return None


def asked(text: str) -> str:
    """The text as it is looked for; empty when it is too little to mean anything."""
    text = text.replace("\0", "").strip()[:LONGEST]
    return text if len(text) >= 3 or CHINESE.search(text) else ""


def search(site: ConsoleSite, request: HttpRequest, text: str) -> Iterator[Group]:
    """What is found, kind by kind in the order of the menu: only kinds and rows that this person may see."""
    wanted = asked(text)
    if not wanted:
        return
    for model, page in site._registry.items():
        finds: Finds | None = getattr(page, "finds", None)
        if finds is None or not page.has_view_permission(request):
            continue
        rows = finds.rows(page.get_queryset(request), wanted)
        if rows is None:
            continue
        found = list(rows.order_by(*page.ordering)[: MOST + 1])
        if found:
            to_page = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
            hits = (Hit(finds.title(row), finds.says(row), reverse(to_page, args=[row.pk])) for row in found[:MOST])
            yield Group(str(model._meta.verbose_name), page.icon, tuple(hits), len(found) > MOST)

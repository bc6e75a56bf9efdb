"""常用筛选: a list's filters, search and order under a name, for oneself or for all who share the console.

The rows are identity's; this is what a list page asks of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from xintui.kernel.errors import DomainError

PASSING: Final = frozenset({"p", "e", "all", "_all"})
"""Parameters of a visit, not of a filter."""
MAX_QUERY: Final = 1_000


@dataclass(frozen=True)
class Saved:
    id: str
    name: str
    query: str
    mine: bool
    shared: bool
    by_default: bool
    owner: str


class Store(Protocol):
    """Every call is for the person who asks; of others' filters they see the shared ones of their own place."""

    def of(self, request: HttpRequest, page: str) -> Sequence[Saved]: ...

    def keep(
        self, request: HttpRequest, page: str, name: str, query: str, *, shared: bool, by_default: bool
    ) -> None: ...

    def drop(self, request: HttpRequest, page: str, key: str) -> None: ...

    def prefer(self, request: HttpRequest, page: str, key: str) -> None: ...


_stores: list[Store] = []


def on_saved(store: Store) -> None:
    """Where filters are kept."""
    _stores.append(store)


def query_of(request: HttpRequest) -> str:
    """What of the address makes the filter, in one spelling."""
    found = [(key, value) for key, value in parse_qsl(request.GET.urlencode()) if key not in PASSING and value]
    return urlencode(sorted(found))


def of(request: HttpRequest, page: str) -> list[Saved]:
    return [one for store in _stores for one in store.of(request, page)]


def posted(admin: Any, request: HttpRequest, page: str) -> HttpResponse:
    """Keep, drop, prefer; then back to the list as it stood."""
    verb, key, back = request.POST.get("_saved", ""), request.POST.get("id", ""), request.get_full_path()
    try:
        for store in _stores:
            if verb == "keep":
                query, name = query_of(request), request.POST.get("name", "").strip()
                flags = {flag: bool(request.POST.get(flag)) for flag in ("shared", "by_default")}
                store.keep(request, page, name, query, **flags)
                admin.message_user(request, f"已保存为「{name}」", messages.SUCCESS)
            elif verb == "drop":
                store.drop(request, page, key)
                admin.message_user(request, "已删除", messages.SUCCESS)
            elif verb == "prefer":
                store.prefer(request, page, key)
                admin.message_user(request, "默认筛选已更改", messages.SUCCESS)
    except DomainError as refusal:
        admin.message_user(request, str(refusal), messages.ERROR)
    return HttpResponseRedirect(back)


def first_visit(request: HttpRequest, page: str) -> HttpResponse | None:
    """An address without any filter opens the person's own default, if there is one."""
    if request.GET or request.method != "GET":
        return None
    own = next((one for one in of(request, page) if one.mine and one.by_default), None)
    return HttpResponseRedirect(f"{request.path}?{own.query}") if own and own.query else None

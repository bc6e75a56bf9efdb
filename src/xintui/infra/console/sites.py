"""The two sites. Who somebody is (`request.principal`) is decided by the middleware of `entrypoints`."""

from typing import Any, ClassVar, Final

from django.db.models import Model
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from unfold.sites import UnfoldAdminSite

DAILY: Final = ("订单", "商品", "商家", "推客", "找推客", "归因", "佣金", "提现")
"""Groups that people open every day, in this order; what else there is comes below, folded."""


def _called(row: Model) -> str:
    key = str(row.pk)
    return f"{row._meta.verbose_name} {key[-8:] if len(key) > 16 else key}"


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]
    """One console: a set of roles that may enter, a Chinese name, a sidebar made from what is registered."""

    index_template = "console/index.html"
    login_template = "console/login.html"
    enable_nav_sidebar = True
    roles: ClassVar[frozenset[str]] = frozenset()
    scoped: ClassVar[bool] = False
    """Whether every row shown must be of the principal's own merchant."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.more_urls: list[URLPattern] = []
        self.more_links: list[tuple[str, dict[str, Any], frozenset[str]]] = []
        self._actions.pop("delete_selected", None)
        self._global_actions.pop("delete_selected", None)

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """As usual; a row without a name of its own is called by its table's Chinese name and its number.

        Django's own answer, `Attribution object (atr01…)`, would stand in the page's title.
        """
        for model in [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable:
            if model.__str__ is Model.__str__:
                model.__str__ = _called
        super().register(model_or_iterable, *args, **kwargs)

    def has_permission(self, request: HttpRequest) -> bool:
        """A known person in one of the site's roles, for a merchant where the site is one merchant's."""
        principal = getattr(request, "principal", None)
        if principal is None or principal.roles.isdisjoint(self.roles):
            return False
        return bool(principal.merchant_id) == self.scoped

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As usual, with the search box and the keys."""
        context: dict[str, Any] = super().each_context(request)
        known = self.has_permission(request) and f"{self.name}_find" in {url.name for url in self.more_urls}
        return context | {
            "find_url": reverse(f"{self.name}:{self.name}_find") if known else "",
            "at_find": request.path.endswith("/find/"),  # that page has a larger box of its own
            "keys": self.keys(request) if known else [],
        }

    def keys(self, request: HttpRequest) -> list[tuple[str, str, str]]:
        """(letter, what it leads to, address) of the pages this person may see, for `g` and a letter."""
        found = [("h", "工作台", reverse(f"{self.name}:index"))]
        for model, page in self._registry.items():
            if getattr(page, "key", "") and page.has_view_permission(request):
                name = f"{self.name}:{model._meta.app_label}_{model._meta.model_name}_changelist"
                found.append((page.key, str(model._meta.verbose_name_plural), reverse(name)))
        return found

    def extra_urls(self) -> list[URLPattern]:
        """Pages that belong to no table; see `page`."""
        return self.more_urls

    def page(self, route: str, name: str) -> Any:
        """Decorator: serve a view at `<site>/<route>` to whoever may enter the site."""

        def add(view: Any) -> Any:
            self.more_urls.append(path(route, self.admin_view(view), name=name))
            return view

        return add

    def link(self, group: str, title: str, icon: str, name: str, roles: frozenset[str]) -> None:
        """A page of `page` in the sidebar, under the group of that name."""
        self.more_links.append((group, {"title": title, "icon": icon, "name": name}, roles))

    def navigation(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The sidebar: today's page, the daily groups first, the rest folded."""
        principal = getattr(request, "principal", None)
        held = principal.roles if principal else frozenset()
        groups: dict[str, list[dict[str, Any]]] = {}
        for app in self.get_app_list(request):
            groups[app["name"]] = [
                {
                    "title": model["name"],
                    "icon": getattr(self._registry[model["model"]], "icon", "table_rows"),
                    "link": model["admin_url"],
                }
                for model in app["models"]
                if model["admin_url"]
            ]
        for group, entry, roles in self.more_links:
            if not roles.isdisjoint(held):
                address = reverse(f"{self.name}:{entry['name']}")
                found = {"title": entry["title"], "icon": entry["icon"], "link": address}
                groups.setdefault(group, []).insert(0, found)
        order = {name: n for n, name in enumerate(DAILY)}
        named = sorted(groups.items(), key=lambda pair: order.get(pair[0], len(order)))
        today = {"items": [{"title": "工作台", "icon": "dashboard", "link": reverse(f"{self.name}:index")}]}
        return [today] + [
            {"title": name, "separator": True, "collapsible": name not in DAILY, "items": items}
            for name, items in named
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """In order of registration, not of the alphabet: the daily lists first."""
        found: list[dict[str, Any]] = list(self._build_app_dict(request, app_label).values())
        if app_label:
            return list(self._build_app_dict(request).values()) and [self._build_app_dict(request)[app_label]]
        return found


class OpsSite(ConsoleSite):
    settings_name = "UNFOLD_OPS"
    roles = frozenset({"operator", "reviewer", "finance", "auditor"})


class MerchantSite(ConsoleSite):
    settings_name = "UNFOLD_MERCHANT"
    roles = frozenset({"merchant_owner", "merchant_goods", "merchant_finance", "merchant_service"})
    scoped = True


ops_site = OpsSite("ops")
merchant_site = MerchantSite("merchant")


def ops_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return ops_site.navigation(request)


def merchant_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return merchant_site.navigation(request)


def script(request: HttpRequest) -> str:
    """Copying a number with one press."""
    return static("console/console.js")


def stylesheet(request: HttpRequest) -> str:
    """What the consoles wear over unfold."""
    return static("console/console.css")

"""The two sites. Who somebody is (`request.principal`) is decided by the middleware of `entrypoints`."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from unfold.sites import UnfoldAdminSite


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
        self._actions.pop("delete_selected", None)
        self._global_actions.pop("delete_selected", None)

    def has_permission(self, request: HttpRequest) -> bool:
        """A known person in one of the site's roles, for a merchant where the site is one merchant's."""
        principal = getattr(request, "principal", None)
        if principal is None or principal.roles.isdisjoint(self.roles):
            return False
        return bool(principal.merchant_id) == self.scoped

    def extra_urls(self) -> list[URLPattern]:
        """Pages that belong to no table; see `page`."""
        return self.more_urls

    def page(self, route: str, name: str) -> Any:
        """Decorator: serve a view at `<site>/<route>` to whoever may enter the site."""

        def add(view: Any) -> Any:
            self.more_urls.append(path(route, self.admin_view(view), name=name))
            return view

        return add

    def navigation(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The sidebar: today's page, then one group per module, in the order of INSTALLED_APPS."""
        from django.apps import apps

        order = {config.label: i for i, config in enumerate(apps.get_app_configs())}
        groups: list[dict[str, Any]] = [
            {"items": [{"title": "工作台", "icon": "dashboard", "link": reverse(f"{self.name}:index")}]}
        ]
        for app in sorted(self.get_app_list(request), key=lambda app: order[app["app_label"]]):
            items = [
                {
                    "title": model["name"],
                    "icon": getattr(self._registry[model["model"]], "icon", "table_rows"),
                    "link": model["admin_url"],
                }
                for model in app["models"]
                if model["admin_url"]
            ]
            groups.append({"title": app["name"], "separator": True, "items": items})
        return groups

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

"""The console looks; the facade acts. Nothing is added, edited or deleted by a form over a table."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from xintui.infra.console.actions import may
from xintui.infra.console.export import export
from xintui.infra.console.paginator import EstimatingPaginator

_ALL_OPS = frozenset({"operator", "reviewer", "finance", "auditor"})
_ALL_MERCHANT = frozenset({"merchant_owner", "merchant_goods", "merchant_finance", "merchant_service"})


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A list with filters and search, a page per row, actions by role.

    On a merchant's console rows are filtered by `merchant_field` besides the tenant wall; a table without it shows
    nothing unless `merchant_rows` says which rows are whose.
    """

    icon: ClassVar[str] = "table_rows"
    ops_roles: ClassVar[frozenset[str]] = _ALL_OPS
    merchant_roles: ClassVar[frozenset[str]] = _ALL_MERCHANT
    exporters: ClassVar[frozenset[str]] = frozenset({"operator", "finance", "auditor", "merchant_owner"})
    merchant_field: ClassVar[str] = "merchant_id"
    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    list_fullwidth = True
    actions_on_top = True

    def viewers(self) -> frozenset[str]:
        """The roles that may look on this site."""
        return self.merchant_roles if self.admin_site.scoped else self.ops_roles

    def merchant_rows(self, queryset: QuerySet[Any], merchant_id: str) -> QuerySet[Any]:
        """Which rows are this merchant's."""
        try:
            self.model._meta.get_field(self.merchant_field)
        except FieldDoesNotExist:
            return queryset.none()
        return queryset.filter(**{self.merchant_field: merchant_id})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request)
        if not self.admin_site.scoped:
            return queryset
        principal = getattr(request, "principal", None)
        return self.merchant_rows(queryset, principal.merchant_id) if principal else queryset.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request) and may(request, self.viewers())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_dialog_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Buttons are hidden and refused by their own roles (`detail_action`); looking is the least."""
        return self.has_view_permission(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions this person may run, and the export."""
        found: dict[str, Any] = {
            name: entry
            for name, entry in super().get_actions(request).items()
            if name != "delete_selected" and may(request, getattr(entry[0], "console_roles", self.viewers()))
        }
        if may(request, self.exporters):
            found["export_csv"] = (export, "export_csv", "导出 CSV（脱敏）")
        return found

    def _filter_unfold_actions_by_permissions(
        self, request: HttpRequest, actions: list[Any], object_id: Any = None
    ) -> list[Any]:
        found: list[Any] = super()._filter_unfold_actions_by_permissions(request, actions, object_id)
        return [a for a in found if may(request, getattr(a.method, "console_roles", self.viewers()))]


def masked(field: str, description: str, mask: Callable[[str], str]) -> Any:
    """A list or detail column that shows `mask(value)` of a text field."""

    @admin.display(description=description, ordering=None)
    def show(page: Any, row: Any) -> str:
        value = getattr(row, field) or ""
        return mask(value) if value else "—"

    return show

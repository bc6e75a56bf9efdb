"""The console looks; the facade acts. Nothing is added, edited or deleted by a form over a table."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from xintui.infra.console import cells, saved
from xintui.infra.console.actions import may
from xintui.infra.console.export import export, export_xlsx
from xintui.infra.console.filters import spoken_filter
from xintui.infra.console.names import called
from xintui.infra.console.paginator import EstimatingPaginator
from xintui.infra.console.search import Finds
from xintui.infra.console.trail import trail

_ALL_OPS = frozenset({"operator", "reviewer", "finance", "auditor"})
_ALL_MERCHANT = frozenset({"merchant_owner", "merchant_goods", "merchant_finance", "merchant_service"})


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A list with filters and search, a page per row, actions by role.

    On a merchant's console rows are filtered by `merchant_field` besides the tenant wall; a table without it shows
    nothing unless `merchant_rows` says which rows are whose.
    """

    icon: ClassVar[str] = "table_rows"
    spoken: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    """Chinese for the values of columns whose model lists no choices: {"kind": {"transfer": "转账"}}."""
    good: ClassVar[frozenset[str]] = frozenset()
    """States that are good on this page and only wait on others: an approved material is done, a withdrawal not."""
    named_by: ClassVar[str] = ""
    """The column whose id is shown by its name (`name_of`)."""
    codes: ClassVar[frozenset[str]] = frozenset()
    """Columns that only a machine or a search needs: shown small and grey."""
    finds: ClassVar[Finds | None] = None
    """How the box at the top of the console finds rows of this page (`search.py`)."""
    key: ClassVar[str] = ""
    """The letter that leads here after `g`."""
    empty_says: ClassVar[str] = ""
    """What an empty list means, in a sentence."""
    ops_roles: ClassVar[frozenset[str]] = _ALL_OPS
    merchant_roles: ClassVar[frozenset[str]] = _ALL_MERCHANT
    exporters: ClassVar[frozenset[str]] = frozenset({"operator", "finance", "auditor", "merchant_owner"})
    merchant_field: ClassVar[str] = "merchant_id"
    audited_as: ClassVar[str] = ""
    """What the audit trail calls a row of this table; the model's name where nothing is said."""
    list_before_template = "console/saved.html"
    change_form_after_template = "console/trail.html"
    empty_value_display = cells.NOTHING
    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    list_fullwidth = True
    actions_on_top = True

    def __init__(self, model: type[Model], site: Any) -> None:
        super().__init__(model, site)
        self._better: dict[str, str] = {}
        for field in model._meta.concrete_fields:
            if cells.wanted(field, self):
                for whole in (False, True):
                    setattr(self, self._better_name(field.name, whole), self._reader(field, whole))
                self._better[field.name] = self._better[field.attname] = field.name + cells.SHOWN

    @staticmethod
    def _better_name(name: str, whole: bool) -> str:
        return name + cells.SHOWN + ("_whole" if whole else "")

    def _reader(self, field: Any, whole: bool) -> Callable[[Any], Any]:
        label = cells.heading(field, self)

        @admin.display(description=label, ordering=field.name)
        def show(row: Any) -> Any:
            return cells.read(self, field, row, whole=whole)

        return show

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """The columns, each in its readable form. A shop's own name in every row tells its people nothing."""
        own = ("shop", "merchant_id") if getattr(self.admin_site, "scoped", False) else ()
        first, *more = self.plain_columns(request)
        return [self._better.get(name, name) for name in (first, *(name for name in more if name not in own))]

    def plain_columns(self, request: HttpRequest) -> list[str]:
        """The columns as they are stored, for CSV."""
        return list(super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Filters speak as the cells do."""
        return [
            spoken_filter(name, self) if isinstance(name, str) and name in self.spoken else name
            for name in super().get_list_filter(request)
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The search box says what it finds."""
        if self.search_fields:
            self.search_help_text: str = "搜索" + "、".join(
                dict.fromkeys(self._found_by(name) for name in self.search_fields)
            )
        return super().get_changelist(request, **kwargs)

    def _found_by(self, path: str) -> str:
        model: Any = self.model
        label = ""
        for part in path.split("__")[:-1]:
            field = model._meta.get_field(part)
            model, label = field.related_model or model, str(field.verbose_name)
        return label

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return list(list_display)[:1]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The file of one row, each field in its readable form with the whole id."""
        return [
            (title, options | {"fields": [self._whole(name) for name in options["fields"]]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def _whole(self, name: Any) -> Any:
        return self._better[name] + "_whole" if isinstance(name, str) and name in self._better else name

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names of everybody on the page, one question per kind of thing, and what else its rows show."""
        page = super().get_changelist_instance(request)
        rows = page.result_list = list(page.result_list)
        known = called([*cells.ids_of(self, rows), *(getattr(row, self.named_by) for row in rows if self.named_by)])
        for row in rows:
            row.called = known
        self.prepare(rows)
        page.saved, page.saved_query = saved.of(request, self._list_name), saved.query_of(request)
        return page

    def prepare(self, rows: list[Any]) -> None:
        """For a page to fill in: what its rows show besides their columns, asked once for all of them."""

    def name_of(self, row: Any, otherwise: str = "") -> str:
        """What the thing in the column `named_by` is called; in a list everybody's was asked for at once."""
        key = getattr(row, self.named_by)
        known = row.called if hasattr(row, "called") else called([key])
        return str(known.get(key) or otherwise or key)

    @property
    def _list_name(self) -> str:
        return f"{self.admin_site.name}/{self.model._meta.label_lower}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list; what somebody keeps of it; their own default where the address says nothing."""
        if self.has_view_permission(request):
            if request.method == "POST" and "_saved" in request.POST:
                return saved.posted(self, request, self._list_name)
            if (opened := saved.first_visit(request, self._list_name)) is not None:
                return opened
        if "_all" in request.GET:
            rest = request.GET.copy()
            del rest["_all"]
            request.GET = rest  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The file of one row, with who did what to it: asked when it is drawn, that is by who may see the row."""
        kind = self.audited_as or str(self.model._meta.model_name)
        told = {"trail": lambda: trail(request, kind, str(object_id))}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **told})

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
        """Buttons are hidden and refused by their own roles (`detail_action`); looking is the least.

        A dialog may be filled from its row before anything is posted: whoever may not see the row opens none.
        """
        if not self.has_view_permission(request) or obj is None:
            return self.has_view_permission(request)
        seen: dict[tuple[str, str], bool] = request.__dict__.setdefault("_dialogs_seen", {})
        key = (self._list_name, str(getattr(obj, "pk", obj)))
        if key not in seen:
            seen[key] = self.get_object(request, key[1]) is not None
        return seen[key]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions this person may run, and the export."""
        found: dict[str, Any] = {
            name: entry
            for name, entry in super().get_actions(request).items()
            if name != "delete_selected" and may(request, getattr(entry[0], "console_roles", self.viewers()))
        }
        if may(request, self.exporters):
            found["export_csv"] = (export, "export_csv", "导出 CSV（脱敏）")
            found["export_xlsx"] = (export_xlsx, "export_xlsx", "导出 XLSX（脱敏）")
        return found

    def _filter_unfold_actions_by_permissions(
        self, request: HttpRequest, actions: list[Any], object_id: Any = None
    ) -> list[Any]:
        found: list[Any] = super()._filter_unfold_actions_by_permissions(request, actions, object_id)
        mine = [a for a in found if may(request, getattr(a.method, "console_roles", self.viewers()))]
        if not object_id or not any(getattr(a.method, "console_when", None) for a in mine):
            return mine
        row = self.get_object(request, str(object_id))
        return [a for a in mine if row is None or (getattr(a.method, "console_when", None) or _always)(row)]


def _always(row: Any) -> bool:
    return True


def masked(field: str, description: str, mask: Callable[[str], str]) -> Any:
    """A list or detail column that shows `mask(value)` of a text field."""

    @admin.display(description=description, ordering=None)
    def show(page: Any, row: Any) -> str:
        value = getattr(row, field) or ""
        return mask(value) if value else cells.NOTHING

    return show

"""CSV for people with spreadsheets: the columns of the list, masked, capped, without formulas, and on record."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags

from xintui.infra.console import cells
from xintui.infra.console.names import called
from xintui.infra.workbook import workbook
from xintui.kernel.cells import harmless

MAX_ROWS: Final = 10_000
KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_recorders: list[Callable[[HttpRequest, str, int], None]] = []


def on_export(recorder: Callable[[HttpRequest, str, int], None]) -> None:
    """Have `recorder(request, table, rows)` write each export into the audit trail, in the same transaction."""
    _recorders.append(recorder)


def export(page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """The list action 导出 CSV."""
    return _export(page, request, queryset, "csv")


def export_xlsx(page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """The list action 导出 XLSX: every cell is text, so that long numbers keep their digits."""
    return _export(page, request, queryset, "xlsx")


def _export(page: Any, request: HttpRequest, queryset: QuerySet[Any], kind: str) -> HttpResponse | None:
    rows = list(queryset[: MAX_ROWS + 1])
    if len(rows) > MAX_ROWS:
        page.message_user(request, f"一次最多导出 {MAX_ROWS:,} 行，请先筛选再导出", messages.ERROR)
        return None
    columns = [name for name in page.plain_columns(request) if name != "action_checkbox"]
    assert _recorders, "exports are recorded"
    for recorder in _recorders:
        recorder(request, page.model._meta.label_lower, len(rows))
    known = called(cells.ids_of(page, rows))
    for row in rows:
        row.called = known
    head = [str(label_for_field(name, page.model, page)) for name in columns]
    name = str(page.model._meta.model_name)
    return as_file(name, kind, head, [[_cell(page, name, row) for name in columns] for row in rows])


def as_file(name: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A table as `name.csv` or `name.xlsx`, to be kept nowhere on its way."""
    safe = [[harmless(cell) for cell in row] for row in rows]
    if kind == "xlsx":
        content = workbook("导出", head, safe)
    else:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(head)
        writer.writerows(safe)
        content = ("\ufeff" + buffer.getvalue()).encode()
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def sheet(
    request: HttpRequest, table: str, head: Sequence[str], rows: Sequence[Iterable[str | int]], *, name: str
) -> HttpResponse:
    """A table that is no list of rows (a chart's numbers), under the same rules: on record, no formulas."""
    assert _recorders, "exports are recorded"
    for recorder in _recorders:
        recorder(request, table, len(rows))
    return as_file(name, "csv", head, [[str(cell) for cell in row] for row in rows])


def _cell(page: Any, name: str, row: Any) -> str:
    field, _, value = lookup_field(name, row, page)
    shown = display_for_field(value, field, "") if field is not None else display_for_value(value, "")
    return strip_tags(str(shown))

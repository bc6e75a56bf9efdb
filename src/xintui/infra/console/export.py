"""CSV for people with spreadsheets: the columns of the list, masked, capped, without formulas, and on record."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags

MAX_ROWS: Final = 10_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_recorders: list[Callable[[HttpRequest, str, int], None]] = []


def on_export(recorder: Callable[[HttpRequest, str, int], None]) -> None:
    """Have `recorder(request, table, rows)` write each export into the audit trail, in the same transaction."""
    _recorders.append(recorder)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (ASVS 1.2.10)."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def export(page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """The list action 导出 CSV."""
    rows = list(queryset[: MAX_ROWS + 1])
    if len(rows) > MAX_ROWS:
        page.message_user(request, f"一次最多导出 {MAX_ROWS} 行，请先筛选", messages.ERROR)
        return None
    columns = [name for name in page.plain_columns(request) if name != "action_checkbox"]
    assert _recorders, "exports are recorded"
    for recorder in _recorders:
        recorder(request, page.model._meta.label_lower, len(rows))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([label_for_field(name, page.model, page) for name in columns])
    for row in rows:
        writer.writerow([harmless(_cell(page, name, row)) for name in columns])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.model._meta.model_name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def sheet(
    request: HttpRequest, table: str, head: Sequence[str], rows: Sequence[Iterable[str | int]], *, name: str
) -> HttpResponse:
    """A table that is no list of rows (a chart's numbers), under the same rules: on record, no formulas.

    A plain number may begin with its sign: `-4.90` is no formula.
    """
    assert _recorders, "exports are recorded"
    for recorder in _recorders:
        recorder(request, table, len(rows))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(head)
    for row in rows:
        writer.writerow([cell if _NUMBER.fullmatch(str(cell)) else harmless(str(cell)) for cell in row])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _cell(page: Any, name: str, row: Any) -> str:
    field, _, value = lookup_field(name, row, page)
    shown = display_for_field(value, field, "") if field is not None else display_for_value(value, "")
    return strip_tags(str(shown))

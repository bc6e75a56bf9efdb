"""How a value looks in a console: yuan, names, words, pills. The list's CSV takes the plain columns instead."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from xintui.infra.console.names import called
from xintui.kernel.money import yuan

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
else:
    Column = models.Field

NOTHING: Final = "—"
SHOWN: Final = "_as_read"
PEOPLE: Final = frozenset({"actor", "maker", "checker", "granted_by", "handled_by", "published_by", "owner"})
GOOD: Final = frozenset(
    {"paid", "active", "received", "finished", "on_shelf", "refunded", "settled", "done", "success", "completed"}
)
WAITING: Final = frozenset(
    {"applied", "review", "placed", "approved", "proposed", "returning", "awaiting_return", "open", "assigned", "asked"}
    | {"awaiting_refund", "refunding", "processing", "shipped", "sent", "sending", "created", "new", "pending"}
)
BAD: Final = frozenset({"failed", "refund_failed", "abnormal", "unknown", "dead", "suspended", "refused"})


def money(fen: int | None) -> SafeString | str:
    """`¥1,234.56`, in figures of one width."""
    return NOTHING if fen is None else format_html('<span class="xt-money">¥{}</span>', yuan(fen))


def short(key: str) -> SafeString:
    """An id cut to what tells it from its neighbours; the whole is in the tooltip and on the detail page."""
    if len(key) < 16 or " " in key:
        return format_html("{}", key)
    return format_html('<span class="xt-id" title="{}">{}…{}</span>', key, key[:3], key[-8:])


def named(key: str, known: Mapping[str, str], *, whole: bool) -> SafeString | str:
    """The name, with the id in reach."""
    if not key:
        return NOTHING
    if key not in known:
        return format_html('<span class="xt-id">{}</span>', key) if whole else short(key)
    if whole:
        return format_html('{} <span class="xt-id xt-soft">{}</span>', known[key], key)
    return format_html('<span title="{}">{}</span>', key, known[key])


def pill(value: str, says: str) -> SafeString:
    """A state with its colour."""
    tone = "good" if value in GOOD else "wait" if value in WAITING else "bad" if value in BAD else "calm"
    return format_html('<span class="xt-pill xt-{}">{}</span>', tone, says)


def tree(value: Any) -> SafeString | str:
    """JSON as a person would write it down."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, dict):
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((key, tree(one)) for key, one in value.items()))
        return format_html('<dl class="xt-tree">{}</dl>', rows)
    if isinstance(value, list):
        return format_html_join("、", "{}", ((tree(one),) for one in value))
    return str(value)


def story(lines: Iterable[tuple[datetime, str, str]]) -> SafeString | str:
    """(when, what, remark) as a timeline, the latest first."""
    rows = format_html_join(
        "",
        '<li><time>{}</time>{} <span class="xt-soft">{}</span></li>',
        ((f"{localtime(at):%Y-%m-%d %H:%M}", what, remark.strip()) for at, what, remark in reversed(list(lines))),
    )
    return format_html('<ol class="xt-line">{}</ol>', rows) if rows else NOTHING


def is_name(field: Column) -> bool:
    """Whether the column holds ids of people, shops or goods."""
    return field.name in PEOPLE or (field.name.endswith("_id") and not field.primary_key)


def read(page: Any, field: Column, row: Any, *, whole: bool) -> SafeString | str:
    """One cell."""
    value = getattr(row, field.attname)
    if field.name.endswith("_fen"):
        return money(value)
    if isinstance(field, models.JSONField):
        return tree(value)
    if field.name in page.spoken:
        return str(page.spoken[field.name].get(value, value) or NOTHING)
    if field.choices:
        says = str(dict(field.flatchoices).get(value, value) or NOTHING)
        return pill(str(value), says) if field.name.endswith("state") else says
    text = str(value or "")
    if not is_name(field):
        return text if whole else short(text)
    if not hasattr(row, "called"):
        row.called = called(ids_of(page, [row]))
    return named(text, row.called, whole=whole)


def wanted(field: Column, page: Any) -> bool:
    """Columns that are shown better than Django shows them."""
    return bool(
        field.name.endswith("_fen")
        or isinstance(field, models.JSONField)
        or field.name in page.spoken
        or (field.choices and field.name.endswith("state"))
        or (isinstance(field, models.CharField | models.TextField) and not field.choices and _keyed(field))
    )


def _keyed(field: Column) -> bool:
    return field.primary_key or is_name(field) or field.name in ("subject", "number", "object_id")


def ids_of(page: Any, rows: Any) -> set[str]:
    """Every id on the page that may have a name."""
    fields = [f.attname for f in page.model._meta.concrete_fields if is_name(f)]
    return {str(getattr(row, name) or "") for row in rows for name in fields}

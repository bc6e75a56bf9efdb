"""How a value looks in a console: yuan, names, words, pills. The list's CSV takes the plain columns instead."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from xintui.infra import clock
from xintui.infra.console.names import address, called, is_number, numbered, word
from xintui.kernel.money import yuan

if TYPE_CHECKING:
    Column = models.Field[Any, Any]
else:
    Column = models.Field

NOTHING: Final = format_html('<span class="xt-none">{}</span>', "—")
SENTENCE: Final = 24
TEXTS: Final = (models.CharField, models.TextField)
SHOWN: Final = "_as_read"
PEOPLE: Final = frozenset({"actor", "maker", "checker", "owner"})
NUMBERS: Final = ("subject", "number", "object_id", "of_share")
GOOD: Final = frozenset(
    {"captured", "succeeded", "exchanged"}
    | {"paid", "active", "received", "finished", "on_shelf", "refunded", "settled", "done", "success", "completed"}
)
WAITING: Final = frozenset(
    {"applied", "review", "placed", "approved", "proposed", "returning", "awaiting_return", "open", "assigned", "asked"}
    | {"awaiting_refund", "refunding", "processing", "shipped", "sent", "sending", "created", "new", "pending"}
    | {"answering", "offered", "arbitration", "ruled"}
)
BAD: Final = frozenset(
    {"failed", "refund_failed", "abnormal", "unknown", "dead", "suspended", "refused", "denied", "reversed"}
)


def money(fen: int | None) -> SafeString | str:
    """`¥1,234.56`, in figures of one width."""
    if fen is None:
        return NOTHING
    return format_html('<span class="xt-money">{}¥{}</span>', "-" if fen < 0 else "", yuan(abs(fen)))


def short(key: str) -> SafeString:
    """An id cut to what tells it from its neighbours; the whole is in the tooltip and on the detail page."""
    if len(key) < 16 or " " in key:
        return format_html("{}", key)
    return format_html('<span class="xt-id" title="{}">{}</span>', key, key[-8:])


def copied(key: str, *, soft: bool = True, says: str = "") -> SafeString:
    """A number to be taken along: its end is shown, one press copies the whole (static/console/console.js)."""
    tail, tone = (says or f"…{key[-8:]}", "xt-id xt-soft") if soft and len(key) > 16 else (key, "xt-id")
    return format_html(
        '<button type="button" class="xt-copy {}" data-copy="{}" title="复制 {}">{}</button>', tone, key, key, tail
    )


def named(key: str, known: Mapping[str, str], *, whole: bool, site: str = "") -> SafeString | str:
    """The name, leading to the thing's own page, with the id in reach."""
    if not key:
        return NOTHING
    if key not in known and not is_number(key):
        return copied(key, soft=False) if whole and len(key) >= 16 else short(key)
    says, to = known.get(key) or numbered(key), address(key, site)
    body = (
        format_html('<a class="xt-to" href="{}" title="{}">{}</a>', to, key, says)
        if to
        else format_html('<span title="{}">{}</span>', key, says)
    )
    if not whole or len(key) < 16:
        return body
    return format_html("{} {}", body, copied(key, says="" if key in known else "复制"))


def ago(at: datetime) -> str:
    """`3 小时前`, `2 天后`."""
    seconds = (clock.now() - at).total_seconds()
    side, size = ("前" if seconds >= 0 else "后"), abs(seconds)
    for unit, length in (("天", 86_400), ("小时", 3_600), ("分钟", 60)):
        if size >= length:
            return f"{int(size // length)} {unit}{side}"
    return "刚刚" if seconds >= 0 else "即将"


def moment(at: datetime | None, *, whole: bool = False) -> SafeString | str:
    """A time as one says it on that day, the exact one and the distance in the tooltip; both where there is room."""
    if at is None:
        return NOTHING
    local, today = localtime(at), localtime(clock.now()).date()
    exact = f"{local:%Y-%m-%d %H:%M:%S}"
    if whole:
        return format_html(
            '<time datetime="{}">{}</time> <span class="xt-soft">{}</span>', local.isoformat(), exact, ago(at)
        )
    days: dict[date, str] = {today: "今天", today - timedelta(days=1): "昨天", today + timedelta(days=1): "明天"}
    day = days.get(local.date()) or (f"{local:%m-%d}" if local.year == today.year else f"{local:%Y-%m-%d}")
    return format_html(
        '<time datetime="{}" title="{}（{}）">{} {}</time>', local.isoformat(), exact, ago(at), day, f"{local:%H:%M}"
    )


def reason(text: str, site: str = "", known: Mapping[str, str] | None = None) -> SafeString | str:
    """`orders.paid/ord01…` → `买家付款 · 订单 P4E74WVX`; the whole in the tooltip."""
    verb, *about = text.split("/")
    about_it = next((part for part in about if is_number(part)), "")
    if not about_it:
        return format_html('<span title="{}">{}</span>', text, word("reason", verb))
    return format_html(
        '<span title="{}">{} · {}</span>',
        text,
        word("reason", verb),
        named(about_it, known or {}, whole=False, site=site),
    )


def percent(bp: int | None) -> str:
    """`1250` → `12.5%`."""
    return NOTHING if bp is None else f"{bp / 100:g}%"


def pill(value: str, says: str, *, good: bool = False) -> SafeString:
    """A state with its colour; `good`: on this page it is the end that was hoped for."""
    tone = "good" if good or value in GOOD else "wait" if value in WAITING else "bad" if value in BAD else "calm"
    return format_html('<span class="xt-pill xt-{}">{}</span>', tone, says)


def tree(value: Any, key: str = "") -> SafeString | str:
    """JSON as a person would write it down: keys in Chinese (`words("key", …)`), money as money."""
    if value in (None, "", [], {}) and value is not False and value != 0:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return (
            money(value)
            if key == "fen" or key.endswith("_fen")
            else percent(value)
            if key.endswith("_bp")
            else str(value)
        )
    if isinstance(value, dict):
        rows = ((word("key", name), tree(one, name)) for name, one in value.items())
        return format_html('<dl class="xt-tree">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
    if isinstance(value, list):
        return _several(value, key)
    return _text(str(value), key)


def _text(value: str, key: str) -> SafeString | str:
    if key == "key" and "/" in value:  # what something was booked or held for
        return reason(value)
    return " · ".join(numbered(word("value", part)) for part in value.split("@") if part)  # role@shop


def _several(values: list[Any], key: str) -> SafeString:
    """Words in a row, sentences one under the other."""
    if any(isinstance(one, str) and len(one) > SENTENCE for one in values):
        lines = format_html_join("", "<div>{}</div>", ((one,) for one in values))
        return format_html('<div class="xt-lines">{}</div>', lines)
    return format_html_join("、", "{}", ((tree(one, key),) for one in values))


def story(lines: Iterable[tuple[datetime, str, str]]) -> SafeString | str:
    """(when, what, remark) as a timeline, the latest first."""
    told = reversed(list(lines))
    rows = format_html_join(
        "",
        '<li><time>{}</time>{} <span class="xt-soft">{}</span></li>',
        ((f"{localtime(at):%Y-%m-%d %H:%M:%S} · {ago(at)}", what, remark.strip()) for at, what, remark in told),
    )
    return format_html('<ol class="xt-line">{}</ol>', rows) if rows else NOTHING


def is_name(field: Column) -> bool:
    """Whether the column holds ids of people, shops or goods."""
    if isinstance(field, models.ForeignKey):
        return True
    return field.name in PEOPLE or field.name.endswith("_by") or (field.name.endswith("_id") and not field.primary_key)


def read(page: Any, field: Column, row: Any, *, whole: bool) -> SafeString | str:
    """One cell: by its type, by its words, or as the name of what it points at."""
    value = getattr(row, field.attname)
    if isinstance(field, models.DateTimeField):
        return moment(value, whole=whole)
    if isinstance(field, models.BooleanField | models.JSONField | models.IntegerField):
        return NOTHING if value is None else tree(value, field.name)
    said = page.spoken.get(field.name) or (dict(field.flatchoices) if field.choices else None)
    if said is not None and not (value and value not in said and field.name in page.codes):
        says = str(said.get(value, value) or NOTHING)
        return pill(str(value), says, good=value in page.good) if field.name.endswith("state") else says
    text = str(value or "")
    if field.name in page.codes:
        return _code(text, whole=whole)
    if field.primary_key:
        return copied(text, soft=False) if whole else short(text)
    if not hasattr(row, "called"):
        row.called = called(ids_of(page, [row]))
    linked = whole or page.list_display[0] != field.name
    return named(text, row.called, whole=whole, site=page.admin_site.name if linked else "")


def _code(text: str, *, whole: bool) -> SafeString | str:
    """What only a machine or a search needs: small and grey."""
    if not text:
        return NOTHING
    return copied(text, soft=False) if whole else format_html('<span class="xt-id xt-soft">{}</span>', text)


def heading(field: Column, page: Any) -> str:
    """A column whose cells are readable: `推客`, not `推客号`, where a name stands; `原因`, not `原因代码`."""
    label = str(field.verbose_name).removesuffix("（分）").removesuffix("（万分之）").removesuffix("（万分比）")
    if field.name in page.spoken:
        return label.removesuffix("代码") or label
    if field.name in page.codes or field.primary_key or len(label) < 3 or not isinstance(field, TEXTS):
        return label
    return label.removesuffix("编号").removesuffix("号") if _keyed(field) else label


def wanted(field: Column, page: Any) -> bool:
    """Columns that are shown better than Django shows them."""
    return bool(
        field.name == "fen"
        or field.name.endswith(("_fen", "_bp"))
        or isinstance(field, models.JSONField | models.DateTimeField | models.BooleanField | models.ForeignKey)
        or field.name in page.spoken
        or field.name in page.codes
        or (field.choices and field.name.endswith("state"))
        or (isinstance(field, TEXTS) and not field.choices and _keyed(field))
    )


def _keyed(field: Column) -> bool:
    return field.primary_key or is_name(field) or field.name in NUMBERS


def ids_of(page: Any, rows: Any) -> set[str]:
    """Every id on the page that may have a name."""
    fields = [f.attname for f in page.model._meta.concrete_fields if is_name(f) or f.name in NUMBERS]
    return {str(getattr(row, name) or "") for row in rows for name in fields}

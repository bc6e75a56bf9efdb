"""The filters as a form in people's units, as chips, and as addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from xintui.promotion.screening import facade
from xintui.promotion.screening.contracts import BadFilter, Field, FieldKind, Filter, Known, OneOf, Range, Search

SCALE: Final = {"fen": 100, "bp": 100}
"""People write yuan and percent."""
UNITS: Final = {"fen": "元", "bp": "%"}
GROUPS: Final = (
    ("两个维度", ("deposit_fen", "service")),
    ("信任", ("credit", "graph", "level", "tenure_days", "violations")),
    ("保证金", ("deposit_bp", "deposit_class", "deposit_band")),
    ("成交", ("net_fen", "orders", "weeks", "category")),
    ("口碑", ("return_bp", "complaint_bp", "repeat_bp", "prompt_bp")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form with what it holds now."""

    field: Field
    unit: str
    low: str
    high: str
    chosen: tuple[str, ...]
    known: str

    @property
    def is_number(self) -> bool:
        return self.field.kind is FieldKind.NUMBER


@dataclass(frozen=True, slots=True)
class Chip:
    says: str
    without: str


def lines(search: Search, fields: Mapping[str, Field]) -> list[tuple[str, list[Line], bool]]:
    """The groups of the form; one that holds something is open."""
    held = {one.key: one for one in search.filters}
    made = []
    for title, keys in GROUPS:
        rows = [_line(fields[key], held.get(key)) for key in keys]
        made.append((title, rows, title == GROUPS[0][0] or any(key in held for key in keys)))
    return made


def _line(field: Field, held: Filter | None) -> Line:
    low = _people(field, held.low) if isinstance(held, Range) else ""
    high = _people(field, held.high) if isinstance(held, Range) else ""
    chosen = held.values if isinstance(held, OneOf) else ()
    known = ("known" if held.known else "unknown") if isinstance(held, Known) else ""
    return Line(field, UNITS.get(field.unit, field.unit), low, high, chosen, known)


def _people(field: Field, value: int | None) -> str:
    return "" if value is None else f"{Decimal(value) / SCALE.get(field.unit, 1):f}"


def read(given: QueryDict, fields: Mapping[str, Field]) -> list[str]:
    """What was filled in, as `where` words. Raises `BadFilter`."""
    made = []
    for key, field in fields.items():
        low, high = (_house(field, given.get(f"{key}_{end}", "")) for end in ("low", "high"))
        known, chosen = given.get(f"{key}_known", ""), given.getlist(key)
        if known in {"known", "unknown"}:
            made.append(f"{key}:{known}")
        elif chosen:
            made.append(f"{key}:{','.join(chosen)}")
        elif low or high:
            made.append(f"{key}:{low}..{high}")
    return made


def _house(field: Field, text: str) -> str:
    words = text.strip().replace(",", "").removeprefix("¥").removesuffix("%")
    if not words:
        return ""
    try:
        value = Decimal(words) * SCALE.get(field.unit, 1)
    except InvalidOperation:
        raise BadFilter(f"{field.title} {text[:20]}", "应为数字") from None
    if not value.is_finite() or value != value.to_integral_value() or value < 0:
        raise BadFilter(f"{field.title} {text[:20]}", "应为不小于零的数，金额至多两位小数")
    return str(int(value))


def address(filters: Sequence[Filter], order: str, **more: Any) -> str:
    """The page that shows this search."""
    pairs = [("where", facade.written(one)) for one in filters]
    return "?" + urlencode([*pairs, ("sort", order), *more.items()])


def chips(search: Search, order: str, fields: Mapping[str, Field]) -> list[Chip]:
    return [
        Chip(facade.said(one, fields), address([other for other in search.filters if other != one], order))
        for one in search.filters
    ]


def narrowed(search: Search, *more: Filter) -> list[Filter]:
    """The search with these in place of what it asked of their fields."""
    keys = {one.key for one in more}
    return [*(one for one in search.filters if one.key not in keys), *more]

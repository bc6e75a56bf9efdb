"""Filters and orders as people and addresses write them, and values as people read them.

`service:700..` · `return_bp:..500` · `level:gold,partner` · `graph:known` · `graph:unknown`;
orders: `-service`, `orders`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from xintui.kernel.money import yuan
from xintui.promotion.screening.contracts import BadFilter, Field, FieldKind, Filter, Known, OneOf, Range, Search, Sort

UNKNOWN: Final = "—"
MOST: Final = 2**31 - 1
MOST_FEN: Final = 10**15
_RANGE: Final = re.compile(r"(\d{0,16})\.\.(\d{0,16})")
_WORDS: Final = re.compile(r"[a-zA-Z0-9_-]{1,40}(,[a-zA-Z0-9_-]{1,40}){0,29}")


def parse(words: Iterable[str], order: str, fields: Mapping[str, Field]) -> Search:
    """Raises `BadFilter`."""
    return Search(tuple(one(word, fields) for word in words), sort(order, fields))


def one(words: str, fields: Mapping[str, Field]) -> Filter:
    """Raises `BadFilter`."""
    key, _, rest = words.partition(":")
    if key not in fields:
        raise BadFilter(words, "没有这一项")
    if rest in {"known", "unknown"}:
        return Known(key, rest == "known")
    if fields[key].kind is FieldKind.NUMBER:
        return _range(words, key, rest, MOST_FEN if fields[key].unit == "fen" else MOST)
    if not _WORDS.fullmatch(rest):
        raise BadFilter(words, "应为用逗号分开的取值")
    values = tuple(rest.split(","))
    if fields[key].values and not set(values) <= fields[key].values.keys():
        raise BadFilter(words, f"取值应为 {'、'.join(fields[key].values)}")
    return OneOf(key, values)


def _range(words: str, key: str, rest: str, most: int) -> Range:
    found = _RANGE.fullmatch(rest)
    if not found or not any(found.groups()):
        raise BadFilter(words, "应为 低..高，可以只写一端")
    low, high = (int(end) if end else None for end in found.groups())
    if max(low or 0, high or 0) > most:
        raise BadFilter(words, "数字太大")
    return Range(key, low, high)


def sort(order: str, fields: Mapping[str, Field]) -> Sort:
    """Raises `BadFilter`."""
    key = order.removeprefix("-")
    if key not in fields:
        raise BadFilter(order, "不能按这一项排序")
    return Sort(key, order.startswith("-"))


def written(found: Filter) -> str:
    """As `one` reads it."""
    match found:
        case Range(key, low, high):
            return f"{key}:{'' if low is None else low}..{'' if high is None else high}"
        case OneOf(key, values):
            return f"{key}:{','.join(values)}"
        case Known(key, known):
            return f"{key}:{'known' if known else 'unknown'}"


def said(found: Filter, fields: Mapping[str, Field]) -> str:
    """As a person reads it."""
    field = fields[found.key]
    match found:
        case Range(_, low, None):
            return f"{field.title} ≥ {shown(field, low)}"
        case Range(_, None, high):
            return f"{field.title} ≤ {shown(field, high)}"
        case Range(_, low, high):
            return f"{field.title} {shown(field, low)} 到 {shown(field, high)}"
        case OneOf(_, values):
            return f"{field.title}：{'、'.join(shown(field, value) for value in values)}"
        case Known(_, known):
            return f"{field.title}：{'已知' if known else '未知或未公开'}"


def shown(field: Field, value: int | str | None) -> str:
    """A value in its unit."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return field.values.get(value, value)
    match field.unit:
        case "fen":
            return f"{'-' if value < 0 else ''}¥{yuan(abs(value))}"
        case "bp":
            return f"{value // 100}.{value % 100:02d}%"
        case unit:
            return f"{value:,} {unit}".rstrip()

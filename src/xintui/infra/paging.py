"""Keyset paging: the millionth page costs what the first does."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from xintui.kernel.errors import DomainError

MAX_LIMIT: Final = 100
T = TypeVar("T")
M = TypeVar("M", bound=Model)
O = TypeVar("O")


@dataclass(eq=False)
class BadCursor(DomainError):
    """`after` was not made by us for this list."""

    code: ClassVar[str] = "request.bad_cursor"
    says: ClassVar[str] = "翻页参数无效，请从第一页重新开始"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items and, unless they are the last, where to go on."""

    items: tuple[T, ...]
    next: str | None


def encode(values: Sequence[str | int | datetime]) -> str:
    """An opaque cursor for the sort key `values`."""
    plain = [["t", v.isoformat()] if isinstance(v, datetime) else [type(v).__name__[0], v] for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The sort key inside `cursor` ("": None). `kinds` says what it must look like. Raises `BadCursor`."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(value) if kind == "t" else value for kind, value in parts]
        good = len(values) == len(kinds) and all(type(v) is k for v, k in zip(values, kinds, strict=True))
    except (ValueError, TypeError):
        raise BadCursor from None
    if not good or any(_unfit(value) for value in values):
        raise BadCursor
    return values


def _unfit(value: Any) -> bool:
    """Forged cursors may hold what PostgreSQL cannot compare with."""
    if isinstance(value, str):
        return not value.isascii() or "\x00" in value
    if isinstance(value, datetime):
        return value.tzinfo is None
    return not -(2**63) <= value < 2**63


def page(
    queryset: QuerySet[M],
    make: Callable[[M], O],
    *,
    keys: Sequence[str],
    kinds: Sequence[type],
    after: str,
    limit: int,
) -> Page[O]:
    """One page of `queryset`, descending by `keys` (the last of them unique), as contracts."""
    assert 1 <= limit <= MAX_LIMIT and len(keys) == len(kinds)
    if (start := decode(after, kinds)) is not None:
        condition = Q()
        for i, key in enumerate(keys):
            equal = {name: start[j] for j, name in enumerate(keys[:i])}
            condition |= Q(**equal, **{f"{key}__lt": start[i]})
        queryset = queryset.filter(condition)
    found = list(queryset.order_by(*(f"-{key}" for key in keys))[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=tuple(make(row) for row in found),
        next=encode([getattr(found[-1], key) for key in keys]) if more else None,
    )

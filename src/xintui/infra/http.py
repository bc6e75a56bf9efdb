"""What every `http.py` is made of: strict inputs, plain outputs, pages."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from ninja import Query, Schema
from pydantic import AfterValidator, ConfigDict, Field

from xintui.infra.paging import MAX_LIMIT, Page

T = TypeVar("T")
O = TypeVar("O")


def _storable(text: str) -> str:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("文字包含不能保存的字符")
    return text


Text = Annotated[str, AfterValidator(_storable)]
"""A string PostgreSQL can keep (no NUL, no lone surrogates). Use it, bounded, for every text that comes in."""
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,32}$")]
"""A public id."""
AmountFen = Annotated[int, Field(ge=1, le=10**15, strict=True)]
"""An amount in a body: whole fen, at least one, no "100" and no true. The direction is the verb, never the sign."""


class In(Schema):
    """A request body: an unknown field is an error, so nothing can be assigned that was not offered."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Out(Schema):
    """An answer, read from a contract's attributes."""


class PageOut(Out, Generic[T]):
    """A page: `next` goes into `?after=`; null on the last page."""

    items: list[T]
    next: str | None


class PageIn(In):
    """`?after=&limit=`: use as `page: Query[PageIn]`."""

    after: Annotated[Text, Field(max_length=512)] = ""
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 20


class ErrorOut(Out):
    """The one shape of every refusal."""

    code: str
    message: str
    facts: dict[str, Any]


def page_out(page: Page[T], make: Callable[[T], O]) -> dict[str, Any]:
    """A page of contracts as the body of a response with `PageOut[…]`."""
    items: Sequence[T] = page.items
    return {"items": [make(item) for item in items], "next": page.next}


__all__ = ["AmountFen", "ErrorOut", "Id", "In", "Out", "PageIn", "PageOut", "Query", "Text", "page_out"]

"""Canonical bytes: the one way in which a sequence of fields is written down before it is hashed.

    0x01 ‖ count ‖ (tag ‖ length ‖ payload) for each field

`count` and `length` are 4 bytes, big-endian; `tag` is one ASCII letter. Payloads are text that SQL, a shell or another
language can produce without a library: integers in decimal, dates as `2026-11-23`, instants as decimal microseconds
since 1970-01-01 UTC, text as UTF-8 exactly as given (no normalisation: two texts that differ must hash differently).
No JSON anywhere: JSON has many spellings of one value (reliability R13).

The golden vectors in the tests are frozen. A change of any byte is a new version byte, never an edit.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

Value = str | int | date | datetime | bytes | None

VERSION: Final = b"\x01"
INT_LIMIT: Final = 2**127
"""Wider than any bigint or sum of them; a bound exists so that a hostile file cannot make us format a huge number."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def canonical_bytes(*values: Value) -> bytes:
    """The frozen encoding of `values`. Sequences of equal bytes are equal sequences (equal instants count as equal)."""
    parts = [VERSION, len(values).to_bytes(4, "big")]
    for value in values:
        tag, encode = _BY_TYPE[type(value)]
        payload = encode(value)
        parts += (tag, len(payload).to_bytes(4, "big"), payload)
    return b"".join(parts)


def _nothing(_: None) -> bytes:
    return b""


def _integer(value: int) -> bytes:
    assert -INT_LIMIT < value < INT_LIMIT, "integer out of range"
    return b"%d" % value


def _day(value: date) -> bytes:
    return value.isoformat().encode()


def _instant(value: datetime) -> bytes:
    assert value.utcoffset() is not None, "a time without offset is no instant"
    return b"%d" % ((value - _EPOCH) // _MICROSECOND)


# By exact type: a bool is not an int here, and a datetime is not a date.
_BY_TYPE: Final[dict[type, tuple[bytes, Callable[..., bytes]]]] = {
    type(None): (b"N", _nothing),
    str: (b"S", str.encode),
    int: (b"I", _integer),
    date: (b"D", _day),
    datetime: (b"T", _instant),
    bytes: (b"B", bytes),
}

"""Named record schemas: which fields, in which order and of which type, make the leaf of a record.

The schema's own tag is the first field of the leaf, so that a record of one kind can never be shown as another.
A published schema is frozen; another field is another schema with another number in its tag.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from xintui.foundation.evidence.contracts import UnknownRecord
from xintui.foundation.evidence.rules.canonical import INT_LIMIT, Value, canonical_bytes


@dataclass(frozen=True, slots=True)
class Schema:
    """`tag` goes into the leaf, `title` before the reader; `label`: the fields that tell one record from the next."""

    tag: str
    title: str
    fields: Mapping[str, type]
    label: tuple[str, ...] = ()


SCHEMAS: Final[Mapping[str, Schema]] = {
    # Leaf 0 of a settlement: ties the statements to the tree of all moves.
    "settlement_head": Schema(
        "xintui.settlement_head.1", "结算总记录", {"postings_root": bytes, "postings_count": int, "moves_sum_fen": int}
    ),
    # One row of statements.csv.
    "statement": Schema(
        "xintui.statement.1",
        "结算单",
        {
            "promoter_id": str, "month": str, "lines": int, "net_fen": int, "commission_fen": int,
            "bonus_fen": int, "released_fen": int, "clawed_back_fen": int,
        },
        ("promoter_id", "month"),
    ),
    # One row of moves.csv: with the rows in file order, anyone can recompute postings_root.
    "move": Schema(
        "xintui.move.1",
        "分录",
        {"reason": str, "debit": str, "credit": str, "amount_fen": int, "accounting_date": date},
        ("reason",),
    ),
    # Leaf of a sealed block: the move's own leaf hash and the columns that leaf leaves out (SQL `ledger_sealed`).
    "sealed_move": Schema(
        "xintui.sealed_move.1", "封存分录", {"books": str, "seq": int, "tx": int, "at": datetime, "move": bytes}
    ),
    # Leaf 0 of a day's proof: the close of one set of books (reliability R14). `previous` is the root published for
    # the day before, `chain_head` the hash of the newest sealed block: one published root a day anchors everything.
    "day": Schema(
        "xintui.day.1",
        "日结",
        {
            "books": str, "day": date, "postings_root": bytes, "postings_count": int, "moves_sum_fen": int,
            "previous": bytes, "chain_head": bytes,
        },
        ("books", "day"),
    ),
}  # fmt: skip


def leaf_bytes(what: str, record: Mapping[str, Value]) -> bytes:
    """The canonical bytes of a typed record. Extra, missing or wrongly typed fields are a bug here."""
    schema = SCHEMAS[what]
    assert record.keys() == schema.fields.keys(), f"{what} has the fields {list(schema.fields)}"
    values = [record[name] for name in schema.fields]
    assert all(type(value) is kind for value, kind in zip(values, schema.fields.values(), strict=True))
    return canonical_bytes(schema.tag, *values)


def label_of(what: str, record: Mapping[str, Value]) -> str:
    """How a person recognises the record: `结算单 P001 2026-11`."""
    schema = SCHEMAS[what]
    return " ".join([schema.title, *(str(record[name]) for name in schema.label)])


def record_to_json(record: Mapping[str, Value]) -> dict[str, str | int | None]:
    """The record as JSON can carry it: bytes in hex, days and instants in ISO 8601."""
    return {name: _to_json(value) for name, value in record.items()}


def record_from_json(what: object, given: object) -> dict[str, Value]:
    """A stranger's JSON record as typed values. Raises `UnknownRecord`; never trusts a type or a size."""
    if not isinstance(what, str) or what not in SCHEMAS:
        raise UnknownRecord(f"不认识的记录类型 {_short(what)}")
    wanted = SCHEMAS[what].fields
    if not isinstance(given, dict) or given.keys() != wanted.keys():
        raise UnknownRecord(f"{SCHEMAS[what].title}应当恰有这些字段：{'、'.join(wanted)}")
    record: dict[str, Value] = {}
    for name, kind in wanted.items():
        try:
            record[name] = _FROM_JSON[kind](given[name])
        except (TypeError, ValueError):
            raise UnknownRecord(f"{SCHEMAS[what].title}的字段 {name} 不能是 {_short(given[name])}") from None
    return record


def _to_json(value: Value) -> str | int | None:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, date) else value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    value.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    if abs(value) >= INT_LIMIT:
        raise ValueError
    return value


def from_hex(value: Any) -> bytes:
    """Lower-case hex without blanks, one spelling per value. Raises ValueError or TypeError."""
    if type(value) is not str:
        raise TypeError
    data = bytes.fromhex(value)
    if data.hex() != value:
        raise ValueError
    return data


def _date(value: Any) -> date:
    day = date.fromisoformat(value)
    if day.isoformat() != value:
        raise ValueError
    return day


def _datetime(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.utcoffset() is None:
        raise ValueError
    return at


def _short(value: object) -> str:
    """Enough of a stranger's value to find it again, and never more."""
    if isinstance(value, str):
        return f"「{value[:40].encode('utf-8', 'backslashreplace').decode()}」"
    return f"「{value}」"[:42] if isinstance(value, int) else f"（{type(value).__name__}）"


_FROM_JSON: Final[Mapping[type, Callable[[Any], Value]]] = {
    str: _text, int: _whole, bytes: from_hex, date: _date, datetime: _datetime,
}  # fmt: skip

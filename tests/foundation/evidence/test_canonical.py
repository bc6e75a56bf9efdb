"""Canonical bytes are frozen: if one of these vectors changes, every proof ever handed out breaks."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.foundation.evidence.contracts import UnknownRecord
from xintui.foundation.evidence.rules import (
    SCHEMAS,
    Value,
    block_hash,
    canonical_bytes,
    leaf_bytes,
    record_from_json,
    record_to_json,
)
from xintui.foundation.evidence.rules.blocks import GENESIS

SHANGHAI_TIME = timezone(timedelta(hours=8))

GOLDEN: list[tuple[tuple[Value, ...], str]] = [
    ((), "0100000000"),
    ((None,), "01000000014e00000000"),
    (("",), "01000000015300000000"),
    (("信推",), "01000000015300000006e4bfa1e68ea8"),
    ((0,), "0100000001490000000130"),
    ((-12345,), "010000000149000000062d3132333435"),
    ((10**15,), "0100000001490000001031303030303030303030303030303030"),
    ((date(2026, 11, 23),), "0100000001440000000a323032362d31312d3233"),
    ((datetime(1970, 1, 1, 8, 0, 0, 1, SHANGHAI_TIME),), "0100000001540000000131"),
    ((datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),), "010000000154000000022d31"),
    ((b"\x00\xff",), "0100000001420000000200ff"),
    (("a", 1, None), "01000000035300000001614900000001314e00000000"),
]

values = st.one_of(
    st.none(),
    st.text(),
    st.integers(-(2**127) + 1, 2**127 - 1),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([UTC, SHANGHAI_TIME])),
    st.binary(max_size=40),
)
sequences = st.lists(values, max_size=5)


def typed(sequence: list[Value]) -> list[tuple[type, Value]]:
    return [(type(value), value) for value in sequence]


@pytest.mark.parametrize(("sequence", "encoded"), GOLDEN)
def test_the_golden_vectors_never_change(sequence: tuple[Value, ...], encoded: str) -> None:
    assert canonical_bytes(*sequence).hex() == encoded


@given(sequences, sequences)
def test_two_sequences_share_bytes_only_when_they_are_equal(a: list[Value], b: list[Value]) -> None:
    assert (canonical_bytes(*a) == canonical_bytes(*b)) == (typed(a) == typed(b))


@given(st.lists(st.sampled_from(["", "1", "S", "\x01", "\x00"]), max_size=4), st.integers(0, 4))
def test_moving_a_border_between_fields_changes_the_bytes(parts: list[str], at: int) -> None:
    merged = ["".join(parts[:at]), "".join(parts[at:])]
    assert (canonical_bytes(*parts) == canonical_bytes(*merged)) == (parts == merged)


@given(values)
def test_no_encoding_is_the_beginning_of_another(value: Value) -> None:
    assert not canonical_bytes(value, None).startswith(canonical_bytes(value))


@pytest.mark.parametrize("value", [True, 1.0, [], datetime(2026, 1, 1), 2**127])
def test_what_has_no_canonical_form_is_a_bug(value: object) -> None:
    with pytest.raises((AssertionError, KeyError)):
        canonical_bytes(value)  # type: ignore[arg-type]


def test_an_instant_is_the_same_in_every_zone() -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, 4, UTC)
    assert canonical_bytes(at) == canonical_bytes(at.astimezone(SHANGHAI_TIME))


def test_a_block_names_the_one_before_it() -> None:
    first = block_hash(GENESIS, b"\x11" * 32, 3, 600)
    assert first.hex() == "adfa154c9d34d44b27c8a05e9fa213e68041f54fdbd9f02abf8d005583eafad6"
    assert block_hash(first, b"\x11" * 32, 3, 600) != first
    assert block_hash(GENESIS, b"\x11" * 32, 4, 600) != first
    assert block_hash(GENESIS, b"\x11" * 32, 3, 601) != first


RECORDS: dict[str, dict[str, Value]] = {
    "settlement_head": {"postings_root": b"\x22" * 32, "postings_count": 7, "moves_sum_fen": 123456},
    "statement": {
        "promoter_id": "P001", "month": "2026-11", "lines": 3, "net_fen": 10000, "commission_fen": 1250,
        "bonus_fen": 0, "released_fen": 1250, "clawed_back_fen": 0,
    },
    "move": {
        "reason": "commission.accrue/L1", "debit": "merchant_payable/M1", "credit": "commission_pending/P001",
        "amount_fen": 1250, "accounting_date": date(2026, 11, 23),
    },
    "sealed_move": {
        "books": "shop", "seq": 0, "tx": 7411, "at": datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC),
        "move": b"\x44" * 32,
    },
    "day": {
        "books": "shop", "day": date(2026, 11, 23), "postings_root": b"\x22" * 32, "postings_count": 7,
        "moves_sum_fen": 123456, "previous": GENESIS, "chain_head": b"\x33" * 32,
    },
}  # fmt: skip


def test_every_schema_has_a_frozen_leaf() -> None:
    assert RECORDS.keys() == SCHEMAS.keys()
    assert leaf_bytes("statement", RECORDS["statement"]).hex() == (
        "0100000009530000001278696e7475692e73746174656d656e742e315300000004503030315300000007323032362d31"
        "3149000000013349000000053130303030490000000431323530490000000130490000000431323530490000000130"
    )


@pytest.mark.parametrize("day", ["20261123", "2026-W48-1", "2026-11-31", "2026-11-23T00:00", 20261123, None])
def test_a_day_has_one_spelling(day: object) -> None:
    with pytest.raises(UnknownRecord, match="分录的字段 accounting_date 不能是"):
        record_from_json("move", {**record_to_json(RECORDS["move"]), "accounting_date": day})


@pytest.mark.parametrize("what", RECORDS)
def test_a_record_survives_the_way_through_json(what: str) -> None:
    assert record_from_json(what, dict(record_to_json(RECORDS[what]))) == RECORDS[what]
    assert leaf_bytes(what, RECORDS[what])[5:].startswith(canonical_bytes(SCHEMAS[what].tag)[5:])

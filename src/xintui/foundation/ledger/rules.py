"""How money is said in words, and how a move is hashed. Pure."""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any, Final

from xintui.foundation.ledger.contracts import KIND_NAMES, POINTS, Account, Kind, Move
from xintui.kernel.money import NO_DECIMALS, yuan

UNITS: Final = {"CNY": "元", POINTS: "积分"}
DEBIT_NORMAL: Final = frozenset({
    Kind.GATEWAY_CLEARING, Kind.PLATFORM_BONUS, Kind.PROMOTER_DEBT, Kind.BUYER_DEBT, Kind.POINTS_ISSUED,
    Kind.OFFSET_LIMIT,
})  # fmt: skip
"""Kinds that grow on the debit side; the same as `normal = -1` in `sql/chart.sql`."""


def account_name(account: Account) -> str:
    """`推客可提现佣金（pro1）`."""
    return f"{KIND_NAMES[account.kind]}（{account.owner}）"


def amount_name(fen: int, currency: str) -> str:
    """`1,234.56 元`; points as `1,234 积分`, other currencies by their code."""
    amount = f"{fen:,}" if currency in NO_DECIMALS else yuan(fen)
    return f"{amount} {UNITS.get(currency, currency)}"


def in_words(move: Move) -> str:
    """What a move does to both accounts, as their owners would say it."""
    debit = "增加" if move.debit.kind in DEBIT_NORMAL else "减少"
    credit = "减少" if move.credit.kind in DEBIT_NORMAL else "增加"
    amount = amount_name(move.fen, move.debit.currency)
    return f"{account_name(move.debit)}{debit} {amount}，{account_name(move.credit)}{credit} {amount}"


def plain(fen: int, currency: str) -> str:
    """`1234.56`: an amount as spreadsheets read it."""
    return str(fen) if currency in NO_DECIMALS else f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


_TAGS: Final = {"reason": b"S", "debit": b"S", "credit": b"S", "fen": b"I", "on": b"D"}
"""A moves.csv's columns in their order, and what each is tagged with in evidence's canonical bytes."""
_NAME: Final = b"xintui.move.1"
_MOVE: Final = b"\x00\x01\x00\x00\x00\x06S" + len(_NAME).to_bytes(4, "big") + _NAME
"""The leaf prefix, and the canonical bytes of a move as far as they are the same for all."""


def csv_leaves(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The leaves (`ledger_leaf`) of the moves in a moves.csv, in its order: half a million rows in a second.

    Each part is whole rows; the first begins with the head. What SQL computes with a dozen function calls a row is one
    join of columns here.
    """
    for n, part in enumerate(parts):
        rows = part if n else part.partition(b"\n")[2]
        if rows:
            yield from (sha256(move).digest() for move in _moves(rows))


def _moves(rows: bytes) -> list[bytes]:
    """The canonical bytes of each row."""
    # Here, not above: only who settles a file needs Arrow, and loading it takes a tenth of a second.
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    table = csv.read_csv(
        pa.BufferReader(rows),
        csv.ReadOptions(column_names=list(_TAGS), use_threads=False, block_size=len(rows) + 1),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(column_types=dict.fromkeys(_TAGS, pa.binary()), strings_can_be_null=False),
    )
    fields = [pa.scalar(_MOVE, pa.binary())]
    for name, tag in _TAGS.items():
        values = table[name].combine_chunks()
        lengths = pc.binary_length(values)
        fields += [_heads(tag, pc.max(lengths).as_py().bit_length()).take(lengths), values]
    joined: list[bytes] = pc.binary_join_element_wise(*fields, pa.scalar(b"", pa.binary())).to_pylist()
    return joined


@cache
def _heads(tag: bytes, bits: int) -> Any:
    """What stands before a value: the tag and how long it is, for every length of so many bits."""
    import pyarrow as pa

    return pa.array([tag + length.to_bytes(4, "big") for length in range(1 << bits)], pa.binary())

"""How money is said in words, and how a move is hashed. Pure."""

import csv
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from xintui.foundation.ledger.contracts import KIND_NAMES, Account, Kind, Move
from xintui.kernel.money import NO_DECIMALS, yuan

DEBIT_NORMAL: Final = frozenset({Kind.GATEWAY_CLEARING, Kind.PLATFORM_BONUS, Kind.PROMOTER_DEBT})
"""Kinds that grow on the debit side; the same as `normal = -1` in `sql/chart.sql`."""


def account_name(account: Account) -> str:
    """`推客可提现佣金（pro1）`."""
    return f"{KIND_NAMES[account.kind]}（{account.owner}）"


def amount_name(fen: int, currency: str) -> str:
    """`1,234.56 元`; other currencies by their code."""
    amount = f"{fen:,}" if currency in NO_DECIMALS else yuan(fen)
    return f"{amount} {'元' if currency == 'CNY' else currency}"


def in_words(move: Move) -> str:
    """What a move does to both accounts, as their owners would say it."""
    debit = "增加" if move.debit.kind in DEBIT_NORMAL else "减少"
    credit = "减少" if move.credit.kind in DEBIT_NORMAL else "增加"
    amount = amount_name(move.fen, move.debit.currency)
    return f"{account_name(move.debit)}{debit} {amount}，{account_name(move.credit)}{credit} {amount}"


def plain(fen: int, currency: str) -> str:
    """`1234.56`: an amount as spreadsheets read it."""
    return str(fen) if currency in NO_DECIMALS else f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def csv_leaves(lines: Iterable[str]) -> Iterator[bytes]:
    """The leaves (`ledger_leaf`) of the moves in a moves.csv, in its order: half a million rows in a few seconds.

    What SQL computes with a dozen function calls a row is one concatenation here, because the same accounts, amounts
    and days come again and again.
    """
    rows = csv.reader(lines)
    next(rows)
    texts, amounts, days = _Fields("S"), _Fields("I"), _Fields("D")
    for reason, debit, credit, fen, on in rows:
        parts = _MOVE, _field("S", reason), texts[debit], texts[credit], amounts[fen], days[on]
        yield sha256(b"".join(parts)).digest()


class _Fields(dict[str, bytes]):
    """The canonical bytes of values that come again and again; forgotten when they become too many."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def __missing__(self, value: str) -> bytes:
        if len(self) >= 1 << 16:
            self.clear()
        made = self[value] = _field(self.tag, value)
        return made


def _field(tag: str, value: str) -> bytes:
    payload = value.encode()
    return tag.encode() + len(payload).to_bytes(4, "big") + payload


_MOVE: Final = b"\x00\x01\x00\x00\x00\x06" + _field("S", "xintui.move.1")
"""The leaf prefix, and the canonical bytes of a move as far as they are the same for all."""

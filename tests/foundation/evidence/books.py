"""Postings to seal, and a superuser who can do anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

DAY = date(2026, 11, 20)
NEXT = date(2026, 11, 21)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
GATEWAY = Account(Kind.GATEWAY_CLEARING, "wechat")
SHOP = Account(Kind.MERCHANT_PAYABLE, "mch1")
FEE = Account(Kind.PLATFORM_FEE, "platform")


def pending(promoter: str) -> Account:
    return Account(Kind.PROMOTER_PENDING, promoter)


def sale(n: int, fen: int = 10_000, *, on: date = DAY, promoter: str = "pro1") -> Posting:
    """An order: money comes in, the shop is owed it, the promoter's part is set aside."""
    return Posting(
        f"orders.paid/ord{n:04d}",
        (Move(GATEWAY, SHOP, fen), Move(SHOP, FEE, fen // 100), Move(SHOP, pending(promoter), fen // 10)),
        on,
    )


def sell(*numbers: int, on: date = DAY, promoter: str = "pro1", books: str = "shop") -> None:
    """Each sale in a transaction of its own."""
    for n in numbers:
        ledger.post(sale(n, 10_000 + n, on=on, promoter=promoter), ledger=books)


@contextmanager
def tampering(url: str) -> Iterator[psycopg.Connection]:
    """The superuser with every trigger switched off."""
    with psycopg.connect(url) as admin:
        for table in ("ledger_move", "ledger_close", "evidence_block", "evidence_day"):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield admin

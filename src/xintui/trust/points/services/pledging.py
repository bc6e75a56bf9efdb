"""Points stand for part of a deposit: each needs a fen of cash beside it, and the ledger counts that (`offset.room`).

Called by deposits, inside its transaction and with its row locked.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import POINTS, Account, Kind, Move
from xintui.kernel.times import accounting_date
from xintui.trust.points.services import books

LIMIT = Account(Kind.OFFSET_LIMIT, books.PLATFORM, POINTS)


def room(member_id: str) -> Account:
    """How many points may still stand beside the cash that is there."""
    return Account(Kind.OFFSET_ROOM, member_id, POINTS)


def room_left(member_id: str) -> int:
    return ledger.balance(room(member_id)).available_fen


def cash_in(member_id: str, fen: int) -> Move:
    """What a posting that brings a deposit cash adds: room for as many points."""
    return Move(LIMIT, room(member_id), fen)


def cash_out(member_id: str, fen: int) -> Move:
    """What a posting that takes cash adds: the room goes with it, and cannot while points stand on it."""
    return Move(room(member_id), LIMIT, fen)


def pledged(ids: Iterable[str]) -> dict[str, int]:
    """How many points stand for part of a deposit, of many in one query."""
    accounts = {one: books.pledged(one) for one in ids}
    held = ledger.balances(accounts.values())
    return {one: held[account].posted_fen for one, account in accounts.items()}


@transaction.atomic
def pledge(member_id: str, key: str, points: int, *, now: datetime) -> None:
    """Raises `TooFewPoints`; `WouldOverdraw` where there is not as much cash beside them."""
    moves = (
        Move(books.free(member_id), books.pledged(member_id), points),
        Move(room(member_id), LIMIT, points),
    )
    books.use(member_id, points, f"points.pledged/{key}", moves, accounting_date(now))


@transaction.atomic
def release(member_id: str, key: str, points: int, *, now: datetime) -> None:
    """They are free again. Raises `WouldOverdraw` for more than are pledged."""
    moves = (
        Move(books.pledged(member_id), books.free(member_id), points),
        Move(LIMIT, room(member_id), points),
    )
    books.give_back(member_id, points, f"points.released/{key}", moves, accounting_date(now))

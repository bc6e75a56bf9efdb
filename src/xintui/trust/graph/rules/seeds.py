"""Where trust starts: those whom it would cost years and many strangers to fake."""

from dataclasses import dataclass
from typing import Final

BUYER_DAYS, BUYER_ORDERS, BUYER_SHOPS, BUYER_ALONE = 90, 5, 3, 2
"""A buyer: three months of buying, five orders kept at three shops, two of them without any promoter."""
SHOP_BUYERS, SHOP_DAYS = 20, 30
"""A verified shop: a month of trade with twenty different buyers."""
REFUNDED_BP: Final = 1_000
"""And no more than a tenth of the money given back."""


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a buyer or a shop. `others`: shops of a buyer, buyers of a shop; `alone`: without a promoter."""

    days: int = 0
    orders: int = 0
    others: int = 0
    alone: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0


def buyer(history: History) -> bool:
    """Whether trust starts at this buyer."""
    long = history.days >= BUYER_DAYS and history.orders >= BUYER_ORDERS
    return long and history.others >= BUYER_SHOPS and history.alone >= BUYER_ALONE and _clean(history)


def shop(history: History, *, verified: bool) -> bool:
    """Whether trust starts at this shop."""
    return verified and history.days >= SHOP_DAYS and history.others >= SHOP_BUYERS and _clean(history)


def _clean(history: History) -> bool:
    return 10_000 * history.refunded_fen <= REFUNDED_BP * history.paid_fen

"""Which sale a cancellation takes back: the customer's latest of the same article, as far as pieces are left."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xintui.promotion.imports.cells import Entry, Price

_NONE: Final = -1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one earlier line that a cancellation takes back."""

    order_id: str
    line_id: int
    quantity: int
    fen: int


class OpenLines:
    """Every line of a known customer that still has pieces, as columns of numbers: 40 bytes a line, not 400.

    Lines of one customer and article form a chain from the latest to the earliest.
    """

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._invoices: list[str] = []
        self._prices: list[Price] = []
        self._price_at: dict[Price, int] = {}
        self._latest: dict[int, int] = {}
        self._earlier, self._invoice, self._line, self._price = (array("i") for _ in range(4))
        self._pieces, self._fen, self._at = (array("q") for _ in range(3))

    def _key(self, customer: str, stock: str) -> int:
        names = self._names
        return names.setdefault(customer, len(names)) << 32 | names.setdefault(stock, len(names))

    def add(self, sale: Entry, fen: int) -> None:
        """A customer bought a line for `fen`."""
        if not self._invoices or self._invoices[-1] != sale.invoice:
            self._invoices.append(sale.invoice)
        price = self._price_at.setdefault(sale.price, len(self._prices))
        if price == len(self._prices):
            self._prices.append(sale.price)
        key = self._key(sale.customer, sale.stock)
        self._earlier.append(self._latest.get(key, _NONE))
        self._latest[key] = len(self._invoice)
        self._invoice.append(len(self._invoices) - 1)
        self._line.append(sale.position)
        self._price.append(price)
        self._pieces.append(sale.quantity)
        self._fen.append(fen)
        self._at.append(sale.at.microseconds)

    def take(self, back: Entry) -> Iterator[Piece]:
        """As many pieces as `back` cancels and are left, latest line first.

        A line sold after the cancellation is passed over: no refund precedes its payment.
        """
        pieces, at = -back.quantity, back.at.microseconds
        key, later = self._key(back.customer, back.stock), _NONE
        line = self._latest.get(key, _NONE)
        while pieces and line != _NONE:
            earlier = self._earlier[line]
            if self._at[line] <= at:
                piece = self._cut(line, min(pieces, self._pieces[line]))
                pieces -= piece.quantity
                yield piece
            if self._pieces[line]:
                later = line
            elif later == _NONE:
                self._latest[key] = earlier
            else:
                self._earlier[later] = earlier
            line = earlier

    def _cut(self, line: int, quantity: int) -> Piece:
        """The last piece takes what is left of the paid amount, so that rounding neither keeps nor invents a penny."""
        left = self._fen[line]
        whole = quantity == self._pieces[line]
        fen = left if whole else min(left, self._prices[self._price[line]].times(quantity))
        self._pieces[line] -= quantity
        self._fen[line] -= fen
        return Piece(self._invoices[self._invoice[line]], self._line[line], quantity, fen)

"""Money is a whole number of minor units; rates are basis points. No float touches money."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Final

BP_WHOLE: Final = 10_000
LIMIT_MINOR: Final = 10**15
"""Largest amount of one fact, in minor units (10 万亿元). Sums of many such facts still fit into 63 bits."""

NO_DECIMALS: Final = frozenset({"JPY", "KRW", "VND", "PTS"})
"""Currencies whose minor unit is the unit itself (ISO 4217 exponent 0), and points, which have no other."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units (分, cents, pence) of an ISO 4217 `currency`."""

    amount: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        assert type(self.amount) is int, "money is a whole number of minor units"

    def _same(self, other: "Money") -> int:
        assert self.currency == other.currency, f"{self.currency} is not {other.currency}"
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def share(self, rate_bp: int) -> "Money":
        """The part that `rate_bp` basis points name, rounded down once: we never pay a fen we do not hold."""
        return Money(share(self.amount, rate_bp), self.currency)

    def __str__(self) -> str:
        text = f"{self.amount:,}" if self.currency in NO_DECIMALS else yuan(self.amount)
        return f"{text} {self.currency}"


def Fen(amount: int) -> Money:  # noqa: N802 - reads as the unit it is
    """`amount` 分 of CNY."""
    return Money(amount)


def share(amount: int, rate_bp: int) -> int:
    """floor(amount × rate_bp / 10 000) in minor units, for amounts and rates ≥ 0."""
    assert amount >= 0 and rate_bp >= 0
    return amount * rate_bp // BP_WHOLE


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` ≥ 0 minor units by `weights` (Σ > 0) so that the parts sum to the whole.

    Largest remainder method; ties go to the earlier part.
    """
    whole = sum(weights)
    assert total >= 0 and whole > 0 and min(weights) >= 0
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def yuan(minor: int) -> str:
    """`123456` → `1,234.56`: what a person reads. For currencies with two decimals."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"

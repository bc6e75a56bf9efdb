"""Exact arithmetic for taxes: whole numbers of 1/10 000 fen, rounded to the fen once, at the end, half up.

The law says to the fen nowhere how a fraction of a fen is rounded; half up is what forms and worked examples do.
"""

from typing import Final

from xintui.kernel.money import BP_WHOLE, yuan

E4: Final = BP_WHOLE
"""One fen, in units of 1/10 000 fen: what a basis point leaves exact."""


def half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator (≥ 0) to the nearest whole number; a half goes up."""
    assert numerator >= 0
    assert denominator > 0
    return (2 * numerator + denominator) // (2 * denominator)


def exact_yuan(fen_e4: int) -> str:
    """`32000080000` → `32,000.08`; as many decimals as are needed to be exact, two at least."""
    whole, rest = divmod(abs(fen_e4), E4)
    sign = "-" if fen_e4 < 0 else ""
    return sign + yuan(whole) + (f"{rest:04d}".rstrip("0") if rest else "")


def percent(rate_bp: int) -> str:
    """`2000` → `20%`, `75` → `0.75%`."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}" + (f".{rest:02d}".rstrip("0") if rest else "") + "%"

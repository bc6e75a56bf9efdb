"""The domain's judgement: how sure a rate is over its limit, and what that makes of a product."""

from collections.abc import Sequence
from math import floor, sqrt
from typing import Final

from xintui.commerce.quality.contracts import MEASURE_NAMES, Figure, Measure, Verdict
from xintui.commerce.quality.tables import Span, Terms

WHOLE_BP: Final = 10_000
WORST: Final = (Verdict.BAD, Verdict.OVER, Verdict.GOOD, Verdict.FEW)
"""What counts for the whole product: the first of these that any figure has. FEW only where nothing else is known."""


def rate_bp(count: int, of: int) -> int:
    """Rounded down."""
    return count * WHOLE_BP // of if of else 0


def low_bp(count: int, of: int, z_milli: int) -> int:
    """The lower end of the Wilson interval, rounded down; operation by operation as `quality_low_bp` in SQL has it.

    >>> low_bp(4, 30, 1645), low_bp(3, 30, 1645), low_bp(0, 0, 1645)
    (612, 406, 0)
    """
    if not of:
        return 0
    z, n = z_milli / 1000.0, float(of)
    share, z2 = count / n, z * z
    middle = share + z2 / (2.0 * n)
    spread = z * sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n))
    return max(0, floor((middle - spread) / (1.0 + z2 / n) * 10_000.0))


def figure(measure: Measure, span: Span, count: int, of: int, terms: Terms) -> Figure:
    """One measure over one window."""
    reviews = measure is Measure.REVIEWS
    limit = terms.bad_limit_bp if reviews else terms.return_limit_bp
    least = span.reviews_min if reviews else span.received_min
    rate, low = rate_bp(count, of), low_bp(count, of, terms.z_milli)
    if of < least:
        verdict = Verdict.FEW
    elif low > limit:
        verdict = Verdict.BAD
    else:
        verdict = Verdict.OVER if count * WHOLE_BP > limit * of else Verdict.GOOD
    return Figure(measure, span.days, count, of, rate, low, limit, least, verdict)


def verdict(figures: Sequence[Figure]) -> Verdict:
    """Of all windows and measures the worst; too few only where it is so everywhere."""
    found = {one.verdict for one in figures}
    return next(one for one in WORST if one in found)


def clear(figures: Sequence[Figure], terms: Terms) -> bool:
    """Good enough for a blocked product to be promoted again: nothing surely over, and the last days not over at all.

    Asking more than not being surely over keeps a product near the limit from going back and forth.
    """
    last = [one for one in figures if one.days == terms.short.days]
    return all(one.verdict is not Verdict.BAD for one in figures) and all(
        one.verdict is not Verdict.OVER for one in last
    )


def says(figures: Sequence[Figure]) -> str:
    """Why a product is kept from promotion, for everybody to read: of each measure the shorter window that tells it."""
    bad: dict[Measure, Figure] = {}
    for one in sorted(figures, key=lambda one: one.days):
        if one.verdict is Verdict.BAD:
            bad.setdefault(one.measure, one)
    return "；".join(_says(bad[measure]) for measure in Measure if measure in bad)


def _says(one: Figure) -> str:
    seen = (
        f"{one.of} 条评价中 {one.count} 条差评" if one.measure is Measure.REVIEWS else f"{one.of} 件中 {one.count} 件"
    )
    name, rate, limit = MEASURE_NAMES[one.measure], percent(one.rate_bp), percent(one.limit_bp)
    return f"近 {one.days} 天{name} {rate}（{seen}），超过上限 {limit}"


def percent(bp: int) -> str:
    """`5%`, `12.3%`."""
    return f"{bp / 100:.1f}".removesuffix(".0") + "%"

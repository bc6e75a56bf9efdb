"""The judgement: is this more than chance, and more than elsewhere? And a case's life.

A subject's lines are compared with others' of the same stratum: a promoter's with other people's of the same product,
a shop's with other shops' of the same category, a product's with its shop's other goods. Given how many lines there are
on both sides of each stratum and how many of them came to after-sales, chance deals these out like cards: the subject's
share is hypergeometric, and over several strata the sum of independent ones. The tail of that sum is exact; no rate is
estimated, so a small shop is not judged by luck. Among comparisons of a kind Benjamini and Hochberg's line is drawn.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from xintui.commerce.concentration.contracts import About, Bar, Cell, Figure, Finding, State, Verb, Window
from xintui.kernel.states import Flow

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.OPEN, Verb.CONFIRM): State.CONFIRMED,
        (State.OPEN, Verb.CLEAR): State.CLEARED,
        (State.OPEN, Verb.CALM): State.CALM,
        (State.OPEN, Verb.RUN_OUT): State.OVER,
        (State.CONFIRMED, Verb.CLEAR): State.CLEARED,
        (State.CONFIRMED, Verb.RUN_OUT): State.OVER,
    }
)

Key = tuple[str, ...]
Subject = tuple[str, str, str]
"""The shop, where it is one's; the subject; the reason or the province."""
Test = tuple[About, Subject, Figure | None]
Stratum = tuple[int, int, int, int]
"""The subject's lines and those asked for; the others' lines and those asked for."""
FLOOR: Final = 1e-300


@dataclass(frozen=True, slots=True)
class _View:
    """How one kind of subject is looked at. `strata`: whom it is compared with, the next where those are too few."""

    about: About
    orders: bool
    subject: Callable[[Cell], Subject]
    strata: tuple[Callable[[Cell], Key], ...]
    against: tuple[str, ...]


def _reason(cell: Cell) -> Subject:
    return cell.merchant_id, cell.product_id, cell.reason


_VIEWS: Final = (
    _View(
        About.PRODUCT, False, lambda c: (c.merchant_id, c.product_id, ""),
        (lambda c: (c.merchant_id,), lambda c: (c.category,), lambda c: ()),
        ("同店其余商品", "同类目其他商品", "平台其他商品"),
    ),
    _View(
        About.PROMOTER, True, lambda c: ("", c.promoter_id, ""),
        (lambda c: (c.product_id,), lambda c: (c.merchant_id,)), ("同样商品的其他订单", "同店的其他订单"),
    ),
    _View(
        About.SHOP, True, lambda c: (c.merchant_id, c.merchant_id, ""),
        (lambda c: (c.category,), lambda c: ()), ("同类目其他店铺", "其他店铺"),
    ),
    _View(
        About.REGION, True, lambda c: (c.merchant_id, c.merchant_id, c.province),
        (lambda c: (c.merchant_id, c.product_id), lambda c: (c.merchant_id,)),
        ("同样商品发往其他地区", "同店发往其他地区"),
    ),
)  # fmt: skip
_BY_REASON: Final = _View(
    About.REASON, False, _reason, _VIEWS[0].strata,
    ("同店其余商品的同一原因", "同类目其他商品的同一原因", "平台其他商品的同一原因"),
)  # fmt: skip


def bad_products(cells: Sequence[Cell], window: Window, bar: Bar) -> set[str]:
    """The goods that stand out in one window; they explain much in the others as well."""
    return {one.subject_id for one in _stand_out(_VIEWS[0], cells, window, bar)}


def judge(cells: Sequence[Cell], window: Window, bar: Bar, known: Iterable[str] = ()) -> list[Finding]:
    """Everything in one window where after-sales concentrate.

    What a bad product has explained (here, or `known` from another window) is not laid at its shop's or a region's door
    as well, nor told again by reason.
    """
    product, promoter, shop, region = _VIEWS
    found = _stand_out(product, cells, window, bar)
    bad = {one.subject_id for one in found} | set(known)
    found += _stand_out(promoter, cells, window, bar)
    others = [cell for cell in cells if cell.product_id not in bad]
    found += _reasons(others, window, bar)
    shops = _stand_out(shop, others, window, bar)
    blamed = {one.subject_id for one in shops}
    found += shops
    return found + _stand_out(region, [cell for cell in others if cell.merchant_id not in blamed], window, bar)


def _stand_out(view: _View, cells: Sequence[Cell], window: Window, bar: Bar) -> list[Finding]:
    units = [cell for cell in cells if cell.first] if view.orders else cells

    def asked(cell: Cell) -> bool:
        return cell.asked if view.orders else bool(cell.reason)

    return _drawn(_compared(view, units, asked, window, bar), bar)


def _reasons(cells: Sequence[Cell], window: Window, bar: Bar) -> list[Finding]:
    """Each reason is a question of its own: of a product's lines, how many came back for it."""
    tests: list[Test] = []
    for reason in sorted({cell.reason for cell in cells if cell.reason}):
        tests += _by_reason(reason, cells, window, bar)
    return _drawn(tests, bar)


def _by_reason(reason: str, cells: Sequence[Cell], window: Window, bar: Bar) -> list[Test]:
    def subject(cell: Cell) -> Subject:
        return cell.merchant_id, cell.product_id, reason

    def asked(cell: Cell) -> bool:
        return cell.reason == reason

    return _compared(replace(_BY_REASON, subject=subject), cells, asked, window, bar)


def _compared(
    view: _View, units: Sequence[Cell], asked: Callable[[Cell], bool], window: Window, bar: Bar
) -> list[Test]:
    """Each subject with enough lines, beside the figure of its comparison; None: not even suspicious."""
    sides = [_sides(view.subject, stratum, units, asked) for stratum in view.strata]
    answer: list[Test] = []
    for key in sides[0]:
        if not key[1]:
            continue  # nobody promoted it
        enough = (n for n, side in enumerate(sides) if _rest(side[key]) >= bar.rest_min)
        level = next(enough, None)
        if level is None:
            continue
        compared = [one for one in sides[level][key] if one[2]]
        if sum(one[0] for one in compared) < window.least:
            continue
        figure = _figure(compared, window, view.against[level])
        worth = _suspicious(figure, bar)  # only then the tail is worth its sums
        answer.append((view.about, key, replace(figure, chance=tail(compared)) if worth else None))
    return answer


def _rest(strata: Iterable[Stratum]) -> int:
    return sum(one[2] for one in strata)


def _sides(
    subject: Callable[[Cell], Subject], stratum: Callable[[Cell], Key], units: Iterable[Cell],
    asked: Callable[[Cell], bool],
) -> dict[Subject, list[Stratum]]:  # fmt: skip
    """Both sides of every stratum that a subject has lines in."""
    own: dict[Subject, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    total: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for cell in units:
        hit = cell.lines if asked(cell) else 0
        at = stratum(cell)
        for counts in (own[subject(cell)][at], total[at]):
            counts[0] += cell.lines
            counts[1] += hit
    return {
        key: [(n, k, total[at][0] - n, total[at][1] - k) for at, (n, k) in mine.items()] for key, mine in own.items()
    }


def _figure(strata: Sequence[Stratum], window: Window, against: str) -> Figure:
    of, count = sum(one[0] for one in strata), sum(one[1] for one in strata)
    return Figure(
        days=window.days, count=count, of=of, rest_count=sum(one[3] for one in strata), rest_of=_rest(strata),
        expected_milli=sum(n * rest_k * 1000 // rest_n for n, _, rest_n, rest_k in strata), chance=1.0,
        against=against, tested=0,
    )  # fmt: skip


def _suspicious(figure: Figure, bar: Bar) -> bool:
    """Enough of them, and so much more than elsewhere that somebody would care."""
    return (
        figure.count >= bar.asked_min
        and figure.count * 1_000_000 >= figure.expected_milli * bar.ratio_milli
        and figure.rate_bp - figure.usual_bp >= bar.extra_bp
    )


def _drawn(tests: Sequence[Test], bar: Bar) -> list[Finding]:
    """Those below Benjamini and Hochberg's line. Whoever is not even suspicious counts as tested, with chance 1."""
    ranked = sorted(
        ((one.chance, about, subject, one) for about, subject, one in tests if one is not None), key=lambda row: row[:3]
    )
    level = bar.q_ppm / 1_000_000
    last = max((n for n, row in enumerate(ranked, 1) if row[0] * len(tests) <= n * level), default=0)
    return [Finding(about, *subject, replace(figure, tested=len(tests))) for _, about, subject, figure in ranked[:last]]


def tail(strata: Iterable[Stratum]) -> float:
    """The chance that at least so many of the after-sales fall on the subject when they are dealt out blindly.

    >>> round(tail([(10, 5, 90, 5)]), 6), tail([(10, 0, 90, 5)])
    (0.000672, 1.0)
    """
    spread: NDArray[np.float64] = np.ones(1)
    left = 0
    for n, k, rest_n, rest_k in strata:
        low, chances = _dealt(n, rest_n, k + rest_k)
        spread = np.convolve(spread, chances)
        left += k - low
    if left <= 0:
        return 1.0
    return float(min(1.0, max(FLOOR, spread[left:].sum())))


def _dealt(n: int, rest_n: int, hits: int) -> tuple[int, NDArray[np.float64]]:
    """Hypergeometric: the fewest of `hits` that can fall on `n` of `n + rest_n`, and the chances from there on."""
    low, high = max(0, hits - rest_n), min(n, hits)
    x = np.arange(low, high + 1, dtype=float)

    def choose(of: float, some: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1))

    logs = choose(n, x) + choose(rest_n, hits - x) - choose(n + rest_n, np.array([float(hits)]))
    return low, np.exp(logs)


# -- in words ----------------------------------------------------------------------------------------------------------

_TENS: Final = ("", "十", "百", "千", "万", "十万", "百万", "千万", "亿")


def chance_words(chance: float) -> str:
    """`不到十万分之一`.

    >>> chance_words(0.3), chance_words(0.004), chance_words(3e-6), chance_words(1e-40)
    ('约 30%', '不到百分之一', '不到十万分之一', '不到亿分之一')
    """
    power = next((n for n in range(8, 0, -1) if chance < 10.0**-n), 0)
    return f"不到{_TENS[power]}分之一" if power else f"约 {chance:.0%}"


def percent(bp: int) -> str:
    """`5%`, `3.1%`."""
    return f"{bp / 100:.1f}".removesuffix(".0") + "%"


def says(about: About, detail: str, figure: Figure) -> str:
    """Why, for everybody to read, with the numbers."""
    unit = "单" if about in {About.PROMOTER, About.SHOP, About.REGION} else "件"
    what = f"因“{detail}”申请售后" if about is About.REASON else "申请了售后"
    where = f"发往{detail}的 " if about is About.REGION else " "
    return (
        f"近 {figure.days} 天{where}{figure.of} {unit}中有 {figure.count} {unit}{what}（{percent(figure.rate_bp)}），"
        f"{figure.against} {percent(figure.usual_bp)}；若与别处无异，碰巧这么多的可能性{chance_words(figure.chance)}"
    )


def best(findings: Iterable[Finding]) -> Iterator[tuple[Finding, tuple[Figure, ...]]]:
    """What several windows found of one subject is one finding: the least likely figure first."""
    found: dict[tuple[About, str, str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.about, one.merchant_id, one.subject_id, one.detail].append(one)
    for _, several in sorted(found.items()):
        several.sort(key=lambda one: (one.figure.chance, one.figure.days))
        yield several[0], tuple(one.figure for one in several)


def spread_of(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reasons by how often, those that nobody gave left out."""
    return sorted(((why, n) for why, n in reasons.items() if why), key=lambda row: (-row[1], row[0]))

"""The risk model of deposit bands on real sellers: production's own training on a sample of Olist, split by time.

Olist has no promoters, no after-sales, no deposits and no credit: a seller's past is what was sold, what came too late
and how buyers judged it; a loss is a bad ninety days. So this says whether the method finds who will do badly, and
nothing about the weights that this house will have.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.figures import Bench, Figure
from bench.warning_data import OLIST, Days, days_of, olist
from xintui.infra.learning import Held
from xintui.trust.bands import fitting, tables
from xintui.trust.bands.contracts import Moment, Past
from xintui.trust.bands.fitting import RULE, TENURE
from xintui.trust.deposits import rules as deposit_rules
from xintui.trust.deposits import tables as deposit_tables
from xintui.trust.deposits.contracts import Facts

FIRST, LAST = date(2016, 9, 1), date(2018, 8, 31)
LEAST: Final = 3
"""Pieces sold or reviewed from which a share says something."""
BAD: Final = 0.25
"""A share of bad reviews, or of pieces that came too late, over which a seller's ninety days were bad."""
BASELINES: Final[dict[str, Callable[[Moment], float]]] = {
    "近一年差评率": lambda one: (one.past.bad_stars_365 + 1) / (one.past.stars_365 + 5),
    "近一年迟到率": lambda one: (one.past.unkept_365 + 1) / (one.past.ended_365 + 5),
}


def run(seed: int, count: int) -> Iterator[Figure]:
    """`xintui bench bands`."""
    bench = Bench("bands", seed)
    if not OLIST.is_dir():
        yield bench.plain("Olist 数据不在本机，未评估", 0, "", 0)
        return
    terms = tables.terms(LAST)
    found = list(moments(days_of(olist("seller_id"), FIRST, LAST), terms))
    early, late = fitting.split(found, terms)
    card = fitting.fitted(early, terms)
    yield from _told(bench, len({one.holder_id for one in found}), early, late, fitting.judged(late, card, BASELINES))


def _told(bench: Bench, sellers: int, early: list[Moment], late: list[Moment], found: Held) -> Iterator[Figure]:
    hit = len({one.holder_id for one in (*early, *late) if one.hit})
    yield bench.plain("卖家", sellers, "", len(early) + len(late))
    yield bench.plain("其中有过不好的 90 天", hit, "", sellers)
    yield bench.plain("检验期不好的占比", found.share, "", found.moments)
    for name, (area, precision) in found.baselines.items():
        yield bench.plain(f"对照（{name}）AUC", area, "", found.moments)
        yield bench.plain(f"对照（{name}）AP", precision, "", found.moments)
    for n, (name, of) in enumerate((("AUC", found.auc), ("AP", found.ap))):
        says = f"模型 {name} [{of[1]:.3f}, {of[2]:.3f}]"
        best = max(found.baselines[one][n] for one in (RULE, TENURE))
        yield bench.plain(says, of[0], "", found.moments, aim="区间下端高于规则表与加入时间", met=of[1] > best)
    better = found.ap[1] > max(one[1] for one in found.baselines.values())
    yield bench.plain("好过全部对照，会存为新版本（1 是，0 否）", int(better), "", found.moments)
    off = max(abs(one.said - one.came) for one in found.bins)
    yield bench.plain("估计与实际之差，最差的十分之一", off, "", found.moments)


def moments(days: Days, terms: tables.Terms) -> Iterator[Moment]:
    """Every thirty days, each seller who sold enough in the ninety before, and what the ninety after were like."""
    whole = np.concatenate([np.zeros_like(days.counts[:, :1]), days.counts.cumsum(axis=1)], axis=1)
    began = [int(np.flatnonzero(row.sum(axis=1))[0]) for row in days.counts]
    day = days.last - timedelta(days=terms.ahead_days)
    while day > days.first + timedelta(days=terms.least_tenure_days):
        column = (day - days.first).days
        ahead = _sums(whole, column, column + terms.ahead_days)
        spans = {back: _sums(whole, column - back, column) for back in (90, 180, 365)}
        for row in np.flatnonzero(spans[90]["sold"] >= LEAST):
            if column - began[row] < terms.least_tenure_days:
                continue
            past = _past(row, column - began[row], spans)
            rule = deposit_rules.band(Facts(past.tenure_days, past.orders_180), deposit_tables.terms(day).bands).band
            yield Moment(days.entities[row], day, past, rule, _bad(row, ahead))
        day -= timedelta(days=terms.every_days)


Sums = dict[str, NDArray[np.int64]]


def _sums(whole: NDArray[np.int64], since: int, until: int) -> Sums:
    kinds = ("sold", "overdue", "received", "late", "asked", "reviews", "bad")
    part = whole[:, min(until, whole.shape[1] - 1)] - whole[:, max(since, 0)]
    return {name: part[:, n] for n, name in enumerate(kinds)}


def _past(row: int, tenure: int, spans: dict[int, Sums]) -> Past:
    year = {name: int(column[row]) for name, column in spans[365].items()}
    return Past(
        tenure_days=tenure,
        orders_90=int(spans[90]["sold"][row]),
        orders_180=int(spans[180]["sold"][row]),
        ended_365=year["received"] + year["overdue"] - year["late"],
        unkept_365=year["overdue"],
        stars_365=year["reviews"],
        bad_stars_365=year["bad"],
        complaints_90=int(spans[90]["bad"][row]),
        complaints_365=year["bad"],
    )


def _bad(row: int, ahead: Sums) -> bool:
    sold, reviews = int(ahead["sold"][row]), int(ahead["reviews"][row])
    late = sold >= LEAST and ahead["overdue"][row] > BAD * sold
    return bool(late or (reviews >= LEAST and ahead["bad"][row] > BAD * reviews))

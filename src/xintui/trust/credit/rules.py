"""The score as a function of what is known, in whole numbers, for one subject or a million alike.

weighed sums → value of each indicator, 0 to 10,000 → points of each scale → their sum. Nothing depends on the order
of signals: days are sums, a state is the last word by time and key, the decay goes by days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xintui.trust.credit.contracts import How
from xintui.trust.credit.tables import UNIT, Indicator, Weighing, decay

BP: Final = 10_000
WEEK: Final = 7
RETURNING: Final = "repeat"
"""A customer who comes back was counted when she came first."""
Days = Mapping[date, tuple[int, int]]
Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: sums (good, total) by indicator and day, states by indicator, since when."""

    since: date
    days: Mapping[str, Days] = field(default_factory=dict)
    states: Mapping[str, int] = field(default_factory=dict)


def weighed(indicator: Indicator, days: Days, today: date) -> tuple[int, int]:
    """(good, total) of the window with each day capped and weighed by its age, in units of `UNIT`."""
    weights, good, total = decay(indicator.half_life_days, indicator.window_days), 0, 0
    for day, (well, all_) in days.items():
        age = (today - day).days
        if 0 <= age <= indicator.window_days:
            kept = max(well, 0)
            good += weights[age] * (kept if all_ <= indicator.cap else kept * indicator.cap // all_)
            total += weights[age] * min(all_, indicator.cap)
    return good, total


def counted(indicator: Indicator, days: Days, today: date) -> tuple[int, int]:
    """(good, total) of the window as they were, for the sentence that explains."""
    inside = [both for day, both in days.items() if 0 <= (today - day).days <= indicator.window_days]
    return sum(good for good, _ in inside), sum(total for _, total in inside)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of n subjects and every indicator: weighed sums, last words (-1: none), and for how many days they are here."""

    good: Matrix
    total: Matrix
    states: Matrix
    age_days: Matrix


def sums(indicators: Sequence[Indicator], known: Known, today: date) -> Sums:
    """One subject's, from what is known of her."""
    both = [
        weighed(one, known.days.get(one.code, {}), today) if one.how not in {How.STATE, How.SINCE} else (0, 0)
        for one in indicators
    ]
    return Sums(
        good=np.array([[good for good, _ in both]], np.int64),
        total=np.array([[total for _, total in both]], np.int64),
        states=np.array([[known.states.get(one.code, -1) for one in indicators]], np.int64),
        age_days=np.array([(today - known.since).days], np.int64),
    )


def values_bp(indicators: Sequence[Indicator], of: Sums) -> Matrix:
    """Each subject's indicators, 0 (worst) to 10,000 (best): n by the number of indicators."""
    found = np.empty_like(of.good)
    here = np.maximum(of.age_days, 0)
    for i, one in enumerate(indicators):
        total, assumed = of.total[:, i], UNIT * one.pseudo
        match one.how:
            case How.STATE:
                value = np.where(of.states[:, i] < 0, one.prior_bp, of.states[:, i])
            case How.SINCE:
                value = np.minimum(here, one.full_days) * BP // one.full_days
            case How.LESS:
                value = BP - total * one.unit_bp // UNIT
            case How.WEEKS:
                value = total * BP // (UNIT * np.minimum(here // WEEK + 1, one.window_days // WEEK))
            case How.RATE:
                value = (of.good[:, i] * BP + assumed * one.prior_bp) // (total + assumed)
        found[:, i] = np.clip(value, 0, BP)
    return found


def points(weighing: Weighing, indicators: Sequence[Indicator], values: Matrix) -> Matrix:
    """What the values give on a scale, each rounded down: n by the number of its parts. Their sum is the score."""
    at = {one.code: i for i, one in enumerate(indicators)}
    columns = [
        part.weight * np.clip(values[:, at[part.indicator]] - part.zero_bp, 0, part.full_bp - part.zero_bp)
        // (part.full_bp - part.zero_bp)
        for part in weighing.parts
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def supposed(indicator: Indicator, known: Known, today: date) -> tuple[Known, date]:
    """What would be known if what `raise_says` asks for had happened, and on which day that would be judged."""
    n = indicator.raise_n
    if indicator.how is How.STATE:
        return _with_state(known, indicator.code), today
    if indicator.how in {How.LESS, How.SINCE}:
        return known, date.fromordinal(today.toordinal() + n)
    if indicator.how is How.WEEKS:
        monday = today.toordinal() - today.weekday()
        more = {date.fromordinal(monday + WEEK * ahead): (1, 1) for ahead in range(1, n + 1)}
        return _with_days(known, indicator, more), date.fromordinal(today.toordinal() + WEEK * n)
    more = {}
    for back, done in enumerate(range(0, n, indicator.cap)):
        well = min(indicator.cap, n - done)
        more[date.fromordinal(today.toordinal() - back)] = (well, 0 if indicator.code == RETURNING else well)
    return _with_days(known, indicator, more), today


def _with_days(known: Known, indicator: Indicator, more: Days) -> Known:
    there = dict(known.days.get(indicator.code, {}))
    for day, (good, total) in more.items():
        before = there.get(day, (0, 0))
        there[day] = (before[0] + good, before[1] + total)
    return Known(known.since, {**known.days, indicator.code: there}, known.states)


def _with_state(known: Known, code: str) -> Known:
    return Known(known.since, known.days, {**known.states, code: BP})

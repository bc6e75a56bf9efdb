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

from xintui.trust.credit.contracts import How, Wish
from xintui.trust.credit.tables import UNIT, Indicator, Weighing, decay

BP: Final = 10_000
WEEK: Final = 7
WHOLE_STATE: Final = 100
"""A state that is all it can be, in percent."""
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
    match indicator.how:
        case How.STATE:
            return imagined(indicator, known, Wish(well=WHOLE_STATE), today), today
        case How.LESS | How.SINCE:
            return known, _later(today, n)
        case How.WEEKS:
            then = _later(today, WEEK * n)
            return imagined(indicator, known, Wish(well=n), then), then
        case How.RATE:
            return imagined(indicator, known, Wish(well=n), today), today


def imagined(indicator: Indicator, known: Known, wish: Wish, then: date) -> Known:
    """What would be known on a day if this had happened by then: as late as the caps of a day allow."""
    match indicator.how:
        case How.SINCE:
            return known
        case How.STATE:
            share = min(wish.well, WHOLE_STATE) * BP // WHOLE_STATE
            return Known(known.since, known.days, {**known.states, indicator.code: share})
        case How.LESS:
            return _with_days(known, indicator, {then: (0, wish.badly)})
        case How.WEEKS:
            monday = _later(then, -then.weekday())
            weeks = min(wish.well, indicator.window_days // WEEK + 1)  # more than the window holds does not count
            return _with_days(known, indicator, {_later(monday, -WEEK * back): (1, 1) for back in range(weeks)})
        case How.RATE:
            return _with_days(known, indicator, _spread(indicator, wish, then))


def _spread(indicator: Indicator, wish: Wish, then: date) -> Days:
    """Day by day backwards, what went well first; more than the window holds does not count."""
    well, badly, days = wish.well, wish.badly, {}
    for back in range(indicator.window_days + 1):
        if not well + badly:
            break
        good = min(well, indicator.cap)
        bad = min(badly, indicator.cap - good)
        days[_later(then, -back)] = (good, bad if indicator.code == RETURNING else good + bad)
        well, badly = well - good, badly - bad
    return days


def _later(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def _with_days(known: Known, indicator: Indicator, more: Days) -> Known:
    there = dict(known.days.get(indicator.code, {}))
    for day, (good, total) in more.items():
        before = there.get(day, (0, 0))
        there[day] = (before[0] + good, before[1] + total)
    return Known(known.since, {**known.days, indicator.code: there}, known.states)

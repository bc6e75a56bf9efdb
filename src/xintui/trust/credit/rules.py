"""The score as a function of what is known, in whole numbers. `sql/rescore.sql` says the same for many at once.

value(indicator) 0 to 10,000 → points of each scale → their sum. Nothing depends on the order of signals: days are
sums, a state is the last one by time and key, the decay goes by days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xintui.trust.credit.contracts import How
from xintui.trust.credit.tables import UNIT, Indicator, Part, Weighing, decay

BP = 10_000
WEEK = 7
RETURNING = "repeat"
"""A customer who comes back was counted when she came first."""
Days = Mapping[date, tuple[int, int]]


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


def value_bp(indicator: Indicator, known: Known, today: date) -> int:
    """0 (worst) to 10,000 (best)."""
    if indicator.how is How.STATE:
        found = known.states.get(indicator.code, indicator.prior_bp)
    elif indicator.how is How.SINCE:
        found = min(max((today - known.since).days, 0), indicator.full_days) * BP // indicator.full_days
    else:
        good, total = weighed(indicator, known.days.get(indicator.code, {}), today)
        found = _of_sums(indicator, good, total, (today - known.since).days)
    return min(max(found, 0), BP)


def _of_sums(indicator: Indicator, good: int, total: int, age_days: int) -> int:
    if indicator.how is How.LESS:
        return BP - total * indicator.unit_bp // UNIT
    if indicator.how is How.WEEKS:
        weeks = min(max(age_days, 0) // WEEK + 1, indicator.window_days // WEEK)
        return total * BP // (UNIT * weeks)
    assumed = UNIT * indicator.pseudo
    return (good * BP + assumed * indicator.prior_bp) // (total + assumed)


def points(part: Part, value: int) -> int:
    """What an indicator's value gives on a scale, rounded down."""
    reached = min(max(value - part.zero_bp, 0), part.full_bp - part.zero_bp)
    return part.weight * reached // (part.full_bp - part.zero_bp)


def score(weighing: Weighing, values: Mapping[str, int]) -> int:
    return sum(points(part, values[part.indicator]) for part in weighing.parts)


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

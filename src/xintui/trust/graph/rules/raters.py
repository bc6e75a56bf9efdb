"""How far a rater's word can be trusted, judged by what she said and never by what was said of her.

The idea is that of REV2 (Kumar et al., WSDM 2018): a fair rater agrees with what others find, others count by how
fair they are, and a rater of whom little is known is near a cautious prior. What differs is what the platform may use:

- only ratings that a rater gave. Ratings of her are in no term of her score, not even by a detour: where the raters
  beside her are weighed, what they said of her is left out of their weight. Whoever is slandered loses nothing
- only the past. A rating is compared with ratings of the same target that others gave strictly earlier
- no labels, no names and no order of rows. Every sum is one of whole numbers, so the order cannot change the last digit

Three factors, each between 0 and 1, are multiplied:

    agreement   (sum of w*a + 3*0.3) / (sum of w + 3): a = 1 - distance to the earlier raters' weighted mean; w grows
                with the trust behind that mean. A target that nobody rated before says little (w 0.25, a 0.5)
    record      (0.2 + span / (span + 180 days)) / 1.2, span from her first rating to her last: opinions given in one
                sitting are cheap, opinions that stay sound over months are not
    goodwill    1 - (negatives + 0.5) / (ratings + 2): who mostly condemns is a weak witness

Earlier raters are weighed by the same product over their own past, with plain means in place of weighted ones.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xintui.trust.graph.rules.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ONE: Final = 1_000_000
"""Everything is counted in millionths."""
WINDOW: Final = 512
"""So many latest earlier ratings of a target are the opinion of others: a star with a million raters costs no more."""
PRIOR, PRIOR_WEIGHT = 0.3, 3.0
FIRST_WEIGHT, FIRST_AGREES = 250_000, 125_000
DAY, SEASONED_DAYS, RECORD_FLOOR = 86_400.0, 180.0, 0.2
BAD_PRIOR, GOODWILL_PRIOR = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class RaterTrust:
    """One row per rater, in ascending order of `rater`; millionths."""

    rater: Ints
    trust: Ints
    ratings: Ints
    agreement: Ints
    record: Ints
    goodwill: Ints


class _Rows(NamedTuple):
    """Sorted by rater and target, each pair once; raters and targets numbered from 0, values in millionths."""

    who: Ints
    whom: Ints
    value: Ints
    at: Floats


class _Targets(NamedTuple):
    """`order[start[j]:start[j + 1]]` are the rows about target j, in the order of time."""

    order: Ints
    start: Ints


class _Said(NamedTuple):
    """What each row is worth: its weight, and weight x agreement."""

    weight: Ints
    agreed: Ints


class _Past(NamedTuple):
    """`order[start[u]:start[u + 1]]` are the rows by rater u, in the order of time; then sums over that order."""

    start: Ints
    order: Ints
    at: Floats
    weight: Ints
    agreed: Ints
    bad: Ints


def rater_trust(rater: Ints, target: Ints, rating: Floats, at: Floats, *, as_of: float | None = None) -> RaterTrust:
    """Judge every rater by her ratings up to `as_of`. `rating` lies in -1..1, `at` counts seconds.

    The last word of a pair counts (of two in the same second, the worse). Nobody rates herself.
    """
    kept = rater != target
    if as_of is not None:
        kept &= at <= as_of
    value = np.rint(np.asarray(rating, np.float64) * ONE).astype(np.int64)
    rater, target, value, at = rater[kept], target[kept], value[kept], np.asarray(at, np.float64)[kept]
    order = np.lexsort((-value, at, target, rater))
    rater, target, value, at = rater[order], target[order], value[order], at[order]
    last = np.ones(len(rater), bool)
    last[:-1] = (rater[1:] != rater[:-1]) | (target[1:] != target[:-1])
    names, flat = np.unique(np.concatenate([rater[last], target[last]]), return_inverse=True)
    who, whom = flat[: last.sum()].astype(np.int64), flat[last.sum() :].astype(np.int64)
    return _judge(names, _Rows(who, whom, value[last], at[last]))


def _judge(names: Ints, rows: _Rows) -> RaterTrust:
    many = len(names)
    by_target = np.lexsort((rows.value, rows.at, rows.whom))
    targets = _Targets(by_target, _starts(rows.whom, many))
    start, bad = _starts(rows.who, many), (rows.value < 0).astype(np.int64)
    plain, weighed = _empty(len(rows.who)), _empty(len(rows.who))
    _compare(rows, targets, plain)
    past = np.lexsort((rows.at, rows.who))
    sums = (_sums(column[past]) for column in (plain.weight, plain.agreed, bad))
    _compare_weighed(rows, targets, _Past(start, past, rows.at[past], *sums), plain, weighed)
    given = np.diff(start)
    raters = np.flatnonzero(given)
    first, end = start[raters], start[raters + 1]
    total, good, negative = (sums[end] - sums[first] for sums in map(_sums, (weighed.weight, weighed.agreed, bad)))
    span = rows.at[past][end - 1] - rows.at[past][first]
    factors: tuple[Floats, ...] = _factors.py_func(total, good, negative, end - first, span)  # type: ignore[attr-defined]
    agreement, record, goodwill = factors
    return RaterTrust(
        rater=names[raters],
        trust=_millionths(agreement * record * goodwill),
        ratings=given[raters],
        agreement=_millionths(agreement),
        record=_millionths(record),
        goodwill=_millionths(goodwill),
    )


def _starts(keys: Any, many: int) -> Ints:
    return _sums(np.bincount(keys, minlength=many))


def _sums(column: Any) -> Ints:
    """Running sums with a leading 0."""
    return np.concatenate([[0], np.cumsum(column)]).astype(np.int64)


def _empty(rows: int) -> _Said:
    return _Said(np.zeros(rows, np.int64), np.zeros(rows, np.int64))


def _millionths(share: Floats) -> Ints:
    return np.floor(share * ONE).astype(np.int64)


@compiled
def _factors(weight, agreed, bad, count, span):  # type: ignore[no-untyped-def]
    """The three factors of a rater's past; of many raters when called on arrays."""
    agreement = (agreed / ONE + PRIOR_WEIGHT * PRIOR) / (weight / ONE + PRIOR_WEIGHT)
    days = span / DAY
    record = (RECORD_FLOOR + days / (days + SEASONED_DAYS)) / (RECORD_FLOOR + 1.0)
    goodwill = 1.0 - (bad + BAD_PRIOR) / (count + GOODWILL_PRIOR)
    return agreement, record, goodwill


@compiled
def _earlier(rows, targets, here):  # type: ignore[no-untyped-def]
    """Places of the strictly earlier ratings of the same target: the latest `WINDOW` of them, and whoever ties."""
    row = targets.order[here]
    first, end = targets.start[rows.whom[row]], here
    while end > first and rows.at[targets.order[end - 1]] == rows.at[row]:
        end -= 1
    start = max(first, end - WINDOW)
    while start > first and rows.at[targets.order[start - 1]] == rows.at[targets.order[start]]:
        start -= 1
    return start, end


@compiled
def _worth(distance, behind):  # type: ignore[no-untyped-def]
    """Weight and weight x agreement of a rating so far from the others' mean, with so much behind that mean."""
    weight = behind / (behind + 1.0)
    return np.int64(weight * ONE), np.int64(weight * max(0.0, 1.0 - distance / ONE) * ONE)


@compiled
def _compare(rows, targets, out):  # type: ignore[no-untyped-def]
    """Each rating against the plain mean of the earlier ones."""
    for here in range(len(targets.order)):
        row = targets.order[here]
        start, end = _earlier(rows, targets, here)
        worth = (FIRST_WEIGHT, FIRST_AGREES)
        if start < end:
            total = 0
            for place in range(start, end):
                total += rows.value[targets.order[place]]
            worth = _worth(abs(rows.value[row] - total / (end - start)), end - start)
        out.weight[row], out.agreed[row] = worth


@compiled
def _trust_then(rows, past, said, other, row):  # type: ignore[no-untyped-def]
    """How far `other` could be trusted when `row` was given, by all she had said except of the rater of `row`."""
    me, now = rows.who[row], rows.at[row]
    low, high = past.start[other], past.start[other + 1]
    until = low + np.searchsorted(past.at[low:high], now)
    count, first, last = until - low, low, until - 1
    weight, agreed = past.weight[until] - past.weight[low], past.agreed[until] - past.agreed[low]
    bad = past.bad[until] - past.bad[low]
    of_me = low + np.searchsorted(rows.whom[low:high], me)
    if of_me < high and rows.whom[of_me] == me and rows.at[of_me] < now:
        count -= 1
        weight -= said.weight[of_me]
        agreed -= said.agreed[of_me]
        bad -= 1 if rows.value[of_me] < 0 else 0
        first += 1 if past.order[first] == of_me else 0
        last -= 1 if past.order[last] == of_me else 0
    agreement, record, goodwill = _factors(weight, agreed, bad, count, past.at[last] - past.at[first])
    return np.int64(agreement * record * goodwill * ONE)


@compiled
def _compare_weighed(rows, targets, past, said, out):  # type: ignore[no-untyped-def]
    """Each rating against the mean of the earlier ones, each of them weighed by how far its rater was trusted then."""
    for here in range(len(targets.order)):
        row = targets.order[here]
        start, end = _earlier(rows, targets, here)
        total, behind = 0, 0
        for place in range(start, end):
            beside = targets.order[place]
            trust = _trust_then(rows, past, said, rows.who[beside], row)
            behind += trust
            total += trust * rows.value[beside]
        worth = (FIRST_WEIGHT, FIRST_AGREES)
        if behind > 0:
            worth = _worth(abs(rows.value[row] - total / behind), behind / ONE)
        out.weight[row], out.agreed[row] = worth

"""A small logistic model: fitted with the signs that make sense, and judged on what it has not seen.

`trust/bands` fits and judges by it; `bench/warning.py` judges by it. Whoever is judged may appear many
times, so intervals come from whole owners drawn again and again, never from single rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

RESAMPLES: Final = 300
INTERVAL: Final = (0.025, 0.975)
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Three = tuple[float, float, float]
"""A figure, and the ends of its 95 % interval."""


def fit(table: Floats, truth: Bools, *, strength: float = 1.0, signs: Sequence[int] = ()) -> tuple[float, Floats]:
    """(intercept, weights) of least penalised log-loss: `strength` × loss + half the sum of squared weights.

    A sign of 1 (-1) keeps its weight from being negative (positive): what sounds worse may never count as better.
    """
    sides = 2.0 * truth - 1.0
    bounds = [(None, None), *((0 if sign > 0 else None, 0 if sign < 0 else None) for sign in signs)]

    def loss(at: Floats) -> tuple[float, Floats]:
        margins = sides * (at[0] + table @ at[1:])
        pulls = -strength * sides / (1.0 + np.exp(np.clip(margins, -500, 500)))
        slope = np.concatenate([[pulls.sum()], table.T @ pulls + at[1:]])
        return strength * float(np.logaddexp(0.0, -margins).sum()) + 0.5 * float(at[1:] @ at[1:]), slope

    start = np.zeros(table.shape[1] + 1)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds if signs else None,
        options={"maxiter": 10_000, "maxfun": 100_000, "ftol": 1e-13, "gtol": 1e-7},
    )  # fmt: skip
    return float(found.x[0]), np.asarray(found.x[1:], dtype=np.float64)


def auc(risks: Floats, truth: Bools) -> float:
    """How often one who was hit stands above one who was not; ties count half. 0.5 where there is nothing to tell."""
    hit = int(truth.sum())
    if hit in {0, len(truth)}:
        return 0.5
    _, places, counts = np.unique(risks, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return float((middle[places][truth].sum() - hit * (hit + 1) / 2) / (hit * (len(truth) - hit)))


def average_precision(risks: Floats, truth: Bools) -> float:
    """Precision at each new hit, by descending risk; rows of the same risk come together. 0 without a hit."""
    hit = int(truth.sum())
    if hit == 0:
        return 0.0
    order = np.argsort(-risks, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(risks[order])), len(order) - 1)
    hits = np.cumsum(truth[order])[ends]
    return float((np.diff(hits, prepend=0) * hits / (ends + 1)).sum() / hit)


def interval(
    owners: Sequence[str], figures: Callable[[NDArray[np.intp]], Sequence[float]], *, seed: int
) -> list[Three]:
    """Each of `figures(rows)` with its 95 % interval over owners drawn again and again."""
    rows: dict[str, list[int]] = {}
    for n, owner in enumerate(owners):
        rows.setdefault(owner, []).append(n)
    groups = [np.array(one) for one in rows.values()]
    dice = np.random.default_rng(seed)
    drawn = [
        figures(np.concatenate([groups[n] for n in dice.integers(0, len(groups), len(groups))]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(np.array(drawn, dtype=float), INTERVAL, axis=0)
    whole = figures(np.arange(len(owners)))
    return [(float(whole[n]), float(low[n]), float(high[n])) for n in range(len(whole))]


@dataclass(frozen=True, slots=True)
class Bin:
    """Moments whose risk was about `said`: how many, and the share of them that came true."""

    said: float
    came: float
    count: int


def calibration(risks: Floats, truth: Bools, *, bins: int = 10) -> tuple[Bin, ...]:
    """Bins of as many moments each, from the smallest risk up: of a good model `came` is near `said`."""
    order = np.argsort(risks, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(Bin(float(risks[part].mean()), float(truth[part].mean()), len(part)) for part in parts)


@dataclass(frozen=True, slots=True)
class Held:
    """What held-out moments say of a ranking and of simpler ones beside it."""

    auc: Three
    ap: Three
    baselines: Mapping[str, tuple[float, float]]
    """AUC and average precision of each."""
    bins: tuple[Bin, ...]
    share: float
    moments: int
    owners: int


def held(
    owners: Sequence[str], risks: Floats, truth: Bools, beside: Mapping[str, Floats], *, seed: int = 1
) -> Held:  # fmt: skip
    """Judge `risks` (probabilities) and, by the same measures, the rankings `beside` it."""

    def figures(rows: NDArray[np.intp]) -> tuple[float, float]:
        return auc(risks[rows], truth[rows]), average_precision(risks[rows], truth[rows])

    first, second = interval(owners, figures, seed=seed)
    others = {name: (auc(rank, truth), average_precision(rank, truth)) for name, rank in beside.items()}
    bins = calibration(risks, truth)
    return Held(first, second, others, bins, float(truth.mean()), len(truth), len(set(owners)))

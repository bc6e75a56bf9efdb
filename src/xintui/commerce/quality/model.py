"""The model that warns: what it looks at, how it judges, why. Its weights are data, with a card (`data/model.json`).

Everything it looks at is a sum over the last days of what was known on its day, so that a moment of the past can be
judged as it was. `returned` is not among it: a return stands on the day its line was received, which is known later.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, log1p
from typing import Any, Final

from xintui.commerce.quality.contracts import Reason

COUNTS: Final = ("sold", "overdue", "received", "late", "asked", "reviews", "bad")
SPANS: Final = (3, 7, 30, 90)
SUMS: Final = tuple(f"{count}_{span}" for count in COUNTS for span in SPANS)
"""`bad_7`: bad reviews of the last seven days."""
PRIOR: Final = 2.0
"""How many reviews of the usual kind a product is credited with before it has any."""
SAYS: Final[Mapping[str, str]] = {
    "overdue_3": "近 3 天有 {overdue_3} 件超期未收",
    "overdue_7": "近 7 天有 {overdue_7} 件超期未收",
    "late_7": "近 7 天有 {late_7} 件迟到",
    "bad_7": "近 7 天有 {bad_7} 条差评",
    "bad_30": "近 30 天有 {bad_30} 条差评",
    "asked_3": "近 3 天有 {asked_3} 件申请售后",
    "asked_30": "近 30 天有 {asked_30} 件申请售后",
    "bad_share": "近 90 天 {reviews_90} 条评价中 {bad_90} 条差评",
    "reviews_30": "近 30 天有 {reviews_30} 条评价",
    "received_3": "近 3 天收货 {received_3} 件",
    "received_7": "近 7 天收货 {received_7} 件",
    "sold_7": "近 7 天售出 {sold_7} 件",
    "sold_30": "近 30 天售出 {sold_30} 件",
    "open_30": "近 30 天还有 {open_30} 件在途",
}
FEATURES: Final = tuple(SAYS)


@dataclass(frozen=True, slots=True)
class Card:
    """One version: its weights, and what is known of them."""

    version: str
    intercept: float
    weights: Mapping[str, float]
    usual_bad: float
    threshold_bp: int
    data: Mapping[str, Any]
    quality: Mapping[str, Any]
    limits: tuple[str, ...]


@cache
def card() -> Card:
    """The version in force."""
    row = json.loads((files(__package__) / "data" / "model.json").read_text("utf-8"))
    return Card(**(row | {"limits": tuple(row["limits"])}))


def features(sums: Mapping[str, int], usual_bad: float) -> dict[str, float]:
    """What the model sees of a product at a moment."""
    return {name: _seen(name, sums, usual_bad) for name in FEATURES}


def _seen(name: str, sums: Mapping[str, int], usual_bad: float) -> float:
    if name == "bad_share":
        return (sums["bad_90"] + PRIOR * usual_bad) / (sums["reviews_90"] + PRIOR)
    return log1p(still_open(sums) if name == "open_30" else sums[name])


def still_open(sums: Mapping[str, int]) -> int:
    """Sold and not received within the last thirty days, about."""
    return max(0, sums["sold_30"] - sums["received_30"])


def risk_bp(sums: Mapping[str, int], by: Card) -> int:
    """The probability that it turns bad within 72 hours, in basis points."""
    at = by.intercept + sum(weight * _seen(name, sums, by.usual_bad) for name, weight in by.weights.items() if weight)
    return int(10_000 / (1.0 + exp(-max(-50.0, min(50.0, at)))))


def reasons(sums: Mapping[str, int], by: Card, *, most: int = 3) -> list[Reason]:
    """What speaks most for it, in the order of its weight; the weights are hundredths of all that speaks for it."""
    seen = features(sums, by.usual_bad)
    pushes = {name: by.weights[name] * value for name, value in seen.items() if by.weights[name] * value > 0}
    whole = sum(pushes.values()) or 1.0
    told = {**sums, "open_30": still_open(sums)}
    ranked = sorted(pushes.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return [Reason(name, SAYS[name].format(**told), round(100 * push / whole)) for name, push in ranked]

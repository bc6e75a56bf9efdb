"""Goods and sellers that turn bad within 72 hours: trained on a first stretch of time, the threshold chosen on a
second, judged on a third, on a sample of Olist and on the demo world of this home, beside trivial baselines.

`python -m bench.warning` trains again and writes the card (src/xintui/commerce/quality/data/model.json).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

from bench.figures import Bench, Figure
from bench.warning_data import OLIST, Days, Moment, days_of, demo_days, digest, moments, olist
from xintui.commerce.quality import model
from xintui.commerce.quality.model import FEATURES, Card
from xintui.infra import learning

CARD: Final = Path(model.__file__).parent / "data" / "model.json"
FIRST, LAST = date(2016, 9, 1), date(2018, 8, 31)
SPLIT: Final = (date(2017, 2, 1), date(2018, 1, 1), date(2018, 4, 1), date(2018, 8, 29))
"""Training begins, validation, test, end. A stretch ends three days early: its labels look that far ahead."""
STRENGTH: Final = 1.0
Floats = NDArray[np.float64]


@dataclass
class Parts:
    train: list[Moment]
    choose: list[Moment]
    test: list[Moment]


@dataclass(frozen=True)
class Held:
    """What held-out moments say: each figure with its 95 % interval, whole entities drawn again and again."""

    ap: tuple[float, float, float]
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    baselines: dict[str, float]
    share: float
    moments: int


BASELINES: Final[dict[str, Callable[[Moment], float]]] = {
    "现差评率": lambda m: (m.sums["bad_90"] + 1) / (m.sums["reviews_90"] + 2),
    "昨日状况（近 3 天超期件数）": lambda m: m.sums["overdue_3"],
    "销量": lambda m: m.sums["sold_30"],
}


def split(days: Days, at: Sequence[date]) -> Parts:
    gap = timedelta(days=4)
    since, choose, test, end = at
    return Parts(
        list(moments(days, since, choose - gap)),
        list(moments(days, choose, test - gap)),
        list(moments(days, test, end)),
    )


def table(found: Sequence[Moment], usual_bad: float) -> Floats:
    """One row a moment, by the very function that production asks."""
    rows = [list(model.features(one.sums, usual_bad).values()) for one in found]
    return np.array(rows, dtype=float).reshape(-1, len(FEATURES))


def labels(found: Sequence[Moment]) -> NDArray[np.bool_]:
    return np.array([one.turns for one in found], dtype=bool)


def trained(parts: Parts, version: str) -> Card:
    """Weights from the training part, the threshold where F1 is best on the part that chooses."""
    usual = sum(m.sums["bad_90"] for m in parts.train) / max(1, sum(m.sums["reviews_90"] for m in parts.train))
    fitted = LogisticRegression(C=STRENGTH, max_iter=5000).fit(table(parts.train, usual), labels(parts.train))
    weights = {name: round(float(value), 4) for name, value in zip(FEATURES, fitted.coef_[0], strict=True)}
    made = Card(version, round(float(fitted.intercept_[0]), 4), weights, round(usual, 4), 0, {}, {}, ())
    risks = judged(parts.choose, made)
    precision, recall, cuts = precision_recall_curve(labels(parts.choose), risks)
    best = int((2 * precision * recall / (precision + recall + 1e-12))[:-1].argmax())
    return Card(made.version, made.intercept, made.weights, made.usual_bad, int(cuts[best]), {}, {}, ())


def judged(found: Sequence[Moment], by: Card) -> Floats:
    return np.array([model.risk_bp(one.sums, by) for one in found], dtype=float)


def held(found: Sequence[Moment], by: Card, seed: int) -> Held:
    """Quality at the card's threshold on moments that nobody has seen."""
    risks, truth = judged(found, by), labels(found)
    alarm = risks >= by.threshold_bp
    three = learning.interval(
        [one.entity for one in found], lambda rows: _quality(risks[rows], truth[rows], alarm[rows]), seed=seed
    )
    beside = {
        name: learning.average_precision(np.array([rank(one) for one in found], dtype=float), truth)
        for name, rank in BASELINES.items()
    }
    return Held(three[0], three[1], three[2], beside, float(truth.mean()), len(found))


def _quality(risks: Floats, truth: NDArray[np.bool_], alarm: NDArray[np.bool_]) -> tuple[float, float, float]:
    if not truth.any():
        return 0.0, 0.0, 0.0
    hits = float((alarm & truth).sum())
    return learning.average_precision(risks, truth), hits / max(1.0, float(alarm.sum())), hits / truth.sum()


def run(seed: int, count: int) -> Iterator[Figure]:
    """`xintui bench warning`."""
    bench = Bench("warning", seed)
    if OLIST.is_dir():
        shipped = model.card()
        for what, by in (("商品", "product_id"), ("卖家", "seller_id")):
            parts = split(days_of(olist(by), FIRST, LAST), SPLIT)
            card = shipped if by == "product_id" else trained(parts, "sellers")
            if by == "product_id":
                again = trained(parts, shipped.version)
                off = max(abs(again.weights[name] - shipped.weights[name]) for name in FEATURES)
                yield bench.plain(
                    "重新训练与随附权重的最大差", off, "", len(parts.train), aim="≤ 0.01", met=off <= 0.01
                )
            yield from _told(bench, f"Olist {what}", held(parts.test, card, seed))
    else:
        yield bench.plain("Olist 数据不在本机，未评估", 0, "", 0)
    yield from _demo(bench, seed)


def _told(bench: Bench, what: str, found: Held, *, aims: bool = True) -> Iterator[Figure]:
    yield bench.plain(f"{what}：72 小时内变差的占比", found.share, "", found.moments)
    best = max(found.baselines.values())
    for name, value in found.baselines.items():
        yield bench.plain(f"{what}：基线（{name}）AP", value, "", found.moments)
    aim = {"aim": "区间下端高于最好的基线", "met": found.ap[1] > best} if aims else {}
    yield bench.plain(f"{what}：模型 AP {_range(found.ap)}", found.ap[0], "", found.moments, **aim)  # type: ignore[arg-type]
    yield bench.plain(f"{what}：阈值处查准率 {_range(found.precision)}", found.precision[0], "", found.moments)
    yield bench.plain(f"{what}：阈值处查全率 {_range(found.recall)}", found.recall[0], "", found.moments)


def _range(of: tuple[float, float, float]) -> str:
    return f"[{of[1]:.3f}, {of[2]:.3f}]"


def _demo(bench: Bench, seed: int) -> Iterator[Figure]:
    """This home's demo world: the shipped weights as they are, and weights of its own by the same split of time."""
    days = demo_days()
    if days is None:
        yield bench.plain("演示世界不在本机（先运行 xintui demo），未评估", 0, "", 0)
        return
    length = days.counts.shape[1]
    at = [days.first + timedelta(days=int(length * share)) for share in (0.1, 0.5, 0.65)]
    parts = split(days, [*at, days.last - timedelta(days=3)])
    if not (labels(parts.train).any() and labels(parts.choose).any() and labels(parts.test).any()):
        yield bench.plain("演示世界太小，未评估", 0, "", len(parts.test))
        return
    yield from _told(bench, "演示世界（随附权重）", held(parts.test, model.card(), seed), aims=False)
    yield from _told(bench, "演示世界（自己的权重）", held(parts.test, trained(parts, "demo"), seed), aims=False)


def card_of(seed: int = 1) -> dict[str, Any]:
    """Train on Olist's goods and say what is known of the result."""
    parts = split(days_of(olist("product_id"), FIRST, LAST), SPLIT)
    made = trained(parts, "2026-11-olist")
    found = held(parts.test, made, seed)

    def told(value: tuple[float, float, float]) -> dict[str, float]:
        return dict(zip(("value", "low", "high"), (round(one, 4) for one in value), strict=True))

    return {
        "version": made.version,
        "intercept": made.intercept,
        "weights": made.weights,
        "usual_bad": made.usual_bad,
        "threshold_bp": made.threshold_bp,
        "data": {
            "name": "Olist sample (8,135 orders; every order that was not delivered and 5,172 that were)",
            "sha256": digest(),
            "train": [SPLIT[0].isoformat(), (SPLIT[1] - timedelta(days=4)).isoformat(), len(parts.train)],
            "choose": [SPLIT[1].isoformat(), (SPLIT[2] - timedelta(days=4)).isoformat(), len(parts.choose)],
            "test": [SPLIT[2].isoformat(), SPLIT[3].isoformat(), len(parts.test)],
            "label": "at the end of a day within the 30-day limit of 5 % bad reviews, over it on one of the next 3",
        },
        "quality": {
            "share": round(found.share, 4),
            "average_precision": told(found.ap),
            "precision": told(found.precision),
            "recall": told(found.recall),
            "baselines": {name: round(value, 4) for name, value in found.baselines.items()},
        },
        "limits": [
            "样本里未送达的订单远多于实际，绝对概率偏高；只可比较高低",
            "Olist 在预计送达日之后发出评价邀请，模型主要靠“超期未收”提前看到差评；其他平台未必如此",
            "Olist 没有售后数据：申请售后的权重为 0，退货率变差它看不到",
            "多数商品只有一两笔订单，变差等于出现一条差评；销量大的商品没有检验过",
        ],
    }


if __name__ == "__main__":
    CARD.write_text(json.dumps(card_of(), ensure_ascii=False, indent=2) + "\n", "utf-8")

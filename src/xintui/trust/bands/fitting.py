"""Weights from moments of the past, judged on later ones: numbers in, numbers out, no database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

import numpy as np

from xintui.infra import learning
from xintui.infra.learning import Held, Three
from xintui.trust.bands import rules
from xintui.trust.bands.contracts import Card, Moment
from xintui.trust.bands.rules import FEATURES, SHARES, WHOLE_BP
from xintui.trust.bands.tables import Terms
from xintui.trust.deposits.contracts import Band

RULE, TENURE, VOLUME = "规则表的档位", "只看加入时间", "只看近期成交"
"""What is there without a model. Who sells much has more occasions for a loss: a model must know more than that."""
LIMITS: Final = (
    "只从本平台已经发生的事中学习；没有发生过的损失它看不到",
    "同一位持有人出现在多个时点，区间按整位持有人重抽得出",
    "不看年龄、性别、地区、设备、联系人；同档的人看到同一金额",
    "概率只用来分档；欠款未清的规则在模型之前，始终生效",
)


def split(moments: Sequence[Moment], terms: Terms) -> tuple[list[Moment], list[Moment]]:
    """By time: what is judged on lies after all that the training's labels have seen."""
    days = sorted({one.day for one in moments})
    cut = days[min(len(days) * terms.train_share_bp // WHOLE_BP, len(days) - 1)]
    ends = cut - timedelta(days=terms.ahead_days)
    return [one for one in moments if one.day <= ends], [one for one in moments if one.day >= cut]


def fitted(moments: Sequence[Moment], terms: Terms) -> Card:
    """Weights whose signs make sense, and what was usual among those it was trained on."""
    usual = {code: _usual(moments, *of[:2]) for code, of in SHARES.items()}
    table = np.array([rules.seen(one.past, usual) for one in moments])
    truth = np.array([one.hit for one in moments])
    middle, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-9] = 1.0  # what is the same for everybody tells nothing, and gets no weight
    intercept, weights = learning.fit(
        (table - middle) / spread, truth, strength=terms.strength, signs=[one.sign for one in FEATURES]
    )
    weights = weights / spread
    named = {one.code: round(float(weight), 4) for one, weight in zip(FEATURES, weights, strict=True)}
    usual |= {f"seen.{one.code}": round(float(x), 6) for one, x in zip(FEATURES, middle, strict=True)}
    at = intercept - float(sum(named[one.code] * x for one, x in zip(FEATURES, middle, strict=True)))
    label = (
        f"此后 {terms.ahead_days} 天内：有一起投诉成立，或保证金赔付过，或成交不少于 {terms.refund_orders} 笔"
        f"且退款率超过 {terms.refund_bp // 100}%"
    )
    return Card(round(at, 4), named, usual, dict(terms.cuts_bp), label, terms.version, {}, {}, LIMITS)


def _usual(moments: Sequence[Moment], part: str, whole: str) -> float:
    all_ = sum(max(getattr(one.past, whole), 0) for one in moments)
    return round(sum(max(getattr(one.past, part), 0) for one in moments) / all_, 6) if all_ else 0.0


def judged(
    moments: Sequence[Moment], card: Card, beside: Mapping[str, Callable[[Moment], float]] | None = None
) -> Held:  # fmt: skip
    """On moments that it has not seen, beside what is there without it and other rankings."""
    owners, truth = [one.holder_id for one in moments], np.array([one.hit for one in moments])
    risks = np.array([rules.risk_bp(one.past, card) / WHOLE_BP for one in moments])
    table = np.array([list(Band).index(one.rule) for one in moments], dtype=float)
    tenure = np.array([-one.past.tenure_days for one in moments], dtype=float)
    volume = np.array([one.past.orders_90 for one in moments], dtype=float)
    others = {name: np.array([rank(one) for one in moments]) for name, rank in (beside or {}).items()}
    return learning.held(owners, risks, truth, {RULE: table, TENURE: tenure, VOLUME: volume} | others)


def told(found: Held) -> dict[str, Any]:
    """As the card keeps it."""

    def three(of: Three) -> dict[str, float]:
        return dict(zip(("value", "low", "high"), (round(one, 4) for one in of), strict=True))

    return {
        "moments": found.moments, "holders": found.owners, "share": round(found.share, 4),
        "auc": three(found.auc), "average_precision": three(found.ap),
        "baselines": {name: {"auc": round(a, 4), "ap": round(p, 4)} for name, (a, p) in found.baselines.items()},
        "calibration": [asdict(one) for one in found.bins],
    }  # fmt: skip

"""What the model looks at, how a card judges it, and why: no training here, and nothing that is not in words.

Every feature has the sign that makes sense, held while fitting: nobody's risk falls by another complaint.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp, log1p
from typing import Final

from xintui.trust.bands.contracts import Card, Past, Reason
from xintui.trust.deposits.contracts import Band

WHOLE_BP: Final = 10_000
BEST_SCORE: Final = 1000


@dataclass(frozen=True, slots=True)
class Feature:
    """`sign`: 1 more is riskier, -1 more is safer, 0 the data may say. `of`: a share (part, whole, pseudo-count)."""

    code: str
    title: str
    says: str
    sign: int
    of: tuple[str, str, int] | None = None


FEATURES: Final = (
    Feature("tenure_days", "加入时间", "加入 {tenure_days} 天", -1),
    Feature("orders_90", "近期成交", "近 90 天成交 {orders_90} 笔", 0),
    Feature("refunds_90", "近期退款率", "近 90 天退款率 {refunds_90}", 1, ("refunded_fen_90", "sold_fen_90", 50_000)),
    Feature(
        "refunds_365", "一年退款率", "近一年退款率 {refunds_365}", 1, ("refunded_fen_365", "sold_fen_365", 100_000)
    ),
    Feature("unkept", "未履约", "近一年 {ended_365} 笔中 {unkept_365} 笔收货前全退", 1, ("unkept_365", "ended_365", 5)),
    Feature("complaints_90", "近期投诉成立", "近 90 天 {complaints_90} 起投诉成立", 1),
    Feature("complaints_365", "一年投诉成立", "近一年 {complaints_365} 起投诉成立", 1),
    Feature(
        "bad_stars",
        "差评",
        "近一年 {stars_365} 条评价中 {bad_stars_365} 条不满意",
        1,
        ("bad_stars_365", "stars_365", 5),
    ),
    Feature("slow", "回应慢", "近一年 {asked_365} 次中 {slow_365} 次没有在一天内回应", 1, ("slow_365", "asked_365", 3)),
    Feature("own", "自购", "近一年 {attributed_365} 笔中 {own_365} 笔是自购", 1, ("own_365", "attributed_365", 5)),
    Feature("points_365", "违规记分", "近一年违规记 {points_365} 分", 1),
    Feature("score", "信用分", "信用分 {score}", -1),
)
SHARES: Final = {one.code: one.of for one in FEATURES if one.of}


def share(past: Past, of: tuple[str, str, int], usual: float) -> float:
    """A part of a whole, as if a few usual ones had been there before: who sold little stands near what is usual."""
    part, whole, pseudo = (getattr(past, of[0]), getattr(past, of[1]), of[2])
    return float((max(part, 0) + pseudo * usual) / (max(whole, part, 0) + pseudo))


def seen(past: Past, usual: Mapping[str, float]) -> list[float]:
    """The model's view of a holder, in the order of `FEATURES`."""
    found = []
    for one in FEATURES:
        if one.of:
            found.append(share(past, one.of, usual[one.code]))
        elif one.code == "score":
            found.append(past.score / BEST_SCORE)
        else:
            found.append(log1p(max(getattr(past, one.code), 0)))
    return found


def risk_bp(past: Past, by: Card) -> int:
    """The probability that a loss comes of it in the days that the label looks ahead, in basis points."""
    at = by.intercept + sum(by.weights[f.code] * x for f, x in zip(FEATURES, seen(past, by.usual), strict=True))
    return int(WHOLE_BP / (1.0 + exp(-max(-50.0, min(50.0, at)))))


def band(risk: int, cuts_bp: Mapping[Band, int]) -> Band:
    """The first whose limit it does not exceed."""
    return next((one for one in (Band.A, Band.B, Band.C) if risk <= cuts_bp[one]), Band.D)


def reasons(past: Past, by: Card, *, most: int = 4) -> tuple[Reason, ...]:
    """What moves the risk away from the usual holder's, the strongest first, in hundredths of all that moves it."""
    pushes = {
        one.code: by.weights[one.code] * (x - by.usual[f"seen.{one.code}"])
        for one, x in zip(FEATURES, seen(past, by.usual), strict=True)
    }
    whole = sum(map(abs, pushes.values())) or 1.0
    ranked = sorted(FEATURES, key=lambda one: (-abs(pushes[one.code]), one.code))[:most]
    facts = asdict(past) | {code: _percent(_plain(past, *of[:2])) for code, of in SHARES.items()}
    found = (Reason(one.code, one.says.format(**facts), round(100 * pushes[one.code] / whole)) for one in ranked)
    return tuple(one for one in found if one.push)


def _plain(past: Past, part: str, whole: str) -> float:
    there = max(getattr(past, whole), 0)
    return min(max(getattr(past, part), 0) / there, 1.0) if there else 0.0


def _percent(value: float) -> str:
    return f"{value * 100:.1f}%"


def words(found: tuple[Reason, ...], risk: int, days: int) -> str:
    """Why, in one line."""
    told = "；".join(f"{one.says}（{'抬高' if one.push > 0 else '降低'}风险，占 {abs(one.push)}%）" for one in found)
    return f"模型估计 {days} 天内发生赔付或大额退款的可能性约 {risk / 100:.1f}%：{told}"

"""The judgement: who is among the best, how much more often they have something, and how sure that is."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Final

from xintui.insight.patterns.contracts import Case, Outcome, Pattern, Sign

WHOLE_BP: Final = 10_000
ATTRIBUTES: Final = {
    "category": "类目", "price": "价格", "pictures": "图片", "description": "详情", "reviews": "评价数",
    "stars": "评分", "rate": "佣金比例", "arrival": "到货", "quality": "质量", "tenure": "加入时间", "level": "等级",
    "credit": "信用分", "service": "服务分", "weeks": "活跃", "material": "素材", "channel": "渠道", "goods": "种类",
    "deposit": "保证金", "exam": "学院证书",
}  # fmt: skip


def wilson(count: int, of: int, z_milli: int) -> tuple[float, float]:
    """Both ends of the Wilson interval of a share.

    >>> [round(end, 4) for end in wilson(15, 60, 1960)]
    [0.1578, 0.3723]
    """
    z, share = z_milli / 1000, count / of
    middle, spread = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    whole = 1 + z * z / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def difference(a: int, m: int, b: int, n: int, z_milli: int) -> tuple[float, float, float]:
    """a/m − b/n with Newcombe's interval (method 10): it never leaves −1…1 and holds where counts are small.

    >>> [round(one, 4) for one in difference(56, 70, 48, 80, 1960)]  # his own example
    [0.2, 0.0524, 0.3339]
    """
    p, q = a / m, b / n
    (low_p, high_p), (low_q, high_q) = wilson(a, m, z_milli), wilson(b, n, z_milli)
    down = sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    up = sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return p - q, p - q - down, p - q + up


def measure(one: Case, outcome: Outcome) -> int:
    """Conversion in basis points, or fen."""
    if outcome is Outcome.SALES:
        return one.net_fen
    return min(one.orders, one.clicks) * WHOLE_BP // one.clicks if one.clicks else 0


def parted(
    cases: Sequence[Case], outcome: Outcome, *, top_bp: int, clicks_min: int
) -> tuple[list[Case], list[Case], int]:
    """The best part, the rest, and the border. Whoever equals the last of the best is one of them.

    By conversion only those with enough clicks are compared; by sales only those that sold.
    """
    able = [one for one in cases if (one.clicks >= clicks_min if outcome is Outcome.CONVERSION else one.net_fen > 0)]
    ranked = sorted(able, key=lambda one: (-measure(one, outcome), one.id))
    want = len(ranked) * top_bp // WHOLE_BP
    if not want:
        return [], able, 0
    border = measure(ranked[want - 1], outcome)
    top = [one for one in ranked if measure(one, outcome) >= border]
    return top, ranked[len(top) :], border


def patterns(
    top: Sequence[Case], rest: Sequence[Case], *, least: int, z_milli: int, floor: int = 0
) -> tuple[list[Pattern], int]:
    """Every value of every attribute, the surest and largest differences first; and how many had too few to be told.

    `floor`: no group of people smaller than this is shown on either side, nor can one be told by taking away.
    """
    found: list[Pattern] = []
    left_out = 0
    for attribute in ATTRIBUTES:
        best = Counter(one.has[attribute] for one in top if one.has.get(attribute))
        others = Counter(one.has[attribute] for one in rest if one.has.get(attribute))
        m, n = best.total(), others.total()
        for value in sorted(best.keys() | others.keys()):
            a, b = best[value], others[value]
            if (a, b) == (m, n):
                continue  # what all have tells nobody apart
            small = any(0 < part < floor for part in (a, m - a, b, n - b))
            if m < least or n < least or a + b < least or small:
                left_out += 1
            else:
                found.append(_pattern(attribute, value, (a, m), (b, n), z_milli))
    order = {Sign.MORE: 0, Sign.LESS: 1, Sign.OPEN: 2}
    found.sort(key=lambda one: (order[one.sign], -abs(one.diff_bp), one.attribute, one.value))
    return found, left_out


def _pattern(attribute: str, value: str, best: tuple[int, int], others: tuple[int, int], z_milli: int) -> Pattern:
    (a, m), (b, n) = best, others
    diff, low, high = (round(one * WHOLE_BP) for one in difference(a, m, b, n, z_milli))
    sign = Sign.MORE if low > 0 else Sign.LESS if high < 0 else Sign.OPEN
    lift = (a * n * 1000) // (m * b) if b else None
    return Pattern(attribute, value, a, m, b, n, diff, low, high, lift, sign)


def turnover_centi(sold: int, stock_sum: int, days: int) -> int | None:
    """Sold ÷ average stock, in hundredths; None while there was never any stock."""
    return sold * days * 100 // stock_sum if stock_sum > 0 else None


def days_left(on_hand: int, sold: int, days: int) -> int | None:
    """How long what is there lasts at the window's pace; None: nothing is sold."""
    return on_hand * days // sold if sold > 0 else None


def named(attribute: str, value: str) -> str:
    """`价格 · 50 元以内`; a value that says it itself stands alone."""
    said = ATTRIBUTES[attribute]
    return value if said in value or attribute in {"weeks", "goods", "tenure"} else f"{said} · {value}"


def percent(bp: int) -> str:
    """`12.3%`."""
    return f"{bp / 100:.1f}".removesuffix(".0") + "%"


def says(one: Pattern, unit: str) -> str:
    """`表现最好的 40 件商品中 24 件（60%）…`: both sides with their counts."""
    best, others = percent(one.top_with * WHOLE_BP // one.top), percent(one.rest_with * WHOLE_BP // one.rest)
    return (
        f"表现最好的 {one.top} {unit}中 {one.top_with}（{best}），其余 {one.rest} 中 {one.rest_with}（{others}）；"
        f"相差 {one.diff_bp / 100:+.1f} 个百分点，95% 区间 {one.low_bp / 100:+.1f} 到 {one.high_bp / 100:+.1f}"
    )

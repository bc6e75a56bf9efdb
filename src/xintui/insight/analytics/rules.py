"""The judgement of analytics: which periods there are, how a change is said, where a province stands. Pure."""

from datetime import date, timedelta
from typing import Final

from xintui.insight.analytics.contracts import BadPeriod, Period

PERIODS: Final = (7, 30, 90)
USUAL: Final = 30
BEST: Final = 10
"""How many a ranking shows."""

PROVINCES: Final[dict[str, tuple[str, int, int]]] = {
    "黑龙": ("黑龙江", 9, 0),
    "内蒙": ("内蒙古", 6, 1), "北京": ("北京", 7, 1), "辽宁": ("辽宁", 8, 1), "吉林": ("吉林", 9, 1),
    "新疆": ("新疆", 1, 2), "甘肃": ("甘肃", 3, 2), "宁夏": ("宁夏", 4, 2), "山西": ("山西", 6, 2),
    "河北": ("河北", 7, 2), "天津": ("天津", 8, 2),
    "青海": ("青海", 2, 3), "陕西": ("陕西", 5, 3), "河南": ("河南", 6, 3), "山东": ("山东", 7, 3),
    "西藏": ("西藏", 1, 4), "四川": ("四川", 3, 4), "重庆": ("重庆", 4, 4), "湖北": ("湖北", 5, 4),
    "安徽": ("安徽", 6, 4), "江苏": ("江苏", 7, 4), "上海": ("上海", 8, 4),
    "云南": ("云南", 3, 5), "贵州": ("贵州", 4, 5), "湖南": ("湖南", 5, 5), "江西": ("江西", 6, 5),
    "浙江": ("浙江", 7, 5),
    "广西": ("广西", 4, 6), "广东": ("广东", 5, 6), "福建": ("福建", 6, 6), "台湾": ("台湾", 8, 6),
    "海南": ("海南", 4, 7), "澳门": ("澳门", 5, 7), "香港": ("香港", 6, 7),
}  # fmt: skip
"""The 34 provinces by their first two characters: name, column and row on the tile map (10 × 8, north above)."""


def period(days: str, today: date) -> Period:
    """The last `days` days up to today. Raises `BadPeriod`."""
    if days not in map(str, PERIODS):
        raise BadPeriod(days[:8])
    return Period(today - timedelta(days=int(days) - 1), today)


def change(now: int, before: int) -> str:
    """`+12.5%`; nothing to compare with is said, not divided by."""
    if before <= 0:
        return "上期无数据" if now else "—"
    tenths = (now - before) * 1000 // before if now >= before else -((before - now) * 1000 // before)
    return f"{tenths / 10:+.1f}%"


def share(part: int, whole: int) -> str:
    """`4.4%` of the step before; over a hundred is possible and is said as it is."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole > 0 else "—"


def level(value: int, top: int) -> int:
    """0 for nothing, then 1 to 5 by the square root: one big province does not make all others look empty."""
    if value <= 0 or top <= 0:
        return 0
    return next(n for n in range(1, 6) if value * 25 <= top * n * n)

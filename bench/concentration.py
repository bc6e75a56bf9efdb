"""After-sales that concentrate: how many of those planted are found, how many honest ones are alerted, beside a fixed
limit on the rate. Worlds are dice: honest ones differ in everything that honest people differ in.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bench.cluster import seconds
from bench.figures import Bench, Figure
from xintui.commerce.concentration import rules, tables
from xintui.commerce.concentration.contracts import About, Bar, Cell, Window

REASONS: Final = ("不想要了", "尺码不合", "与描述不符", "收到破损", "质量问题")
PROVINCES: Final = ("浙江", "江苏", "广东", "四川", "山东", "河南", "湖北", "新疆")
LIMIT_BP: Final = 1500
"""The baseline: alert whatever has this rate, with as many lines as ours asks for."""
Subject = tuple[About, str]


@dataclass
class Honest:
    """Thirty days of a platform. Goods' rates are spread as real ones are (Beta, mean 4 %), buyers differ, a fifth of
    the orders have several lines which come back together, promoters have their own few goods."""

    dice: random.Random
    shops: int
    goods: int
    promoters: int
    orders: int
    rows: list[tuple[int, Cell]] = field(default_factory=list)
    planted: dict[Subject, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shelves = [[f"prd{s}.{n}" for n in range(self.goods)] for s in range(self.shops)]
        self.rates = {one: self.dice.betavariate(2, 48) for shelf in shelves for one in shelf}
        self.shelves = shelves
        self.reach = [self.dice.paretovariate(1.3) for _ in range(self.promoters)]
        self.likes = [self.dice.sample(range(self.shops), min(3, self.shops)) for _ in range(self.promoters)]

    def plant(self, subject: Subject, rate: float) -> None:
        self.planted[subject] = rate

    def cells(self, days: int) -> list[Cell]:
        """The last days, as the house's own statement would count them."""
        if not self.rows:
            for _ in range(self.orders):
                self._order()
        alike = Counter(cell for age, cell in self.rows if age < days)
        return [cell._replace(lines=n) for cell, n in alike.items()]

    def _order(self) -> None:
        dice = self.dice
        promoter = dice.choices(range(self.promoters), self.reach)[0] if dice.random() < 0.7 else -1
        shop = dice.choice(self.likes[promoter]) if promoter >= 0 else dice.randrange(self.shops)
        several = dice.randint(2, 3) if dice.random() < 0.2 else 1
        wanted = dice.sample(self.shelves[shop], min(several, len(self.shelves[shop])))
        province, who = dice.choice(PROVINCES), f"pro{promoter}" if promoter >= 0 else ""
        fussy = dice.lognormvariate(0, 0.5) / 1.13
        asked = {one: dice.random() < self._rate(one, who, shop) * fussy for one in wanted}
        if any(asked.values()) and several > 1 and dice.random() < 0.5:
            asked = dict.fromkeys(wanted, True)
        any_, age = any(asked.values()), dice.randrange(30)
        for no, one in enumerate(wanted):
            why = dice.choice(REASONS) if asked[one] else ""
            cell = Cell(f"mch{shop}", one, f"cat{shop % 4}", who, province, no == 0, why, any_, 1)
            self.rows.append((age, cell))

    def _rate(self, product: str, promoter: str, shop: int) -> float:
        planted = [
            self.planted.get(key, 0.0)
            for key in ((About.PRODUCT, product), (About.PROMOTER, promoter), (About.SHOP, f"mch{shop}"))
        ]
        return max(self.rates[product], *planted)


def alerts(cells: Sequence[Cell], window: Window, bar: Bar) -> set[tuple[About, str, str]]:
    """Ours."""
    return {(one.about, one.subject_id, one.detail) for one in rules.judge(cells, window, bar)}


def over_limit(cells: Sequence[Cell], window: Window) -> set[Subject]:
    """The trivial way."""
    counts: dict[Subject, list[int]] = defaultdict(lambda: [0, 0])
    for cell in cells:
        keys = [(About.PRODUCT, cell.product_id, bool(cell.reason))]
        if cell.first:
            keys += [(About.SHOP, cell.merchant_id, cell.asked), (About.PROMOTER, cell.promoter_id, cell.asked)]
        for about, key, asked in keys:
            counts[about, key][0] += cell.lines
            counts[about, key][1] += cell.lines if asked else 0
    return {
        key for key, (n, k) in counts.items() if key[1] and n >= window.least and k * 10_000 > LIMIT_BP * n
    }  # fmt: skip


@dataclass
class Score:
    planted: int = 0
    found: int = 0
    honest: int = 0
    alarms: int = 0


def run(seed: int, count: int) -> Iterator[Figure]:
    """`xintui bench concentration`: `count` honest worlds, and as many with one bad product, promoter and shop each."""
    bench = Bench("concentration", seed)
    bar = tables.terms(date(2026, 11, 29)).bar
    window = bar.windows[-1]
    ours, plain, honest = Score(), Score(), Score()
    took = 0.0
    for n in range(count):
        world = _world(seed * 1000 + n)
        cells = world.cells(window.days)
        took += seconds(lambda cells=cells: alerts(cells, window, bar))
        honest.honest += len(_subjects(cells))
        honest.alarms += len(alerts(cells, window, bar))
        plain.honest += len(_subjects(cells))
        plain.alarms += len(over_limit(cells, window))
        for rate in (0.15, 0.25, 0.4):
            bad = _world(seed * 1000 + 500 + n, rate)
            _score(bad, window, bar, ours, plain)
    yield bench.plain("诚实世界里被提示的对象占比", honest.alarms / honest.honest, "", honest.honest,
                      aim="≤ 0.005", met=honest.alarms <= honest.honest * 0.005)  # fmt: skip
    yield bench.plain("诚实世界里固定 15% 阈值提示的占比", plain.alarms / plain.honest, "", plain.honest)
    recall, beside = ours.found / ours.planted, plain.found / plain.planted
    yield bench.plain("埋入的集中被发现", recall, "", ours.planted, aim="≥ 0.6", met=recall >= 0.6)
    yield bench.plain("固定 15% 阈值发现", beside, "", plain.planted)
    right, of = ours.found / max(1, ours.found + ours.alarms), plain.found / max(1, plain.found + plain.alarms)
    yield bench.plain("提示中确是埋入的占比", right, "", ours.found + ours.alarms, aim="高于固定阈值", met=right > of)
    yield bench.plain("固定 15% 阈值的提示中确是埋入的占比", of, "", plain.found + plain.alarms)
    yield bench.plain("一次全部比较", took / count, "s", len(_world(seed).cells(30)))


def _world(seed: int, rate: float = 0.0) -> Honest:
    world = Honest(random.Random(seed), shops=20, goods=8, promoters=120, orders=12_000)
    if rate:
        busy = max(range(world.promoters), key=lambda n: (world.reach[n] < 8, world.reach[n]))
        world.plant((About.PRODUCT, "prd3.2"), rate)
        world.plant((About.PROMOTER, f"pro{busy}"), rate)
        world.plant((About.SHOP, "mch7"), rate)
    return world


def _subjects(cells: Sequence[Cell]) -> set[Subject]:
    return {
        key
        for one in cells
        for key in ((About.PRODUCT, one.product_id), (About.SHOP, one.merchant_id), (About.PROMOTER, one.promoter_id))
        if key[1]
    }


def _score(world: Honest, window: Window, bar: Bar, ours: Score, plain: Score) -> None:
    """A finding about a planted subject's own goods or reasons is no false alarm: it is the same thing told again."""
    cells = world.cells(window.days)
    planted = set(world.planted)
    told = alerts(cells, window, bar)
    for score, found in ((ours, {(about, key) for about, key, _ in told}), (plain, over_limit(cells, window))):
        score.planted += len(planted)
        score.found += len(planted & found)
        score.alarms += sum(not _same(one, planted) for one in found)


def _same(one: Subject, planted: set[Subject]) -> bool:
    about, key = one
    if one in planted:
        return True
    if about in {About.PRODUCT, About.REASON}:
        shop = f"mch{key.removeprefix('prd').partition('.')[0]}"
        return (About.PRODUCT, key) in planted or (About.SHOP, shop) in planted
    return about is About.REGION and (About.SHOP, key) in planted

"""The first page's charts as a person reads them: figures with their explanation, bars with names, tables for CSV."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localtime

from xintui.infra.console import called
from xintui.infra.console.names import address
from xintui.insight.analytics import rules
from xintui.insight.analytics.contracts import LOCKED, NATURAL, Board, Figures, Row
from xintui.kernel.money import yuan
from xintui.promotion.attribution.contracts import CHANNEL_TITLES

CHANNEL_WORDS: Final = {
    **{one.value: says for one, says in CHANNEL_TITLES.items()}, LOCKED: "锁客期内", NATURAL: "自然成交",
}  # fmt: skip
ELSEWHERE: Final = "其他地区"
SOURCES: Final = "数据来自订单与售后单，按北京时间分日；未付款的订单不计入金额。"
WHY: Final = {
    "net": f"净销售额 = 当天收到的钱（商品实付与运费）− 当天退回的钱。收款算在付款那天，退款算在到账那天。{SOURCES}",
    "paid": f"成交额 = 当天付款成功的订单实付金额，含运费，不扣之后的退款。{SOURCES}",
    "orders": f"当天付款成功的订单数，一个商家一单。客单价 = 成交额 ÷ 订单数。{SOURCES}",
    "refunds": f"当天退款到账的金额与笔数，不论订单是哪天付的款。{SOURCES}",
    "trend": f"每天一个点；虚线是紧挨着的上一段同样长的时间。{SOURCES}",
    "funnel": "只看推客带来的：点击是这段时间内真人点开推广链接的次数；下单、付款、收货、留存都数这段时间内下的订单，"
    "走到了哪一步。留存指已收货且没有全额退款。首页链接的点击只计入平台。数据来自推广点击、归因与订单。",
    "channels": "净销售额按推广链接的渠道划分，以下单时冻结的归因为准；锁客期内指买家仍锁定在推客名下。"
    "数据来自归因、订单与售后单。",
    "provinces": "净销售额按收货地址的省份划分，含运费。方格按各省的大致方位排列，不是地图，不代表边界。"
    f"颜色越深金额越大。{SOURCES}",
    "products": f"按商品的净销售额排名：商品实付 − 退款，不含运费。{SOURCES}",
    "promoters": f"按推客带来的净销售额排名：归因到她的商品实付 − 退款，不含运费，不是佣金。{SOURCES}",
    "shops": f"按店铺的净销售额排名，含运费。{SOURCES}",
}


@dataclass(frozen=True)
class Tile:
    """One figure at the top."""

    key: str
    label: str
    value: str
    change: str
    tone: str
    hint: str
    why: str


@dataclass(frozen=True)
class Bar:
    """One line of a ranking or a step of the funnel; `percent` is the length of its bar."""

    name: str
    href: str
    value: str
    hint: str
    percent: int
    negative: bool = False


@dataclass(frozen=True)
class Province:
    name: str
    column: int
    row: int
    level: int
    says: str


def money(fen: int) -> str:
    return f"-¥{yuan(-fen)}" if fen < 0 else f"¥{yuan(fen)}"


def until(as_of: datetime | None) -> str:
    """When counting last finished, in words."""
    return f"统计截至 {localtime(as_of):%m-%d %H:%M}" if as_of else "统计任务尚未运行"


def tiles(board: Board) -> list[Tile]:
    now, before = board.now, board.before

    def tile(key: str, label: str, value: str, was: tuple[int, int], hint: str, *, up: str = "good") -> Tile:
        says = rules.change(*was)
        moved = {"+": up, "-": {"good": "bad", "bad": "good"}[up]}.get(says[0], "")
        return Tile(key, label, value, says, "" if says in ("+0.0%", "-0.0%") else moved, hint, WHY[key])

    each = f"客单价 {money(now.paid_fen // now.orders)}" if now.orders else "没有订单"
    rate = f"{now.refunds:,} 笔，占成交额 {rules.share(now.refunded_fen, now.paid_fen)}"
    return [
        tile("net", "净销售额", money(now.net_fen), (now.net_fen, before.net_fen), f"上期 {money(before.net_fen)}"),
        tile("paid", "成交额", money(now.paid_fen), (now.paid_fen, before.paid_fen), f"{now.units:,} 件"),
        tile("orders", "付款订单", f"{now.orders:,}", (now.orders, before.orders), each),
        tile("refunds", "退款", money(now.refunded_fen), (now.refunded_fen, before.refunded_fen), rate, up="bad"),
    ]


def funnel(board: Board) -> list[Bar]:
    """Five steps; each says its part of the one before."""
    seen = board.promoted
    steps = [
        ("点击", seen.clicks), ("下单", seen.placed), ("付款", seen.bought), ("收货", seen.received),
        ("留存", seen.kept),
    ]  # fmt: skip
    top = max((count for _, count in steps), default=0) or 1
    was, found = 0, list[Bar]()
    for name, count in steps:
        hint = f"上一步的 {rules.share(count, was)}" if found else ""
        found.append(Bar(name, "", f"{count:,}", hint, _length(count, top)))
        was = count
    return found


def _length(value: int, top: int) -> int:
    return max(value * 100 // top, 1 if value > 0 else 0) if top > 0 else 0


def ranking(rows: Sequence[Row], site: str) -> list[Bar]:
    """Names that lead to their pages."""
    known = called(row.key for row in rows)
    top = max((row.figures.net_fen for row in rows), default=0)
    return [
        Bar(
            known.get(row.key, "已删除"), address(row.key, site), money(row.figures.net_fen),
            f"{row.figures.orders:,} 单 · {row.figures.units:,} 件", _length(row.figures.net_fen, top),
            row.figures.net_fen < 0,
        )
        for row in rows
    ]  # fmt: skip


def channels(board: Board) -> list[Bar]:
    """Where the orders came from; clicks beside them where there are any."""
    top = max((row.figures.net_fen for row in board.channels), default=0)
    return [
        Bar(
            CHANNEL_WORDS.get(row.key, row.key), "", money(row.figures.net_fen),
            (f"{row.figures.clicks:,} 次点击 · " if row.figures.clicks else "") + f"{row.figures.orders:,} 单",
            _length(row.figures.net_fen, top), row.figures.net_fen < 0,
        )
        for row in board.channels
    ]  # fmt: skip


def provinces(board: Board) -> list[Province]:
    """All 34, those without sales too."""
    by_key = {row.key: row.figures for row in board.provinces}
    top = max((figures.net_fen for figures in by_key.values()), default=0)
    found = []
    for key, (name, column, row) in rules.PROVINCES.items():
        seen = by_key.get(key, Figures())
        says = f"{name}：净销售额 {money(seen.net_fen)}，{seen.orders:,} 单"
        found.append(Province(name, column + 1, row + 1, rules.level(seen.net_fen, top), says))
    return found


def best_provinces(board: Board, most: int = 8) -> list[Bar]:
    rows = board.provinces[:most]
    top = max((row.figures.net_fen for row in rows), default=0)
    return [
        Bar(province(row.key), "", money(row.figures.net_fen), f"{row.figures.orders:,} 单",
            _length(row.figures.net_fen, top), row.figures.net_fen < 0)
        for row in rows
    ]  # fmt: skip


def province(key: str) -> str:
    return rules.PROVINCES[key][0] if key in rules.PROVINCES else ELSEWHERE


def drawn(board: Board) -> dict[str, Any]:
    """What the trend is drawn from, for `json_script`."""
    now, before = board.period.each(), board.period.before.each()

    def line(days: Iterable[Any], of: Callable[[Figures], int]) -> list[int]:
        return [of(board.days[day]) for day in days]

    return {
        "days": [f"{day:%m-%d}" for day in now],
        "earlier": [f"{day:%m-%d}" for day in before],
        "lines": {
            key: {"label": label, "money": is_money, "now": line(now, of), "before": line(before, of)}
            for key, label, is_money, of in (
                ("net", "净销售额", True, lambda f: f.net_fen),
                ("orders", "付款订单", False, lambda f: f.orders),
                ("refunds", "退款", True, lambda f: f.refunded_fen),
            )
        },
    }


# -- the same numbers as tables, for CSV -------------------------------------------------------------------------------

Table = tuple[Sequence[str], list[Sequence[str | int]]]
MONEY_HEAD: Final = ("付款订单", "件数", "成交（元）", "退款（元）", "净销售（元）")


def _money(figures: Figures) -> tuple[str | int, ...]:
    def plain(fen: int) -> str:
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

    return (
        figures.orders, figures.units, plain(figures.paid_fen), plain(figures.refunded_fen), plain(figures.net_fen),
    )  # fmt: skip


def _ranked(title: str, rows: Sequence[Row]) -> Table:
    known = called(row.key for row in rows)
    return ("名次", title, *MONEY_HEAD), [
        (n, known.get(row.key, "已删除"), *_money(row.figures)) for n, row in enumerate(rows, 1)
    ]


def table(board: Board, chart: str) -> Table | None:
    """A chart's numbers; None when there is no such chart."""
    if chart == "trend":
        days = ((day.isoformat(), figures.placed, *_money(figures)) for day, figures in board.days.items()
                if day >= board.period.first)  # fmt: skip
        return ("日期", "下单", *MONEY_HEAD), list(days)
    if chart == "funnel":
        return ("步骤", "数量", "占上一步"), [(bar.name, bar.value.replace(",", ""), bar.hint) for bar in funnel(board)]
    if chart == "provinces":
        return ("省份", *MONEY_HEAD), [(province(row.key), *_money(row.figures)) for row in board.provinces]
    if chart == "channels":
        return ("渠道", "点击", *MONEY_HEAD), [
            (CHANNEL_WORDS.get(row.key, row.key), row.figures.clicks, *_money(row.figures)) for row in board.channels
        ]
    ranked = {
        "products": ("商品", board.products),
        "promoters": ("推客", board.promoters),
        "shops": ("店铺", board.shops),
    }
    return _ranked(*ranked[chart]) if chart in ranked else None

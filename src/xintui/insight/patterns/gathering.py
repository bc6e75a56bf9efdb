"""Goods and promoters with everything that is known of them: a fixed number of statements for all shops together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.quality import facade as quality
from xintui.infra import sql
from xintui.insight.patterns.contracts import Case
from xintui.insight.patterns.tables import Terms
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution.contracts import CHANNEL_TITLES
from xintui.promotion.promoters import facade as promoters
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale

PLATFORM = ""


def goods(terms: Terms, since: datetime, until: datetime) -> dict[str, list[Case]]:
    """Shop → its goods; under the empty name all of them."""
    rows = sql.rows(__package__, "goods", {"since": since, "until": until})
    names = catalog.category_names()
    paused = quality.paused(row["product_id"] for row in rows)
    found: dict[str, list[Case]] = defaultdict(list)
    for row in rows:
        has = {
            "category": names.get(row["category"], row["category"]),
            "price": terms.band("price", row["price_fen"]),
            "pictures": terms.band("pictures", row["pictures"]),
            "description": terms.band("description", row["words"]),
            "reviews": terms.band("reviews", row["reviews"]),
            "stars": terms.band("stars", row["stars"]),
            "rate": terms.band("rate", row["rate"]),
            "arrival": terms.band("arrival", row["hours"]),
            "quality": "质量暂停推广" if row["product_id"] in paused else "质量正常",
        }
        case = Case(row["product_id"], row["clicks"], row["orders"], row["net_fen"], has)
        found[row["merchant_id"]].append(case)
        found[PLATFORM].append(case)
    return found


@dataclass
class _Seller:
    clicks: int = 0
    orders: int = 0
    net_fen: int = 0
    material: bool = False
    weeks: set[date] = field(default_factory=set)
    goods: set[str] = field(default_factory=set)
    channels: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def people(terms: Terms, since: datetime, until: datetime) -> dict[str, list[Case]]:
    """Shop → the promoters who sold or were clicked for it; under the empty name everybody."""
    window = {"since": since, "until": until}
    sellers: dict[str, dict[str, _Seller]] = defaultdict(lambda: defaultdict(_Seller))
    for row in sql.rows(__package__, "sold", window):
        for scope in (row["merchant_id"], PLATFORM):
            one = sellers[scope][row["promoter_id"]]
            one.orders, one.net_fen = one.orders + row["orders"], one.net_fen + row["net_fen"]
            one.weeks |= set(row["weeks"])
            one.goods |= set(row["goods"])
    for row in sql.rows(__package__, "looked", window):
        for scope in {row["merchant_id"], PLATFORM}:
            one = sellers[scope][row["promoter_id"]]
            one.clicks, one.material = one.clicks + row["clicks"], one.material or row["material"]
            one.channels[row["channel"]] += row["clicks"]
    known = _known(terms, sellers[PLATFORM], until)
    return {
        scope: [_case(key, one, known.get(key, {}), terms) for key, one in sorted(mine.items())]
        for scope, mine in sellers.items()
    }


def _known(terms: Terms, ids: Iterable[str], now: datetime) -> dict[str, dict[str, str]]:
    """What is the same whichever shop asks: five questions for everybody."""
    wanted = sorted(set(ids))
    scores = {
        name: credit.scores(wanted, scale) for name, scale in (("credit", Scale.CREDIT), ("service", Scale.SERVICE))
    }
    levels = {one.code: one.title for one in promoters.levels()}
    states = {code: credit.last_words(code, wanted) for code in ("deposit", "exam")}
    today = accounting_date(now)
    found: dict[str, dict[str, str]] = {}
    for key, who in promoters.get(wanted).items():
        tenure = (today - accounting_date(who.joined_at)).days if who.joined_at else None
        has = {"tenure": terms.band("tenure", tenure), "level": levels.get(who.level, who.level)}
        for name, known in scores.items():
            has[name] = terms.band(name, known[key].score if key in known else None)
        for code, said in states.items():
            has[code] = terms.band(code, said.get(key, 0))
        found[key] = has
    return found


def _case(key: str, one: _Seller, known: Mapping[str, str], terms: Terms) -> Case:
    has: dict[str, Any] = dict(known)
    has["weeks"], has["goods"] = terms.band("weeks", len(one.weeks)), terms.band("goods", len(one.goods))
    has["material"] = "用过素材" if one.material else "没用过素材"
    if one.channels:
        best = max(sorted(one.channels), key=lambda name: one.channels[name])
        has["channel"] = {channel.value: says for channel, says in CHANNEL_TITLES.items()}.get(best, best)
    return Case(key, one.clicks, one.orders, one.net_fen, has)

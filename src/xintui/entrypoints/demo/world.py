"""A year and a half of the demo shop's life, lived through the same facades, gateway protocol and worker as real life.

Orders are attributed by real touches of signed links, paid at the gateway simulator, shipped, received, refunded,
released and withdrawn. Nothing is inserted into a table by hand. The dice are seeded, so the same seed, span and
number of orders give the same people, carts, amounts and fates; ids, keys and bill numbers are random by design.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import connection, transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductDraft, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.entrypoints import credit_graph
from xintui.entrypoints.demo import (
    academy,
    deposits,
    disputes,
    farewells,
    followups,
    gatherings,
    joining,
    licences,
    life,
    materials,
    opinions,
    paydays,
    people,
    quality,
    rings,
    rosters,
    screening,
    sharers,
    shopfronts,
)
from xintui.entrypoints.demo.gateway import Gateway
from xintui.entrypoints.demo.goods import CATEGORIES, PASSWORD, SHOPS, Goods, Shop
from xintui.entrypoints.demo.people import BUYERS, PROMOTERS, STAFF
from xintui.entrypoints.demo.pictures import picture
from xintui.entrypoints.demo.state import Buyer, Shelf, World, later, sitting
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NewUser, Role
from xintui.foundation.payments import facade as payments
from xintui.infra.home import home
from xintui.kernel.errors import DomainError, Kind
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission import facade as commission
from xintui.promotion.growth import facade as growth
from xintui.trust.credit import facade as credit

LAST: Final = "auditor"
SEED: Final = 20_261_123
PLAN: Final = {
    "version": "2026-09",
    "auto_receipt_days": 10,
    "freeze_days": 7,
    "rules": [
        {"id": "base", "priority": 0, "match": {}, "rate_bp": 800},
        {"id": "tea", "priority": 10, "match": {"category": "tea"}, "rate_bp": 1250, "cap_fen": 60_00},
        {
            "id": "beauty-gold",
            "priority": 20,
            "match": {"category": "beauty", "promoter_level": "gold"},
            "rate_bp": 1500,
        },
    ],
    "tiers": [
        {"from_fen": 0, "rate_bp": 0},
        {"from_fen": 200_000, "rate_bp": 100},
        {"from_fen": 1_000_000, "rate_bp": 200},
    ],
}
BUSY: Final = {(6, 18): 2.2, (9, 20): 1.6, (11, 11): 3.2, (12, 12): 2.0, (1, 18): 1.8, (5, 1): 1.5, (10, 1): 1.4}
"""Days on which people buy more: the shopping festivals, and the week before the Spring Festival."""
SINGLE, TOGETHER, BATCH = 8, 7, 600
"""Days at the end that are lived singly; days before that are lived together at most, and their orders."""
BILLS: Final = 60
"""For how many days the gateways' bills are fetched and matched."""


@dataclass(eq=False)
class HalfLoaded(DomainError):
    """An earlier run was cut off in the middle of the demo's life."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "demo.half_loaded"
    says: ClassVar[str] = "上次载入演示店铺时中断；请删除数据目录 {home} 后重试"

    home: str


def exists() -> bool:
    """The demo has been loaded into this database. Raises `HalfLoaded`."""
    # Looked for by name: the world has more people than a page shows.
    logins = {
        user.login for name in (LAST, "operator") for user in identity.users(search=name, after="", limit=10).items
    }
    if "operator" in logins and LAST not in logins:
        raise HalfLoaded(str(home()))
    return LAST in logins


def build(
    gateway: str,
    *,
    now: datetime,
    days: int,
    say: Callable[[str, int, int], None],
    shops: Sequence[Shop] = SHOPS,
    people: Sequence[tuple[str, str]] = PROMOTERS,
    buyers: Sequence[str] = BUYERS,
    crowd: int = 0,
    orders: int = 0,
    seed: int = SEED,
) -> Mapping[str, int]:
    """Make the world and live through its `days`, ending at `now`; what was made, by kind.

    `orders` is about how many (0: two a day), `crowd` how many promoters come besides the named ones.
    """
    wanted = orders or 2 * days
    world = World(Gateway(gateway), say, random.Random(seed), town=len(buyers) + (_town(wanted) if crowd else 0))  # noqa: S311
    world.methods = frozenset(payments.methods())
    world.newcomer = lambda at: _newcomer(world, at)
    first = (now.astimezone(SHANGHAI) - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    _hurry()
    try:
        _people(world, first, buyers)
        _shops(world, first, shops, now)
        materials.stock_library(world, [shop.login for shop in shops], first)
        shopfronts.fill_home(world, first)
        _sellers(world, first, people)
        if crowd and wanted < SMALL:
            world.reach[0] = BUSIEST
        joining.schedule(world, crowd, first, now)
        later(world, now - timedelta(days=2), lambda at: opinions.read_messages(world, at))
        later(world, now - timedelta(days=2), lambda at: materials.use_library(world, at))
        for told in (farewells, followups, academy):
            told.schedule(world, first, now)
        if len(shops) == len(SHOPS):
            _street(world, now, wanted)
        _groups(world, now, wanted)
        _days(world, first, now, days=days, wanted=wanted, misprints=crowd > 0)
        _ending(world, now)
        credit_graph.refresh(now)
        screening.count(now)
        _measure(world, now)
        name, login = "审计 · 陈平", LAST  # made last: his account says that the world is whole
        identity.create_user(display_name=name, login=login, password=PASSWORD, roles=[(Role.AUDITOR, "")], now=now)
    finally:
        world.gateway.close()
    return Counter(world.made | {f"refused {code}": times for code, times in sorted(world.refused.items())})


def _measure(world: World, now: datetime) -> None:
    """How much of what was planted the house has found."""
    rings.measure(world)
    sharers.measure(world)
    gatherings.measure(world, now)


def _street(world: World, now: datetime, wanted: int) -> None:
    """What takes the whole street: people who stand good, complain, look for each other, wait to open."""
    deposits.schedule(world, now)
    disputes.schedule(world, now)
    quality.schedule(world, now, wanted)
    licences.apply(world, now)
    academy.guard(world, now)
    screening.schedule(world, now)
    rosters.schedule(world, now)


def _groups(world: World, now: datetime, wanted: int) -> None:
    """Those who keep to themselves, and those whom one bad batch has brought together."""
    if wanted >= rings.LEAST_ORDERS:
        rings.schedule(world, now)
        sharers.schedule(world, now)
        gatherings.schedule(world, now)


def _hurry() -> None:
    """A demo cut off by a power failure is loaded anew (`HalfLoaded`), so its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _days(world: World, first: datetime, now: datetime, *, days: int, wanted: int, misprints: bool) -> None:
    plan = _plan(world, first, days, wanted)
    misprint = days - 3 if misprints else -1
    due, lived = 0.0, 0
    for chapter in _chapters(plan, first):
        before, last = lived, lived + len(chapter) == days
        lived += len(chapter)
        dates = [first + timedelta(days=n) for n in range(before, lived)]
        if before <= misprint < lived:
            world.gateway.misprint("bill.missing")  # tonight's bill will need explaining
        for day in dates:
            if day.day == 1:
                later(world, day + timedelta(hours=1), _review)
            if day.day == paydays.DAY_OF_MONTH:
                paydays.ask_monthly(world, day + timedelta(hours=9))
        asked = [round(due + sum(chapter[: n + 1])) - round(due + sum(chapter[:n])) for n in range(len(chapter))]
        asked = _evened(asked, round(due) - world.made["orders"])
        due += sum(chapter)
        weekly = last or lived // 6 > before // 6 or before <= days - 2 < lived
        jobs = life.NIGHT if not weekly else life.WEEK if lived < days - BILLS else life.LATE
        until = now if last else dates[-1] + timedelta(hours=23, minutes=30)
        life.live(world, list(zip(dates, asked, strict=True)), until, jobs=jobs, open_end=last)
        world.say("经营（笔订单）", min(wanted, world.made["orders"]), wanted)


def _evened(asked: Sequence[int], missing: int) -> list[int]:
    """The first day brings what is missing; of what is too many, each day forgoes what it can."""
    evened = []
    for orders in asked:
        evened.append(max(0, orders + missing))
        missing += orders - evened[-1]
    return evened


def _review(at: datetime) -> None:
    """每月 1 日: everybody's growth is reviewed by what the month before left, with the scores of this day."""
    credit.rescore_due(now=at)
    growth.review_due(now=at)


def _chapters(plan: Sequence[float], first: datetime) -> list[list[float]]:
    """Days that are lived together: a few of the past, up to a good batch of orders; of the last month one by one.

    A month begins with a chapter: what is reviewed on its first day has been lived.
    """
    chapters: list[list[float]] = []
    for n, share in enumerate(plan):
        opens = (first + timedelta(days=n)).day == 1
        together = chapters and not opens and n < len(plan) - SINGLE and len(chapters[-1]) < TOGETHER
        if together and sum(chapters[-1]) + share <= BATCH:
            chapters[-1].append(share)
        else:
            chapters.append([share])
    return chapters


def _town(wanted: int) -> int:
    """How many people buy here: fewer than orders, because people come back."""
    return wanted // 4 if wanted <= 2_000 else 500 + (wanted - 2_000) // 12


def _plan(world: World, first: datetime, days: int, wanted: int) -> list[float]:
    """How many orders each day should bring: growth, weekends, festivals, chance."""
    weights = []
    for n in range(days):
        day = first + timedelta(days=n)
        weight = (0.35 + 1.3 * n / days) * world.dice.uniform(0.75, 1.25) * (1.25 if day.weekday() >= 5 else 1)
        for (month, on), factor in BUSY.items():
            weight *= factor if (day.month, day.day) == (month, on) else 1
        weights.append(weight)
    return [wanted * weight / sum(weights) for weight in weights]


def _ending(world: World, now: datetime) -> None:
    """The present: open questions for whoever looks in, and the clocks of both sides agree."""
    paydays.leave_waiting(world, now)
    world.gateway.day([], [], until=now)
    life.tick(now)
    world.gateway.arrive(now)


def _people(world: World, now: datetime, buyers: Sequence[str]) -> None:
    world.say("人员", 1, 1)
    staff = [NewUser(name, now, login, PASSWORD, roles=((role, ""),)) for login, name, role in STAFF]
    known = [NewUser(name, now, f"buyer{n}", PASSWORD, roles=((Role.BUYER, ""),)) for n, name in enumerate(buyers, 1)]
    made = identity.create_users([*staff, *known])[len(staff) :]
    for user, name in zip(made, buyers, strict=True):
        world.buyers.append(_settler(world, name, user.user_id))


def _newcomer(world: World, now: datetime) -> Buyer:
    """Somebody new, who has no password: they come by WeChat. Their account is made before the day's clicks."""
    buyer = _settler(world, people.name_of(world.dice), "")
    world.arriving.append((buyer, now))
    return buyer


def _settler(world: World, name: str, user_id: str) -> Buyer:
    """A person with an address."""
    region, street = people.address_of(world.dice)
    world.made["buyers"] += 1
    n = world.made["buyers"]
    return Buyer(user_id, f"o-demo-buyer-{n}", f"v-demo-{n}", name, people.phone_of(world.dice), region, street)


def _shops(world: World, now: datetime, shops: Sequence[Shop], end: datetime) -> None:
    for key, name in CATEGORIES.items():
        catalog.set_category(key, name)
    plan = commission.parse_plan(PLAN)
    commission.publish_plan(plan, in_force_from=now - timedelta(days=1), by="operator")
    done = 0
    with ThreadPoolExecutor(2) as painters:
        everything = [goods for shop in shops for goods in shop.goods]
        pictures = painters.map(picture, everything)
        for shop in shops:
            merchant_id = _shop(shop, now)
            shopfronts.furnish(merchant_id, shop, len(world.shops), now)
            world.shops.append(merchant_id)
            world.owners[merchant_id] = sitting(shop.login, Role.MERCHANT_OWNER, merchant_id)
            licences.hand_in(world, shop, merchant_id, first=now, end=end)
            for goods in shop.goods:
                done += 1
                world.say("商家与商品", done, len(everything))
                with transaction.atomic():
                    _stock(world, merchant_id, shop, goods, next(pictures), now=now)
    world.dice.shuffle(world.products)
    licences.look_again(world, now, end)
    # The named promoters' shop window and the top of the charts: sales fall with rank, not off a cliff.
    world.appeal = [1 / (n + 3) ** 0.8 for n in range(len(world.products))]


def _shop(shop: Shop, now: datetime) -> str:
    merchant = merchants.register(
        name=shop.name,
        contact_name=shop.owner,
        contact_phone="13800000000",
        actor=shop.login,
        intro=shop.intro,
        now=now,
    )
    merchants.activate(merchant.id, actor="operator", now=now, note="资质齐全")
    identity.create_user(
        display_name=shop.owner,
        login=shop.login,
        password=PASSWORD,
        roles=[(Role.MERCHANT_OWNER, merchant.id)],
        now=now,
    )
    return str(merchant.id)


def _stock(world: World, merchant_id: str, shop: Shop, goods: Goods, image: bytes, *, now: datetime) -> None:
    draft = ProductDraft(
        title=goods.title,
        subtitle=goods.subtitle,
        category=goods.category,
        description=goods.description,
        tags=goods.tags,
        pictures=(catalog.upload(merchant_id, image, now=now),),
        skus=tuple(SkuDraft(spec=spec, price_fen=fen, total_qty=qty) for spec, fen, qty in goods.skus),
        return_class=goods.returns,
        papers=licences.numbers_of(goods, len(world.products)),
    )
    made = catalog.create_product(merchant_id, draft, actor=shop.login, now=now)
    listed = catalog.list_product(merchant_id, made.id, actor=shop.login, now=now)
    world.products.append(listed)
    world.shelf |= {sku.id: Shelf(merchant_id, sku.total_qty, sku.total_qty) for sku in listed.skus}
    world.made["products"] += 1


SMALL: Final = 5000
BUSIEST: Final = 6.0
"""Of fewer orders the first promoter brings two in five, so that somebody becomes 金牌推客 by the rules."""


def _sellers(world: World, now: datetime, named: Sequence[tuple[str, str]]) -> None:
    for n, (login, name) in enumerate(named, 1):
        world.say("推客加入", n, len(named))
        joining.join(world, n, name, now, login=login, password=PASSWORD)
        world.reach[-1] = 0.5 / n**0.5
        life.share_first(world, world.sellers[-1], now)

"""Some cheat: three small groups that mostly deal with themselves, planted by the verbs that everybody's taps call.

Their dice are their own. What was planted is remembered, so that the demo can say how much of it the graph found.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.entrypoints.demo import joining, people
from xintui.entrypoints.demo.goods import PASSWORD, SHOPS, Shop
from xintui.entrypoints.demo.pictures import picture
from xintui.entrypoints.demo.state import Buyer, Errand, Seller, World, later, sitting
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import Shape

SEED: Final = 11
LEAST_ORDERS: Final = 1_000
"""A smaller world is too small to hide in."""
BEFORE: Final = timedelta(days=100)
TIGHT, STAR, OWN = (6, 3, 3), (8, 1, 5), (8, 2, 2)
"""Buyers, promoters, and orders of each buyer through each promoter."""
LOCK: Final = timedelta(days=32)
"""So long a buyer stays with one promoter at a shop (锁客): the second promoter of a shop comes after that."""
SHOP: Final = Shop("旺达好货批发", "wangda", "郝旺达", "百货批发，量大从优。", ())
FIRST_NUMBER: Final = 9_000
"""Numbers of the ring's people begin here, far from everybody else's."""


def schedule(world: World, end: datetime) -> None:
    """Promoters join and a shop opens a hundred days before the end; orders follow over three months."""
    dice = random.Random(SEED)  # noqa: S311
    later(world, end - BEFORE, lambda now: _plant(world, dice, now))


def _plant(world: World, dice: random.Random, now: datetime) -> None:
    with _own_dice(world, dice):
        by_shop = {one.merchant_id: one for one in reversed(world.products)}
        goods = [by_shop[merchant_id] for merchant_id in world.shops[:4]]
        tight = [_seller(world, n, [goods[n]], now) for n in range(TIGHT[1])]
        star = [_seller(world, 10, [goods[3]], now)]
        cheap = _shop(world, now)
        own = [_seller(world, 20 + n, [cheap], now) for n in range(OWN[1])]
    _group(world, dice, crowd(dice, 0, TIGHT[0]), tight, TIGHT[2], now)
    _group(world, dice, crowd(dice, 30, STAR[0]), star, STAR[2], now)
    _group(world, dice, crowd(dice, 60, OWN[0]), own, OWN[2], now, apart=LOCK, shop=cheap.merchant_id)


@contextmanager
def _own_dice(world: World, dice: random.Random) -> Iterator[None]:
    theirs, world.dice = world.dice, dice
    try:
        yield
    finally:
        world.dice = theirs


def _seller(world: World, n: int, goods: Sequence[Product], now: datetime) -> Seller:
    """A promoter whom hardly anybody else knows."""
    joining.join(world, FIRST_NUMBER + n, people.name_of(world.dice), now)
    seller = world.sellers[-1]
    seller.favourites = list(goods)
    world.reach[-1] = 0.0
    return seller


def _shop(world: World, now: datetime) -> Product:
    """A shop of their own, with one thing to buy again and again."""
    merchant = merchants.register(
        name=SHOP.name,
        contact_name=SHOP.owner,
        contact_phone="13800000000",
        actor=SHOP.login,
        intro=SHOP.intro,
        now=now,
    )
    merchants.activate(merchant.id, actor="operator", now=now, note="资质齐全")
    roles = [(Role.MERCHANT_OWNER, merchant.id)]
    identity.create_user(display_name=SHOP.owner, login=SHOP.login, password=PASSWORD, roles=roles, now=now)
    world.owners[merchant.id] = sitting(SHOP.login, Role.MERCHANT_OWNER, merchant.id)
    model = replace(SHOPS[2].goods[0], title="厨房百货组合装", subtitle="批发价，量大从优")
    draft = ProductDraft(
        title=model.title, subtitle=model.subtitle, category=model.category, description=model.description,
        pictures=(catalog.upload(merchant.id, picture(model), now=now),), skus=(SkuDraft("一套", 168_00, 400),),
    )  # fmt: skip
    made = catalog.create_product(merchant.id, draft, actor=SHOP.login, now=now)
    listed = catalog.list_product(merchant.id, made.id, actor=SHOP.login, now=now)
    world.keep(listed)
    return listed


def crowd(dice: random.Random, first: int, many: int) -> list[Buyer]:
    """People nobody has seen before, by number."""
    made = []
    for n in range(first, first + many):
        region, street = people.address_of(dice)
        name, phone = people.name_of(dice), people.phone_of(dice)
        made.append(Buyer("", f"o-demo-ring-{n}", f"v-demo-ring-{n}", name, phone, region, street))
    return made


def _group(  # noqa: PLR0917 - who buys through whom, how often and from when on
    world: World, dice: random.Random, buyers: list[Buyer], sellers: list[Seller], times: int, now: datetime, *,
    apart: timedelta = timedelta(0), shop: str = "",
) -> None:  # fmt: skip
    """Everybody buys through every promoter, some days apart."""
    for nth, seller in enumerate(sellers):
        for time in range(times):
            for buyer in buyers:
                day = now + nth * apart + timedelta(days=2 + 9 * time + nth % 3 + dice.randint(0, 4))
                world.errands.append(Errand(day + timedelta(minutes=dice.randint(0, 600)), buyer, seller))
    world.errands.sort(key=lambda one: one.at)
    world.planted.append((buyers, [one.promoter_id for one in sellers], shop))


def measure(world: World) -> None:
    """How many of the planted rings are found again, how many of those found were planted, and how exactly."""
    planted = [frozenset([*(one.user_id for one in buyers), *sellers, *([shop] if shop else [])])
               for buyers, sellers, shop in world.planted]  # fmt: skip
    if not planted:
        return
    found = [frozenset(one.id for one in graph.picture(ring.id).members) for ring in graph.rings(limit=100).items
             if ring.shape is not Shape.SHARED and ring.gone_at is None]  # fmt: skip
    right = [ring for ring in found if any(2 * len(ring & one) >= len(ring | one) for one in planted)]
    everybody, caught = frozenset().union(*planted), frozenset().union(*found)
    world.made["rings planted"], world.made["rings found"] = len(planted), len(found)
    world.made["rings right"] = len(right)
    world.made["ring people"], world.made["ring people found"] = len(everybody), len(caught)
    world.made["ring people right"] = len(everybody & caught)

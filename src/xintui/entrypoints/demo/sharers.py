"""Three groups share more than they should, and two share what people who live together do; by everybody's own verbs.

One account is paid for three promoters on one telephone; a promoter buys with straw men from one flat on one telephone;
somebody promotes under two names. A family and a dormitory stand beside them and must not be listed.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from xintui.entrypoints.demo import joining, people
from xintui.entrypoints.demo.rings import crowd
from xintui.entrypoints.demo.state import Buyer, Errand, Seller, World, later
from xintui.foundation.identity import facade as identity
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChannel
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import Shape

SEED: Final = 23
BEFORE: Final = timedelta(days=60)
FIRST_NUMBER: Final = 9_300
FIRST_BUYER: Final = 400
PAID_AS_ONE, STRAW_MEN, FAMILY, DORMITORY = 3, 3, 4, 14
LOGIN: Final = timedelta(days=12)
"""By then everybody has bought, so has an account."""


def schedule(world: World, end: datetime) -> None:
    """Two months before the end, so that every mark is young enough to be kept."""
    later(world, end - BEFORE, lambda now: _plant(world, now))


def _plant(world: World, now: datetime) -> None:
    dice = random.Random(SEED)  # noqa: S311
    bosses = [_seller(world, dice, n, now) for n in range(PAID_AS_ONE)]
    twice = [_seller(world, dice, 20 + n, now) for n in range(2)]
    dealer, mother, student = (_seller(world, dice, 40 + n, now) for n in range(3))
    for gang in (bosses, twice):
        _on_one_telephone(world, [_as_buyer(dice, one) for one in gang], now)
        _paid_to_one(world, gang, now)
    straw = _at_one_door(world, dice, STRAW_MEN, dealer, now)
    _on_one_telephone(world, straw, now)
    _at_one_door(world, dice, FAMILY, mother, now)
    dormitory = _at_one_door(world, dice, DORMITORY, student, now)
    _on_one_telephone(world, dormitory, now)
    world.errands.sort(key=lambda one: one.at)
    world.sharing += [([], bosses), ([], twice), (straw[1:], [dealer])]


def _seller(world: World, dice: random.Random, n: int, now: datetime) -> Seller:
    """A promoter who sells to nobody yet."""
    theirs, world.dice = world.dice, dice
    try:
        joining.join(world, FIRST_NUMBER + n, people.name_of(dice), now)
    finally:
        world.dice = theirs
    world.reach[-1] = 0.0
    return world.sellers[-1]


def _as_buyer(dice: random.Random, seller: Seller) -> Buyer:
    region, street = people.address_of(dice)
    name, phone = people.name_of(dice), people.phone_of(dice)
    return Buyer(seller.user_id, f"o-{seller.user_id}", f"v-{seller.user_id}", name, phone, region, street)


def _at_one_door(world: World, dice: random.Random, many: int, seller: Seller, now: datetime) -> list[Buyer]:
    """The promoter and so many others have one parcel each sent to one door, bought through the house's best known."""
    own = _as_buyer(dice, seller)
    others = [replace(one, region=own.region, street=own.street) for one in crowd(dice, FIRST_BUYER + 20 * many, many)]
    for n, one in enumerate([own, *others]):
        at = now + timedelta(days=1 + n % 9, minutes=dice.randint(0, 600))
        world.errands.append(Errand(at, one, world.sellers[n % 5]))
    return [own, *others]


def _on_one_telephone(world: World, buyers: Sequence[Buyer], now: datetime) -> None:
    """Everybody logs in from one installation."""
    number = f"{random.Random(buyers[0].openid).getrandbits(128):032x}"  # noqa: S311

    def log_in(at: datetime) -> None:
        for one in buyers:
            if one.user_id:
                identity.issue_for(one.user_id, device_name="安卓手机 · 浏览器", installation=number, now=at)

    later(world, now + LOGIN, log_in)


def _paid_to_one(world: World, sellers: Sequence[Seller], now: datetime) -> None:
    """Once admitted, each of them names the first one's account."""
    account = f"o-demo-payee-{sellers[0].promoter_id}"

    def change(at: datetime) -> None:
        for one in sellers:
            holder = promoters.payee(one.promoter_id).holder  # type: ignore[union-attr]
            promoters.change_payee(one.promoter_id, channel=PayeeChannel.WECHAT, account=account, holder=holder, now=at)

    later(world, now + timedelta(days=3), change)


def measure(world: World) -> None:
    """How many of the planted groups are found again, how many of those found were planted."""
    planted = [
        frozenset([*(one.user_id for one in buyers), *(one.promoter_id for one in sellers)])
        for buyers, sellers in world.sharing
    ]
    found = [
        frozenset(one.id for one in graph.web(ring.id).members)
        for ring in graph.rings(limit=100).items
        if ring.shape is Shape.SHARED and ring.gone_at is None
    ]
    world.made["clusters planted"], world.made["clusters found"] = len(planted), len(found)
    world.made["clusters right"] = sum(one in planted for one in found)

"""One batch got wet: in the last fortnight two dozen people buy it through three promoters, every other one complains.

Nobody cheats. It is what the daily look for after-sales that gather is made for, and what makes commission wait.
"""

import random
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.concentration import facade as concentration
from xintui.commerce.concentration.contracts import About
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleRequest,
    Decision,
    Order,
    RefundPart,
)
from xintui.entrypoints.demo.rings import crowd
from xintui.entrypoints.demo.state import Asked, Errand, Seller, World, later

SEED: Final = 17
LEAST_ORDERS: Final = 1_000
BUYERS, EVERY = 26, 2
BEFORE: Final = timedelta(days=14)
FIRST_NUMBER: Final = 200
"""Its buyers' numbers, beside those of the rings."""
WHY: Final = ("收到时已经受潮", "收到时已经受潮", "收到时已经受潮", "边角破损")


def schedule(world: World, end: datetime) -> None:
    """Two weeks before the end; everything has arrived and been said five days before it."""
    later(world, end - BEFORE, lambda now: _plant(world, now))


def _plant(world: World, now: datetime) -> None:
    dice = random.Random(SEED)  # noqa: S311
    leaking = world.products[7]
    sellers = [Seller(one.promoter_id, one.user_id, [leaking]) for one in world.sellers[:3]]
    for n, buyer in enumerate(crowd(dice, FIRST_NUMBER, BUYERS)):
        at = now + timedelta(hours=3, minutes=dice.randint(0, 3 * 24 * 60))
        world.errands.append(Errand(at, buyer, sellers[n % len(sellers)]))
        if n % EVERY == 0:
            world.leaking.add(buyer.openid)
    world.errands.sort(key=lambda one: one.at)
    world.made["gatherings planted"] += 1
    world.leaks = leaking.id


def befall(world: World, order: Order, openid: str, received: datetime) -> bool:
    """Whether this is one of those; then its buyer asks for the money back after receipt, and half of them get it."""
    line = next((one for one in order.lines if one.product_id == world.leaks), None)
    if line is None or openid not in world.leaking:
        return False
    dice = random.Random(openid)  # noqa: S311
    asked = received + timedelta(hours=dice.randint(2, 30))
    answered = asked + timedelta(hours=dice.randint(4, 30))
    part = [RefundPart(line.id, line.paid_fen)]

    def decide(case: AfterSale) -> None:
        world.made["after_sales"] += 1
        if dice.random() < 0.5:
            later(world, answered, Asked(Decision(case.id, case.merchant_id, True, answered, "同意退款，抱歉", False)))

    request = AfterSaleRequest(order.id, order.buyer_id, AfterSaleKind.REFUND_ONLY, part, dice.choice(WHY), asked)
    later(world, asked, Asked(request, decide))
    return True


def measure(world: World, now: datetime) -> None:
    """Whether the daily look has found it, and what else stands open."""
    concentration.look_due(now=now)
    with transaction.atomic():  # a shop's rows are there inside a transaction only
        live = concentration.cases(state="open", limit=100).items
    found = [one for one in live if one.about in {About.PRODUCT, About.REASON} and one.subject_id == world.leaks]
    world.made["gatherings found"], world.made["gatherings open"] = bool(found), len(live)

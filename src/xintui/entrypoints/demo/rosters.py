"""Three shops let only so many promote some of their goods: a roster of every state, with seats, a line, a lapse."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.entrypoints.demo.goods import SHOPS
from xintui.entrypoints.demo.pictures import picture
from xintui.entrypoints.demo.state import Seller, World, later
from xintui.foundation.identity.contracts import Principal, Role
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, TargetKind
from xintui.promotion.commission import facade as commission
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.contracts import Draft
from xintui.trust.points.contracts import Perk

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """What a shop opens: from the n-th shop, a thing by the looks of its m-th, so long from the end of the story."""

    shop: int
    like: int
    title: str
    seats: int
    opens: timedelta
    lasts: timedelta
    note: str


FULL: Final = Plan(0, 0, "头采古树春茶 · 编号饼", 4, -2 * DAY, 12 * DAY, "限量编号，每饼可查批次；请先看过茶样再推。")
EARLY: Final = Plan(1, 0, "年货柴火腊肉 · 头锅", 6, 20 * HOUR, 10 * DAY, "一锅只有六十份，发货按下单先后。")
SOON: Final = Plan(2, 0, "手作陶碗 · 一窑两百只", 8, 60 * HOUR, 14 * DAY, "每只釉色不同，页面照片为同窑实拍。")
FAR: Final = Plan(1, 1, "霜降后山核桃", 10, 5 * DAY, 14 * DAY, "")
PAST: Final = Plan(0, 1, "秋茶尾货 · 拼配散茶", 2, -12 * DAY, 8 * DAY, "")
CALLED_OFF: Final = Plan(1, 2, "野生蜂蜜 · 今年新割", 5, -DAY, 10 * DAY, "")
DRAFT: Final = Plan(2, 1, "原木砧板 · 尾料手作", 3, 9 * DAY, 20 * DAY, "")


def schedule(world: World, end: datetime) -> None:
    """Announced some days before each opens; people come at their hours."""
    later(world, end - 16 * DAY, lambda now: _past(world, end, now))
    later(world, end - 6 * DAY, lambda now: _full(world, end, now))
    later(world, end - 5 * DAY, lambda now: _called_off(world, end, now))
    for plan in (EARLY, SOON, FAR):
        later(world, end - 3 * DAY, lambda now, plan=plan: _opened(world, plan, end, now))  # type: ignore[misc]
    later(world, end - 2 * HOUR, lambda now: _draft(world, DRAFT, end, now))
    later(world, end - 6 * DAY, lambda now: _season(world, end, now))


def _season(world: World, end: datetime, now: datetime) -> None:
    """A shop pays more for a weekend to come: everybody reads it more than a week before it counts."""
    merchant_id, owner = world.shops[0], world.owners[world.shops[0]]
    since = (end + 4 * DAY).replace(minute=0, second=0, microsecond=0)
    rule = {
        "id": "weekend", "priority": 30, "match": {"merchant_id": merchant_id}, "rate_bp": 1800,
        "valid_from": since.isoformat(), "valid_to": (since + 2 * DAY).isoformat(),
    }  # fmt: skip
    draft = commission.draft_plan(
        {"rules": [rule]}, merchant_id=merchant_id, note="周末两天提高佣金", actor=owner.user_id, now=now
    )
    commission.publish_draft(draft.id, actor="operator", now=now)


def _goods(world: World, plan: Plan, now: datetime) -> Product:
    """A thing that nobody has promoted before."""
    merchant_id, shop = world.shops[plan.shop], SHOPS[plan.shop]
    model = replace(shop.goods[plan.like], title=plan.title, subtitle="限量推广")
    sku = SkuDraft("一份", model.skus[0][1], 200)
    draft = ProductDraft(
        title=model.title, subtitle=model.subtitle, category=model.category, description=model.description,
        pictures=(catalog.upload(merchant_id, picture(model), now=now),), skus=(sku,), return_class=model.returns,
    )  # fmt: skip
    made = catalog.create_product(merchant_id, draft, actor=shop.login, now=now)
    listed = catalog.list_product(merchant_id, made.id, actor=shop.login, now=now)
    world.keep(listed)
    return listed


def _draft(world: World, plan: Plan, end: datetime, now: datetime) -> str:
    product, owner = _goods(world, plan, now), world.owners[world.shops[plan.shop]]
    opens = end + plan.opens
    draft = Draft(product.id, plan.seats, opens, opens + plan.lasts, plan.note)
    return facade.draft(product.merchant_id, draft, by=owner, now=now).id


def _opened(world: World, plan: Plan, end: datetime, now: datetime) -> str:
    """Announced; whoever may go early does, at her hour."""
    roster_id, merchant_id = _draft(world, plan, end, now), world.shops[plan.shop]
    facade.announce(roster_id, merchant_id, by=world.owners[merchant_id], now=now)
    world.made["rosters"] += 1
    at = end + plan.opens - 23 * HOUR
    if at < end:
        later(world, at, lambda now: _early(world, roster_id, world.sellers[plan is not FULL :], plan.seats // 2, now))
    return roster_id


def _early(world: World, roster_id: str, sellers: Sequence[Seller], most: int, now: datetime) -> None:
    """Those whose trust brings it go early; what is to come our first promoter leaves to whoever looks at the demo."""
    perks = promoters.perks([one.promoter_id for one in sellers], today=accounting_date(now))
    may = [one for one in sellers if perks.get(one.promoter_id, {}).get(Perk.PRIORITY_GOODS)]
    for one in may[: most - 1]:
        _claim(world, roster_id, one, now)


def _past(world: World, end: datetime, now: datetime) -> None:
    """Two seats: one used, one that nobody used and that fell to whoever waited; then it was over."""
    roster_id, opens = _opened(world, PAST, end, now), end + PAST.opens
    first, second, third = world.sellers[3:6]
    later(world, opens + HOUR, lambda now: _come(world, roster_id, [first, second, third], now))
    later(world, opens + 2 * HOUR, lambda now: _link(roster_id, first, now))
    later(world, opens + 73 * HOUR, lambda now: facade.lapse_due(now=now))
    later(world, opens + 74 * HOUR, lambda now: _link(roster_id, third, now))
    later(world, opens + PAST.lasts + HOUR, lambda now: facade.move_due(now=now))


def _full(world: World, end: datetime, now: datetime) -> None:
    """All taken within the hour, two stand in line, one gives back; our first promoter has one and has used it."""
    roster_id, opens = _opened(world, FULL, end, now), end + FULL.opens
    later(world, opens + HOUR, lambda now: _come(world, roster_id, world.sellers[:8], now))
    later(world, opens + 2 * HOUR, lambda now: _link(roster_id, world.sellers[0], now))
    later(world, opens + 26 * HOUR, lambda now: _give_back(roster_id, world.sellers[:4][::-1], now))


def _called_off(world: World, end: datetime, now: datetime) -> None:
    roster_id, merchant_id = _opened(world, CALLED_OFF, end, now), world.shops[CALLED_OFF.shop]
    later(world, end + CALLED_OFF.opens + HOUR, lambda now: _come(world, roster_id, world.sellers[8:11], now))
    later(world, end - 6 * HOUR, lambda now: facade.cancel(
        roster_id, merchant_id, "今年雨水多，蜜源不足，已付款的订单照常发货", by=world.owners[merchant_id], now=now
    ))  # fmt: skip


def _come(world: World, roster_id: str, sellers: Sequence[Seller], now: datetime) -> None:
    """At everybody's hour, one after the other; who comes too late stands in line."""
    facade.move_due(now=now)
    for n, one in enumerate(sellers):
        at = now + n * timedelta(minutes=1)
        if not _claim(world, roster_id, one, at):
            with contextlib.suppress(DomainError):
                facade.wait(roster_id, one.promoter_id, by=_as(one), now=at)


def _claim(world: World, roster_id: str, one: Seller, now: datetime) -> bool:
    """Whether she has a seat; most are told that it is not their hour yet."""
    try:
        facade.claim(roster_id, one.promoter_id, by=_as(one), now=now)
    except DomainError:
        return False
    world.made["seats"] += 1
    return True


def _link(roster_id: str, one: Seller, now: datetime) -> None:
    target = attribution.target(TargetKind.PRODUCT, facade.one(roster_id).product_id)
    with contextlib.suppress(DomainError):
        attribution.create_link(one.promoter_id, target, Channel.MOMENTS, now=now)


def _give_back(roster_id: str, sellers: Sequence[Seller], now: datetime) -> None:
    """The first of these who has one: somebody who waits has it now, and is told."""
    for one in sellers:
        with contextlib.suppress(DomainError):
            facade.give_back(roster_id, one.promoter_id, by=_as(one), now=now)
            return


def _as(seller: Seller) -> Principal:
    return Principal(seller.user_id, frozenset({Role.PROMOTER}), None, "", 0)

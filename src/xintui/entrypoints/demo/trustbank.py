"""Some of the points that months of selling brought are used: for a deposit, for tools, one of them given back."""

from datetime import datetime, timedelta
from typing import Final

from xintui.entrypoints.demo.state import Seller, World, later, sitting
from xintui.entrypoints.perks import offset_share
from xintui.foundation.identity.contracts import Principal, Role
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder, HolderKind, PartState
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import CorrectionKind, Effect, Perk

DAY: Final = timedelta(days=1)
REDEEMERS: Final = 12


def schedule(world: World, end: datetime) -> None:
    """In the last week: the first seller lets points stand for part of her deposit, a dozen look at the catalogue."""
    later(world, end - 6 * DAY, lambda now: _offset(world, world.sellers[0], now))
    later(world, end - 5 * DAY, lambda now: _redeem(world, now))
    later(world, end - 3 * DAY, lambda now: _postpone(world, world.sellers[3], now))
    later(world, end - 2 * DAY, lambda now: _correct(world, now))
    later(world, end - 2 * DAY, lambda now: _shop_offset(world, now))


def _person(one: Seller) -> Principal:
    return Principal(one.user_id, frozenset({Role.PROMOTER}), None, "", 0)


def _offset(world: World, one: Seller, now: datetime) -> None:
    holder, today = Holder(HolderKind.PROMOTER, one.promoter_id), accounting_date(now)
    found = deposits.current(holder, today=today)
    share = promoters.perks([one.promoter_id], today=today)[one.promoter_id][Perk.POINTS_OFFSET]
    for part in found.parts if found else ():
        if part.state is PartState.DUE:
            most = deposits.offset_most(part.id, holder, share_bp=share, now=now)
            if most:
                deposits.offset(part.id, holder, most, share_bp=share, by=_person(one), now=now)
                world.made["points pledged"] += most


def _shop_offset(world: World, now: datetime) -> None:
    """The first shop whose score allows it lets its points stand for part of what it owes."""
    today = accounting_date(now)
    for merchant_id in world.shops:
        holder = Holder(HolderKind.MERCHANT, merchant_id)
        found, share = deposits.current(holder, today=today), offset_share(holder, today)
        for part in found.parts if found else ():
            most = deposits.offset_most(part.id, holder, share_bp=share, now=now)
            if most:
                deposits.offset(part.id, holder, most, share_bp=share, by=world.owners[merchant_id], now=now)
                world.made["points pledged"] += most
                return


def _redeem(world: World, now: datetime) -> None:
    """Whoever has enough; the last one thinks again."""
    made = None
    for n, one in enumerate(world.sellers[:REDEEMERS]):
        for tool in points.tools(one.promoter_id, today=accounting_date(now))[n % 2 :][:1]:
            try:
                made = points.redeem(one.promoter_id, tool.code, points=tool.points, by=_person(one), now=now)
                world.made["vouchers"] += 1
            except DomainError as no:
                world.refused[no.code] += 1
    if made is not None:
        points.give_back(made.id, made.member_id, by=_person(world.sellers[0]), now=now + timedelta(hours=1))


def _correct(world: World, now: datetime) -> None:
    """One correction carried out by two people, another one that waits for the second."""
    asks, checks = sitting("operator", Role.OPERATOR, ""), sitting("reviewer", Role.REVIEWER, "")
    first, second = world.sellers[1].promoter_id, world.sellers[2].promoter_id
    done = points.ask(
        first,
        CorrectionKind.GRANT,
        300,
        number="GD-1024",
        reason="活动页故障期间的成交未计入，按记录补发",
        by=asks,
        now=now,
    )
    points.approve(done.id, by=checks, now=now + timedelta(hours=2))
    points.ask(
        second, CorrectionKind.GRANT, 500, number="GD-1031", reason="客服承诺的补偿，附工单截图", by=asks, now=now
    )


def _postpone(world: World, one: Seller, now: datetime) -> None:
    holder = Holder(HolderKind.PROMOTER, one.promoter_id)
    found = deposits.current(holder, today=accounting_date(now))
    held = points.vouchers(one.promoter_id, effect=Effect.PART_LATER, held=True)
    owed = [part for part in found.parts if part.state is PartState.DUE] if found else []
    if held and owed:
        used = points.use(held[0].id, one.promoter_id, Effect.PART_LATER, owed[0].id, by=_person(one), now=now)
        deposits.postpone(owed[0].id, holder, used.amount, by=_person(one), now=now)

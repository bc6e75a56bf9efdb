"""Some stand good for what they promote: paid whole or in parts, held back by a complaint, given back, running late."""

from datetime import datetime, timedelta
from typing import Final

from xintui.entrypoints.demo import trustbank
from xintui.entrypoints.demo.gateway import Payer
from xintui.entrypoints.demo.state import World, later
from xintui.entrypoints.deposits import facts_of
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.foundation.payments.contracts import Channel, Method
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder, HolderKind, PartState, RiskClass

DAY: Final = timedelta(days=1)
WHOLE, FIRST = 3, 1
"""How many of the parts that are owed are paid."""


def schedule(world: World, end: datetime) -> None:
    """The first four promoters and the first shop, in the last forty days."""
    parts, returns, claimed, late = (Holder(HolderKind.PROMOTER, one.promoter_id) for one in world.sellers[:4])
    shop = Holder(HolderKind.MERCHANT, world.shops[0])
    people = [Principal(one.user_id, frozenset({Role.PROMOTER}), None, "", 0) for one in world.sellers[:4]]
    start = end - 40 * DAY
    later(world, start, lambda now: agree(world, parts, people[0], now, in_parts=True, pays=FIRST))
    later(world, end - 12 * DAY, lambda now: _pay(world, parts, people[0], now, FIRST))
    later(world, start, lambda now: agree(world, returns, people[1], now, in_parts=False, pays=WHOLE))
    later(
        world,
        end - 20 * DAY,
        lambda now: _claim(returns, "demo/complaint/1", 150_00, "买家投诉：分享文案与实物不符", now),
    )
    later(world, end - 16 * DAY, lambda now: deposits.drop_claim("demo/complaint/1", "买家撤诉", by=SYSTEM, now=now))
    later(world, end - 12 * DAY, lambda now: deposits.give_all_back(returns, by=people[1], now=now))
    later(world, start, lambda now: agree(world, claimed, people[2], now, in_parts=False, pays=WHOLE))
    later(
        world, end - 4 * DAY, lambda now: _claim(claimed, "demo/complaint/2", 200_00, "买家投诉：承诺的赠品未寄出", now)
    )
    later(world, start, lambda now: agree(world, late, people[3], now, in_parts=True, pays=FIRST))
    later(
        world,
        start,
        lambda now: agree(world, shop, next(iter(world.owners.values())), now, in_parts=False, pays=WHOLE),
    )
    trustbank.schedule(world, end)


def agree(
    world: World, holder: Holder, by: Principal, now: datetime, *, in_parts: bool, pays: int,
    wanted: RiskClass = RiskClass.MEDIUM,
) -> None:  # fmt: skip
    """Terms are agreed to as they are quoted, and some of the parts are paid."""
    facts = facts_of(holder, now)
    quotes = deposits.quotes(holder.kind, facts, today=accounting_date(now))
    (asked,) = [one for one in quotes if one.risk_class is wanted]
    deposits.agree(holder, wanted, facts, amount_fen=asked.amount_fen, in_parts=in_parts, by=by, now=now)
    world.made["deposits"] += 1
    _pay(world, holder, by, now, pays)


def _pay(world: World, holder: Holder, by: Principal, now: datetime, pays: int) -> None:
    """Some of what is owed, at the cashier a few minutes later."""
    found = deposits.current(holder, today=accounting_date(now))
    owed = [part for part in found.parts if part.state is PartState.DUE] if found else []
    openid = identity.openid_of(by.user_id)
    for part in owed[:pays]:
        bill = deposits.pay(part.id, holder, openid=openid, channel=Channel.H5, psp=Method.WECHAT, now=now)
        world.bills.append(Payer(bill.id, openid, now + timedelta(minutes=3)))


def _claim(holder: Holder, key: str, fen: int, says: str, now: datetime) -> None:
    deposits.claim(holder, key, fen, says, by=SYSTEM, now=now)

"""Shops look for promoters: more deposits than four, some who decide what is seen, lists, letters and answers."""

from datetime import datetime, timedelta
from typing import Final

from xintui.entrypoints.demo.deposits import agree
from xintui.entrypoints.demo.state import Seller, World, later
from xintui.foundation.identity.contracts import Principal, Role
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import facade as screening
from xintui.promotion.screening.contracts import State
from xintui.trust.deposits.contracts import Holder, HolderKind, RiskClass

DAY: Final = timedelta(days=1)
FIRST, DAYS, EACH = 4, 20, 2
"""Besides the four of `deposits`, from some weeks ago on two a day: every third for goods of high risk, every second in
parts."""
LETTERS: Final = (
    "您的客户常回来买，这一款和您的客户很合适，想请您推广。",
    "看到您近三个月的退款率很低，想请您试推我们的新品，样品可以按平台规则申请。",
    "我们店里的商品售后响应快，欢迎挑几款您觉得合适的推广。",
)
NOTES: Final = ("服务分高，退款少", "复购好，先看一个月", "主推类目和我们一致", "", "等她看过商品再说")


def schedule(world: World, end: datetime) -> None:
    """Deposits over the last month; from five days ago on shops search, note down and write."""
    for n in range(DAYS):
        later(world, end - (30 - n) * DAY, lambda now, n=n: _stand_good(world, n, now))  # type: ignore[misc]
    later(world, end - 5 * DAY, lambda now: screening.refresh_due(now=now))
    later(world, end - 5 * DAY + timedelta(hours=1), lambda now: _decide(world, now))
    for n, merchant_id in enumerate(world.shops[:3]):
        at = end - 4 * DAY + timedelta(hours=n)
        later(world, at, lambda now, n=n, shop=merchant_id: _look(world, shop, n, now))  # type: ignore[misc]
    later(world, end - 3 * DAY, lambda now: _answer(world, now))


def count(now: datetime) -> None:
    """What shops see today, with everything that the story ended with."""
    screening.refresh_due(now=now)


def _stand_good(world: World, day: int, now: datetime) -> None:
    """Those whose turn it is, by when they joined."""
    begin = FIRST + day * EACH
    for n, seller in enumerate(world.sellers[begin : begin + EACH], begin):
        holder = Holder(HolderKind.PROMOTER, seller.promoter_id)
        wanted = RiskClass.HIGH if n % 3 == 0 else RiskClass.MEDIUM
        parts, pays = (True, 1 + n % 4 // 2) if n % 2 else (False, 1)
        agree(world, holder, _as(seller), now, in_parts=parts, pays=pays, wanted=wanted)


def _as(seller: Seller) -> Principal:
    return Principal(seller.user_id, frozenset({Role.PROMOTER}), None, "", 0)


def _decide(world: World, now: datetime) -> None:
    """One shows everything, some hide this and that, one is found by nobody, one wants no invitations."""
    told = (
        (1, True, (), True),
        (2, True, ("credit", "graph", "net_fen", "deposit_band"), True),
        (5, True, ("deposit_fen", "deposit_bp", "deposit_class", "deposit_band", "net_fen"), True),
        (6, False, ("net_fen", "deposit_band"), False),
        (7, True, ("net_fen", "deposit_band"), False),
    )
    for n, listed, hidden, invitable in told:
        if n < len(world.sellers):
            one = world.sellers[n]
            screening.show(one.promoter_id, listed=listed, hidden=hidden, invitable=invitable, by=_as(one), now=now)


def _look(world: World, merchant_id: str, n: int, now: datetime) -> None:
    """A shop searches, keeps the first five and writes to two of them; the first shop writes to our first promoter."""
    today, owner = accounting_date(now), world.owners[merchant_id]
    search = screening.parse(("orders:1..", "violations:..0"), "-service", screening.fields(today))
    found = [one.promoter_id for one in screening.find(search, limit=12, today=today).items]
    mine = found[n : n + 5]
    for promoter_id, note in zip(mine, NOTES, strict=False):
        screening.keep(merchant_id, promoter_id, note, by=owner, now=now)
    goods = [one.id for one in world.products if one.merchant_id == merchant_id]
    first = [world.sellers[0].promoter_id] if n < 2 else []
    for promoter_id in [*first, *(one for one in mine[:2] if one not in first)]:
        product = goods[0] if goods else ""
        words = LETTERS[(n + len(promoter_id)) % len(LETTERS)]
        screening.invite(merchant_id, promoter_id, words, product_id=product, by=owner, now=now)
        world.made["invited"] += 1


def _answer(world: World, now: datetime) -> None:
    """Every second letter gets a yes, every fourth a no; our first promoter leaves the newest one open."""
    sellers = {one.promoter_id: one for one in world.sellers}
    waiting = screening.invitations(state=State.OPEN, limit=50).items[1:]
    for n, one in enumerate(waiting):
        if one.promoter_id in sellers and n % 4 != 1:
            by = _as(sellers[one.promoter_id])
            screening.answer(one.id, one.promoter_id, accept=n % 2 == 0, by=by, now=now)

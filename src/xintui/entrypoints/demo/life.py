"""What happens on a day: clicks, carts, payments, parcels, after-sales. All by the verbs that people's taps call."""

import contextlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    Address,
    AfterSaleRequest,
    Arrival,
    Checkout,
    Decision,
    GoodsPosted,
    Item,
    Parcel,
    PayRequest,
    PlaceRequest,
)
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import Writing
from xintui.entrypoints import processes
from xintui.entrypoints.checkout import place_attributed_many
from xintui.entrypoints.demo import second_thoughts
from xintui.entrypoints.demo.gateway import Payer
from xintui.entrypoints.demo.state import Asked, Buyer, Seller, World
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.contracts import DayAlreadyClosed
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NewUser, Role
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Method, Prepay
from xintui.infra import clock
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Landing, NewLink, Opened, Target, TargetKind, Visitor

PHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
CHANNELS: Final = (Channel.MOMENTS, *(one for one in Channel if one is not Channel.MOMENTS))
REFERRED, UNPAID, IDLE_CLICK, PASSED_ON = 0.78, 0.03, 0.3, 0.4
LOW: Final = 6
"""A shelf with less than one sixth of what it usually holds is filled up."""
ALIPAY: Final = 0.12
"""Of the bills, those paid by scanning Alipay's code; where Alipay is configured."""
NIGHTLY: Final = {"payments.take_inbox", "outbox.deliver", "orders.auto_receive", "orders.decide_overdue",
                  "payments.send_due", "payments.poll_due", "outbox.deliver_again", "commission.release",
                  "payouts.submit_due"}  # fmt: skip
NIGHT: Final = tuple(job for job in processes.JOBS if job.name in NIGHTLY)
"""What an order waits for. Closing and tidying reach back over days, so once a week is enough for a story."""
LATE: Final = tuple(job for job in processes.JOBS if job.name not in {"graph.refresh", "growth.review_due"})
"""All but the credit graph, which looks at everything at once: when the story is told is time enough; and but the
month's review, which has its own day."""
WEEK: Final = tuple(job for job in LATE if job.name != "payments.import_due")
"""All but the bills: those of the last weeks are enough to look at."""
VERBS: Final[Mapping[type[Any], Callable[[Sequence[Any]], Sequence[object]]]] = {
    AfterSaleRequest: orders.request_after_sales,
    Decision: lambda asked: orders.decide_after_sales(asked, actor="店铺"),
    GoodsPosted: orders.send_back_many,
    Writing: reviews.write_many,
}
"""What is planned one by one and asked together, in this order."""


@dataclass(frozen=True)
class Click:
    """Somebody is about to open a seller's link to a product; `buyer` is known to us, a mere `visitor` is not."""

    seller: Seller
    product: Product
    buyer: Buyer | None
    visitor: str
    at: datetime


@dataclass(frozen=True)
class Cart:
    """What one buyer is about to do: the links opened before, the request, how many shops, and when it is paid."""

    request: PlaceRequest
    buyer: Buyer
    clicks: tuple[Click, ...]
    orders: int
    paid_at: datetime | None


def live(
    world: World,
    days: Sequence[tuple[datetime, int]],
    until: datetime,
    *,
    jobs: tuple[processes.Job, ...] = NIGHT,
    open_end: bool = False,
) -> None:
    """Some days, each with its number of orders, up to `until`: the diary's appointments, the carts, what is paid at
    the gateway, and the night. Quiet days are lived together: a batch costs the same for one cart as for a hundred."""
    with transaction.atomic():
        appointments(world, until)
        carts = [cart for day, wanted in days for cart in _carts(world, day, until, wanted)]
        carts += _errands(world, until)
        for _ in range(2 if open_end else 0):
            carts.append(replace(_cart(world, until - timedelta(minutes=world.dice.randint(2, 9))), paid_at=None))
        paying = _buy(world, sorted(carts, key=lambda cart: cart.request.now)) + world.bills
        world.bills = []
    said = payments.prepay_many([Prepay(one.payment_id, one.at - timedelta(seconds=20)) for one in paying])
    refused = [str(no) for no in said if isinstance(no, DomainError)]
    assert not refused, f"the gateway takes what we placed: {refused[:3]}"
    world.gateway.day(sorted(paying, key=lambda one: one.at), world.confirming.popleft(), until=until)
    world.confirming.append([])
    tick(until, jobs=jobs)


def _carts(world: World, day: datetime, until: datetime, wanted: int) -> list[Cart]:
    until = min(until, day + timedelta(hours=23, minutes=30))
    opens = day + timedelta(hours=8) if until - day > timedelta(hours=9) else day + timedelta(minutes=1)
    minutes = int((until - opens).total_seconds() // 60) - 12
    carts: list[Cart] = []
    while minutes > 0 and sum(cart.orders for cart in carts) < wanted:
        at = opens + timedelta(minutes=world.dice.randint(0, minutes), seconds=world.dice.randint(0, 59))
        carts.append(_cart(world, at))
    return carts


def tick(now: datetime, *, jobs: tuple[processes.Job, ...] = processes.JOBS) -> None:
    """The worker's turn, as of `now`."""
    clock.set_for_story(now)
    try:
        turn = processes.work_once(now, jobs=jobs)
    finally:
        clock.set_for_story(None)
    assert not turn.failed, turn.failed
    if turn.done.get("evidence.close_due"):
        with contextlib.suppress(DayAlreadyClosed):
            evidence.close_day(accounting_date(now) - timedelta(days=1), now=now)  # and the rest of the week


def appointments(world: World, until: datetime) -> None:
    """What had been planned for today: first the parcels, as the carrier's list comes, then everybody's own affairs.

    A rule's refusal is part of life; a bug is not, and stops the demo.
    """
    while world.diary and world.diary[0][0] <= until:
        today = []
        while world.diary and world.diary[0][0] <= until:
            today.append(heapq.heappop(world.diary))
        _note(world, orders.ship_many([what for _, _, what in today if isinstance(what, Parcel)], actor="店铺"))
        _note(world, orders.receive_many([what for _, _, what in today if isinstance(what, Arrival)]))
        for kind, verb in VERBS.items():
            _ask_all(
                world, [what for _, _, what in today if isinstance(what, Asked) and isinstance(what.what, kind)], verb
            )
        for at, _, what in today:
            if not isinstance(what, Parcel | Arrival | Asked):
                _alone(world, what, at)


def _ask_all(world: World, asked: Sequence[Asked], verb: Callable[[Sequence[Any]], Sequence[object]]) -> None:
    """One call for all, and whoever asked hears the answer."""
    said = verb([one.what for one in asked])
    _note(world, said)
    for one, answer in zip(asked, said, strict=True):
        if not isinstance(answer, DomainError):
            one.then(answer)


def _alone(world: World, what: Callable[[datetime], object], at: datetime) -> None:
    try:
        with transaction.atomic():
            what(at)
    except DomainError as no:
        world.refused[no.code] += 1


def _note(world: World, answers: Sequence[object]) -> None:
    world.refused.update(no.code for no in answers if isinstance(no, DomainError))


def _cart(world: World, at: datetime) -> Cart:
    """Somebody looks, often through a friend's link, and buys; some never pay."""
    dice, buyer = world.dice, _buyer(world, at)
    chosen = dict.fromkeys(dice.choices(world.products, world.appeal, k=dice.choice((1, 1, 2, 2, 3))))
    clicks = []
    if world.sellers and dice.random() < REFERRED:
        click = _click(world, dice.choices(world.sellers, world.reach)[0], buyer, at)
        chosen, clicks = dict.fromkeys([click.product, *chosen]), [click]
    if world.sellers and dice.random() < IDLE_CLICK:
        clicks.append(_click(world, dice.choices(world.sellers, world.reach)[0], None, at))
    items = tuple(Item(_variant(world, product), dice.choice((1, 1, 1, 1, 2))) for product in chosen)
    asked = PlaceRequest(
        checkout_id=new_id("chk"),
        buyer_id=buyer.user_id,
        items=items,
        address=Address(buyer.name, buyer.phone, buyer.region, buyer.street),
        now=at,
        confirmed=frozenset(item.sku_id for item in items),
    )
    paid_at = None if dice.random() < UNPAID else at + timedelta(seconds=dice.randint(40, 500))
    return Cart(asked, buyer, tuple(clicks), len({product.merchant_id for product in chosen}), paid_at)


def _errands(world: World, until: datetime) -> list[Cart]:
    """What some had planned to buy by now: one thing, through one link, paid at once."""
    due = [one for one in world.errands if one.at < until - timedelta(minutes=15)]
    world.errands = world.errands[len(due) :]
    carts = []
    for one in due:
        if not one.buyer.user_id and all(one.buyer is not buyer for buyer, _ in world.arriving):
            world.arriving.append((one.buyer, one.at))
        product, item = one.seller.favourites[0], Item(_variant(world, one.seller.favourites[0]), 1)
        address = Address(one.buyer.name, one.buyer.phone, one.buyer.region, one.buyer.street)
        asked = PlaceRequest(
            new_id("chk"), one.buyer.user_id, (item,), address, one.at, confirmed=frozenset({item.sku_id})
        )
        click = Click(one.seller, product, one.buyer, one.buyer.visitor, one.at - timedelta(minutes=3))
        carts.append(Cart(asked, one.buyer, (click,), 1, one.at + timedelta(minutes=2)))
    return carts


def _buy(world: World, carts: Sequence[Cart]) -> list[Payer]:
    """The day's newcomers, its links and clicks, then its checkouts; who is about to pay."""
    _welcome(world)
    _restock(world, carts)
    clicks = _opened(world, [click for cart in carts for click in cart.clicks])
    _remember(world, clicks, attribution.touch_many(clicks))
    world.made["clicks"] += len(clicks)
    carts = _rounds(carts)
    said = place_attributed_many(
        [(replace(cart.request, buyer_id=cart.buyer.user_id), cart.buyer.visitor) for cart in carts]
    )
    placed = [(cart, checkout) for cart, checkout in zip(carts, said, strict=True) if isinstance(checkout, Checkout)]
    _note(world, said)
    world.made["checkouts"] += len(placed)
    world.made["orders"] += sum(len(checkout.orders) for _, checkout in placed)
    paid = [(cart, checkout, cart.paid_at) for cart, checkout in placed if cart.paid_at]
    bills = orders.open_payments([_pay_by(world, cart, checkout) for cart, checkout, _ in paid])
    payers = []
    for (cart, checkout, at), bill in zip(paid, bills, strict=True):
        assert not isinstance(bill, DomainError), bill
        world.made["paid_fen"] += bill.amount_fen
        for order in sorted(checkout.orders, key=lambda one: _shop_order(world, one.merchant_id)):
            second_thoughts.plan(world, order, cart.buyer, at)
        payers.append(Payer(bill.id, cart.buyer.openid, at))
    return payers


def _shop_order(world: World, merchant_id: str) -> int:
    return world.shops.index(merchant_id) if merchant_id in world.shops else len(world.shops)


def _welcome(world: World) -> None:
    """Accounts for those who are about to buy here for the first time."""
    new = [NewUser(buyer.name, at, roles=((Role.BUYER, ""),)) for buyer, at in world.arriving]
    for (buyer, _), user in zip(world.arriving, identity.create_users(new) if new else [], strict=True):
        buyer.user_id = user.user_id
    world.arriving.clear()


def _restock(world: World, carts: Sequence[Cart]) -> None:
    """A shop that sees its shelf run low orders what it usually has, before the next customers come."""
    for cart in carts:
        for item in cart.request.items:
            shelf = world.shelf[item.sku_id]
            shelf.left -= item.qty
            if shelf.left < shelf.usual // LOW:
                owner = world.owners[shelf.merchant_id]
                catalog.adjust_stock(
                    shelf.merchant_id, item.sku_id, shelf.usual, actor=owner, now=cart.request.now, note="补货入库"
                )
                shelf.left += shelf.usual
                world.made["restocked"] += 1


def _rounds(carts: Sequence[Cart]) -> list[Cart]:
    """Everybody's first cart, then everybody's second: one person's carts are never placed in one batch."""
    nth: Counter[str] = Counter()
    rounds: dict[int, list[Cart]] = defaultdict(list)
    for cart in carts:
        nth[cart.buyer.user_id] += 1
        rounds[nth[cart.buyer.user_id]].append(cart)
    return [cart for n in sorted(rounds) for cart in rounds[n]]


def _pay_by(world: World, cart: Cart, checkout: Checkout) -> PayRequest:
    """Mostly in WeChat; some scan the code of Alipay."""
    alipay = world.dice.random() < ALIPAY and Method.ALIPAY in world.methods
    openid, channel, method = ("", "native", Method.ALIPAY) if alipay else (cart.buyer.openid, "jsapi", Method.WECHAT)
    return PayRequest(checkout.id, cart.buyer.user_id, openid, channel, cart.request.now, method)


def _variant(world: World, product: Product) -> str:
    """Mostly the small one. Sorted, because ids made in the same millisecond have no order of their own."""
    skus = sorted(product.skus, key=lambda one: one.price_fen)
    return world.dice.choices(skus, range(len(skus), 0, -1))[0].id


def _buyer(world: World, at: datetime) -> Buyer:
    """One of the regulars, or somebody new as long as the town has more people."""
    if len(world.buyers) < world.town and world.dice.random() < 0.4:
        world.buyers.append(world.newcomer(at))
        return world.buyers[-1]
    return world.buyers[int(len(world.buyers) * world.dice.random() ** 1.7)]


def share_first(world: World, seller: Seller, at: datetime) -> None:
    """His first link, before anybody has clicked."""
    _link(world, [(seller, seller.favourites[0], at)])


def _link(world: World, shared: Sequence[tuple[Seller, Product, datetime]]) -> None:
    """Made the first time the product is shared."""
    first: dict[tuple[str, str], tuple[Seller, Product, datetime]] = {}
    for seller, product, at in shared:
        if product.id not in seller.codes:
            first.setdefault((seller.promoter_id, product.id), (seller, product, at))
    wanted = []
    for seller, product, at in first.values():
        target = Target(TargetKind.PRODUCT, product.id, product.merchant_id, product.title, product.category)
        channel = world.dice.choices(CHANNELS, [len(CHANNELS) - n for n in range(len(CHANNELS))])[0]
        wanted.append(NewLink(seller.promoter_id, target, channel, at))
    for (seller, product, _), link in zip(first.values(), attribution.create_links(wanted), strict=True):
        if isinstance(link, DomainError):  # not promoted at present: nothing is shared
            world.refused[link.code] += 1
        else:
            seller.codes[product.id] = link.code


def _click(world: World, seller: Seller, buyer: Buyer | None, at: datetime) -> Click:
    """A link of this seller is about to be opened."""
    dice = world.dice
    product = seller.favourites[int(len(seller.favourites) * dice.random() ** 2)]
    visitor = buyer.visitor if buyer else f"v-{dice.getrandbits(64):016x}"
    return Click(seller, product, buyer, visitor, at - timedelta(minutes=dice.randint(1, 25)))


def _opened(world: World, clicks: Sequence[Click]) -> list[Opened]:
    """The links are there, and some were passed on by somebody who had opened them before."""
    _link(world, [(click.seller, click.product, click.at) for click in clicks])
    opened = []
    for click in clicks:
        code = click.seller.codes.get(click.product.id)
        if code is None:
            continue
        marks = world.marks.get(code, [])
        via = world.hands.choice(marks) if marks and world.hands.random() < PASSED_ON else ""
        who = Visitor(click.visitor, click.buyer.user_id if click.buyer else "", PHONE)
        opened.append(Opened(code, who, click.at, via))
    return opened


def _remember(world: World, clicks: Sequence[Opened], landings: Sequence[object]) -> None:
    """Whoever opened a link may pass it on tomorrow."""
    for one, landing in zip(clicks, landings, strict=True):
        if isinstance(landing, Landing) and landing.mark:
            world.marks[one.code] = [*world.marks.get(one.code, [])[-9:], landing.mark]

"""What happens on a day: clicks, carts, payments, parcels, after-sales. All by the verbs that people's taps call."""

import contextlib
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    Address,
    AfterSale,
    AfterSaleKind,
    AfterSaleRequest,
    Arrival,
    Checkout,
    Decision,
    GoodsPosted,
    Item,
    Line,
    Order,
    Parcel,
    PayRequest,
    PlaceRequest,
    RefundPart,
)
from xintui.entrypoints import processes
from xintui.entrypoints.checkout import place_attributed_many
from xintui.entrypoints.demo.gateway import Payer
from xintui.entrypoints.demo.opinions import perhaps_review
from xintui.entrypoints.demo.state import Asked, Buyer, Seller, World, later
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.contracts import DayAlreadyClosed
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Method, Prepay
from xintui.infra import clock
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Landing, Opened, Target, TargetKind, Visitor

PHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
CARRIERS: Final = (("顺丰速运", "SF"), ("中通快递", "ZT"), ("圆通速递", "YT"), ("京东物流", "JD"))
CHANNELS: Final = (Channel.MOMENTS, *(one for one in Channel if one is not Channel.MOMENTS))
REFERRED, UNPAID, IDLE_CLICK, PASSED_ON = 0.78, 0.03, 0.3, 0.4
ALIPAY: Final = 0.12
"""Of the bills, those paid by scanning Alipay's code; where Alipay is configured."""
EARLY, PART, RETURN = 0.012, 0.026, 0.016
"""Of a hundred orders: cancelled before the parcel leaves, a part given back, sent back."""
WHY_EARLY: Final = ("拍错规格，重新下单", "临时不需要了", "地址填错了", "想换个口味")
WHY_PART: Final = ("外包装有压痕，协商补偿", "少发一件赠品", "与描述略有出入，协商部分退款", "降价补差")
WHY_RETURN: Final = ("尺寸不合适", "颜色和想的不一样", "家人已经买过了", "不太喜欢")
NIGHTLY: Final = {"payments.take_inbox", "outbox.deliver", "orders.auto_receive", "orders.decide_overdue",
                  "payments.send_due", "payments.poll_due", "outbox.deliver_again", "commission.release",
                  "payouts.submit_due"}  # fmt: skip
NIGHT: Final = tuple(job for job in processes.JOBS if job.name in NIGHTLY)
"""What an order waits for. Closing and tidying reach back over days, so once a week is enough for a story."""
WEEK: Final = tuple(job for job in processes.JOBS if job.name != "payments.import_due")
"""All but the bills: those of the last weeks are enough to look at."""
VERBS: Final[Mapping[type[Any], Callable[[Sequence[Any]], Sequence[object]]]] = {
    AfterSaleRequest: orders.request_after_sales,
    Decision: lambda asked: orders.decide_after_sales(asked, actor="店铺"),
    GoodsPosted: orders.send_back_many,
}
"""What is planned one by one and asked together, in this order."""
Heard = Callable[[AfterSale], object]
"""What comes of an after-sale that went on."""


@dataclass(frozen=True)
class Cart:
    """What one buyer is about to do: the links opened before, the request, how many shops, and when it is paid."""

    request: PlaceRequest
    buyer: Buyer
    clicks: tuple[Opened, ...]
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
        for _ in range(2 if open_end else 0):
            carts.append(replace(_cart(world, until - timedelta(minutes=world.dice.randint(2, 9))), paid_at=None))
        paying = _buy(world, sorted(carts, key=lambda cart: cart.request.now))
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
        product, click = _click(world, dice.choices(world.sellers, world.reach)[0], buyer, at)
        chosen, clicks = dict.fromkeys([product, *chosen]), [click]
    if world.sellers and dice.random() < IDLE_CLICK:
        clicks.append(_click(world, dice.choices(world.sellers, world.reach)[0], None, at)[1])
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


def _buy(world: World, carts: Sequence[Cart]) -> list[Payer]:
    """The day's clicks, then its checkouts; who is about to pay."""
    clicks = [click for cart in carts for click in cart.clicks]
    _remember(world, clicks, attribution.touch_many(clicks))
    world.made["clicks"] += len(clicks)
    carts = _rounds(carts)
    said = place_attributed_many([(cart.request, cart.buyer.visitor) for cart in carts])
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
        for order in sorted(checkout.orders, key=lambda one: world.shops.index(one.merchant_id)):
            _plan(world, order, cart.buyer, at)
        payers.append(Payer(bill.id, cart.buyer.openid, at))
    return payers


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


def _first(order: Order) -> Line:
    return max(order.lines, key=lambda line: (line.paid_fen, line.title))


def _buyer(world: World, at: datetime) -> Buyer:
    """One of the regulars, or somebody new as long as the town has more people."""
    if len(world.buyers) < world.town and world.dice.random() < 0.4:
        world.buyers.append(world.newcomer(at))
        return world.buyers[-1]
    return world.buyers[int(len(world.buyers) * world.dice.random() ** 1.7)]


def share_first(world: World, seller: Seller, at: datetime) -> None:
    """His first link, before anybody has clicked."""
    _link(world, seller, seller.favourites[0], at)


def _link(world: World, seller: Seller, product: Product, at: datetime) -> None:
    """Made the first time the product is shared."""
    if product.id not in seller.codes:
        target = Target(TargetKind.PRODUCT, product.id, product.merchant_id, product.title)
        channel = world.dice.choices(CHANNELS, [len(CHANNELS) - n for n in range(len(CHANNELS))])[0]
        seller.codes[product.id] = attribution.create_link(seller.promoter_id, target, channel, now=at).code


def _click(world: World, seller: Seller, buyer: Buyer | None, at: datetime) -> tuple[Product, Opened]:
    """A link of this seller is opened; the product it leads to."""
    dice = world.dice
    product = seller.favourites[int(len(seller.favourites) * dice.random() ** 2)]
    _link(world, seller, product, at)
    visitor = buyer.visitor if buyer else f"v-{dice.getrandbits(64):016x}"
    clicked = at - timedelta(minutes=dice.randint(1, 25))
    who = Visitor(visitor, buyer.user_id if buyer else "", PHONE)
    code = seller.codes[product.id]
    marks = world.marks.get(code, [])
    via = world.hands.choice(marks) if marks and world.hands.random() < PASSED_ON else ""
    return product, Opened(code, who, clicked, via)


def _remember(world: World, clicks: Sequence[Opened], landings: Sequence[object]) -> None:
    """Whoever opened a link may pass it on tomorrow."""
    for one, landing in zip(clicks, landings, strict=True):
        if isinstance(landing, Landing) and landing.mark:
            world.marks[one.code] = [*world.marks.get(one.code, [])[-9:], landing.mark]


# -- after the payment ----------------------------------------------------------------------------------------------


def _plan(world: World, order: Order, buyer: Buyer, paid_at: datetime) -> None:
    """The parcel and the second thoughts of one order."""
    dice = world.dice
    fate = dice.random()
    if fate < EARLY:
        _refund_early(world, order, paid_at + timedelta(hours=dice.randint(1, 8)))
        return
    shipped = paid_at + timedelta(hours=dice.randint(6, 40))
    received = shipped + timedelta(hours=dice.randint(40, 110))
    carrier, letters = dice.choice(CARRIERS)
    number = f"{letters}{dice.randrange(10**12):012d}"
    later(world, shipped, Parcel(order.id, order.merchant_id, carrier, number, shipped))
    if fate < EARLY + PART + RETURN or fate > 0.45:  # the others leave it to the calendar
        later(world, received, Arrival(order.id, order.buyer_id, received))
        perhaps_review(world, order, buyer, received)
    if fate < EARLY + PART:
        _refund_part(world, order, received + timedelta(hours=dice.randint(3, 96)))
    elif fate < EARLY + PART + RETURN:
        _send_back(world, order, received + timedelta(hours=dice.randint(3, 120)))


def _ask(world: World, order: Order, kind: AfterSaleKind, parts: Sequence[RefundPart], *, why: str, now: datetime,
         then: Heard) -> None:  # fmt: skip
    """Planned for `now`: the buyer asks, and `then` says what comes of it."""

    def asked(sale: AfterSale) -> None:
        world.made["after_sales"] += 1
        then(sale)

    later(world, now, Asked(AfterSaleRequest(order.id, order.buyer_id, kind, parts, why, now), asked))


def _decide(
    world: World, case: AfterSale, note: str, now: datetime, *, restock: bool = False, then: Heard = lambda _: None
) -> None:
    later(world, now, Asked(Decision(case.id, case.merchant_id, True, now, note, restock), then))


def _refund_early(world: World, order: Order, now: datetime) -> None:
    parts = [RefundPart(line.id, line.paid_fen, line.qty) for line in order.lines]
    agreed = now + timedelta(hours=world.dice.randint(1, 12))
    _ask(world, order, AfterSaleKind.REFUND_ONLY, parts, why=world.dice.choice(WHY_EARLY), now=now,
         then=lambda case: _decide(world, case, "尚未发货，同意退款", agreed))  # fmt: skip


def _refund_part(world: World, order: Order, now: datetime) -> None:
    line = _first(order)
    part = RefundPart(line.id, max(1, line.paid_fen // world.dice.choice((2, 3, 5))))
    agreed = now + timedelta(hours=world.dice.randint(1, 30))
    _ask(world, order, AfterSaleKind.REFUND_ONLY, [part], why=world.dice.choice(WHY_PART), now=now,
         then=lambda case: _decide(world, case, "同意部分退款", agreed))  # fmt: skip


def _send_back(world: World, order: Order, now: datetime) -> None:
    """A return, in four steps over a week."""
    line, dice = _first(order), world.dice
    part = RefundPart(line.id, line.paid_fen, line.qty)
    number = f"SF{dice.randrange(10**12):012d}"
    agreed = now + timedelta(hours=dice.randint(1, 20))
    posted, arrived = agreed + timedelta(hours=dice.randint(5, 40)), agreed + timedelta(hours=dice.randint(70, 120))

    def accept(case: AfterSale) -> None:
        _decide(world, case, "商品完好，已验收", arrived, restock=True)

    def post(case: AfterSale) -> None:
        later(world, posted, Asked(GoodsPosted(case.id, case.buyer_id, "顺丰速运", number, posted), accept))

    def agree(case: AfterSale) -> None:
        _decide(world, case, "同意退货，请寄回", agreed, then=post)

    _ask(world, order, AfterSaleKind.RETURN_REFUND, [part], why=dice.choice(WHY_RETURN), now=now, then=agree)

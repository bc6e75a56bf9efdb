"""Six weeks of the demo shop's life, lived through the same facades, gateway protocol and worker as real life.

Orders are attributed by real touches of signed links, paid at the gateway simulator, shipped, received, refunded,
released and withdrawn. Nothing is inserted into a table by hand.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

import httpx
from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, AfterSaleKind, Item, Order, OrderState, PlaceRequest, RefundPart
from xintui.entrypoints import processes
from xintui.entrypoints.checkout import place_attributed
from xintui.entrypoints.demo.goods import CATEGORIES, PASSWORD, SHOPS, Shop, picture
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.foundation.payments import facade as payments
from xintui.infra import clock
from xintui.infra.home import home
from xintui.kernel.errors import DomainError, Kind
from xintui.kernel.ids import new_id
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind, Visitor
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind

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
STAFF: Final = (
    ("operator", "运营 · 苏明", Role.OPERATOR),
    ("finance", "财务 · 林静", Role.FINANCE),
    ("finance2", "财务复核 · 周正", Role.FINANCE),
    ("reviewer", "审核 · 何慧", Role.REVIEWER),
)
PROMOTERS: Final = (
    ("tuike1", "沈小鹿"),
    ("tuike2", "阿木"),
    ("tuike3", "周周"),
    ("tuike4", "林间"),
    ("tuike5", "禾子"),
)
QUIZ: Final = {"label": 0, "review": 0, "recruit": 2, "induce": 1, "tax": 1}
"""The demo's promoters have read the agreement."""
BUYERS: Final = ("王敏", "李强", "张倩", "刘洋", "陈晨", "杨帆", "赵磊", "黄蓉", "周杰", "吴桐", "徐静", "孙悦")
REGIONS: Final = (("浙江省杭州市", "文三路 18 号"), ("广东省深圳市", "科苑路 6 号"), ("四川省成都市", "天府大道 99 号"))


@dataclass
class World:
    """The people and things of the demo, and the dice."""

    gateway: str
    say: Callable[[str, int, int], None]
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a demo, not a secret
    products: list[Product] = field(default_factory=list)
    promoters: list[str] = field(default_factory=list)
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buyers: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)


@dataclass(eq=False)
class HalfLoaded(DomainError):
    """An earlier run was cut off in the middle of the demo's life."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "demo.half_loaded"
    says: ClassVar[str] = "上次载入演示店铺时中断；请删除数据目录 {home} 后重试"

    home: str


def exists() -> bool:
    """The demo has been loaded into this database. Raises `HalfLoaded`."""
    logins = {user.login for user in identity.users(search="", after="", limit=100).items}
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
) -> None:
    """Make the world and live through its `days`, ending at `now`. Fewer people and shops make a smaller world."""
    world = World(gateway, say)
    start = now - timedelta(days=days)
    _people(world, start, buyers)
    _shops(world, start, shops)
    _promoters(world, start, people)
    for day in range(days):
        say("经营", day + 1, days)
        _live(world, start + timedelta(days=day, hours=1), last=day >= days - 1)
    _withdraw(now)
    _ask(world, now - timedelta(hours=5))
    _arrive(world, now)
    _tick(world, now)
    name, login = "审计 · 陈平", LAST  # made last: his account says that the world is whole
    identity.create_user(display_name=name, login=login, password=PASSWORD, roles=[(Role.AUDITOR, "")], now=now)


def _people(world: World, now: datetime, buyers: Sequence[str]) -> None:
    for login, name, role in STAFF:
        identity.create_user(display_name=name, login=login, password=PASSWORD, roles=[(role, "")], now=now)
    for n, name in enumerate(buyers, 1):
        user = identity.create_user(
            display_name=name, login=f"buyer{n}", password=PASSWORD, roles=[(Role.BUYER, "")], now=now
        )
        world.buyers.append((user.user_id, f"o-demo-buyer-{n}"))


def _shops(world: World, now: datetime, shops: Sequence[Shop]) -> None:
    for key, name in CATEGORIES.items():
        catalog.set_category(key, name)
    plan = commission.parse_plan(PLAN)
    commission.publish_plan(plan, in_force_from=now - timedelta(days=1), by="operator")
    for n, shop in enumerate(shops, 1):
        world.say("商家与商品", n, len(shops))
        _shop(world, shop, now)


def _shop(world: World, shop: Shop, now: datetime) -> None:
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
    for goods in shop.goods:
        draft = ProductDraft(
            title=goods.title,
            subtitle=goods.subtitle,
            category=goods.category,
            description=goods.description,
            tags=("产地直供",) if goods.category in ("tea", "food") else (),
            pictures=(catalog.upload(merchant.id, picture(goods), now=now),),
            skus=tuple(SkuDraft(spec=spec, price_fen=fen, total_qty=stock) for spec, fen, stock in goods.skus),
            return_class=goods.returns,
        )
        made = catalog.create_product(merchant.id, draft, actor=shop.login, now=now)
        world.products.append(catalog.list_product(merchant.id, made.id, actor=shop.login, now=now))


def _promoters(world: World, now: datetime, people: Sequence[tuple[str, str]]) -> None:
    agreement = promoters.agreement()
    for n, (login, name) in enumerate(people, 1):
        world.say("推客加入", n, len(people))
        user = identity.create_user(
            display_name=name, login=login, password=PASSWORD, roles=[(Role.BUYER, "")], now=now
        )
        info = IdentityInfo(PromoterKind.INDIVIDUAL, name, _id_number(n))
        promoters.apply_identity(user.user_id, info, now=now)
        promoters.apply_agreement(user.user_id, version=agreement.version, answers=QUIZ, now=now)
        promoter = promoters.apply_payee(
            user.user_id, channel=PayeeChannel.WECHAT, account=f"o-demo-promoter-{n}", holder=name, now=now
        )
        if not promoter.is_active:
            promoter = promoters.review(promoter.id, approve=True, reason="approved", actor="reviewer", now=now)
        if n == 1:
            promoters.set_level(promoter.id, "gold", actor="operator", reason="promotion_rule", now=now)
        world.promoters.append(promoter.id)
        world.links[promoter.id] = [_link(promoter.id, product, now) for product in world.products]


def _id_number(n: int) -> str:
    """A well-formed resident ID (GB 11643) of a person who does not exist."""
    body = f"1101011990010{n:d}{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _link(promoter_id: str, product: Product, now: datetime) -> tuple[str, str]:
    target = Target(TargetKind.PRODUCT, product.id, product.merchant_id, product.title)
    return product.id, attribution.create_link(promoter_id, target, Channel.MOMENTS, now=now).code


# -- a day ----------------------------------------------------------------------------------------------------------


def _live(world: World, now: datetime, *, last: bool) -> None:
    """Some orders, and whatever earlier days have put on today's list."""
    due = [job for at, job in world.waiting if at <= now]
    world.waiting = [(at, job) for at, job in world.waiting if at > now]
    for job in due:
        job(now)
    minutes = sorted(world.dice.sample(range(10, 600), world.dice.randint(1, 3) if not last else 5))
    for n, minute in enumerate(minutes):
        _order(world, now + timedelta(minutes=minute), paid=not last or n < len(minutes) - 2)
    _tick(world, now + timedelta(hours=11))


def _tick(world: World, now: datetime) -> None:
    clock.set_for_story(now)
    processes.work_once(now)
    clock.set_for_story(None)


def _order(world: World, now: datetime, *, paid: bool) -> None:
    dice = world.dice
    buyer_id, openid = dice.choice(world.buyers)
    visitor = f"v-{buyer_id[-10:]}"
    chosen = dice.sample(world.products, dice.choice((1, 1, 2)))
    if dice.random() < 0.85:
        promoter = dice.choice(world.promoters)
        code = dict(world.links[promoter])[chosen[0].id]
        attribution.touch(code, Visitor(visitor, buyer_id, "Mozilla/5.0 (iPhone) MicroMessenger"), now=now)
    region, street = dice.choice(REGIONS)
    asked = PlaceRequest(
        checkout_id=new_id("chk"),
        buyer_id=buyer_id,
        items=tuple(Item(dice.choice(p.skus).id, dice.choice((1, 1, 1, 2))) for p in chosen),
        address=Address("收件人", "13900001234", region, street),
        now=now,
    )
    checkout = place_attributed(replace(asked, confirmed=frozenset(item.sku_id for item in asked.items)), visitor)
    if not paid:
        return
    _pay(world, checkout.id, buyer_id, openid, now)
    for order in checkout.orders:
        _plan_life(world, order, now)


def _pay(world: World, checkout_id: str, buyer_id: str, openid: str, now: datetime) -> None:
    clock.set_for_story(now)
    payment = orders.open_payment(checkout_id, buyer_id=buyer_id, payer_openid=openid, channel="jsapi", now=now)
    payments.pay_params(payment.id, now=now)
    with httpx.Client(base_url=world.gateway, trust_env=False, timeout=20) as http:
        _reach(http, now)
        http.post(f"/sim/pay/{payment.id}", json={"openid": openid}).raise_for_status()
    payments.look_now(SYSTEM, payment.id, now=now)
    processes.work_once(now)
    clock.set_for_story(None)


def _reach(http: httpx.Client, now: datetime) -> None:
    """Let the gateway's clock come up to the story's; it never goes back."""
    there = datetime.fromisoformat(http.get("/sim/clock").json()["now"])
    if there < now:
        http.post(
            "/sim/clock", json={"advance": (now - there).total_seconds(), "sign_with": "virtual"}
        ).raise_for_status()


def _arrive(world: World, now: datetime) -> None:
    """The story is over: from here on the gateway lives, and signs, in the present."""
    with httpx.Client(base_url=world.gateway, trust_env=False, timeout=60) as http:
        _reach(http, now)
        http.post("/sim/clock", json={"sign_with": "wall"}).raise_for_status()


def _plan_life(world: World, order: Order, now: datetime) -> None:
    """Ship tomorrow, receive two to four days later; some ask for part of their money back."""
    dice = world.dice
    shipped = now + timedelta(hours=dice.randint(10, 40))
    received = shipped + timedelta(days=dice.randint(2, 4))
    world.waiting.append((shipped, lambda at: _ship(order, at)))
    if dice.random() < 0.8:
        world.waiting.append((received, lambda at: _receive(order, at)))
    if dice.random() < 0.15:
        world.waiting.append((received + timedelta(days=dice.randint(1, 12)), lambda at: _refund(world, order, at)))


def _ship(order: Order, now: datetime) -> None:
    number = f"SF{abs(hash(order.id)) % 10**12:012d}"
    orders.ship(order.id, merchant_id=order.merchant_id, carrier="顺丰速运", tracking_no=number, actor="店铺", now=now)


def _receive(order: Order, now: datetime) -> None:
    with transaction.atomic():  # a tenant's rows are seen inside a transaction only
        shipped = orders.order_file(order.id).order.state == OrderState.SHIPPED
    if shipped:
        orders.receive(order.id, buyer_id=order.buyer_id, now=now)


def _refund(world: World, order: Order, now: datetime) -> None:
    line = order.lines[0]
    part = RefundPart(line.id, max(1, line.paid_fen // world.dice.choice((2, 3))))
    asked = orders.request_after_sale(
        order.id,
        buyer_id=order.buyer_id,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[part],
        reason="与描述有出入，协商部分退款",
        now=now,
    )
    orders.decide_after_sale(
        asked.id, merchant_id=order.merchant_id, approve=True, actor="店铺", note="同意部分退款", now=now
    )


def _ask(world: World, now: datetime) -> None:
    """Two requests for the shops to answer in time: an exchange, and a return that the law protects."""
    kinds = [AfterSaleKind.EXCHANGE, AfterSaleKind.RETURN_REFUND]
    for buyer_id, _ in world.buyers:
        with transaction.atomic():
            found, _mark = orders.buyer_orders(buyer_id, state=OrderState.SHIPPED, limit=1)
        lines = [line for order in found for line in order.lines if not order.refund_pending_fen]
        if not lines or not kinds:
            continue
        kind, line = kinds.pop(0), lines[0]
        part = RefundPart(line.id, 0 if kind is AfterSaleKind.EXCHANGE else line.paid_fen, line.qty)
        why = "收到时包装破损，想换一件" if kind is AfterSaleKind.EXCHANGE else "不太合适"
        orders.request_after_sale(found[0].id, buyer_id=buyer_id, kind=kind, parts=[part], reason=why, now=now)


def _withdraw(now: datetime) -> None:
    """Two promoters ask for money: one small sum that goes through, one above the limit that waits for four eyes."""
    for login, part in (("tuike1", 3), ("tuike2", 2)):
        user = identity.users(search=login, after="", limit=1).items[0]
        promoter = promoters.active_by_user(user.user_id)
        due = payouts.wallet(promoter.id).available_fen
        if due >= 100:
            payouts.request(promoter.id, due // part, now=now)

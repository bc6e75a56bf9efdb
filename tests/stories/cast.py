"""Who appears in the stories, what they do, and how time passes: facades, the gateway over HTTP, the real worker."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from tests.commerce.papers import licensed
from tests.promotion.people import id_number, right
from tests.support.gateway import Gateway, running_gateway
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Merchant, Settings
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    Address,
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    Checkout,
    Item,
    Order,
    PlaceRequest,
    RefundPart,
)
from xintui.entrypoints import processes
from xintui.entrypoints.checkout import place_attributed
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.infra import clock
from xintui.kernel.ids import new_id
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, Target, TargetKind, Visitor
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import OPEN_STATES, Withdrawal
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, Promoter, PromoterKind

T0: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Shanghai."""
PHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) MicroMessenger/8.0"
HOME: Final = Address(name="李雷", phone="13800000001", region="浙江省杭州市西湖区", street="文三路 1 号")
PLAN: Final = {
    "version": "2026-03",
    "auto_receipt_days": 10,
    "freeze_days": 7,
    "rules": [
        {"id": "base", "priority": 0, "match": {}, "rate_bp": 800},
        {"id": "tea", "priority": 10, "match": {"category": "tea"}, "rate_bp": 1250},
    ],
}


@dataclass(frozen=True)
class Buyer:
    """A person with a phone: the account, the WeChat id that pays, and the browser that clicks."""

    id: str
    openid: str
    visitor: str


@contextmanager
def opened(directory: Path) -> Iterator[Gateway]:
    """The gateway at T0, its clock standing still until a story moves it; a commission plan is in force."""
    clock.set_for_story(T0)
    with running_gateway(directory, start=T0.timestamp(), clock_rate=1e-6) as gateway:
        gateway.clock()  # from here on signatures carry the story's time
        commission.publish_plan(commission.parse_plan(PLAN), in_force_from=T0, by="usr01OPS")
        yield gateway


def shop(name: str, **settings: int) -> Merchant:
    """A merchant that trades."""
    applied = merchants.register(
        name=name, contact_name="王店长", contact_phone="13912345678", actor="usr01OWNER", now=T0
    )
    if settings:
        merchants.change_settings(applied.id, Settings(**settings), actor="usr01OWNER", now=T0)
    licensed(applied.id, T0)
    return merchants.activate(applied.id, actor="usr01OPS", now=T0)


def goods(merchant: Merchant, title: str, category: str, *, fen: int, stock: int) -> Product:
    """One product with one SKU, on the shelf."""
    catalog.set_category(category, {"tea": "茶叶", "food": "食品干货"}[category])
    draft = ProductDraft(title=title, category=category, skus=(SkuDraft("标准装", fen, stock),))
    made = catalog.create_product(merchant.id, draft, actor="usr01OWNER", now=T0)
    return catalog.list_product(merchant.id, made.id, actor="usr01OWNER", now=T0)


def buyer(name: str) -> Buyer:
    """A registered buyer."""
    made = identity.create_user(display_name=name, roles=[(Role.BUYER, "")], now=clock.now())
    return Buyer(made.user_id, f"o-{made.user_id}", f"v-{made.user_id}")


def promoter(name: str, n: int) -> Promoter:
    """A person who has gone through the three steps."""
    user = identity.create_user(display_name=name, roles=[(Role.BUYER, "")], now=clock.now()).user_id
    now = clock.now()
    promoters.apply_identity(user, IdentityInfo(PromoterKind.INDIVIDUAL, name, id_number(n)), now=now)
    promoters.apply_agreement(user, version=promoters.agreement().version, answers=right(), now=now)
    return promoters.apply_payee(user, channel=PayeeChannel.WECHAT, account=f"o-{user}", holder=name, now=now)


def link(who: Promoter, product: Product) -> ShareLink:
    """Her signed link to a product, for 朋友圈."""
    target = Target(TargetKind.PRODUCT, product.id, product.merchant_id, product.title)
    return attribution.create_link(who.id, target, Channel.MOMENTS, now=clock.now())


def touched(share: ShareLink, who: Buyer) -> None:
    """The buyer opens the link in WeChat."""
    landing = attribution.touch(share.code, Visitor(who.visitor, who.id, PHONE), now=clock.now())
    assert landing.counted


def placed(who: Buyer, *items: tuple[Product, int]) -> Checkout:
    """A cart becomes a checkout, attributed as of now."""
    wanted = tuple(Item(product.skus[0].id, qty) for product, qty in items)
    return place_attributed(PlaceRequest(new_id("chk"), who.id, wanted, HOME, clock.now()), who.visitor)


def at_cashier(checkout: Checkout, who: Buyer) -> str:
    """The gateway knows the payment and waits for the buyer; the payment's number."""
    now = clock.now()
    payment = orders.open_payment(checkout.id, buyer_id=who.id, payer_openid=who.openid, channel="jsapi", now=now)
    payments.pay_params(payment.id, now=now)
    return payment.id


def paid(gateway: Gateway, who: Buyer, *items: tuple[Product, int]) -> Checkout:
    """Placed, paid at the gateway, told by the callback; the checkout as it stands then."""
    checkout = placed(who, *items)
    gateway.pay(at_cashier(checkout, who), who.openid)
    turn(gateway)
    return checkout_now(checkout.id)


def turn(gateway: Gateway) -> None:
    """The post comes, and the worker takes one turn through all its jobs."""
    assert set(gateway.deliver()) <= {204}
    work()


def work() -> None:
    """One turn of the real worker; no job may fail."""
    assert processes.work_once(clock.now()).failed == {}


def heard() -> None:
    """The worker reads its post and tells everybody, and asks the gateway nothing."""
    assert processes.work_once(clock.now(), jobs=processes.JOBS[:2]).failed == {}


def until(gateway: Gateway, true: Callable[[], bool], *, minutes: float = 2, turns: int = 12) -> None:
    """Turns of the worker with time between them, until it is true."""
    for _ in range(turns):
        turn(gateway)
        if true():
            return
        gateway.clock(minutes=minutes)
    raise AssertionError("it never came true")


def earned(gateway: Gateway, who: Promoter, product: Product, qty: int) -> Order:
    """Somebody buys through her link, keeps it, and the freeze time passes: her part is due."""
    person = buyer("王敏")
    touched(link(who, product), person)
    (order,) = paid(gateway, person, (product, qty)).orders
    received(gateway, order)
    gateway.clock(days=7)
    work()
    return order_now(order.id)


def received(gateway: Gateway, order: Order, *, after_h: float = 30) -> datetime:
    """Shipped now, in the buyer's hands `after_h` hours later; the instant of receipt."""
    orders.ship(
        order.id, merchant_id=order.merchant_id, carrier="顺丰速运", tracking_no="SF1000000001",
        actor="usr01STAFF", now=clock.now(),
    )  # fmt: skip
    at = gateway.clock(hours=after_h)
    orders.receive(order.id, buyer_id=order.buyer_id, now=at)
    turn(gateway)
    return at


def asked_back(order: Order, fen: int, reason: str = "少发一件") -> AfterSale:
    """The buyer wants a part of the first line's money back, and the merchant agrees."""
    part = RefundPart(order.lines[0].id, fen)
    asked = orders.request_after_sale(
        order.id, buyer_id=order.buyer_id, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason=reason, now=clock.now()
    )
    return orders.decide_after_sale(
        asked.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=clock.now()
    )


def refunded(gateway: Gateway, order: Order, fen: int) -> AfterSale:
    """A partial refund from the request to the money back at the buyer's: instruction, gateway, callback."""
    asked = asked_back(order, fen)
    turn(gateway)  # sent
    turn(gateway)  # the gateway's callback
    settled = after_sale_now(asked.id)
    assert settled.state is AfterSaleState.REFUNDED
    return settled


def withdrawn(gateway: Gateway, who: Promoter, fen: int) -> Withdrawal:
    """Requested, seen by four eyes where it must be, sent, confirmed by the payee, told by the callback."""
    made = sent(gateway, who, fen)
    gateway.confirm(made.transfer_id)
    turn(gateway)
    return withdrawal_now(made.id)


def sent(gateway: Gateway, who: Promoter, fen: int) -> Withdrawal:
    """A withdrawal that waits at the gateway for the payee to confirm."""
    made = payouts.request(who.id, fen, now=clock.now())
    if made.needs_review:
        payouts.propose(made.id, actor="usrfinance1", now=clock.now())
        payouts.approve(made.id, actor="usrfinance2", now=clock.now())
    turn(gateway)
    turn(gateway)
    return withdrawal_now(made.id)


# -- looking ---------------------------------------------------------------------------------------------------------


def order_now(order_id: str) -> Order:
    with transaction.atomic():
        return orders.order_file(order_id).order


def checkout_now(checkout_id: str) -> Checkout:
    with transaction.atomic():
        return orders.checkout(checkout_id)


def after_sale_now(after_sale_id: str) -> AfterSale:
    with transaction.atomic():
        return orders.after_sale(after_sale_id)


def withdrawal_now(withdrawal_id: str) -> Withdrawal:
    with transaction.atomic():
        return payouts.get(withdrawal_id)


def stock(product: Product) -> tuple[int, int, int]:
    """(total, reserved, sold) of its one SKU."""
    with transaction.atomic():
        (sku,) = catalog.get(product.id).skus
    return sku.total_qty, sku.reserved_qty, sku.sold_qty


def owns(kind: Kind, owner: str) -> int:
    """The posted balance of an account, on its normal side."""
    return ledger.balance(Account(kind, owner)).posted_fen


def books(*shops: Merchant, promoter: Promoter | None = None) -> dict[str, int]:
    """Every account that is not empty, by a short name."""
    wanted = {
        "clearing": Account(Kind.GATEWAY_CLEARING, "wechat"),
        "fee": Account(Kind.PLATFORM_FEE, "platform"),
        "in payout": Account(Kind.PAYOUT_CLEARING, "wechat"),
        "tax": Account(Kind.TAX_PAYABLE, "iit"),
        **{shop.name: Account(Kind.MERCHANT_PAYABLE, shop.id) for shop in shops},
    }
    if promoter is not None:
        wanted["pending"] = Account(Kind.PROMOTER_PENDING, promoter.id)
        wanted["due"] = Account(Kind.PROMOTER_DUE, promoter.id)
        wanted["debt"] = Account(Kind.PROMOTER_DEBT, promoter.id)
    found = ledger.balances(wanted.values())
    return {name: found[account].posted_fen for name, account in wanted.items() if found[account].posted_fen}


def moves(*reasons: str) -> list[tuple[str, str, int]]:
    """(debit, credit, fen) of the postings of these reasons; accounts as `kind:owner`."""
    return [
        (str(move.debit).removesuffix("@CNY"), str(move.credit).removesuffix("@CNY"), move.fen)
        for posting in ledger.postings(reasons)
        for move in posting.moves
    ]


def nothing_is_wrong() -> None:
    """Both auditors recompute everything and find nothing; no withdrawal is left open, no money is unexplained."""
    with transaction.atomic():  # a tenant's rows are seen inside a transaction only: outside, an audit audits nothing
        assert commission.totals().lines > 0
        assert commission.audit() == []
        assert ledger.audit() == []
        assert payments.unmatched_fen() == 0


def open_withdrawals(who: Promoter) -> Sequence[Withdrawal]:
    """What is still under way."""
    with transaction.atomic():
        return [one for one in payouts.search(promoter_id=who.id).items if one.state in OPEN_STATES]

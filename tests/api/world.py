"""Two tenants, a victim and strangers. Modules add a seeder: it makes the victim's things and names their ids.

A private text (a name, an address, a remark, a phone) is made with `canary()`: it may never reach a stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.api import judged
from tests.api.grades import grade
from tests.commerce.papers import licensed
from tests.promotion.people import id_number
from xintui.commerce.addresses import facade as addresses
from xintui.commerce.addresses.contracts import AddressDraft
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductDraft, SkuDraft
from xintui.commerce.disputes import facade as disputes
from xintui.commerce.disputes.contracts import Complaint
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, AfterSaleKind, Item, OrderPaid, PaidLine, PlaceRequest, RefundPart
from xintui.commerce.reviews import models as review_rows
from xintui.engagement.followups import facade as followups
from xintui.engagement.followups.contracts import PlanDraft, Trigger
from xintui.engagement.notifications import facade as notifications
from xintui.engagement.notifications.contracts import Notice
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Move
from xintui.foundation.ledger.facade import Kind as AccountKind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models as payment_rows
from xintui.foundation.payments.contracts import Channel as PayChannel
from xintui.foundation.payments.contracts import PaymentCaptured, Receiver
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel as LinkChannel
from xintui.promotion.attribution.contracts import Target, TargetKind, Visitor
from xintui.promotion.commission import facade as commission
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import MaterialDraft, MaterialKind
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters import tables
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Facts, Holder, HolderKind, RiskClass
from xintui.trust.privacy import facade as privacy

CANARY = "CANARYQZX"
PASSWORD = "Tangerine-42-boats"


@dataclass
class World:
    now: datetime
    victim_merchant: str = "mchVICTIM"
    stranger_merchant: str = "mchSTRANGER"
    ids: dict[str, str] = field(default_factory=dict)
    """Path, query and body parameter name → an id of the victim's."""
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def canary(self, what: str) -> str:
        return f"{CANARY}{what}"

    def person(self, name: str, *roles: tuple[Role, str], phone: str | None = None) -> str:
        """An account with a token, logged in for the first merchant among its roles."""
        made = identity.create_user(
            display_name=name, login=name.lower(), password=PASSWORD, phone=phone, roles=roles, now=self.now
        )
        merchant = next((merchant for _, merchant in roles if merchant), "")
        issued = identity.issue_for(made.user_id, merchant_id=merchant, device_name=name, now=self.now)
        self.tokens[name], self.people[name] = issued.access_token, made.user_id
        return made.user_id


def people(world: World) -> None:
    """The victims and everybody who should not see them."""
    victim, stranger = world.victim_merchant, world.stranger_merchant
    owner = world.person(world.canary("owner"), (Role.MERCHANT_OWNER, victim), phone="13900008888")
    buyer = world.person(world.canary("buyer"), (Role.BUYER, ""), phone="13900009999")
    promoter = world.person(world.canary("promoter"), (Role.BUYER, ""), (Role.PROMOTER, ""))
    issued = identity.issue_for(buyer, device_name=world.canary("phone"), now=world.now)
    world.ids |= {"user_id": owner, "buyer_id": buyer, "device_id": issued.device_id, "merchant_id": victim}
    world.ids |= {"actor_id": owner, "promoter_user_id": promoter, "object_id": owner, "search": owner}
    world.person("StrangerOwner", (Role.MERCHANT_OWNER, stranger))
    world.person("StrangerGoods", (Role.MERCHANT_GOODS, stranger))
    world.person("StrangerService", (Role.MERCHANT_SERVICE, stranger))
    world.person("Colleague", (Role.MERCHANT_SERVICE, victim))
    world.person("OtherBuyer", (Role.BUYER, ""))
    world.person("OtherPromoter", (Role.BUYER, ""), (Role.PROMOTER, ""))
    revoked = world.person("Revoked", (Role.MERCHANT_OWNER, victim))
    demoted = world.person("Demoted", (Role.OPERATOR, ""), (Role.BUYER, ""))
    operator = world.person("Boss", (Role.OPERATOR, ""))
    world.person("BossNoOne", (Role.AUDITOR, ""))
    by = identity.authenticate(world.tokens["Boss"], now=world.now)
    assert by is not None and by.principal.user_id == operator
    identity.revoke_role(
        by.principal, revoked, Role.MERCHANT_OWNER, victim, reason=world.canary("reason"), now=world.now
    )
    identity.revoke_role(by.principal, demoted, Role.OPERATOR, reason=world.canary("reason"), now=world.now)
    licensed(victim, world.now)


def commerce(world: World) -> None:
    """The victim's shop, an order in it with a private address, an after-sale, a payment and a bill difference."""
    merchants.register(
        name="受害茶行",
        contact_name=world.canary("contact"),
        contact_phone="13900007777",
        actor=world.ids["user_id"],
        now=world.now,
        merchant_id=world.victim_merchant,
    )
    merchants.activate(world.victim_merchant, actor="usr01OPS", now=world.now)
    catalog.set_category("tea", "茶叶")
    draft = ProductDraft(title="明前龙井", category="tea", skus=(SkuDraft("250 克", 100_00, 50),))
    made = catalog.create_product(world.victim_merchant, draft, actor="usr01OWNER", now=world.now)
    product = catalog.list_product(world.victim_merchant, made.id, actor="usr01OWNER", now=world.now)
    home = Address(world.canary("name"), "13900009999", "浙江省杭州市西湖区", world.canary("street"))
    buyer, sku = world.ids["buyer_id"], product.skus[0].id
    wanted = PlaceRequest(checkout_id=new_id("chk"), buyer_id=buyer, items=(Item(sku, 2),), address=home, now=world.now)
    checkout = orders.place(wanted)
    payment = orders.open_payment(
        checkout.id, buyer_id=buyer, payer_openid=world.canary("openid"), channel="jsapi", now=world.now
    )
    paid = {"state": "captured", "captured_fen": payment.amount_fen, "transaction_id": "wx01", "paid_at": world.now}
    payment_rows.Payment.objects.filter(id=payment.id).update(**paid)
    orders.mark_paid(
        [
            PaymentCaptured(
                payment_id=payment.id,
                subject=checkout.id,
                amount_fen=payment.amount_fen,
                currency="CNY",
                transaction_id="wx01",
                payer_openid=world.canary("openid"),
                paid_at=world.now,
            )
        ]
    )
    order = orders.checkout(checkout.id).orders[0]
    part = RefundPart(order.lines[0].id, 50_00)
    asked = orders.request_after_sale(
        order.id,
        buyer_id=buyer,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[part],
        reason=world.canary("remark"),
        now=world.now,
    )
    world.ids |= {"product_id": product.id, "sku_id": sku, "checkout_id": checkout.id, "order_id": order.id}
    world.ids |= {"line_id": part.line_id, "after_sale_id": asked.id, "aftersale_id": asked.id}
    world.ids |= {"payment_id": payment.id, "number": payment.id, "subject": checkout.id}
    bill = payment_rows.Bill.objects.create(
        id=new_id("bil"),
        psp="wechat",
        day=world.now.date() - timedelta(days=400),  # a day that no worker of another test has fetched
        sha1="0" * 40,
        lines=1,
        paid_fen=1,
        refunded_fen=0,
        fee_fen=0,
        imported_at=world.now,
    )
    difference = payment_rows.Difference.objects.create(
        id=new_id("dif"),
        bill=bill,
        psp="wechat",
        day=world.now.date(),
        kind="amount",
        subject_kind="payment",
        number=payment.id,
        detail=world.canary("difference"),
        found_at=world.now,
    )
    world.ids |= {"difference_id": difference.id, "picture_id": "0" * 40}


def invited(world: World) -> None:
    """Somebody the victim wants to let in."""
    owner = identity.authenticate(world.tokens[world.canary("owner")], now=world.now)
    assert owner is not None
    who, phone = owner.principal, "13900006666"
    made = merchants.invite(world.victim_merchant, [Role.MERCHANT_GOODS], phone=phone, by=who, now=world.now)
    world.ids["invitation_id"] = made.invitation.id


def sharing(world: World) -> None:
    """A part of the victim's money on its way to the victim's supplier."""
    number = world.ids["payment_id"]
    payment_rows.Payment.objects.filter(id=number).update(shared=True)
    to = Receiver("MERCHANT_ID", "1900009999", 1_00, world.canary("supply"), "SUPPLIER", world.canary("supplier"))
    made = payments.request_split(
        "shrVICTIM0123", number, [to], finish=False, description=world.canary("split"), now=world.now
    )
    world.ids["share_id"] = made.id


def promotion(world: World) -> None:
    """The victim as a promoter: a file, a link, the attribution of a purchase, a withdrawal."""
    user, number = world.ids["promoter_user_id"], id_number(1)
    person = IdentityInfo(PromoterKind.INDIVIDUAL, world.canary("promoter"), number)
    promoters.apply_identity(user, person, sponsor_id="", sponsor_source="", now=world.now)
    promoters.apply_agreement(
        user, version=promoters.agreement().version, answers=tables.right_answers(), now=world.now
    )
    account = world.canary("payee")
    made = promoters.apply_payee(
        user, channel=PayeeChannel.WECHAT, account=account, holder=world.canary("promoter"), now=world.now
    )
    target = Target(TargetKind.PRODUCT, world.ids["product_id"], world.victim_merchant, "明前龙井")
    link = attribution.create_link(made.id, target, LinkChannel.GROUP, now=world.now)
    attribution.touch(link.code, Visitor(world.canary("visitor"), "", "Mozilla/5.0 (iPhone)"), now=world.now)
    frozen = attribution.freeze(world.ids["buyer_id"], world.canary("visitor"), [world.victim_merchant], now=world.now)
    world.ids |= {"promoter_id": made.id, "link_id": link.id, "code": link.code}
    world.ids |= {"attribution_id": next(iter(frozen.values())).attribution_id}
    due = Move(
        Account(AccountKind.MERCHANT_PAYABLE, world.victim_merchant),
        Account(AccountKind.PROMOTER_DUE, made.id),
        500_00,
    )
    ledger.post(ledger.Posting("test.earned/f6", (due,), accounting_date(world.now)))
    world.ids["withdrawal_id"] = payouts.request(made.id, 300_00, now=world.now).id


def earned(world: World) -> None:
    """A plan in force, the victim's promoter's commission on the victim's line, and the victim's draft of a plan."""
    rule = {"id": "base", "priority": 0, "match": {}, "rate_bp": 800}
    plan = {"version": "f6", "auto_receipt_days": 10, "freeze_days": 7, "rules": [rule]}
    commission.publish_plan(commission.parse_plan(plan), in_force_from=world.now - timedelta(days=1))
    line = PaidLine(
        world.ids["line_id"], world.ids["product_id"], "", "tea", 1, 99_00, world.ids["promoter_id"], "", ""
    )
    sale = OrderPaid(world.ids["order_id"], world.victim_merchant, world.ids["buyer_id"], "CNY", world.now, (line,))
    commission.accrue([sale], now=world.now)
    mine = rule | {"match": {"merchant_id": world.victim_merchant}}
    made = commission.draft_plan(
        {"rules": [mine]},
        merchant_id=world.victim_merchant,
        note=world.canary("note"),
        actor=world.ids["user_id"],
        now=world.now,
    )
    world.ids["draft_id"] = made.id


def library(world: World) -> None:
    """A draft of the victim's shop."""
    by = identity.authenticate(world.tokens[world.canary("owner")], now=world.now)
    assert by is not None
    draft = MaterialDraft(MaterialKind.COPY, "春茶文案", world.canary("copy") + "清香回甘，值得一试")
    made = materials.create(draft, merchant_id=world.victim_merchant, by=by.principal, now=world.now)
    world.ids["version_id"] = made.id


def at_home(world: World) -> None:
    """The victim's address book."""
    home = AddressDraft(world.canary("name"), "13900009999", "330106", "浙江省杭州市西湖区", world.canary("street"))
    world.ids["address_id"] = addresses.add(world.ids["buyer_id"], home, now=world.now).id


def reviewed(world: World) -> None:
    """The victim's review: what everybody may read of it, and the order and buyer that nobody may."""
    row = review_rows.Review.objects.create(
        id=new_id("rev"),
        merchant_id=world.victim_merchant,
        product_id=world.ids["product_id"],
        order_id=world.ids["order_id"],
        line_id=world.ids["line_id"],
        buyer_id=world.ids["buyer_id"],
        author="受**",
        spec="250 克",
        stars=5,
        written_at=world.now,
    )
    review_rows.Score.objects.create(id=row.product_id, merchant_id=row.merchant_id, five=1)
    world.ids["review_id"] = row.id


def disputed(world: World) -> None:
    """The victim has not got the parcel and complains: words and a fingerprint that only the two sides may read."""
    by = identity.authenticate(world.tokens[world.canary("buyer")], now=world.now)
    assert by is not None
    asked = Complaint(
        world.ids["order_id"], world.ids["line_id"], "not_delivered", 20_00, world.canary("complaint")
    )  # fmt: skip
    made = disputes.file(asked, by=by.principal, now=world.now).dispute
    disputes.add_fingerprint(made.id, world.canary("video"), "ab" * 32, 9, by=by.principal, now=world.now)
    world.ids |= {"dispute_id": made.id, "token": "dsf01.1vPvPv.nothing"}


def at_large(world: World) -> None:
    """The victim's copy of everything, ready to be fetched by the victim."""
    made = privacy.ask(world.ids["buyer_id"], now=world.now)
    privacy.finish(made.id, world.canary("copy").encode(), now=world.now)
    world.ids |= {"export_id": made.id, "document": "privacy", "purpose": "wechat_message"}


def told(world: World) -> None:
    """A message to the victim, one to the victim's shop."""
    facts = {"order_id": world.ids["order_id"], "goods": world.canary("goods"), "amount": "1.00"}
    notifications.tell([Notice(world.ids["buyer_id"], "order_paid", "f6", facts)], now=world.now)
    notifications.tell_shops([Notice(world.victim_merchant, "shop_order_paid", "f6", facts)], now=world.now)
    world.ids["message_id"] = notifications.mine(world.ids["buyer_id"]).items[0].id
    world.ids["shop_message_id"] = notifications.of_shop(world.victim_merchant).items[0].id


def followed(world: World) -> None:
    """A plan being written, and a task that another one has made for the victim's promoter."""
    by = identity.authenticate(world.tokens["Boss"], now=world.now)
    assert by is not None
    words = world.canary("words") + "{称呼}您好，{商品}还合口味吗"
    draft = PlanDraft("回访", Trigger.FIRST, 1, words)
    ran = followups.create(draft, by=by.principal, now=world.now)
    followups.start(ran.id, by=by.principal, now=world.now)
    assert followups.make_due(now=world.now + timedelta(days=1)) == 1
    world.ids["followup_id"] = followups.create(draft, by=by.principal, now=world.now).id
    world.ids["task_id"] = followups.open_tasks(world.ids["promoter_id"], now=world.now).items[0].id


def pay_part(part_id: str, holder: Holder, now: datetime) -> None:
    """A part of a deposit is paid, as a verified callback leaves it."""
    made = deposits.pay(part_id, holder, openid="o-f6", channel=PayChannel.JSAPI, psp="wechat", now=now)
    number = f"wx{made.id}"[:32]
    paid = {"state": "captured", "captured_fen": made.amount_fen, "transaction_id": number, "paid_at": now}
    payment_rows.Payment.objects.filter(id=made.id).update(**paid)
    deposits.paid([PaymentCaptured(made.id, part_id, made.amount_fen, "CNY", number, "o-f6", now)])


def secured(world: World) -> None:
    """The victim's promoter's deposit: a part owed, a part paid so long ago that the desk gives it back, a claim."""
    hers = Holder(HolderKind.PROMOTER, world.ids["promoter_id"])
    then = world.now - timedelta(days=400)
    made = deposits.agree(hers, RiskClass.MEDIUM, Facts(), amount_fen=120_000, in_parts=True, by=SYSTEM, now=then)
    pay_part(made.parts[0].id, hers, then)
    deposits.claim(hers, "dispute/1", 1_00, world.canary("complaint"), by=SYSTEM, now=then)
    left = deposits.give_all_back(hers, by=SYSTEM, now=world.now)
    world.ids |= {"deposit_id": left.id, "part_id": left.parts[1].id, "return_id": left.returns[0].id}


def graded(world: World) -> None:
    """What buyers make of the victim's goods."""
    shop, product = world.victim_merchant, world.ids["product_id"]
    world.ids["block_id"] = grade(shop, product, world.canary("reason"), world.now)


SEEDERS: list[Callable[[World], None]] = [
    people,
    commerce,
    invited,
    at_home,
    reviewed,
    disputed,
    sharing,
    promotion,
    earned,
    secured,
    *judged.SEEDERS,
    graded,
]
SEEDERS.append(library)
SEEDERS.append(told)
SEEDERS.append(followed)
SEEDERS.append(at_large)
"""Append one line: `SEEDERS.append(orders)`; a seeder sets `world.ids["order_id"]` and so on."""


def build(now: datetime) -> World:
    world = World(now)
    for seed in SEEDERS:
        seed(world)
    return world

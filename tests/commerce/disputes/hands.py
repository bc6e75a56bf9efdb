"""Hands that argue: a shop with a deposit, a buyer with a parcel, an arbiter; refunds as the gateway tells of them."""

import io
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import F
from PIL import Image

from tests.commerce.world import BUYER, T0, failed, goods, order_now, paid, settled, shipped, shop
from tests.trust.deposits import hands as deposits
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Answer, Complaint, DisputeFile, Stand
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSale, Order, Referral
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind
from xintui.foundation.payments import models as payment_rows
from xintui.infra.outbox import facade as outbox
from xintui.trust.deposits.contracts import Holder, HolderKind, RiskClass

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CAME = T0 + 3 * DAY
"""When the parcel is received."""
NOW = T0 + 4 * DAY
BOUGHT = Principal(BUYER, frozenset({Role.BUYER}), None, "李雷", 1)
STRANGER = Principal("usr01OTHER", frozenset({Role.BUYER}), None, "韩梅", 1)
ARBITER = Principal("usr01OPS", frozenset({Role.OPERATOR}), None, "裁决员", 1)
FINANCE = Principal("usr01FIN", frozenset({Role.FINANCE}), None, "财务", 1)
PROMOTER_USER = "usr01ANNA"
ANNA = Principal(PROMOTER_USER, frozenset({Role.PROMOTER}), None, "安娜", 1)


def seller(merchant_id: str) -> Principal:
    return Principal("usr01OWNER", frozenset({Role.MERCHANT_OWNER}), merchant_id, "王店长", 1)


def secured(merchant: Merchant) -> Holder:
    """The shop stands behind its goods with 2,000 yuan."""
    holder = Holder(HolderKind.MERCHANT, merchant.id)
    made = deposits.agreed(holder, RiskClass.MEDIUM, amount_fen=200_000, in_parts=False)
    deposits.paid(made.parts[0].id, holder=holder)
    return holder


def received(product: Product, qty: int = 1, *, promoter_id: str = "") -> Order:
    more: dict[str, object] = {}
    if promoter_id:
        more["referrals"] = {product.merchant_id: Referral(promoter_id, "atr01")}
    order = shipped(paid((product.skus[0].id, qty), **more)[0])
    orders.receive(order.id, buyer_id=BUYER, now=CAME)
    return order_now(order.id)


def filed(order: Order, kind: str = "damaged", fen: int = 0, *, at: datetime = NOW, behind: str = "") -> DisputeFile:
    """A complaint about the first line, for all of it."""
    line = order.lines[0]
    wanted = fen or line.paid_fen - line.refunded_fen - line.refund_pending_fen
    asked = Complaint(order.id, line.id, kind, wanted, "打开就是碎的", behind)
    return facade.file(asked, by=BOUGHT, now=at)


def said(
    found: DisputeFile, stand: Stand, fen: int = 0, *, at: datetime = NOW, by: Principal | None = None
) -> DisputeFile:
    who = by or seller(found.dispute.merchant_id)
    return facade.answer(found.dispute.id, Answer(stand, "我们的说明", fen), by=who, now=at)


@cache
def photo(shade: int = 200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def heard() -> None:
    """Everybody hears what happened."""
    outbox.deliver_all(SUBSCRIPTIONS)


def arrives(found: DisputeFile, *, at: datetime = NOW) -> None:
    """The gateway says that the refund of the ruling is back."""
    _arrived(sale_of(found), at)


def more_arrives(found: DisputeFile, *, at: datetime = NOW) -> None:
    """The gateway says the same of what an appeal has added."""
    _arrived(more_of(found), at)


def _arrived(sale: AfterSale, at: datetime) -> None:
    orders.settle_refund([settled(sale.refund_id, order_now(sale.order_id), sale.total_fen, at=at)])
    heard()


def refused(found: DisputeFile, *, at: datetime = NOW) -> None:
    _failed(sale_of(found), at)


def more_refused(found: DisputeFile, *, at: datetime = NOW) -> None:
    _failed(more_of(found), at)


def _failed(sale: AfterSale, at: datetime) -> None:
    order = order_now(sale.order_id)
    payment_rows.Payment.objects.filter(id=order.payment_id).update(refunded_fen=F("refunded_fen") - sale.total_fen)
    orders.fail_refund([failed(sale.refund_id, order, sale.total_fen, at=at)])
    heard()


def sale_of(found: DisputeFile) -> AfterSale:
    with transaction.atomic():
        return orders.after_sale(now_is(found).dispute.after_sale_id)


def more_of(found: DisputeFile) -> AfterSale:
    with transaction.atomic():
        return orders.after_sale(now_is(found).dispute.more_after_sale_id)


def now_is(found: DisputeFile) -> DisputeFile:
    with transaction.atomic():
        return facade.read(found.dispute.id, ARBITER)


def held(holder: Holder) -> int:
    return deposits.now(holder, at=NOW).held_fen


def fen(kind: Kind, owner: str) -> int:
    ledger.fold()
    return ledger.balance(Account(kind, owner)).posted_fen


def moves(reason: str) -> list[tuple[str, str, int]]:
    found = ledger.posting(reason)
    return [(f"{m.debit.kind}:{m.debit.owner}", f"{m.credit.kind}:{m.credit.owner}", m.fen) for m in found.moves]


def shop_of(product: Product) -> Merchant:
    with transaction.atomic():
        return merchants.get_many([product.merchant_id])[product.merchant_id]


__all__ = ["goods", "shop"]

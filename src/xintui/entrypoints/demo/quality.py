"""Two bad batches: one of last month, whose product is off promotion now, and one of last season that was made good."""

from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleRequest,
    Decision,
    Line,
    Order,
    RefundPart,
)
from xintui.commerce.reviews.contracts import ReviewDraft, Writing
from xintui.entrypoints.demo.state import Asked, Batch, Buyer, World, later
from xintui.foundation.identity.contracts import Principal, Role

DAY: Final = timedelta(days=1)
LEAST: Final = 10_000
"""Orders: a smaller world sells too little of anything for a judgement."""
HURT, SPOKE = 0.7, 0.6
"""Of those who got a piece of a bad batch, who asks for money back, and who of them writes about it."""
WHY: Final = ("打开就有异味，不敢用", "与商品页说明不符", "用了两次就坏了", "收到时已经破损渗漏")
WORDS: Final = (
    "和之前买的完全不一样，这批有问题。",
    "破损了，退了款，但很失望。",
    "这次质量不行，希望商家查一查。",
)


def schedule(world: World, end: datetime, orders: int) -> None:
    """The third and the sixth of the charts."""
    if orders < LEAST:
        return
    now_bad, was_bad = world.products[2], world.products[5]
    world.batches += [
        Batch(was_bad.id, end - 260 * DAY, end - 200 * DAY),
        Batch(now_bad.id, end - 60 * DAY, end - 6 * DAY),
    ]


def befall(world: World, order: Order, buyer: Buyer, paid_at: datetime, received: datetime) -> bool:
    """Whether this order met a bad batch; then its buyer complains after receipt."""
    hit = next((line for line in order.lines if _bad(world, line, paid_at)), None)
    if hit is None or world.luck.random() >= HURT:
        return False
    asked = received + timedelta(hours=world.luck.randint(2, 40))
    agreed = asked + timedelta(hours=world.luck.randint(1, 20))
    part = [RefundPart(hit.id, hit.paid_fen)]

    def decide(case: AfterSale) -> None:
        world.made["after_sales"] += 1
        later(
            world, agreed, Asked(Decision(case.id, case.merchant_id, True, agreed, "同意退款，抱歉给您添麻烦", False))
        )

    why = world.luck.choice(WHY)
    request = AfterSaleRequest(order.id, order.buyer_id, AfterSaleKind.REFUND_ONLY, part, why, asked)
    later(world, asked, Asked(request, decide))
    if world.luck.random() < SPOKE:
        at = asked + timedelta(hours=3)
        draft = ReviewDraft(order.id, hit.id, world.luck.choice((1, 1, 2)), world.luck.choice(WORDS))
        person = Principal(buyer.user_id, frozenset({Role.BUYER}), None, buyer.name, 0)
        later(world, at, Asked(Writing(draft, person, at), lambda _: world.made.update({"reviews": 1})))
    return True


def _bad(world: World, line: Line, at: datetime) -> bool:
    return any(one.product_id == line.product_id and one.since <= at < one.until for one in world.batches)

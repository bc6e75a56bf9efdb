"""What becomes of an order that is paid: its parcel, and what its buyer thinks of it later."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleRequest,
    Arrival,
    Decision,
    GoodsPosted,
    Line,
    Order,
    Parcel,
    RefundPart,
)
from xintui.entrypoints.demo import gatherings, quality
from xintui.entrypoints.demo.opinions import perhaps_review
from xintui.entrypoints.demo.state import Asked, Buyer, World, later

CARRIERS: Final = (("顺丰速运", "SF"), ("中通快递", "ZT"), ("圆通速递", "YT"), ("京东物流", "JD"))
EARLY, PART, RETURN = 0.012, 0.026, 0.016
"""Of all orders: cancelled before the parcel leaves, a part given back, sent back."""
NO, NEVER_MIND, SWAP = 0.2, 0.12, 0.3
"""Of those who ask for a part, refused; of those who send back, who keep it after all, and who want another piece."""
WHY_EARLY: Final = ("拍错规格，重新下单", "临时不需要了", "地址填错了", "想换个口味")
WHY_PART: Final = ("外包装有压痕，协商补偿", "少发一件赠品", "与描述略有出入，协商部分退款", "降价补差")
WHY_RETURN: Final = ("尺寸不合适", "颜色和想的不一样", "家人已经买过了", "不太喜欢")
WHY_SWAP: Final = ("收到时有破损，想换一件", "发错颜色，请换", "封口不严，想换一件")
WHY_NOT: Final = (
    "包装压痕不影响使用，与商品页说明一致",
    "赠品已随另一包裹补发，见物流单号",
    "降价发生在七天之后，不在价保期内",
)
Heard = Callable[[AfterSale], object]
"""What comes of an after-sale that went on."""


def plan(world: World, order: Order, buyer: Buyer, paid_at: datetime) -> None:
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
    if quality.befall(world, order, buyer, paid_at, received) or gatherings.befall(
        world, order, buyer.openid, received
    ):
        later(world, received, Arrival(order.id, order.buyer_id, received))
        return
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
    world: World, case: AfterSale, note: str, now: datetime, *, approve: bool = True, restock: bool = False,
    then: Heard = lambda _: None,
) -> None:  # fmt: skip
    later(world, now, Asked(Decision(case.id, case.merchant_id, approve, now, note, restock), then))


def _refund_early(world: World, order: Order, now: datetime) -> None:
    parts = [RefundPart(line.id, line.paid_fen, line.qty) for line in order.lines]
    agreed = now + timedelta(hours=world.dice.randint(1, 12))
    _ask(world, order, AfterSaleKind.REFUND_ONLY, parts, why=world.dice.choice(WHY_EARLY), now=now,
         then=lambda case: _decide(world, case, "尚未发货，同意退款", agreed))  # fmt: skip


def _refund_part(world: World, order: Order, now: datetime) -> None:
    line = _first(order)
    part = RefundPart(line.id, max(1, line.paid_fen // world.dice.choice((2, 3, 5))))
    said = now + timedelta(hours=world.dice.randint(1, 30))
    agreed = world.dice.random() >= NO
    note = "同意部分退款" if agreed else world.dice.choice(WHY_NOT)
    _ask(world, order, AfterSaleKind.REFUND_ONLY, [part], why=world.dice.choice(WHY_PART), now=now,
         then=lambda case: _decide(world, case, note, said, approve=agreed))  # fmt: skip


def _send_back(world: World, order: Order, now: datetime) -> None:
    """A return or an exchange, in four steps over a week; now and then somebody keeps the goods after all."""
    line, dice = _first(order), world.dice
    swap, never_mind = dice.random() < SWAP, dice.random() < NEVER_MIND
    number, parcel = (f"SF{dice.randrange(10**12):012d}" for _ in range(2))
    agreed = now + timedelta(hours=dice.randint(1, 20))
    posted, arrived = agreed + timedelta(hours=dice.randint(5, 40)), agreed + timedelta(hours=dice.randint(70, 120))

    def accept(case: AfterSale) -> None:
        if case.kind is AfterSaleKind.EXCHANGE:
            later(world, arrived, lambda at: _resend(world, case, parcel, at))
        else:  # also an exchange for which no other piece was left
            _decide(world, case, "商品完好，已验收", arrived, restock=True)

    def post(case: AfterSale) -> None:
        if never_mind:
            later(world, posted, lambda at: orders.cancel_after_sale(case.id, buyer_id=case.buyer_id, now=at))
        else:
            later(world, posted, Asked(GoodsPosted(case.id, case.buyer_id, "顺丰速运", number, posted), accept))

    def agree(case: AfterSale) -> None:
        _decide(world, case, "同意换货，请寄回" if swap else "同意退货，请寄回", agreed, then=post)

    kind, why = (AfterSaleKind.EXCHANGE, WHY_SWAP) if swap else (AfterSaleKind.RETURN_REFUND, WHY_RETURN)
    part = RefundPart(line.id, 0 if swap else line.paid_fen, line.qty)
    _ask(world, order, kind, [part], why=dice.choice(why), now=now, then=agree)


def _resend(world: World, case: AfterSale, parcel: str, now: datetime) -> None:
    """The other piece leaves, and is in the buyer's hands three days later."""
    orders.ship_replacement(
        case.id, merchant_id=case.merchant_id, carrier="顺丰速运", tracking_no=parcel, actor="店铺", now=now
    )
    later(world, now + timedelta(days=3),
          lambda at: orders.confirm_replacement(case.id, buyer_id=case.buyer_id, now=at))  # fmt: skip


def _first(order: Order) -> Line:
    return max(order.lines, key=lambda line: (line.paid_fen, line.title))

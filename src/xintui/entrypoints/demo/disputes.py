"""Some are not content: complaints in every state, with the photos that people take and what the shops answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from xintui.commerce.disputes import facade as disputes
from xintui.commerce.disputes.contracts import Answer, Award, Complaint, Stand
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Line, Order
from xintui.entrypoints.demo.opinions import snapshot
from xintui.entrypoints.demo.state import Buyer, World, later, sitting
from xintui.entrypoints.disputes import promoter_behind
from xintui.foundation.identity.contracts import Principal, Role

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SMALL: Final = 10_000


@dataclass(frozen=True)
class Case:
    """What somebody complains of and when, before the end; `then` goes on with the dispute."""

    days: float
    kind: str
    words: str
    small: bool
    then: Callable[[World, str, Principal, Principal, datetime], object]
    secured: bool = False
    share: int = 100


def schedule(world: World, end: datetime) -> None:
    """Eight complaints in the last twelve days, some at the shop that has a deposit."""
    taken: set[str] = set()
    for case in CASES:
        later(world, end - case.days * DAY, partial(_complain, world, case, taken))


def _complain(world: World, case: Case, taken: set[str], now: datetime) -> None:
    found = _one(world, case, taken, now)
    if found is None:
        return
    buyer, order, line = found
    taken.add(order.id)
    by = Principal(buyer.user_id, frozenset({Role.BUYER}), None, buyer.name, 0)
    behind = promoter_behind(order.id, line.id, buyer_id=buyer.user_id)
    wanted = (line.paid_fen - line.refunded_fen - line.refund_pending_fen) * case.share // 100
    made = disputes.file(Complaint(order.id, line.id, case.kind, wanted, case.words, behind), by=by, now=now)
    disputes.add_picture(made.dispute.id, snapshot(world, line), by=by, now=now, words="收到时拍的")
    world.made["disputes"] += 1
    case.then(world, made.dispute.id, by, world.owners[order.merchant_id], now)


def _one(world: World, case: Case, taken: set[str], now: datetime) -> tuple[Buyer, Order, Line] | None:
    """Somebody who received lately what fits the case; at the shop with a deposit if that matters."""
    for buyer in world.buyers:
        if not buyer.user_id:
            continue
        for order in orders.buyer_orders(buyer.user_id, state="received", limit=20)[0]:
            fresh = order.received_at is not None and now - order.received_at < 14 * DAY
            if order.id in taken or not fresh or (case.secured and order.merchant_id != world.shops[0]):
                continue
            for line in order.lines:
                rest = line.paid_fen - line.refunded_fen - line.refund_pending_fen
                if rest > 100 and (rest <= SMALL) is case.small and (case.kind != "promise_broken" or line.promoter_id):
                    return buyer, order, line
    return None


def _contested(world: World, number: str, _: Principal, shop: Principal, now: datetime, says: str) -> None:
    later(world, now + 5 * HOUR, lambda at: _said(number, Answer(Stand.CONTEST, says), shop, at))


def _said(number: str, answer: Answer, shop: Principal, at: datetime) -> None:
    disputes.answer(number, answer, by=shop, now=at)


def small(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """Contested, and decided by rule all the same."""
    _contested(world, number, buyer, shop, now, "发货前检查过，请补充外包装照片。")


def offered(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """A smaller sum, taken."""
    wanted = disputes.whole(number).dispute.wanted_fen
    offer = Answer(Stand.OFFER, "瑕疵不影响使用，补偿三成可以吗？", max(1, wanted * 3 // 10))
    later(world, now + 4 * HOUR, lambda at: _said(number, offer, shop, at))
    later(world, now + 20 * HOUR, lambda at: disputes.decide_offer(number, True, by=buyer, now=at))


def proved(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """Contested with a photo and a video's fingerprint: a person has to look."""
    line = _line_of(number)
    photo = snapshot(world, line)
    later(world, now + 5 * HOUR, lambda at: _hand_in(number, photo, shop, at))
    _contested(world, number, buyer, shop, now, "同批次抽检合格，附发货前照片和称重视频的指纹。")


def _line_of(number: str) -> Line:
    one = disputes.whole(number).dispute
    order = orders.order_file(one.order_id).order
    return next(line for line in order.lines if line.id == one.line_id)


def _hand_in(number: str, photo: bytes, shop: Principal, at: datetime) -> None:
    disputes.add_picture(number, photo, by=shop, now=at, words="发货前的照片")
    disputes.add_fingerprint(number, "称重与封箱.mp4", "5e" * 32, 18_400_000, by=shop, now=at)


def refused(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """Not upheld, and the buyer wants a human to look again."""
    proved(world, number, buyer, shop, now)
    boss = sitting("operator", Role.OPERATOR, "")
    award = Award(0, "照片显示的是正常的手工痕迹，商品页已写明。")
    later(world, now + 30 * HOUR, lambda at: disputes.arbitrate(number, award, by=boss, now=at))
    words = "商品页写的是“无瑕疵”，请再看一遍截图。"
    later(world, now + 50 * HOUR, lambda at: disputes.appeal(number, words, by=buyer, now=at))


def awarded(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """A person decides for the buyer, out of the shop's deposit."""
    proved(world, number, buyer, shop, now)
    boss = sitting("operator", Role.OPERATOR, "")
    fen = disputes.whole(number).dispute.wanted_fen * 8 // 10
    award = Award(fen, "买家照片可见明显色差，商品页没有说明，按八成支持。")
    later(world, now + 26 * HOUR, lambda at: disputes.arbitrate(number, award, by=boss, now=at))


def silent(world: World, number: str, buyer: Principal, shop: Principal, now: datetime) -> None:
    """Nobody answers, so far or at all."""


CASES: Final = (
    Case(12, "damaged", "打开包装就是碎的，外盒也压扁了。", True, small),
    Case(11, "not_as_described", "颜色和商品页差很多，问了客服说是光线。", False, awarded, secured=True),
    Case(9, "damaged", "有一处磕碰，还能用，但送人不合适。", False, offered),
    Case(8, "wrong_or_missing", "少发了一件，称重和订单对不上。", True, silent),
    Case(6, "not_as_described", "表面有划痕，页面写的是无瑕疵。", False, refused),
    Case(3, "not_as_described", "材质和描述不一样，手感很薄。", False, proved),
    Case(1, "damaged", "用了两天就坏了，修不好。", False, silent, secured=True),
    Case(0.8, "promise_broken", "推客说买就送茶杯，没有寄来。", False, silent),
)

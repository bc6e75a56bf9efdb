"""The judgement of orders: lives as tables, money as pure functions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from xintui.commerce.catalog.contracts import ReturnRule
from xintui.commerce.orders.contracts import (
    AfterSaleKind,
    AfterSaleState,
    AfterSaleVerb,
    BadAfterSale,
    BadQuantity,
    EmptyCheckout,
    Item,
    OrderState,
    OrderVerb,
    PlaceRequest,
    Protection,
    RefundPart,
    TooManyItems,
)
from xintui.kernel.money import share
from xintui.kernel.states import Flow

S, V = OrderState, OrderVerb
A, D = AfterSaleState, AfterSaleVerb

ORDER_FLOW: Final[Flow[OrderState, OrderVerb]] = Flow(
    {
        (S.PLACED, V.PAY): S.PAID,
        (S.PLACED, V.CLOSE): S.CLOSED,  # the buyer cancels, or 30 minutes unpaid: the stock is free again
        (S.PAID, V.SHIP): S.SHIPPED,
        (S.PAID, V.REFUND_ALL): S.REFUNDED,  # 仅退款 before anything was shipped
        (S.SHIPPED, V.RECEIVE): S.RECEIVED,  # by the buyer, or automatically
        (S.SHIPPED, V.REFUND_ALL): S.REFUNDED,
        (S.RECEIVED, V.REFUND_ALL): S.REFUNDED,  # 七天无理由
        (S.RECEIVED, V.FINISH): S.DONE,  # the after-sale time is over
    }
)
AFTERSALE_FLOW: Final[Flow[AfterSaleState, AfterSaleVerb]] = Flow(
    {
        (A.APPLIED, D.APPROVE_REFUND): A.REFUNDING,
        (A.APPLIED, D.APPROVE_RETURN): A.AWAITING_RETURN,
        (A.APPLIED, D.APPROVE_EXCHANGE): A.AWAITING_RETURN,  # the replacement is reserved from here on
        (A.APPLIED, D.REJECT): A.REJECTED,
        (A.APPLIED, D.CANCEL): A.CANCELLED,
        (A.AWAITING_RETURN, D.SEND_BACK): A.RETURNING,
        (A.AWAITING_RETURN, D.CANCEL): A.CANCELLED,
        (A.RETURNING, D.ACCEPT_RETURN): A.REFUNDING,
        (A.RETURNING, D.SHIP_REPLACEMENT): A.RESHIPPED,
        (A.RESHIPPED, D.CONFIRM_REPLACEMENT): A.EXCHANGED,  # by the buyer, or by the passing of time
        (A.RETURNING, D.REJECT): A.REJECTED,  # what came back is not what was sold
        (A.REFUNDING, D.SETTLE): A.REFUNDED,  # the PSP says the money is back
        (A.REFUNDING, D.FAIL): A.REFUND_FAILED,  # definitely not refunded: the reservation is free again
        (A.REFUND_FAILED, D.RETRY): A.REFUNDING,  # reserves again, under a new number
        (A.REFUND_FAILED, D.CANCEL): A.CANCELLED,
    }
)
RELEASING: Final = frozenset({D.REJECT, D.CANCEL, D.FAIL, D.CONFIRM_REPLACEMENT})
"""The verbs after which the reserved money can be asked for again (not when it was freed before)."""
REFUNDABLE: Final = frozenset({S.PAID, S.SHIPPED, S.RECEIVED})

ORDER_SAYS: Final[dict[str, str]] = {
    "place": "买家提交订单",
    "pay": "付款成功",
    "close": "订单已关闭，库存已释放",
    "ship": "商家已发货",
    "receive": "买家确认收货",
    "auto_receive": "到期自动确认收货",
    "refund_all": "订单已全额退款",
    "finish": "售后期已过，交易完成",
}
AFTERSALE_SAYS: Final[dict[str, str]] = {
    "apply": "买家申请售后",
    "approve_refund": "商家同意退款，正在原路退回",
    "approve_return": "商家同意退货，请寄回商品",
    "approve_exchange": "商家同意换货，已留货，请寄回商品",
    "reject": "商家未同意售后",
    "cancel": "售后已撤销",
    "send_back": "买家已寄回商品",
    "accept_return": "商家已收到退货，正在原路退款",
    "settle": "退款已到账",
    "fail": "退款未成功",
    "retry": "重新发起退款",
    "ship_replacement": "商家已收到退货并寄出换货商品",
    "confirm_replacement": "买家确认收到换货商品，换货完成",
    "turn_into_refund": "换货商品缺货，改为退货退款",
}
OVERDUE_SAYS: Final[dict[str, str]] = {
    "approve_refund": "商家逾期未处理，平台按规则同意退款，正在原路退回",
    "approve_return": "商家逾期未处理，平台按规则同意退货，请寄回商品",
    "approve_exchange": "商家逾期未处理，平台按规则同意换货，已留货，请寄回商品",
    "accept_return": "商家逾期未确认收到退货，平台按规则退款，正在原路退回",
    "turn_into_refund": "商家逾期未寄出换货商品，平台按规则改为退货退款",
    "confirm_replacement": "到期自动确认收到换货商品，换货完成",
    "cancel": "买家逾期未寄回商品，售后自动撤销",
}
"""What the log says when the clock, not a person, has decided."""
RULED_SAYS: Final[dict[str, str]] = {
    "approve_refund": "投诉裁决先行赔付，正在原路退回",
    "retry": "投诉裁决的赔付重新发起",
    "cancel": "投诉已有裁决，原售后申请撤销",
}
"""What it says when a dispute was decided."""
PAYABLE: Final = REFUNDABLE | {S.DONE}
"""A dispute may outlast the after-sale time."""


class Verdict(StrEnum):
    """What a captured payment means for its checkout. All but the first two are kept apart and never credited."""

    CREDIT = "credit"
    REPEATED = "repeated"
    UNKNOWN_SUBJECT = "unknown_subject"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    PAID_TWICE = "paid_twice"
    CLOSED = "closed"


QUARANTINE_NAMES: Final[dict[str, str]] = {
    "unknown_subject": "找不到对应结算单",
    "wrong_amount": "金额不符",
    "wrong_currency": "币种不符",
    "paid_twice": "重复付款",
    "closed": "订单已关闭后到账",
}


@dataclass(frozen=True, slots=True)
class Owed:
    """A checkout as a payment must find it."""

    state: OrderState
    total_fen: int
    currency: str
    payment_id: str


def judge_capture(owed: Owed | None, payment_id: str, amount_fen: int, currency: str) -> Verdict:
    """Reliability row 3: subject, amount and currency must all be right before a fen is credited."""
    if owed is None:
        return Verdict.UNKNOWN_SUBJECT
    if owed.state is S.PAID:
        return Verdict.REPEATED if owed.payment_id == payment_id else Verdict.PAID_TWICE
    if currency != owed.currency:
        return Verdict.WRONG_CURRENCY
    if amount_fen != owed.total_fen:
        return Verdict.WRONG_AMOUNT
    return Verdict.CREDIT if owed.state is S.PLACED else Verdict.CLOSED


def merged(items: Sequence[Item], limit: int) -> list[Item]:
    """One entry per SKU in the order first named. Raises `EmptyCheckout`, `TooManyItems`, `BadQuantity`."""
    total: dict[str, int] = {}
    for item in items:
        if not 1 <= item.qty <= 999:
            raise BadQuantity(item.sku_id, item.qty)
        total[item.sku_id] = total.get(item.sku_id, 0) + item.qty
    if not total:
        raise EmptyCheckout
    if len(total) > limit:
        raise TooManyItems(limit)
    for sku_id, qty in total.items():
        if qty > 999:
            raise BadQuantity(sku_id, qty)
    return [Item(sku_id, qty) for sku_id, qty in total.items()]


def digest(request: PlaceRequest, items: Sequence[Item]) -> str:
    """What must be the same when a checkout id comes again (not the clock, not who referred)."""
    address = request.address
    content: dict[str, object] = {
        "buyer": request.buyer_id,
        "items": sorted([item.sku_id, item.qty] for item in items),
        "address": [address.name, address.phone, address.region, address.street],
        "note": request.note,
    }
    if request.confirmed:
        content["confirmed"] = sorted(request.confirmed)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def freight(goods_fen: int, freight_fen: int, free_from_fen: int) -> int:
    """A flat fee per shop; nothing from `free_from_fen` on (0: no such offer)."""
    return 0 if free_from_fen and goods_fen >= free_from_fen else freight_fen


def fee_on(total_fen: int, refunded_fen: int, fee_bp: int) -> int:
    """The service fee on what remains sold. Always recomputed on the net, so the order of refunds does not matter."""
    assert 0 <= refunded_fen <= total_fen
    return share(total_fen - refunded_fen, fee_bp)


@dataclass(frozen=True, slots=True)
class LineRoom:
    """What a line still allows."""

    open_fen: int
    open_qty: int


def check_parts(parts: Sequence[RefundPart], lines: Mapping[str, LineRoom], kind: AfterSaleKind) -> None:
    """Raises `BadAfterSale`. Money limits are the counters' business; this is about form."""
    if not parts:
        raise BadAfterSale("没有选择商品")
    if len({part.line_id for part in parts}) != len(parts):
        raise BadAfterSale("同一商品行重复")
    for part in parts:
        room = lines.get(part.line_id)
        if room is None:
            raise BadAfterSale("商品行不属于该订单")
        if part.fen < 1:
            raise BadAfterSale("退款金额须大于 0")
        if not 0 <= part.qty <= room.open_qty:
            raise BadAfterSale("退货数量超过可退数量")
        if kind is not AfterSaleKind.REFUND_ONLY and part.qty == 0:
            raise BadAfterSale("退货或换货须填写数量")


def freight_back(shipped: bool, parts: Sequence[RefundPart], lines: Mapping[str, LineRoom], open_order_fen: int) -> int:
    """Freight comes back only if nothing was shipped and this request takes all that is left of every line."""
    asked = {part.line_id: part.fen for part in parts}
    if shipped or any(asked.get(line_id, 0) != room.open_fen for line_id, room in lines.items()):
        return 0
    return open_order_fen - sum(asked.values())


@dataclass(frozen=True, slots=True)
class Bought:
    """What a line was sold as: the price of its pieces, and what the law says of sending them back."""

    paid_fen: int
    qty: int
    returns: ReturnRule
    confirmed: bool


def worth(bought: Bought, qty: int) -> int:
    """What `qty` pieces of a line were paid with, rounded in the buyer's favour."""
    return -(-bought.paid_fen * qty // bought.qty)


def protection(
    kind: AfterSaleKind,
    parts: Sequence[RefundPart],
    lines: Mapping[str, Bought],
    *,
    received_on: date | None,
    today: date,
    days: int,
) -> Protection:
    """Whether a merchant may refuse this request (消费者权益保护法第二十五条, 暂行办法第六、七、十、二十条).

    The seven days run from the day after receipt; before anybody has said that the parcel came, they have not begun.
    An exception that must be confirmed when buying is none where nobody confirmed it.
    """
    if kind is not AfterSaleKind.RETURN_REFUND:
        return Protection.NOT_A_RETURN
    if received_on is not None and today > received_on + timedelta(days=days):
        return Protection.TOO_LATE
    for part in parts:
        line = lines[part.line_id]
        if line.returns is ReturnRule.NEVER:
            return Protection.EXCEPTED
        if line.returns is ReturnRule.CONFIRM and line.confirmed:
            return Protection.CONFIRMED
        if part.fen > worth(line, part.qty):
            return Protection.TOO_MUCH
    return Protection.PROTECTED

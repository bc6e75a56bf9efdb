"""Refunds: accepted at once, settled later, told by a callback."""

from typing import Final

from xintui.simulator.books import Refund, Trade
from xintui.simulator.clock import rfc3339
from xintui.simulator.protocol import JSON, Answer, Call, Refused, Route, find, ok, text, web_address, whole, yuan
from xintui.simulator.trades import DAY, by_number, by_transaction
from xintui.simulator.wire import signer_of
from xintui.simulator.world import World, terms_of

MOST: Final = 50


def create(world: World, call: Call) -> Answer:
    """The same out_refund_no with the same terms answers the same refund; with other terms it is refused."""
    body = call.json()
    number = text(body, "out_refund_no", 64, pattern=r"[0-9A-Za-z_\-|*@]+")
    text(body, "reason", 80, needed=False)
    web_address(body, "notify_url", needed=False)
    trade = _trade(world, body)
    terms = terms_of([trade.out_trade_no, find(body, "amount")])
    known = world.books.refunds.get(number)
    if known is None:
        known = world.books.refunds[number] = _accept(world, call, trade, body, terms)
        slow = world.faults.draw("refund.slow", number)
        wait = slow.number("seconds", 3 * DAY) if slow else world.config.refund_seconds
        world.schedule(world.now() + wait, "refund.settle", number)
    elif known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
    return ok(view(world, known))


def _trade(world: World, body: JSON) -> Trade:
    if find(body, "transaction_id"):
        found = by_transaction(world, text(body, "transaction_id", 32))
    else:
        found = by_number(world, text(body, "out_trade_no", 32))
    if not found.paid_at:
        raise Refused(404, "RESOURCE_NOT_EXISTS", "订单未支付，不能退款")
    return found


def _accept(world: World, call: Call, trade: Trade, body: JSON, terms: str) -> Refund:
    fen = whole(body, "amount.refund")
    if whole(body, "amount.total") != trade.total:
        raise Refused(400, "INVALID_REQUEST", "订单金额与下单时不一致，请核实后再试")
    if find(body, "amount.currency") != "CNY":
        raise Refused(400, "PARAM_ERROR", "参数错误：amount.currency 须为 CNY")
    earlier = [one for one in world.books.refunds.values() if one.out_trade_no == trade.out_trade_no]
    if len(earlier) >= MOST:
        raise Refused(400, "INVALID_REQUEST", f"一笔订单最多退款 {MOST} 次")
    if trade.refunded + fen > trade.total:
        raise Refused(400, "INVALID_REQUEST", "累计退款金额超过订单金额")
    if world.now() - trade.paid_at > 365 * DAY:
        raise Refused(400, "INVALID_REQUEST", "交易时间超过一年，不能退款")
    fee_part = trade.fee * (trade.refunded + fen) // trade.total - trade.fee_returned
    _reserve(world, trade, fen, fee_part)
    return Refund(
        out_refund_no=body["out_refund_no"],
        refund_id=world.number("5030"),
        out_trade_no=trade.out_trade_no,
        transaction_id=trade.transaction_id,
        fen=fen,
        fee_part=fee_part,
        reason=body.get("reason") or "",
        notify_url=body.get("notify_url") or "",
        signer=signer_of(world, call),
        terms=terms,
        created_at=world.now(),
        outcome=_outcome(world, body["out_refund_no"]),
    )


def _reserve(world: World, trade: Trade, fen: int, fee_part: int) -> None:
    """Take the money now: an unfinished profit-sharing order pays from what it still freezes."""
    net = fen - fee_part
    if net > (trade.frozen if trade.shared else world.available()):
        raise Refused(403, "NOT_ENOUGH", "可用余额不足" if not trade.shared else "未分账金额不足，请先解冻剩余资金")
    if trade.shared:
        trade.frozen -= net
    else:
        world.books.frozen += net
    trade.refunded += fen
    trade.fee_returned += fee_part
    trade.state = "REFUND"


def _outcome(world: World, number: str) -> str:
    if world.faults.draw("refund.abnormal", number):
        return "ABNORMAL"
    return "CLOSED" if world.faults.draw("refund.closed", number) else "SUCCESS"


def settle(world: World, key: str) -> None:
    """The result: money out on SUCCESS, back on CLOSED, kept aside on ABNORMAL until someone decides."""
    refund = world.books.refunds.get(key)
    if refund is None or refund.status != "PROCESSING":
        return
    trade, net = world.books.trades[refund.out_trade_no], refund.fen - refund.fee_part
    refund.status, refund.success_at = refund.outcome, world.now()
    if refund.status != "ABNORMAL":
        world.books.frozen -= net
    if refund.status == "SUCCESS":
        remark = f"退款总金额{yuan(refund.fen)}元;含手续费{yuan(refund.fee_part)}元"
        world.book("退款", "退款", -net, of=refund.refund_id, voucher=refund.out_refund_no, remark=remark)
    if refund.status == "CLOSED":
        trade.refunded -= refund.fen
        trade.fee_returned -= refund.fee_part
        trade.state = "REFUND" if trade.refunded else "SUCCESS"
        if trade.shared:
            trade.frozen += net
            world.books.frozen += net
    says = {"SUCCESS": "退款成功", "CLOSED": "退款关闭", "ABNORMAL": "退款异常"}[refund.status]
    world.courier.post(
        f"REFUND.{refund.status}", says, "refund",
        subject=refund.out_refund_no, url=refund.notify_url, signer=refund.signer, resource=_told(world, refund),
    )  # fmt: skip


def view(world: World, refund: Refund) -> JSON:
    trade = world.books.trades[refund.out_trade_no]
    body: JSON = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": rfc3339(refund.created_at),
        "status": refund.status,
        "funds_account": "AVAILABLE" if not trade.shared else "UNSETTLED",
        "amount": _amount(trade, refund) | {
            "settlement_refund": refund.fen,
            "settlement_total": trade.total,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }  # fmt: skip
    return body | ({"success_time": rfc3339(refund.success_at)} if refund.status == "SUCCESS" else {})


def _amount(trade: Trade, refund: Refund) -> JSON:
    return {"total": trade.total, "refund": refund.fen, "payer_total": trade.total, "payer_refund": refund.fen}


def _told(world: World, refund: Refund) -> JSON:
    """The callback's words are not the query's: `refund_status`, and no channel."""
    body: JSON = {
        "mchid": world.keys.mchid,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "refund_status": refund.status,
        "user_received_account": "支付用户零钱",
        "amount": _amount(world.books.trades[refund.out_trade_no], refund),
    }
    return body | ({"success_time": rfc3339(refund.success_at)} if refund.status == "SUCCESS" else {})


def query(world: World, call: Call) -> Answer:
    refund = world.books.refunds.get(call.args["out_refund_no"])
    if refund is None:
        raise Refused(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    return ok(view(world, refund))


ROUTES: Final = [
    Route("POST", "/v3/refund/domestic/refunds", "refund.create", create),
    Route("GET", "/v3/refund/domestic/refunds/<out_refund_no>", "refund.query", query),
]
ACTIONS: Final = {"refund.settle": settle}

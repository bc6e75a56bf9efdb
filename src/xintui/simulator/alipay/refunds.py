"""Refunds: done at once and told by `fund_change`; the same out_request_no is one refund."""

from typing import Final

from xintui.simulator.alipay import notices
from xintui.simulator.alipay.trades import DAY, PAID, fen_of, found
from xintui.simulator.alipay.wire import AliRefused, biz, good
from xintui.simulator.books import AliRefund, AliTrade
from xintui.simulator.clock import clock_face
from xintui.simulator.protocol import JSON, Answer, Call, yuan
from xintui.simulator.world import World


def create(world: World, call: Call) -> Answer:
    """`fund_change=N` says neither yes nor no: the refund was done before, or is not done yet."""
    body = biz(call)
    trade, fen = found(world, body), fen_of(body.get("refund_amount"))
    number = str(body.get("out_request_no") or trade.out_trade_no)
    known = world.books.ali_refunds.get(f"{trade.out_trade_no}/{number}")
    if known is not None:
        if known.fen != fen:
            raise AliRefused("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
        return _answer(trade, "N")
    if trade.state not in PAID:
        raise AliRefused("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    if world.now() - trade.paid_at > 365 * DAY:
        raise AliRefused("ACQ.TRADE_HAS_FINISHED", "交易已经结束")
    if fen < 1 or trade.refunded + fen > trade.total:
        raise AliRefused("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效")
    fee_part = trade.fee * (trade.refunded + fen) // trade.total - trade.fee_returned
    if fen - fee_part > world.books.ali_balance:
        raise AliRefused("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
    if world.faults.draw("refund.closed", number):
        return _answer(trade, "N")
    one = AliRefund(number, trade.out_trade_no, fen, fee_part, str(body.get("refund_reason", "")), world.now())
    world.books.ali_refunds[f"{trade.out_trade_no}/{number}"] = one
    if slow := world.faults.draw("refund.slow", number):
        world.schedule(world.now() + slow.number("seconds", DAY), "ali.refund", f"{trade.out_trade_no}/{number}")
        return _answer(trade, "N")
    _settle(world, trade, one)
    return _answer(trade, "Y")


def settle(world: World, key: str) -> None:
    """A slow one, at last."""
    one = world.books.ali_refunds.get(key)
    if one is not None and not one.done_at:
        _settle(world, world.books.ali_trades[one.out_trade_no], one)


def _settle(world: World, trade: AliTrade, one: AliRefund) -> None:
    one.done_at = world.now()
    trade.refunded += one.fen
    trade.fee_returned += one.fee_part
    world.books.ali_balance -= one.fen - one.fee_part
    if trade.refunded == trade.total:
        trade.state = "TRADE_CLOSED"
    notices.refund(world, trade, one)


def _answer(trade: AliTrade, changed: str) -> Answer:
    """`refund_fee` is the sum of all refunds of the trade."""
    return good({
        "buyer_logon_id": "buy***@example.com", "buyer_user_id": trade.buyer_id, "fund_change": changed,
        "out_trade_no": trade.out_trade_no, "refund_fee": yuan(trade.refunded), "trade_no": trade.trade_no,
    })  # fmt: skip


def query(world: World, call: Call) -> Answer:
    """What was never refunded is answered with success, and without a status."""
    body = biz(call)
    trade = found(world, body)
    one = world.books.ali_refunds.get(f"{trade.out_trade_no}/{body.get('out_request_no')}")
    if one is None or not one.done_at:
        return good({})
    node: JSON = {
        "out_request_no": one.out_request_no, "out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no,
        "total_amount": yuan(trade.total), "refund_amount": yuan(one.fen), "refund_status": "REFUND_SUCCESS",
    }  # fmt: skip
    if "gmt_refund_pay" in body.get("query_options", []):
        node["gmt_refund_pay"] = clock_face(one.done_at)
    return good(node)


ACTIONS: Final = {"ali.refund": settle}

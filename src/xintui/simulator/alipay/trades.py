"""Trades: a cashier page or a QR code, query, close, and the moment a person pays."""

import re
from datetime import datetime
from typing import Final

from xintui.kernel.money import share
from xintui.kernel.times import SHANGHAI
from xintui.simulator import crypto
from xintui.simulator.alipay import notices
from xintui.simulator.alipay.wire import AliRefused, biz, good, params_of
from xintui.simulator.books import AliTrade
from xintui.simulator.clock import clock_face
from xintui.simulator.protocol import JSON, Answer, Call, yuan
from xintui.simulator.world import World, terms_of

DAY: Final = 86_400
PAID: Final = ("TRADE_SUCCESS", "TRADE_FINISHED")


def fen_of(value: object) -> int:
    """`88.88` as text with at most two decimals."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", value):
        raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效：金额")
    whole, _, part = value.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def wap_pay(world: World, call: Call) -> Answer:
    """The buyer's browser comes with our signed address: the trade begins, and the cashier page opens."""
    trade = _open(world, call, "QUICK_WAP_WAY")
    trade.begun = True
    return Answer(302, b"", "text/html; charset=utf-8", location=f"{call.base}/sim/alipay/cashier/{trade.out_trade_no}")


def precreate(world: World, call: Call) -> Answer:
    """Only a code: the trade begins when somebody scans it."""
    trade = _open(world, call, "QR_CODE_OFFLINE")
    return good({"out_trade_no": trade.out_trade_no, "qr_code": f"https://qr.alipay.com/{trade.code}"})


def _open(world: World, call: Call, product: str) -> AliTrade:
    """The same number with the same terms is one trade."""
    params, body = params_of(call), biz(call)
    number, subject = str(body.get("out_trade_no", "")), str(body.get("subject", ""))
    if not re.fullmatch(r"\w{1,64}", number, re.ASCII) or not 0 < len(subject) <= 256 or re.search(r"[/=&]", subject):
        raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效")
    if body.get("product_code") != product:
        raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效：product_code")
    total, expires = fen_of(body.get("total_amount")), _moment(body.get("time_expire"))
    terms = terms_of([total, subject, body.get("time_expire"), product])
    known = world.books.ali_trades.get(number)
    if known is None:
        if total < 1:
            raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效：total_amount")
        if expires <= world.now():
            raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效：time_expire 早于当前时间")
        known = AliTrade(
            number, subject, total, params.get("notify_url", ""), params.get("return_url", ""), terms,
            crypto.token(16).lower(), world.now(), expires, trade_no=world.number("")[-28:].rjust(28, "2"),
        )  # fmt: skip
        world.books.ali_trades[number] = known
        world.schedule(expires, "ali.expire", number)
    elif known.terms != terms:
        raise AliRefused("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
    elif known.paid_at:
        raise AliRefused("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
    elif known.state == "TRADE_CLOSED":
        raise AliRefused("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
    return known


def _moment(value: object) -> float:
    try:
        return datetime.strptime(str(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI).timestamp()
    except ValueError:
        raise AliRefused("ACQ.INVALID_PARAMETER", "参数无效：time_expire") from None


def found(world: World, body: JSON) -> AliTrade:
    """By either number; what nobody has opened does not exist yet."""
    trade = world.books.ali_trades.get(str(body.get("out_trade_no", "")))
    if trade is None and body.get("trade_no"):
        trade = next((one for one in world.books.ali_trades.values() if one.trade_no == body["trade_no"]), None)
    if trade is None or not trade.begun:
        raise AliRefused("ACQ.TRADE_NOT_EXIST", "交易不存在")
    return trade


def query(world: World, call: Call) -> Answer:
    trade = found(world, biz(call))
    body: JSON = {
        "buyer_logon_id": "buy***@example.com",
        "out_trade_no": trade.out_trade_no,
        "point_amount": "0.00",
        "total_amount": yuan(trade.total),
        "trade_no": trade.trade_no,
        "trade_status": trade.state,
    }
    if trade.paid_at:
        body |= {"buyer_user_id": trade.buyer_id, "buyer_pay_amount": yuan(trade.total)}
        body |= {"receipt_amount": yuan(trade.total), "send_pay_date": clock_face(trade.paid_at)}
    return good(body)


def close(world: World, call: Call) -> Answer:
    """Closing twice is closing once; a paid trade cannot be closed."""
    trade = found(world, biz(call))
    if trade.paid_at:
        raise AliRefused("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    trade.state = "TRADE_CLOSED"
    return good({"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no})


def expire(world: World, key: str) -> None:
    trade = world.books.ali_trades.get(key)
    if trade is not None and trade.state == "WAIT_BUYER_PAY":
        trade.state = "TRADE_CLOSED"


def pay(world: World, trade: AliTrade, buyer_id: str = "") -> None:
    """A person pays. Raises `AliRefused` in words that person can read."""
    if trade.paid_at:
        raise AliRefused("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
    if trade.state == "TRADE_CLOSED" or world.now() >= trade.expires_at:
        raise AliRefused("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
    trade.begun, trade.state, trade.paid_at = True, "TRADE_SUCCESS", world.now()
    trade.buyer_id = buyer_id or "2088" + trade.trade_no[-12:]
    # Half a fen and more rounds up.
    trade.fee = share(2 * trade.total, world.config.fee_bp) + 1 >> 1
    world.books.ali_balance += trade.total - trade.fee
    notices.trade(world, trade)


ACTIONS: Final = {"ali.expire": expire}

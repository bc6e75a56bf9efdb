"""One address for every method, and the pages and levers a person or a test uses."""

from html import escape
from typing import Final
from urllib.parse import urlencode

from xintui.simulator.alipay import bills, refunds, trades
from xintui.simulator.alipay.wire import PATH, AliRefused, keys_of, params_of, sign, text_of
from xintui.simulator.books import AliTrade
from xintui.simulator.clock import clock_face
from xintui.simulator.pages import button, facts, page
from xintui.simulator.protocol import Answer, Call, Dialect, Handler, Refused, Route, ok, yuan
from xintui.simulator.world import World

METHODS: Final[dict[str, Handler]] = {
    "alipay.trade.wap.pay": trades.wap_pay,
    "alipay.trade.precreate": trades.precreate,
    "alipay.trade.query": trades.query,
    "alipay.trade.close": trades.close,
    "alipay.trade.refund": refunds.create,
    "alipay.trade.fastpay.refund.query": refunds.query,
    "alipay.data.dataservice.bill.downloadurl.query": bills.address,
}
SAYS: Final = {"TRADE_SUCCESS": "支付成功", "TRADE_FINISHED": "交易结束", "TRADE_CLOSED": "交易已关闭"}


def _unknown(world: World, call: Call) -> Answer:
    raise AliRefused("isv.invalid-method", "不存在的方法名", "40002")


def route_of(call: Call) -> Route:
    """The method asked for, as a route with its own name: that is what a fault's `where` matches."""
    method = params_of(call).get("method", "")
    return Route(call.method, PATH, method or "alipay", METHODS.get(method, _unknown), Dialect.ALIPAY)


def is_page(method: str) -> bool:
    return method == "alipay.trade.wap.pay"


def sorry(no: Answer) -> Answer:
    """A browser that came with a wrong address sees a page."""
    return page("支付宝收银台（模拟）", f"<p>不能付款</p><pre>{escape(no.body.decode())}</pre>", 400)


def _trade(world: World, call: Call) -> AliTrade:
    found = world.books.ali_trades.get(call.args["out_trade_no"])
    if found is None:
        raise Refused(404, "RESOURCE_NOT_EXISTS", "交易不存在")
    return found


def cashier(world: World, call: Call) -> Answer:
    trade = _trade(world, call)
    said = facts(trade.subject, trade.total, f"订单号 {trade.out_trade_no}")
    act = (
        button("付款", "#1677ff")
        if trade.state == "WAIT_BUYER_PAY"
        else f"<p>{SAYS[trade.state]}</p>{_way_back(world, trade)}"
    )
    return page("支付宝收银台（模拟）", said + act)


def _way_back(world: World, trade: AliTrade) -> str:
    """The synchronous return: signed, and still no proof of payment to anybody who is careful."""
    if not trade.return_url.startswith(("http://", "https://")):
        return ""
    keys = keys_of(world)
    params = {
        "app_id": keys.app_id, "charset": "utf-8", "method": "alipay.trade.wap.pay.return", "version": "1.0",
        "out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no, "seller_id": keys.seller_id,
        "total_amount": yuan(trade.total), "timestamp": clock_face(world.now()),
    }  # fmt: skip
    query = urlencode(params | {"sign_type": "RSA2", "sign": sign(keys.alipay_key, text_of(params))})
    there = f"{trade.return_url}{'&' if '?' in trade.return_url else '?'}{query}"
    return f'<p><a href="{escape(there)}">返回商家</a></p>'


def cashier_pay(world: World, call: Call) -> Answer:
    try:
        trades.pay(world, _trade(world, call))
    except AliRefused as no:
        return page("支付未完成", f"<p>{escape(no.sub_msg)}</p>", 409)
    return cashier(world, call)


def pay(world: World, call: Call) -> Answer:
    """`{buyer_id?}`: somebody pays the open trade, or scans the code."""
    trade = _trade(world, call)
    try:
        trades.pay(world, trade, str(call.json().get("buyer_id", "")))
    except AliRefused as no:
        raise Refused(409, no.sub_code, no.sub_msg) from no
    return ok({"trade_no": trade.trade_no, "trade_status": trade.state})


ROUTES: Final = [
    Route("POST", PATH, "alipay", _unknown, Dialect.ALIPAY),
    Route("GET", PATH, "alipay", _unknown, Dialect.ALIPAY),
    Route("GET", "/alipay/downloadBillFile.resource", "alipay.bill.download", bills.download, Dialect.SIM),
    Route("GET", "/sim/alipay/cashier/<out_trade_no>", "sim.alipay.cashier", cashier, Dialect.SIM),
    Route("POST", "/sim/alipay/cashier/<out_trade_no>", "sim.alipay.cashier", cashier_pay, Dialect.SIM),
    Route("POST", "/sim/alipay/pay/<out_trade_no>", "sim.alipay.pay", pay, Dialect.SIM),
]
ACTIONS: Final = {**trades.ACTIONS, **refunds.ACTIONS}

"""The few pages a person sees: what is open, the cashier, the payee's confirmation."""

from html import escape
from typing import Final

from xintui.simulator import transfers
from xintui.simulator.control import trade_of
from xintui.simulator.protocol import Answer, Call, Dialect, Refused, Route, yuan
from xintui.simulator.trades import SAYS
from xintui.simulator.trades import pay as pay_trade
from xintui.simulator.world import World

_STYLE: Final = (
    "body{font:16px/1.6 sans-serif;margin:0;background:#f4f5f7;color:#1f2329}"
    "main{max-width:28rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:12px}"
    ".sum{font-size:2.25rem;margin:.5rem 0}.note{color:#646a73;font-size:.875rem}"
    "button{width:100%;padding:.75rem;border:0;border-radius:8px;color:#fff;font-size:1rem}"
    "li{margin:.5rem 0}a{color:#1456f0}"
)


def page(title: str, inside: str, status: int = 200) -> Answer:
    html = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><main><h1>{escape(title)}</h1>{inside}"
        f'<p class="note">这是网关模拟器，不会动用真实资金。</p></main></html>'
    )
    return Answer(status, html.encode(), "text/html; charset=utf-8")


def button(label: str, colour: str = "#06ad56") -> str:
    return f'<form method="post"><button type="submit" style="background:{colour}">{label}</button></form>'


def facts(words: str, fen: int, note: str) -> str:
    return f'<p>{escape(words)}</p><p class="sum">¥{yuan(fen)}</p><p class="note">{escape(note)}</p>'


def cashier(world: World, call: Call) -> Answer:
    trade = trade_of(world, call.args["out_trade_no"])
    said = facts(trade.description, trade.total, f"订单号 {trade.out_trade_no}")
    act = button("付款") if trade.state == "NOTPAY" else f"<p>{SAYS[trade.state]}</p>{_way_back(call)}"
    return page("微信支付收银台（模拟）", said + act)


def _way_back(call: Call) -> str:
    """`redirect_url`, as the real H5 cashier takes it: where the shop wants its buyer back."""
    there = call.query.get("redirect_url", "")
    if not there.startswith(("http://", "https://")):
        return ""
    return f'<p><a href="{escape(there)}">返回商家</a></p>'


def cashier_pay(world: World, call: Call) -> Answer:
    try:
        pay_trade(world, trade_of(world, call.args["out_trade_no"]))
    except Refused as no:
        return page("支付未完成", f"<p>{escape(no.message)}</p>", 409)
    return cashier(world, call)


def receive(world: World, call: Call) -> Answer:
    one = transfers.by_number(world, call.args["out_bill_no"])
    said = facts(one.remark, one.fen, f"转账单号 {one.out_bill_no}")
    act = button("确认收款") if one.state == "WAIT_USER_CONFIRM" else f"<p>当前状态：{one.state}</p>"
    return page("商家转账（模拟）", said + act)


def receive_confirm(world: World, call: Call) -> Answer:
    try:
        transfers.confirm(world, transfers.by_number(world, call.args["out_bill_no"]))
    except Refused as no:
        return page("收款未完成", f"<p>{escape(no.message)}</p>", 409)
    return receive(world, call)


def front(world: World, call: Call) -> Answer:
    """What waits for a person."""
    unpaid = [one for one in world.books.trades.values() if one.state == "NOTPAY"][-50:]
    waiting = [one for one in world.books.transfers.values() if one.state == "WAIT_USER_CONFIRM"][-50:]
    open_ = [one for one in world.books.ali_trades.values() if one.state == "WAIT_BUYER_PAY"][-50:]
    rows = [_row("cashier", one.out_trade_no, one.description, one.total) for one in reversed(unpaid)]
    rows += [_row("alipay/cashier", one.out_trade_no, one.subject + "（支付宝）", one.total) for one in reversed(open_)]
    rows += [_row("receive", one.out_bill_no, one.remark, one.fen) for one in reversed(waiting)]
    return page("网关模拟器", f"<ul>{''.join(rows)}</ul>" if rows else "<p>没有待付款的订单，也没有待确认的转账。</p>")


def _row(kind: str, number: str, words: str, fen: int) -> str:
    return f'<li><a href="/sim/{kind}/{escape(number)}">{escape(words)}</a> ¥{yuan(fen)}</li>'


ROUTES: Final = [
    Route("GET", "/", "sim.front", front, Dialect.SIM),
    Route("GET", "/sim/cashier/<out_trade_no>", "sim.cashier", cashier, Dialect.SIM),
    Route("POST", "/sim/cashier/<out_trade_no>", "sim.cashier", cashier_pay, Dialect.SIM),
    Route("GET", "/sim/receive/<out_bill_no>", "sim.receive", receive, Dialect.SIM),
    Route("POST", "/sim/receive/<out_bill_no>", "sim.receive", receive_confirm, Dialect.SIM),
]

"""The levers only a simulator has: pay, confirm, faults, clock, state, and the people behind the openids."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from xintui.simulator import crypto, mini, trades, transfers
from xintui.simulator.alipay import trades as alipay
from xintui.simulator.books import Trade
from xintui.simulator.clock import rfc3339
from xintui.simulator.faults import NAMES
from xintui.simulator.protocol import JSON, Answer, Call, Dialect, Handler, Refused, Route, bad_field, ok
from xintui.simulator.world import World


def trade_of(world: World, key: str) -> Trade:
    """By out_trade_no, or by the prepay_id a page or a QR code carries."""
    if key not in world.books.trades:
        for trade in world.books.trades.values():
            if trade.prepay_id == key:
                return trade
    return trades.by_number(world, key)


def pay(world: World, call: Call) -> Answer:
    trade = trade_of(world, call.args["out_trade_no"])
    trades.pay(world, trade, str(call.json().get("openid", "")))
    return ok(trades.view(world, trade))


def story(world: World, call: Call) -> Answer:
    """A day of a story in one call: people pay and confirm at their own minutes, the clock runs along, and the signed
    callbacks come back in the answer instead of going out. `{pay: [{out_trade_no, openid, at}], confirm: [out_bill_no],
    to: rfc3339}`. Whoever asks hands each to the door it is addressed to, which believes it no more than any other.
    """
    body = call.json()
    messages = world.courier.collect()
    for number in body.get("confirm", []):
        if number in world.books.transfers:
            transfers.confirm(world, transfers.by_number(world, str(number)))
        messages += world.courier.collect()
    for one in body.get("pay", []):
        _come_to(world, str(one["at"]))
        number = str(one["out_trade_no"])
        if number in world.books.ali_trades:
            alipay.pay(world, world.books.ali_trades[number])
        else:
            trades.pay(world, trades.by_number(world, number), str(one["openid"]))
        messages += world.courier.collect()
    _come_to(world, str(body["to"]))
    world.touch()
    told = [{"url": url, "headers": headers, "body": text, "at": rfc3339(at)} for url, headers, text, at in messages]
    return ok({"now": rfc3339(world.now()), "callbacks": told})


def _come_to(world: World, at: str) -> None:
    """The clock is `at` or later; nobody's appointed hour is passed over."""
    world.clock.advance(max(0.0, datetime.fromisoformat(at).timestamp() - world.now()))


def request_payment(world: World, call: Call) -> Answer:
    """wx.requestPayment(): checks the paySign the platform made for the page, then pays."""
    body = call.json()
    lines = [str(body.get(name, "")) for name in ("appId", "timeStamp", "nonceStr", "package")]
    signed = body.get("signType") == "RSA" and crypto.verifies(
        world.keys.merchant_public, str(body.get("paySign", "")), *lines
    )
    if not signed or lines[0] != world.keys.appid:
        raise Refused(400, "SIGN_ERROR", "支付验证签名失败")
    trade = trade_of(world, lines[3].removeprefix("prepay_id="))
    trades.pay(world, trade, str(body.get("openid", "")))
    return ok({"errMsg": "requestPayment:ok"})


def confirm(world: World, call: Call) -> Answer:
    transfer = transfers.by_number(world, call.args["out_bill_no"])
    transfers.confirm(world, transfer)
    return ok(transfers.view(world, transfer))


def request_transfer(world: World, call: Call) -> Answer:
    """wx.requestMerchantTransfer(): the payee opens the package and accepts."""
    body = call.json()
    for transfer in world.books.transfers.values():
        if transfer.package == body.get("package") and body.get("mchId") == world.keys.mchid:
            transfers.confirm(world, transfer)
            return ok({"errMsg": "requestMerchantTransfer:ok"})
    raise Refused(404, "NOT_FOUND", "没有这笔待确认的转账")


def set_faults(world: World, call: Call) -> Answer:
    world.faults.set(call.json())
    return show_faults(world, call)


def show_faults(world: World, call: Call) -> Answer:
    knobs = [asdict(one) for one in world.faults.knobs]
    return ok({"seed": world.faults.seed, "faults": knobs, "names": NAMES})


def clear_faults(world: World, call: Call) -> Answer:
    world.faults.knobs = []
    return show_faults(world, call)


def set_clock(world: World, call: Call) -> Answer:
    """`{advance: seconds}`, `{to: rfc3339}`, `{rate}`, `{sign_with: wall|virtual}` in any mix."""
    body = call.json()
    if "advance" in body:
        if not isinstance(body["advance"], int | float) or body["advance"] < 0:
            raise bad_field("advance", body["advance"], "须为不小于 0 的秒数")
        world.clock.advance(body["advance"])
    if "to" in body:
        ahead = datetime.fromisoformat(body["to"]).timestamp() - world.now()
        if ahead < 0:
            raise bad_field("to", body["to"], "虚拟时钟不能倒退")
        world.clock.advance(ahead)
    if body.get("rate"):
        world.clock.run_at(float(body["rate"]))
    if body.get("sign_with") in ("wall", "virtual"):
        world.clock.sign_with = body["sign_with"]
    world.run_due()
    world.touch()
    return show_clock(world, call)


def show_clock(world: World, call: Call) -> Answer:
    clock = world.clock
    return ok({"now": rfc3339(clock.now()), "rate": clock.rate, "sign_with": clock.sign_with})


def settle(world: World, call: Call) -> Answer:
    """Wait until nothing is due and no callback is under way, so a test needs no sleep."""
    return ok({"settled": world.settle(float(call.query.get("timeout", 10)))})


def state(world: World, call: Call) -> Answer:
    found: JSON = asdict(world.books)
    for hidden in ("files", "tokens", "deliveries", "codes"):
        del found[hidden]
    return ok(
        found | {"now": rfc3339(world.now()), "available": world.available(), "in_flight": world.courier.in_flight}
    )


def deliveries(world: World, call: Call) -> Answer:
    """Every callback attempt, oldest first; `?subject=` keeps one bill's."""
    wanted = call.query.get("subject")
    rows = [row for row in world.books.deliveries if wanted in (None, row["subject"])]
    return ok({"deliveries": rows})


def reset(world: World, call: Call) -> Answer:
    world.reset()
    return ok({"reset": True})


def login(world: World, call: Call) -> Answer:
    """wx.login() for `?openid=`."""
    return ok({"code": mini.mint(world, _openid(call), "login"), "errMsg": "login:ok"})


def phone(world: World, call: Call) -> Answer:
    """The 手机号快速验证 button for `?openid=&phone=`."""
    openid = _openid(call)
    known = mini.person(world, openid)
    known.phone = call.query.get("phone", known.phone or "13800000000")
    return ok({"code": mini.mint(world, openid, "phone"), "errMsg": "getPhoneNumber:ok"})


def subscribe(world: World, call: Call) -> Answer:
    """wx.requestSubscribeMessage(): the user allows `?times=` messages of `?template_id=`."""
    key = f"{mini.person(world, _openid(call)).openid} {call.query.get('template_id', '')}"
    world.books.consents[key] = world.books.consents.get(key, 0) + int(call.query.get("times", 1))
    return ok({"left": world.books.consents[key]})


def release(world: World, call: Call) -> Answer:
    """Tell the simulator which pages the released mini-program has: `{pages: [...]}`; none: whatever is asked for."""
    pages = call.json().get("pages")
    if not isinstance(pages, list) or not all(isinstance(one, str) for one in pages):
        raise bad_field("pages", pages, "须为页面路径的列表")
    world.books.pages = pages
    return ok({"pages": pages})


def people(world: World, call: Call) -> Answer:
    """Tell the simulator a user's real name or phone: `{openid, name, phone}`."""
    body = call.json()
    if not body.get("openid"):
        raise bad_field("openid", body.get("openid"), "必填")
    known = mini.person(world, str(body["openid"]))
    known.name, known.phone = str(body.get("name", known.name)), str(body.get("phone", known.phone))
    return ok(asdict(known))


def _openid(call: Call) -> str:
    found = call.query.get("openid", "")
    if not found:
        raise Refused(400, "PARAM_ERROR", "缺少 openid")
    return found


def _sim(method: str, path: str, handle: Handler) -> Route:
    return Route(method, f"/sim/{path}", f"sim.{path}", handle, Dialect.SIM)


ROUTES: Final = [
    _sim("POST", "pay/<out_trade_no>", pay),
    _sim("POST", "story", story),
    _sim("POST", "wx/requestPayment", request_payment),
    _sim("POST", "wx/requestMerchantTransfer", request_transfer),
    _sim("POST", "transfer/<out_bill_no>/confirm", confirm),
    _sim("POST", "faults", set_faults),
    _sim("GET", "faults", show_faults),
    _sim("DELETE", "faults", clear_faults),
    _sim("POST", "clock", set_clock),
    _sim("GET", "clock", show_clock),
    _sim("GET", "settle", settle),
    _sim("GET", "state", state),
    _sim("GET", "deliveries", deliveries),
    _sim("POST", "reset", reset),
    _sim("GET", "wx/login", login),
    _sim("GET", "wx/phone", phone),
    _sim("GET", "wx/subscribe", subscribe),
    _sim("POST", "wx/pages", release),
    _sim("POST", "people", people),
]

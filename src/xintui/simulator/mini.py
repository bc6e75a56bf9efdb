"""The mini-program server API (api.weixin.qq.com): errors travel as errcode under HTTP 200."""

import re
from typing import Any, Final

from xintui.simulator import crypto
from xintui.simulator.books import Code, Person
from xintui.simulator.drawing import address_of, wxacode
from xintui.simulator.protocol import JSON, Answer, Call, Dialect, MiniRefused, Refused, Route, find, ok
from xintui.simulator.world import World, terms_of

CODE_SECONDS: Final = 300
TOKEN_SECONDS: Final = 7200
ACTIVE_SECONDS: Final = 7200
SCENE: Final = r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}"
FIELD: Final = {"thing": 20, "character_string": 32, "phrase": 5, "name": 10, "number": 32, "time": 32}
"""How long each kind of field of a subscribe message may be."""
RISKY: Final = {"赌博": 20006, "博彩": 20006, "毒品": 20006, "代开发票": 20008, "裸聊": 20002}
REVIEW: Final = {"刷单": 20008, "加微信": 10001, "最便宜": 10001}


def person(world: World, openid: str) -> Person:
    """The user of this openid; met for the first time, made."""
    union = "u_" + terms_of(openid)[:26]
    return world.books.people.setdefault(openid, Person(openid, union))


def mint(world: World, openid: str, purpose: str) -> str:
    """A code such as wx.login() or the phone button hands to the page."""
    code = ("0" if purpose == "login" else "p") + crypto.token(31)
    world.books.codes[code] = Code(code, person(world, openid).openid, purpose, world.now())
    return code


def spend(world: World, code: str, purpose: str) -> Person:
    found = world.books.codes.get(code)
    if found is None or found.purpose != purpose or world.now() - found.minted_at > CODE_SECONDS:
        raise MiniRefused(40029, "invalid code")
    if found.used:
        raise MiniRefused(40163, "code been used")
    found.used = True
    return world.books.people[found.openid]


def _app(world: World, appid: object, secret: object) -> None:
    if appid != world.keys.appid:
        raise MiniRefused(40013, "invalid appid")
    if secret != world.keys.appsecret:
        raise MiniRefused(40125, "invalid appsecret")


def session(world: World, call: Call) -> Answer:
    """code2session: once per code, within five minutes, by the right app."""
    _app(world, call.query.get("appid"), call.query.get("secret"))
    if call.query.get("grant_type") != "authorization_code":
        raise MiniRefused(40002, "invalid grant_type")
    user = spend(world, call.query.get("js_code", ""), "login")
    user.active_at = world.now()
    key = terms_of([user.openid, call.query["js_code"]])[:22] + "=="
    return ok({"openid": user.openid, "session_key": key, "unionid": user.unionid})


def stable_token(world: World, call: Call) -> Answer:
    """The same token until it expires; force_refresh makes a new one and ends the old."""
    body = _body(call)
    if body.get("grant_type") != "client_credential":
        raise MiniRefused(40002, "invalid grant_type")
    _app(world, body.get("appid"), body.get("secret"))
    if body.get("force_refresh") is True:
        world.books.tokens.clear()
    live = {token: until for token, until in world.books.tokens.items() if until > world.now() + 300}
    if not live:
        live = {crypto.token(64): world.now() + TOKEN_SECONDS}
        world.books.tokens |= live
    token, until = next(reversed(live.items()))
    return ok({"access_token": token, "expires_in": int(until - world.now())})


def _body(call: Call) -> JSON:
    try:
        return call.json()
    except Refused:
        raise MiniRefused(47001, "data format error") from None


def _authorised(world: World, call: Call) -> JSON:
    token = call.query.get("access_token", "")
    if not token:
        raise MiniRefused(41001, "access_token missing")
    until = world.books.tokens.get(token)
    if until is None:
        raise MiniRefused(40001, "invalid credential, access_token is invalid or not latest")
    if until <= world.now():
        raise MiniRefused(42001, "access_token expired")
    return _body(call)


def _done(**more: Any) -> Answer:
    return ok({"errcode": 0, "errmsg": "ok"} | more)


def phone_number(world: World, call: Call) -> Answer:
    user = spend(world, str(_authorised(world, call).get("code", "")), "phone")
    mark = {"timestamp": int(world.now()), "appid": world.keys.appid}
    info = {"phoneNumber": user.phone, "purePhoneNumber": user.phone, "countryCode": "86", "watermark": mark}
    return _done(phone_info=info)


def unlimited_code(world: World, call: Call) -> Answer:
    """A picture under 200, or a refusal in JSON under 200. `check_path` asks whether the released program has the page:
    nobody has told the simulator until somebody does (`/sim/wx/pages`), and then it knows.
    """
    body = _authorised(world, call)
    scene, page = body.get("scene"), body.get("page", "")
    if not isinstance(scene, str) or not re.fullmatch(SCENE, scene):
        raise MiniRefused(40129, "invalid scene")
    if not isinstance(page, str) or page.startswith("/") or "?" in page:
        raise MiniRefused(41030, "invalid page")
    version = body.get("env_version", "release")
    if version not in ("release", "trial", "develop"):
        raise MiniRefused(40097, "invalid args: env_version")
    checked = body.get("check_path", True) is not False and version == "release"
    if checked and page and world.books.pages and page not in world.books.pages:
        raise MiniRefused(41030, "invalid page")
    width = body.get("width", 430)
    if type(width) is not int or not 280 <= width <= 1280:
        raise MiniRefused(40097, "invalid args: width")
    address = address_of(world.keys.appid, scene, page or "pages/index/index", version)
    kind, picture = wxacode(address, width, _line_colour(body), hyaline=body.get("is_hyaline") is True)
    return Answer(200, picture, kind)


def _line_colour(body: JSON) -> tuple[int, int, int]:
    """`line_color` as three numbers, each a string or an integer as the documentation's examples have both."""
    if body.get("auto_color") is True or "line_color" not in body:
        return 0, 0, 0
    try:
        red, green, blue = (int(find(body, f"line_color.{name}")) for name in "rgb")
    except (TypeError, ValueError):
        raise MiniRefused(40097, "invalid args: line_color") from None
    if not all(0 <= part <= 255 for part in (red, green, blue)):
        raise MiniRefused(40097, "invalid args: line_color")
    return red, green, blue


def check_text(world: World, call: Call) -> Answer:
    """A verdict by a few words: enough to see pass, review and risky handled."""
    body = _authorised(world, call)
    content = body.get("content")
    if body.get("version") != 2 or body.get("scene") not in (1, 2, 3, 4) or not isinstance(content, str):
        raise MiniRefused(40097, "invalid args")
    if not 1 <= len(content) <= 2500:
        raise MiniRefused(40097, "invalid args: content too long")
    user = world.books.people.get(str(body.get("openid", "")))
    if user is None:
        raise MiniRefused(40003, "invalid openid")
    if world.now() - user.active_at > ACTIVE_SECONDS:
        raise MiniRefused(61010, "code is expired")
    suggest, label, keyword = _verdict(content)
    detail = {"strategy": "keyword", "errcode": 0, "suggest": suggest, "label": label, "keyword": keyword}
    return _done(detail=[detail], trace_id=crypto.token(20), result={"suggest": suggest, "label": label})


def _verdict(content: str) -> tuple[str, int, str]:
    for suggest, words in (("risky", RISKY), ("review", REVIEW)):
        for word, label in words.items():
            if word in content:
                return suggest, label, word
    return "pass", 100, ""


def upload_shipping(world: World, call: Call) -> Answer:
    """Tell WeChat that an order was shipped; without it the money of a trading mini-program does not settle."""
    body = _authorised(world, call)
    by_id = find(body, "order_key.order_number_type") == 2
    name, wanted = ("transaction_id", find(body, "order_key.transaction_id")) if by_id else (
        "out_trade_no", find(body, "order_key.out_trade_no"))  # fmt: skip
    trade = next((one for one in world.books.trades.values() if wanted and getattr(one, name) == wanted), None)
    if trade is None or not trade.paid_at:
        raise MiniRefused(10060001, "支付单不存在")
    if not by_id and find(body, "order_key.mchid") != world.keys.mchid:
        raise MiniRefused(10060001, "支付单不存在")
    if find(body, "payer.openid") != trade.openid:
        raise MiniRefused(10060031, "该笔支付单不属于 openid 所指定的用户")
    items = body.get("shipping_list")
    kinds = body.get("logistics_type") in (1, 2, 3, 4) and body.get("delivery_mode") in (1, 2)
    if not kinds or not isinstance(items, list) or not 1 <= len(items) <= 15 or not body.get("upload_time"):
        raise MiniRefused(10060014, "参数错误")
    if any(not isinstance(one, dict) or not one.get("item_desc") for one in items):
        raise MiniRefused(10060014, "参数错误：item_desc 不能为空")
    if body["logistics_type"] == 1 and any(
        not one.get("tracking_no") or not one.get("express_company") for one in items
    ):
        raise MiniRefused(10060014, "参数错误：物流单号与物流公司不能为空")
    if world.books.shippings.get(trade.transaction_id) == body:
        raise MiniRefused(10060023, "发货信息未更新")
    world.books.shippings[trade.transaction_id] = body
    return _done()


def subscribe_send(world: World, call: Call) -> Answer:
    """One consent, one message: without one left it is 43101."""
    body = _authorised(world, call)
    openid, template, data = str(body.get("touser")), body.get("template_id"), body.get("data")
    if openid not in world.books.people:
        raise MiniRefused(40003, "invalid openid")
    if not template:
        raise MiniRefused(40037, "invalid template_id")
    if not isinstance(data, dict) or not all(isinstance(find(data, f"{key}.value"), str) for key in data):
        raise MiniRefused(47003, "argument invalid!")
    for key, given in data.items():
        if not 1 <= len(given["value"]) <= FIELD.get(key.rstrip("0123456789"), 20):
            raise MiniRefused(47003, f"argument invalid! data.{key}.value invalid")
    if str(body.get("page", "")).startswith("/"):
        raise MiniRefused(41030, "invalid page")
    if body.get("miniprogram_state", "formal") not in ("formal", "trial", "developer"):
        raise MiniRefused(40097, "invalid args: miniprogram_state")
    consent = f"{openid} {template}"
    if world.books.consents.get(consent, 0) < 1:
        raise MiniRefused(43101, "user refuse to accept the msg")
    world.books.consents[consent] -= 1
    world.books.messages.append(body)
    return _done(msgid=world.count())


ROUTES: Final = [
    Route("GET", "/sns/jscode2session", "mini.session", session, Dialect.MINI),
    Route("POST", "/cgi-bin/stable_token", "mini.token", stable_token, Dialect.MINI),
    Route("POST", "/wxa/business/getuserphonenumber", "mini.phone", phone_number, Dialect.MINI),
    Route("POST", "/wxa/getwxacodeunlimit", "mini.code", unlimited_code, Dialect.MINI),
    Route("POST", "/wxa/msg_sec_check", "mini.check", check_text, Dialect.MINI),
    Route("POST", "/wxa/sec/order/upload_shipping_info", "mini.shipping", upload_shipping, Dialect.MINI),
    Route("POST", "/cgi-bin/message/subscribe/send", "mini.message", subscribe_send, Dialect.MINI),
]

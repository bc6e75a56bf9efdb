"""网页授权 of an Official Account: the consent page (open.weixin.qq.com) and the code's exchange (api.weixin.qq.com).

As in WeChat: only inside WeChat, only back to a known domain, the code once and within five minutes; a unionid comes
with `snsapi_userinfo` only. What the real page knows, who holds the phone, is asked here.
"""

import re
from html import escape
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from xintui.simulator import crypto, mini
from xintui.simulator.books import Code, Person
from xintui.simulator.pages import page
from xintui.simulator.protocol import Answer, Call, Dialect, MiniRefused, Route, ok
from xintui.simulator.world import World, terms_of

SCOPES: Final = ("snsapi_base", "snsapi_userinfo")
DOMAINS: Final = ("127.0.0.1", "localhost", "::1")
"""网页授权域名: the simulator serves whoever is on this machine."""


def visitor(world: World, name: str) -> Person:
    """How the Official Account knows the user whom the mini-program calls `name`: same unionid, other openid."""
    same = mini.person(world, name)
    openid = "oGZ" + terms_of(["oa", name])[:25]
    made = Person(openid, same.unionid, name=same.name, appid=world.keys.oa_appid)
    return world.books.people.setdefault(openid, made)


def authorize(world: World, call: Call) -> Answer:
    """The page that asks. Where the redirect would lead is checked before anybody is asked anything."""
    if problem := _problem(world, call):
        return page("微信授权", f"<p>{escape(problem)}</p>", 200)
    asks = "获得你的公开信息（昵称、头像等）" if call.query["scope"] == "snsapi_userinfo" else "静默登录"
    form = (
        f"<p>该网页申请：{asks}</p>"
        '<form method="post"><p><label>以谁的微信继续 <input name="who" value="o_newcomer" maxlength="40"></label></p>'
        '<button type="submit" name="do" value="allow">同意</button>'
        '<p><button type="submit" name="do" value="deny" class="plain">拒绝</button></p></form>'
    )
    return page("微信授权", form)


def decide(world: World, call: Call) -> Answer:
    """同意: back with a code. 拒绝: the page is left without a word, as in WeChat."""
    if problem := _problem(world, call):
        return page("微信授权", f"<p>{escape(problem)}</p>", 200)
    form = parse_qs(call.body.decode())
    who = re.sub(r"[^0-9A-Za-z_-]", "", form.get("who", ["o_newcomer"])[0])[:40] or "o_newcomer"
    if form.get("do") != ["allow"]:
        return page("微信授权", "<p>你已拒绝授权，可以关闭本页。</p>")
    code = "1" + crypto.token(31)
    known = visitor(world, who)
    world.books.codes[code] = Code(code, known.openid, call.query["scope"], world.now())
    back = urlsplit(call.query["redirect_uri"])
    query = f"{back.query}&" if back.query else ""
    query += urlencode({"code": code, "state": call.query.get("state", "")})
    return Answer(302, location=back._replace(query=query).geturl())


def _problem(world: World, call: Call) -> str:
    asked = call.query
    if "MicroMessenger" not in call.headers.get("User-Agent", ""):
        return "请在微信客户端打开链接"
    if asked.get("appid") != world.keys.oa_appid:
        return "Oops! Something went wrong:( 错误码：10013"
    if urlsplit(asked.get("redirect_uri", "")).hostname not in DOMAINS:
        return "redirect_uri域名与后台配置不一致，错误码：10003"
    if asked.get("response_type") != "code" or asked.get("scope") not in SCOPES:
        return "scope参数错误或没有Scope权限，错误码：10005"
    return ""


def access_token(world: World, call: Call) -> Answer:
    """Once per code. The scope decides whether a unionid comes along."""
    if call.query.get("appid") != world.keys.oa_appid:
        raise MiniRefused(40013, "invalid appid")
    if call.query.get("secret") != world.keys.oa_secret:
        raise MiniRefused(40125, "invalid appsecret")
    if call.query.get("grant_type") != "authorization_code":
        raise MiniRefused(40002, "invalid grant_type")
    code = world.books.codes.get(call.query.get("code", ""))
    scope = code.purpose if code else ""
    if scope not in SCOPES:
        raise MiniRefused(40029, "invalid code")
    user = mini.spend(world, call.query["code"], scope)
    user.active_at = world.now()
    answer = {
        "access_token": crypto.token(64), "expires_in": mini.TOKEN_SECONDS, "refresh_token": crypto.token(64),
        "openid": user.openid, "scope": scope,
    }  # fmt: skip
    return ok(answer | ({"unionid": user.unionid} if scope == "snsapi_userinfo" else {}))


ROUTES: Final = [
    Route("GET", "/connect/oauth2/authorize", "oa.authorize", authorize, Dialect.SIM),
    Route("POST", "/connect/oauth2/authorize", "oa.decide", decide, Dialect.SIM),
    Route("GET", "/sns/oauth2/access_token", "oa.access_token", access_token, Dialect.MINI),
]

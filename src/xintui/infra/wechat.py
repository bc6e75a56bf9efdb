"""The mini-program server API by one base address. No secret and no session key ever leaves this file."""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
OFFICIAL: Final = "https://api.weixin.qq.com"
OPEN: Final = "https://open.weixin.qq.com"
_SECONDS: Final = 5.0
_SECONDS_TO_CONNECT: Final = 2.0
_STALE: Final = frozenset({40001, 40014, 42001})
NOBODY: Final = -40029
"""Our own number: the page is shown as a snapshot, and the openid is that of a stand-in, not of a person."""
_BUSY: Final = frozenset({-1, 45011})


class WechatError(Exception):
    """WeChat said no: `errcode` as documented."""

    def __init__(self, errcode: int) -> None:
        super().__init__(f"errcode {errcode}")
        self.errcode = errcode


class WechatDown(Exception):
    """WeChat did not answer, or not sensibly."""


class WechatNotAsked(WechatDown):
    """Not even a token could be had: what was to be done has surely not been done."""


@dataclass(frozen=True)
class WechatIdentity:
    """Whom a login code stood for. The session key is dropped here: nothing of ours needs it."""

    appid: str
    openid: str
    unionid: str


@dataclass(frozen=True)
class MiniProgram:
    """One mini-program's server side."""

    base_url: str
    appid: str
    appsecret: str


def configured() -> MiniProgram:
    """The installation's own mini-program (`XINTUI_WECHAT_API`, `_APPID`, `_APPSECRET`)."""
    return MiniProgram(
        base_url=os.environ.get("XINTUI_WECHAT_API", OFFICIAL).rstrip("/"),
        appid=os.environ.get("XINTUI_WECHAT_APPID", ""),
        appsecret=os.environ.get("XINTUI_WECHAT_APPSECRET", ""),
    )


def official_account() -> MiniProgram:
    """The installation's Official Account, by which people come on H5 (`XINTUI_WECHAT_OA_APPID`, `_OA_APPSECRET`)."""
    return MiniProgram(
        base_url=os.environ.get("XINTUI_WECHAT_API", OFFICIAL).rstrip("/"),
        appid=os.environ.get("XINTUI_WECHAT_OA_APPID", ""),
        appsecret=os.environ.get("XINTUI_WECHAT_OA_APPSECRET", ""),
    )


def authorize_url(app: MiniProgram, back_to: str, state: str) -> str:
    """Where WeChat asks the person and then sends them `back_to` with a code (网页授权, step 1).

    The parameters in this order and the fragment at the end: WeChat refuses other spellings. The scope is the one
    with a consent page: `snsapi_base` tells no unionid, and one person would become two accounts.
    """
    base = os.environ.get("XINTUI_WECHAT_OPEN", OPEN).rstrip("/")
    query = {
        "appid": app.appid, "redirect_uri": back_to, "response_type": "code", "scope": "snsapi_userinfo",
        "state": state,
    }  # fmt: skip
    return f"{base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"


_tokens: dict[MiniProgram, tuple[str, float]] = {}
_lock = threading.Lock()


def _ask(app: MiniProgram, method: str, path: str, **kwargs: Any) -> tuple[str, bytes]:
    """One request: the type and the bytes of what came back under 200. Raises `WechatDown`."""
    import httpx  # a client that most commands and most pages never need takes its time to load

    timeout = httpx.Timeout(_SECONDS, connect=_SECONDS_TO_CONNECT)
    try:
        with httpx.Client(base_url=app.base_url, timeout=timeout, follow_redirects=False, trust_env=False) as client:
            response = client.request(method, path, **kwargs)
    except httpx.HTTPError as error:
        raise WechatDown(type(error).__name__) from None  # the URL holds the secret: not into any log
    if response.status_code != 200:
        raise WechatDown(f"status {response.status_code}")
    return response.headers.get("Content-Type", ""), response.content


def _read(content: bytes) -> dict[str, Any]:
    """An answer as an object; a refusal inside it is raised."""
    try:
        answer = json.loads(content)
    except ValueError:
        raise WechatDown("not JSON") from None
    if not isinstance(answer, dict):
        raise WechatDown("not an object")
    errcode = int(answer.get("errcode") or 0)
    if errcode in _BUSY:
        raise WechatDown(f"errcode {errcode}")
    if errcode:
        raise WechatError(errcode)
    return answer


def _call(app: MiniProgram, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
    return _read(_ask(app, method, path, **kwargs)[1])


def code_to_session(app: MiniProgram, code: str) -> WechatIdentity:
    """Exchange a `wx.login()` code, once. Raises `WechatError`, `WechatDown`."""
    params = {"appid": app.appid, "secret": app.appsecret, "js_code": code, "grant_type": "authorization_code"}
    answer = _call(app, "GET", "/sns/jscode2session", params=params)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise WechatDown("no openid")
    return WechatIdentity(app.appid, openid, str(answer.get("unionid") or ""))


def code_to_visitor(app: MiniProgram, code: str) -> WechatIdentity:
    """Exchange the code of 网页授权, once. The user token it brings is dropped. Raises `WechatError`, `WechatDown`."""
    params = {"appid": app.appid, "secret": app.appsecret, "code": code, "grant_type": "authorization_code"}
    answer = _call(app, "GET", "/sns/oauth2/access_token", params=params)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise WechatDown("no openid")
    if answer.get("is_snapshotuser"):
        raise WechatError(NOBODY)
    return WechatIdentity(app.appid, openid, str(answer.get("unionid") or ""))


def access_token(app: MiniProgram, *, fresh: bool = False) -> str:
    """The server token, kept until five minutes before its end. Raises `WechatError`, `WechatDown`."""
    with _lock:
        token, until = _tokens.get(app, ("", 0.0))
        if token and not fresh and time.monotonic() < until:
            return token
    body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.appsecret, "force_refresh": fresh}
    answer = _call(app, "POST", "/cgi-bin/stable_token", json=body)
    token, seconds = str(answer["access_token"]), int(answer["expires_in"])
    with _lock:
        _tokens[app] = (token, time.monotonic() + max(seconds - 300, 0))
    return token


def _with_token(app: MiniProgram, ask: Callable[[str], T]) -> T:
    """Ask with the server token, once more with a new one if it went stale."""
    try:
        return ask(access_token(app))
    except WechatError as error:
        if error.errcode not in _STALE:
            raise
    return ask(access_token(app, fresh=True))


def call(app: MiniProgram, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """POST to a server API with the token. Raises as above."""
    return _with_token(app, lambda token: _call(app, "POST", path, params={"access_token": token}, json=body))


def mini_code(app: MiniProgram, scene: str, page: str, *, version: str = "release", width: int = 430) -> bytes:
    """The 小程序码 of a page with a scene of at most 32 visible characters: a JPEG. Raises as above.

    WeChat makes as many as one likes, but only so many a minute (45009): whoever asks keeps the picture. That the page
    exists can be checked for the released program only.
    """
    body = {"scene": scene, "page": page, "check_path": version == "release", "env_version": version, "width": width}

    def ask(token: str) -> bytes:
        kind, content = _ask(app, "POST", "/wxa/getwxacodeunlimit", params={"access_token": token}, json=body)
        if kind.startswith("image/"):
            return content
        _read(content)
        raise WechatDown("no picture")

    return _with_token(app, ask)


def subscribe_send(app: MiniProgram, openid: str, template_id: str, page: str, data: dict[str, str]) -> str:
    """One subscribe message to somebody who allowed it; WeChat's number of it.

    Raises `WechatError` (not sent), `WechatNotAsked` (not sent), `WechatDown` (nobody knows).
    """
    try:
        access_token(app)
    except WechatDown as down:
        raise WechatNotAsked(*down.args) from None
    body = {
        "touser": openid,
        "template_id": template_id,
        "page": page,
        "data": {field: {"value": text} for field, text in data.items()},
        "miniprogram_state": os.environ.get("XINTUI_WECHAT_STATE", "formal"),
        "lang": "zh_CN",
    }
    return str(call(app, "/cgi-bin/message/subscribe/send", body).get("msgid", ""))


def phone_number(app: MiniProgram, code: str) -> str:
    """The phone number behind the code of the phone button, verified by WeChat. Raises as above."""
    answer = call(app, "/wxa/business/getuserphonenumber", {"code": code})
    info = answer.get("phone_info")
    if not isinstance(info, dict) or info.get("watermark", {}).get("appid") != app.appid:
        raise WechatDown("an answer for another app")
    return str(info["purePhoneNumber"])

"""Requests in, answers out, and the two dialects of refusal. Handlers see these and never a socket."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xintui.simulator.world import World

JSON = dict[str, Any]


class Dialect(StrEnum):
    """Which protocol a path belongs to: it decides how callers prove themselves and how a refusal is written."""

    PAY = "pay"
    MINI = "mini"
    ALIPAY = "alipay"
    SIM = "sim"


@dataclass(frozen=True)
class Call:
    """One request. `target` is the path and query exactly as sent: that is what a signature covers."""

    method: str
    path: str
    target: str
    base: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""
    args: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> JSON:
        """The body as an object. An empty body is an empty object."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise Refused(400, "PARAM_ERROR", "请求体不是合法的 JSON") from None
        if not isinstance(found, dict):
            raise Refused(400, "PARAM_ERROR", "请求体必须是 JSON 对象")
        return found


@dataclass(frozen=True)
class Answer:
    """A status, a body and its type. `signed` is false only for bill downloads, as in reality."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    signed: bool = True
    location: str = ""


Handler = Callable[["World", Call], Answer]


@dataclass(frozen=True)
class Route:
    """`name` is what a fault's `where` matches."""

    method: str
    path: str
    name: str
    handle: Handler
    dialect: Dialect = Dialect.PAY


class Refused(Exception):
    """An error of the payment dialect: HTTP status plus `{code, message, detail}`."""

    def __init__(self, status: int, code: str, message: str, detail: JSON | None = None) -> None:
        super().__init__(f"{code} {message}")
        self.status, self.code, self.message, self.detail = status, code, message, detail

    def answer(self) -> Answer:
        body: JSON = {"code": self.code, "message": self.message}
        return ok(body | ({"detail": self.detail} if self.detail else {}), self.status)


class MiniRefused(Exception):
    """An error of the mini-program dialect: always HTTP 200 with `{errcode, errmsg}`."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode, self.errmsg = errcode, errmsg

    def answer(self) -> Answer:
        return ok({"errcode": self.errcode, "errmsg": self.errmsg})


def ok(body: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def bad_field(name: str, value: object, issue: str) -> Refused:
    detail = {"field": "/body/" + name.replace(".", "/"), "value": value, "issue": issue, "location": "body"}
    return Refused(400, "PARAM_ERROR", f"参数错误：{name} {issue}", detail)


def find(body: JSON, name: str) -> Any:
    """`amount.total` inside nested objects; None when absent."""
    here: Any = body
    for part in name.split("."):
        here = here.get(part) if isinstance(here, dict) else None
    return here


def text(body: JSON, name: str, most: int, *, least: int = 1, pattern: str = "", needed: bool = True) -> str:
    """A string of at most `most` characters; an absent optional one is ''."""
    value = find(body, name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise bad_field(name, value, f"须为 {least} 到 {most} 个字符的字符串")
    if pattern and not re.fullmatch(pattern, value):
        raise bad_field(name, value, "含有不允许的字符")
    return value


def whole(body: JSON, name: str, least: int = 1) -> int:
    """An integer ≥ `least`. `true`, `1.0` and `"1"` are not integers."""
    value = find(body, name)
    if type(value) is not int or value < least:
        raise bad_field(name, value, f"须为不小于 {least} 的整数")
    return value


def web_address(body: JSON, name: str, *, needed: bool = True) -> str:
    """A callback address. Real ones must be https; a simulator on loopback also takes http."""
    value = text(body, name, 255, needed=needed)
    if value and (not re.match(r"https?://", value) or "?" in value):
        raise bad_field(name, value, "须为不带查询参数的 http(s) 地址")
    return value


def yuan(fen: int) -> str:
    """`123456` → `1234.56`, without the thousands comma that would break a CSV."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"

"""The OpenAPI handshake: one address, the method as a parameter, RSA2 both ways."""

import base64
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from xintui.simulator.alipay.keys import AlipayKeys
from xintui.simulator.protocol import JSON, Answer, Call

if TYPE_CHECKING:
    from xintui.simulator.world import World

PATH: Final = "/gateway.do"
MESSAGES: Final = {"40001": "Missing Required Arguments", "40002": "Invalid Arguments", "20000": "Service Currently "
                   "Unavailable", "40004": "Business Failed"}  # fmt: skip


class AliRefused(Exception):
    """A refusal of this dialect: always HTTP 200 outside, with `code` and `sub_code` in the node."""

    def __init__(self, sub_code: str, sub_msg: str, code: str = "40004", *, signed: bool = True) -> None:
        super().__init__(f"{sub_code} {sub_msg}")
        self.sub_code, self.sub_msg, self.code, self.signed = sub_code, sub_msg, code, signed

    def answer(self) -> Answer:
        """Inside the gateway a refusal is told by its status; `wrapped` makes the 200 of it."""
        node = {"code": self.code, "msg": MESSAGES[self.code], "sub_code": self.sub_code, "sub_msg": self.sub_msg}
        return Answer(400, _dump(node), signed=self.signed)


def good(body: JSON) -> Answer:
    return Answer(200, _dump({"code": "10000", "msg": "Success"} | body))


def _dump(node: JSON) -> bytes:
    # Alipay escapes slashes; whoever parses and writes an answer again before verifying it will fail.
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def params_of(call: Call) -> Mapping[str, str]:
    """Address and body together, as the gateway takes them."""
    return dict(call.query) | dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def biz(call: Call) -> JSON:
    try:
        found = json.loads(params_of(call).get("biz_content", ""))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AliRefused("isv.invalid-biz-content", "biz_content 不是 JSON 对象", "40002")
    return found


def text_of(params: Mapping[str, str], *leave: str) -> str:
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name not in leave and params[name])


def sign(key: RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")


def authenticate(world: "World", call: Call) -> None:
    """Refuse unless this application's key signed exactly these parameters."""
    params, keys = params_of(call), keys_of(world)
    if params.get("app_id") != keys.app_id:
        raise AliRefused("isv.invalid-app-id", "无效的AppID参数", "40002", signed=False)
    if params.get("sign_type") != "RSA2":
        raise AliRefused("isv.invalid-signature-type", "无效的签名类型", "40002", signed=False)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", params.get("timestamp", "")):
        raise AliRefused("isv.invalid-timestamp", "非法的时间戳参数", "40002", signed=False)
    try:
        raw = base64.b64decode(params.get("sign", ""), validate=True)
        keys.app_public.verify(raw, text_of(params, "sign").encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise AliRefused("isv.invalid-signature", "无效签名", "40002", signed=False) from None


def keys_of(world: "World") -> AlipayKeys:
    return world.keys.alipay


def wrapped(world: "World", method: str, answer: Answer, *, forge: bool) -> Answer:
    """The node under its name, and the signature over exactly its bytes."""
    node = answer.body.decode()
    name = method.replace(".", "_") + "_response"
    if not answer.signed:
        return Answer(200, f'{{"{name}":{node}}}'.encode())
    keys = keys_of(world)
    signature = sign(keys.app_key if forge else keys.alipay_key, node)
    return Answer(200, f'{{"{name}":{node},"sign":"{signature}"}}'.encode())


def refused(fault: Any) -> Answer:
    """What a fault makes the gateway say."""
    code = "20000" if fault.number("status", 500) >= 500 else "40004"
    return AliRefused(fault.text("code", "ACQ.SYSTEM_ERROR"), fault.text("message", "系统错误"), code).answer()

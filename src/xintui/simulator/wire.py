"""The v3 handshake: every request proves the merchant, every answer proves the platform."""

import re
import time
from typing import Final

from xintui.simulator import crypto
from xintui.simulator.clock import rfc3339
from xintui.simulator.keys import NOT_AFTER, NOT_BEFORE
from xintui.simulator.protocol import JSON, Answer, Call, Dialect, Refused, Route, ok
from xintui.simulator.world import World

MAX_AGE: Final = 300


def authenticate(world: World, call: Call) -> None:
    """Refuse with 401 SIGN_ERROR unless the merchant's key signed exactly this request within five minutes."""
    scheme, _, rest = call.headers.get("Authorization", "").partition(" ")
    if scheme != crypto.SCHEME:
        raise _sign_error("Http头缺少认证信息或认证类型不支持", "authorization", scheme)
    given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    missing = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"} - given.keys()
    if missing:
        raise _sign_error("Http头Authorization值格式错误", "authorization", sorted(missing))
    keys = world.keys
    if given["mchid"] != keys.mchid:
        raise _sign_error("商户号与签名商户不一致", "mchid", given["mchid"])
    if given["serial_no"].upper() != keys.merchant_serial:
        raise _sign_error("商户证书序列号有误", "serial_no", given["serial_no"])
    stamp = given["timestamp"]
    if not stamp.isdigit() or min(abs(int(stamp) - at) for at in (time.time(), world.now())) >= MAX_AGE:
        raise _sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟", "timestamp", stamp)
    lines = (call.method, call.target, stamp, given["nonce_str"], call.body.decode("utf-8", "replace"))
    if not crypto.verifies(keys.merchant_public, given["signature"], *lines):
        raise _sign_error("签名错误，请检查后再试", "signature", given["signature"])
    asked = call.headers.get("Wechatpay-Serial", "")
    if asked and asked.upper() not in (keys.platform_serial, keys.public_key_id):
        raise Refused(400, "PARAM_ERROR", "Wechatpay-Serial 既不是平台证书序列号，也不是微信支付公钥ID")


def _sign_error(message: str, name: str, value: object) -> Refused:
    return Refused(
        401,
        "SIGN_ERROR",
        message,
        {"location": "authorization", "field": name, "value": value, "issue": "sign not match"},
    )


def signer_of(world: World, call: Call) -> str:
    """Who speaks back: the public key when the request named it, else the certificate."""
    asked = call.headers.get("Wechatpay-Serial", "").upper()
    return world.keys.public_key_id if asked == world.keys.public_key_id else world.keys.platform_serial


def signature_headers(world: World, call: Call, answer: Answer, *, forge: bool = False) -> dict[str, str]:
    """The `Wechatpay-*` headers that cover the answer's bytes."""
    keys, serial, nonce = world.keys, signer_of(world, call), crypto.token()
    stamp = str(world.clock.stamp())
    key = keys.merchant_key if forge else keys.signer(serial)
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature": crypto.sign(key, stamp, nonce, answer.body.decode()),
        "Wechatpay-Signature-Type": crypto.SCHEME,
        "Request-ID": crypto.token(26),
    }


def certificates(world: World, call: Call) -> Answer:
    """The platform's certificate, sealed with the APIv3 key."""
    keys = world.keys
    one: JSON = {
        "serial_no": keys.platform_serial,
        "effective_time": rfc3339(NOT_BEFORE.timestamp()),
        "expire_time": rfc3339(NOT_AFTER.timestamp()),
        "encrypt_certificate": crypto.seal(keys.apiv3_key, keys.platform_cert, "certificate"),
    }
    return ok({"data": [one]})


ROUTES: Final = [Route("GET", "/v3/certificates", "certificates", certificates, Dialect.PAY)]

"""Tencent Cloud SMS as its callers see it: SendSms 2021-01-11 under TC3-HMAC-SHA256. Messages are kept, not sent."""

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime
from typing import Final

from xintui.simulator import crypto
from xintui.simulator.keys import Keys
from xintui.simulator.protocol import JSON, Answer, Call, Dialect, Route, ok
from xintui.simulator.world import World

MAX_AGE: Final = 300
APP: Final = "1400000001"
TEMPLATE: Final = "2100001"


def account(keys: Keys) -> dict[str, str]:
    """The environment under which a caller's messages are taken here."""
    return {
        "XINTUI_SMS_SECRET_ID": f"AKID{keys.mchid}",
        "XINTUI_SMS_SECRET_KEY": keys.appsecret,
        "XINTUI_SMS_APP": APP,
        "XINTUI_SMS_SIGN": "信推",
        "XINTUI_SMS_TEMPLATE": TEMPLATE,
    }


def send(world: World, call: Call) -> Answer:
    """Keep the message, or answer as the provider does when something is wrong."""
    if problem := _wrong(world, call):
        return _failed(*problem)
    body = call.json()
    phones = body.get("PhoneNumberSet")
    if body.get("SmsSdkAppId") != APP:
        return _failed("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId 校验失败")
    if body.get("TemplateId") != TEMPLATE:
        return _failed("FailedOperation.TemplateIncorrectOrUnapproved", "模板未审批或内容不匹配")
    if not isinstance(phones, list) or not 1 <= len(phones) <= 200:
        return _failed("InvalidParameterValue.ContentLengthLimit", "号码数量不正确")
    return _answer(SendStatusSet=[_one(world, str(phone), body) for phone in phones])


def _one(world: World, phone: str, body: JSON) -> JSON:
    good = re.fullmatch(r"\+861\d{10}", phone) is not None
    if good:
        world.books.texts.append({"phone": phone, "at": world.now(), "params": body.get("TemplateParamSet", [])})
    code, says = ("Ok", "send success") if good else ("InvalidParameterValue.IncorrectPhoneNumber", "号码格式错误")
    return {"SerialNo": crypto.token(20), "PhoneNumber": phone, "Fee": int(good), "Code": code, "Message": says,
            "SessionContext": "", "IsoCode": "CN"}  # fmt: skip


def _wrong(world: World, call: Call) -> tuple[str, str] | None:
    """What is wrong with the caller's proof, if anything. Written from the provider's document, not from the client."""
    headers = {key.lower(): value for key, value in call.headers.items()}
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=(\w+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
        r"SignedHeaders=content-type;host, Signature=([0-9a-f]{64})",
        headers.get("authorization", ""),
    )
    stamp = headers.get("x-tc-timestamp", "")
    if found is None or not stamp.isdigit():
        return "AuthFailure.InvalidAuthorization", "签名格式错误"
    if headers.get("x-tc-action") != "SendSms" or headers.get("x-tc-version") != "2021-01-11":
        return "InvalidAction", "接口或版本不存在"
    if min(abs(int(stamp) - at) for at in (time.time(), world.now())) > MAX_AGE:
        return "AuthFailure.SignatureExpire", "签名过期"
    day = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d")
    if found[1] != f"AKID{world.keys.mchid}" or found[2] != day:
        return "AuthFailure.SecretIdNotFound", "密钥不存在"
    asked = "\n".join(
        ["POST", call.path, "", f"content-type:{headers['content-type']}", f"host:{headers['host']}", "",
         "content-type;host", hashlib.sha256(call.body).hexdigest()]
    )  # fmt: skip
    scope = f"{day}/sms/tc3_request"
    text = "\n".join(["TC3-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = b"TC3" + world.keys.appsecret.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), found[3]):
        return "AuthFailure.SignatureFailure", "签名错误"
    return None


def _failed(code: str, message: str) -> Answer:
    return _answer(Error={"Code": code, "Message": message})


def _answer(**body: object) -> Answer:
    return ok({"Response": {**body, "RequestId": crypto.token(32)}})


def show(world: World, call: Call) -> Answer:
    """What a phone received, newest last."""
    phone = call.query.get("phone", "")
    return ok({"items": [one for one in world.books.texts if one["phone"] in (phone, f"+86{phone}")]})


ROUTES: Final = [
    Route("POST", "/", "sms.send", send, Dialect.SIM),
    Route("GET", "/sim/sms", "sim.sms", show, Dialect.SIM),
]

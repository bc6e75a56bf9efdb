"""短信: verification codes by Tencent Cloud SMS (SendSms 2021-01-11, signature TC3-HMAC-SHA256), by one base address.

The address alone decides whether the real provider or the local simulator is spoken to; nothing else differs.
"""

import hashlib
import hmac
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

OFFICIAL: Final = "https://sms.tencentcloudapi.com"
_SECONDS: Final = 5.0
_TYPE: Final = "application/json; charset=utf-8"


class SmsRefused(Exception):
    """The provider said no: its code, e.g. `FailedOperation.PhoneNumberInBlacklist`."""


class SmsDown(Exception):
    """Nothing configured, or no sensible answer: whether a message went out is not known."""


@dataclass(frozen=True)
class SmsAccount:
    """One application at the provider. `template` takes two parameters: the code and the minutes it lasts."""

    base_url: str
    secret_id: str
    secret_key: str
    app_id: str
    sign_name: str
    template: str
    region: str

    @property
    def ready(self) -> bool:
        return bool(self.secret_id and self.secret_key and self.app_id and self.template)


def configured() -> SmsAccount:
    """The installation's own account (`XINTUI_SMS_*`)."""
    env = os.environ.get
    return SmsAccount(
        base_url=env("XINTUI_SMS_API", OFFICIAL).rstrip("/"),
        secret_id=env("XINTUI_SMS_SECRET_ID", ""),
        secret_key=env("XINTUI_SMS_SECRET_KEY", ""),
        app_id=env("XINTUI_SMS_APP", ""),
        sign_name=env("XINTUI_SMS_SIGN", ""),
        template=env("XINTUI_SMS_TEMPLATE", ""),
        region=env("XINTUI_SMS_REGION", "ap-guangzhou"),
    )


def send_code(account: SmsAccount, phone: str, code: str, minutes: int) -> None:
    """One message to a mainland number. Never inside a transaction. Raises `SmsRefused`, `SmsDown`."""
    if not account.ready:
        raise SmsDown("not configured")
    body = {
        "PhoneNumberSet": [f"+86{phone}"],
        "SmsSdkAppId": account.app_id,
        "SignName": account.sign_name,
        "TemplateId": account.template,
        "TemplateParamSet": [code, str(minutes)],
    }
    payload = json.dumps(body, ensure_ascii=False).encode()
    import httpx  # as in `wechat`: loaded by whom it serves

    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = client.post(account.base_url + "/", content=payload, headers=_signed(account, payload))
            told = answer.json()["Response"]
            if error := told.get("Error"):
                raise SmsRefused(str(error["Code"]))
            status = told["SendStatusSet"][0]["Code"]
    except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise SmsDown(type(problem).__name__) from None
    if status != "Ok":
        raise SmsRefused(str(status))


def _signed(account: SmsAccount, payload: bytes) -> dict[str, str]:
    """The headers of TC3-HMAC-SHA256."""
    stamp = int(time.time())
    day = datetime.fromtimestamp(stamp, UTC).date().isoformat()
    host = urlsplit(account.base_url).netloc
    scope = f"{day}/sms/tc3_request"
    asked = f"POST\n/\n\ncontent-type:{_TYPE}\nhost:{host}\n\ncontent-type;host\n{hashlib.sha256(payload).hexdigest()}"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = ("TC3" + account.secret_key).encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"Credential={account.secret_id}/{scope}"
    return {
        "Authorization": f"TC3-HMAC-SHA256 {credential}, SignedHeaders=content-type;host, Signature={signature}",
        "Content-Type": _TYPE,
        "Host": host,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Timestamp": str(stamp),
        "X-TC-Region": account.region,
    }

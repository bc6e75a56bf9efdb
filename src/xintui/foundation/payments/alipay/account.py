"""Who we are to Alipay: one folder of files, made by hand from the open platform's console or by the simulator.

`alipay.json` {app_id, seller_id}, `app_private_key.pem` (ours) and `alipay_public_key.pem` (Alipay's, not our own). The
keys may be PEM or the bare base64 that Alipay's key tool writes.
"""

import base64
import binascii
import json
import logging
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from xintui.foundation.payments.contracts import GatewayNotConfigured
from xintui.infra.home import home

log = logging.getLogger("xintui.payments")
OFFICIAL: Final = "https://openapi.alipay.com/gateway.do"
CALLBACK_PATH: Final = "/callbacks/alipay"


@dataclass(frozen=True, eq=False)
class Account:
    """One reading of the files: two are equal only if they are the same reading.

    `seller_id` is the merchant's own number (2088…): the one a notification must name.
    """

    base: str
    notify_url: str
    app_id: str
    seller_id: str
    private_key: RSAPrivateKey = field(repr=False)
    alipay_key: RSAPublicKey = field(repr=False)
    psp: ClassVar[str] = "alipay"

    @property
    def says(self) -> str:
        return f"应用 {self.app_id}，收款方 {self.seller_id}"


def account() -> Account:
    """Read again whenever the card changes on disk. Raises `GatewayNotConfigured`."""
    folder = Path(os.environ.get("XINTUI_ALIPAY_DIR") or home() / "alipay")
    card = folder / "alipay.json"
    if not card.is_file():
        raise GatewayNotConfigured
    base = os.environ.get("XINTUI_ALIPAY_BASE") or OFFICIAL
    notify = os.environ.get("XINTUI_ALIPAY_NOTIFY") or settings.PUBLIC_URL.rstrip("/") + CALLBACK_PATH
    try:
        return _read(folder, card.stat().st_mtime_ns, base, notify)
    except (OSError, KeyError, ValueError, AssertionError) as error:
        # A broken card must not stop those who pay otherwise; `xintui doctor` says what is wrong with it.
        log.error("ALARM the Alipay account in %s cannot be read: %s %s", folder, type(error).__name__, error)
        raise GatewayNotConfigured from error


@lru_cache(maxsize=8)
def _read(folder: Path, _changed: int, base: str, notify_url: str) -> Account:
    card = json.loads((folder / "alipay.json").read_text("utf-8"))
    return Account(
        base=base,
        notify_url=notify_url,
        app_id=str(card["app_id"]),
        seller_id=str(card["seller_id"]),
        private_key=_private((folder / "app_private_key.pem").read_text("ascii")),
        alipay_key=_public((folder / "alipay_public_key.pem").read_text("ascii")),
    )


def _private(text: str) -> RSAPrivateKey:
    key = load_pem_private_key(text.encode(), None) if "-----" in text else load_der_private_key(_der(text), None)
    assert isinstance(key, RSAPrivateKey), "Alipay's RSA2 signs with RSA"
    return key


def _public(text: str) -> RSAPublicKey:
    key = load_pem_public_key(text.encode()) if "-----" in text else load_der_public_key(_der(text))
    assert isinstance(key, RSAPublicKey), "Alipay's RSA2 signs with RSA"
    return key


def _der(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("a key file is neither PEM nor base64") from error

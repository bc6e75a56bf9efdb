"""Who we are to WeChat Pay: one folder of files, made by hand from the merchant console or by the simulator.

`gateway.json` {mchid, appid, apiv3_key, merchant_serial, public_key_id?, transfer?}, `merchant_key.pem`, and how the
platform proves itself: `platform_pubkey.pem` (with public_key_id) and/or `platform_cert.pem`.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from xintui.foundation.payments.contracts import GatewayNotConfigured
from xintui.infra.home import home

OFFICIAL: Final = "https://api.mch.weixin.qq.com"
CALLBACK_PATH: Final = "/callbacks/wechat"


@dataclass(frozen=True)
class TransferTerms:
    """The scene 商家转账 is filed under. Each scene asks for exactly its own report infos (facts §4.2, scene 1005)."""

    scene_id: str = "1005"
    perception: str = "劳务报酬"
    reports: Mapping[str, str] = field(default_factory=lambda: {"岗位类型": "推广员", "报酬说明": "推广佣金"})


@dataclass(frozen=True, eq=False)
class Account:
    """One reading of the files: two are equal only if they are the same reading.

    `speaks` is the id of the platform key whose answers we ask for; `keys` are all whose callbacks we believe.
    """

    base: str
    notify_url: str
    mchid: str
    appid: str
    serial: str
    apiv3_key: str = field(repr=False)
    private_key: str = field(repr=False)
    speaks: str
    keys: Mapping[str, RSAPublicKey]
    transfer: TransferTerms

    psp: ClassVar[str] = "wechat"

    @property
    def says(self) -> str:
        return f"商户号 {self.mchid}，应用 {self.appid}"

    @property
    def platform_pem(self) -> str:
        """The public half of `speaks`, as the library wants it."""
        return self.keys[self.speaks].public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def account() -> Account:
    """Read again whenever the card changes on disk. Raises `GatewayNotConfigured`."""
    folder = Path(os.environ.get("XINTUI_WECHATPAY_DIR") or home() / "wechatpay")
    card = folder / "gateway.json"
    if not card.is_file():
        raise GatewayNotConfigured
    base = (os.environ.get("XINTUI_WECHATPAY_BASE") or OFFICIAL).rstrip("/")
    notify = os.environ.get("XINTUI_WECHATPAY_NOTIFY") or settings.PUBLIC_URL.rstrip("/") + CALLBACK_PATH
    return _read(folder, card.stat().st_mtime_ns, base, notify)


@lru_cache(maxsize=8)
def _read(folder: Path, _changed: int, base: str, notify_url: str) -> Account:
    card = json.loads((folder / "gateway.json").read_text("utf-8"))
    keys = _platform_keys(folder, card.get("public_key_id", ""))
    if not keys:
        raise GatewayNotConfigured
    return Account(
        base=base,
        notify_url=notify_url,
        mchid=card["mchid"],
        appid=card["appid"],
        serial=card["merchant_serial"],
        apiv3_key=card["apiv3_key"],
        private_key=(folder / "merchant_key.pem").read_text("ascii"),
        speaks=next(iter(keys)),
        keys=keys,
        transfer=TransferTerms(**card.get("transfer", {})),
    )


def _platform_keys(folder: Path, public_key_id: str) -> dict[str, RSAPublicKey]:
    """The public key first where there is one (WeChat has issued no certificates to new merchants since 2024)."""
    keys: dict[str, RSAPublicKey] = {}
    pem, cert = folder / "platform_pubkey.pem", folder / "platform_cert.pem"
    if public_key_id and pem.is_file():
        keys[public_key_id] = _rsa(load_pem_public_key(pem.read_bytes()))
    if cert.is_file():
        certificate = x509.load_pem_x509_certificate(cert.read_bytes())
        keys[f"{certificate.serial_number:X}"] = _rsa(certificate.public_key())
    return keys


def _rsa(key: object) -> RSAPublicKey:
    assert isinstance(key, RSAPublicKey), "WeChat Pay signs with RSA"
    return key

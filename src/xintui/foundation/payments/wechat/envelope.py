"""Believe a callback or not: raw bytes first, everything else after. The library alone would take hour-old messages."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from xintui.foundation.payments.gateway import Envelope, Rejected, Unreadable
from xintui.foundation.payments.rules import MAX_AGE_SECONDS

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
PROBE: Final = "WECHATPAY/SIGNTEST/"
MAX_BODY: Final = 64 * 1024
KEPT: Final = (
    "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial", "wechatpay-signature",
    "wechatpay-signature-type", "content-type", "request-id", "user-agent",
)  # fmt: skip


def authenticate(keys: Mapping[str, RSAPublicKey], headers: Mapping[str, str], body: bytes, now: datetime) -> Envelope:
    """The cheap checks, the signature over the bytes as they came, and only then a look inside. Raises `Rejected`."""
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    signature, serial = headers.get("wechatpay-signature", ""), headers.get("wechatpay-serial", "")
    if not (stamp and nonce and signature and serial) or headers.get("wechatpay-signature-type", SCHEME) != SCHEME:
        raise Rejected("unsigned")
    if signature.startswith(PROBE):
        raise Rejected("probe")
    if len(body) > MAX_BODY or not body:
        raise Rejected("size")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Rejected("timestamp")
    if abs(now.timestamp() - int(stamp)) >= MAX_AGE_SECONDS:
        raise Rejected("timestamp")
    key = keys.get(serial)
    if key is None:
        raise Rejected("serial")
    if not signed_by(key, signature, stamp.encode() + b"\n" + nonce.encode() + b"\n" + body + b"\n"):
        raise Rejected("signature")
    return _envelope(body)


def signed_by(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    """Strict base64: a signature has one spelling, so that no altered header is ever taken for the original."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, message, PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return base64.b64encode(raw).decode("ascii") == signature


def _envelope(body: bytes) -> Envelope:
    try:
        found = json.loads(body)
        event_id, event_type = found["id"], found["event_type"]
    except (ValueError, KeyError, TypeError):
        raise Rejected("unreadable") from None
    if not (isinstance(event_id, str) and 0 < len(event_id) <= 64 and isinstance(event_type, str)):
        raise Rejected("unreadable")
    return Envelope(event_id, event_type[:64])


def opened(apiv3_key: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """The event's type and its decrypted resource. Raises `Unreadable`."""
    try:
        envelope = json.loads(body)
        resource = envelope["resource"]
        if envelope["resource_type"] != "encrypt-resource" or resource["algorithm"] != "AEAD_AES_256_GCM":
            raise Unreadable("resource is not encrypted as the protocol says")
        plain = unseal(apiv3_key, resource["nonce"], resource.get("associated_data") or "", resource["ciphertext"])
        found = json.loads(plain)
    except (ValueError, KeyError, TypeError, InvalidTag) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable("resource is not an object")
    return str(envelope["event_type"]), found


def unseal(apiv3_key: str, nonce: str, associated_data: str, ciphertext: str) -> str:
    """AES-256-GCM with the 32-byte APIv3 key; the tag is the last 16 bytes (facts §4.3)."""
    sealed = base64.b64decode(ciphertext, validate=True)
    return AESGCM(apiv3_key.encode()).decrypt(nonce.encode(), sealed, associated_data.encode()).decode()

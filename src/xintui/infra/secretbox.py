"""Encryption at rest under keys derived from the installation's key; `SECRET_KEY_FALLBACKS` still open old boxes."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK_BYTES: Final = 16


def _derived(master: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"xintui", info=purpose.encode()).derive(master.encode())


def _key(master: str, purpose: str) -> AESGCM:
    return AESGCM(_derived(master, purpose))


def marks(values: Iterable[str], purpose: str) -> list[bytes]:
    """Of equal values equal marks, for this purpose only; without the installation's key they say nothing.

    After a change of the key what is marked from then on matches nothing that was marked before.
    """
    key = _derived(settings.SECRET_KEY, f"mark/{purpose}")
    return [hmac.digest(key, value.encode(), hashlib.sha256)[:MARK_BYTES] for value in values]


def seal(plain: str, purpose: str, bound_to: str) -> str:
    """AES-256-GCM; readable only for the same `purpose` and the same owner `bound_to`, so rows cannot be swapped."""
    nonce = os.urandom(12)
    box = _key(settings.SECRET_KEY, purpose).encrypt(nonce, plain.encode(), bound_to.encode())
    return base64.b64encode(nonce + box).decode()


def unseal(sealed: str, purpose: str, bound_to: str) -> str:
    """What was sealed. Raises `InvalidTag` if it was altered, moved or sealed under a key that is gone."""
    raw = base64.b64decode(sealed)
    for master in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _key(str(master), purpose).decrypt(raw[:12], raw[12:], bound_to.encode()).decode()
        except InvalidTag:
            continue
    raise InvalidTag

"""Personal data at rest: AES-256-GCM under a key of this installation, and a blind index to find equals.

The binding text (`promoter id/field`) is authenticated, so that a sealed value cannot be moved to another row.
"""

import contextlib
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def _keys(purpose: str) -> list[bytes]:
    """Today's key first, then those this installation had before (overlap rotation)."""
    secrets = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    return [hmac.digest(secret.encode(), f"xintui.promoters/{purpose}".encode(), "sha256") for secret in secrets]


def seal(plain: str, binding: str) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_keys("seal.v1")[0]).encrypt(nonce, plain.encode(), binding.encode())


def unseal(sealed: bytes | memoryview, binding: str) -> str:
    """What was sealed under the same binding, with today's key or one before it."""
    raw = bytes(sealed)
    for key in _keys("seal.v1"):
        with contextlib.suppress(InvalidTag):
            return AESGCM(key).decrypt(raw[:12], raw[12:], binding.encode()).decode()
    raise InvalidTag


def blind(plain: str, purpose: str) -> str:
    """Equal values, equal digest; useless without the key. A key change means computing the digests anew."""
    return hmac.new(_keys(f"blind.v1/{purpose}")[0], plain.encode(), hashlib.sha256).hexdigest()

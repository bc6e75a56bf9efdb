"""Personal data at rest: AES-256-GCM under a key of this installation, and a blind index to find equals.

The binding text (`promoter id/field`) is authenticated, so that a sealed value cannot be moved to another row.
"""

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def _key(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"xintui.promoters/{purpose}".encode(), "sha256")


def seal(plain: str, binding: str) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key("seal.v1")).encrypt(nonce, plain.encode(), binding.encode())


def unseal(sealed: bytes | memoryview, binding: str) -> str:
    """What was sealed under the same binding."""
    raw = bytes(sealed)
    return AESGCM(_key("seal.v1")).decrypt(raw[:12], raw[12:], binding.encode()).decode()


def blind(plain: str, purpose: str) -> str:
    """Equal values, equal digest; useless without the key."""
    return hmac.new(_key(f"blind.v1/{purpose}"), plain.encode(), hashlib.sha256).hexdigest()

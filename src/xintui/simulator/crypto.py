"""The four cryptographic acts of the v3 protocol: sign, verify, seal, open."""

import base64
import secrets
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def sign(key: RSAPrivateKey, *lines: str) -> str:
    """Base64 of RSA-SHA256 over the lines, each ended by a newline."""
    message = "".join(line + "\n" for line in lines)
    return base64.b64encode(key.sign(message.encode(), PKCS1v15(), SHA256())).decode("ascii")


def verifies(key: RSAPublicKey, signature: str, *lines: str) -> bool:
    """Whether `signature` (base64) was made by the holder of `key` over exactly these lines."""
    message = "".join(line + "\n" for line in lines)
    try:
        key.verify(base64.b64decode(signature, validate=True), message.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(apiv3_key: str, plain: str, aad: str, nonce: str | None = None) -> dict[str, str]:
    """AES-256-GCM as the callbacks and certificates carry it; the tag is the last 16 bytes."""
    nonce = nonce or token(12)
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain.encode(), aad.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode("ascii"),
        "associated_data": aad,
        "nonce": nonce,
    }


def open_private(key: RSAPrivateKey, ciphertext: str) -> str | None:
    """A sensitive field (a payee's name) encrypted to the platform: RSA-OAEP with SHA-1. None: not for this key."""
    try:
        plain = key.decrypt(base64.b64decode(ciphertext), OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None))  # noqa: S303
        return plain.decode()
    except ValueError:
        return None


def token(length: int = 32) -> str:
    """Random letters and digits for nonces and codes."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))

"""The simulator's identity: merchant and platform keys, made once per directory and kept.

Nothing here is a WeChat key. The platform is pointed at these files exactly as it is pointed at real ones.
"""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from xintui.simulator.alipay.keys import AlipayKeys

CARD: Final = "gateway.json"
MERCHANT_KEY: Final = "merchant_key.pem"
MERCHANT_CERT: Final = "merchant_cert.pem"
PLATFORM_KEY: Final = "platform_key.pem"
PLATFORM_CERT: Final = "platform_cert.pem"
PUBKEY_PRIVATE: Final = "platform_pubkey_private.pem"
PUBKEY: Final = "platform_pubkey.pem"

NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
NOT_AFTER: Final = datetime(2060, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Keys:
    """Who the simulated merchant and the simulated platform are, and where their files lie."""

    directory: Path
    alipay: "AlipayKeys"
    mchid: str
    appid: str
    appsecret: str = field(repr=False)
    apiv3_key: str = field(repr=False)
    merchant_serial: str
    platform_serial: str
    public_key_id: str

    def text(self, name: str) -> str:
        """One PEM file as text, e.g. `keys.text(MERCHANT_KEY)`."""
        return (self.directory / name).read_text(encoding="ascii")

    @property
    def merchant_key_file(self) -> Path:
        return self.directory / MERCHANT_KEY

    @property
    def platform_cert_file(self) -> Path:
        return self.directory / PLATFORM_CERT

    @property
    def public_key_file(self) -> Path:
        return self.directory / PUBKEY

    @cached_property
    def merchant_key(self) -> RSAPrivateKey:
        return load_private(self.text(MERCHANT_KEY))

    @cached_property
    def merchant_public(self) -> RSAPublicKey:
        return self.merchant_key.public_key()

    @cached_property
    def platform_cert(self) -> str:
        return self.text(PLATFORM_CERT)

    @cached_property
    def platform_key(self) -> RSAPrivateKey:
        return load_private(self.text(PLATFORM_KEY))

    @cached_property
    def pubkey_key(self) -> RSAPrivateKey:
        return load_private(self.text(PUBKEY_PRIVATE))

    @property
    def oa_appid(self) -> str:
        """The merchant's Official Account, beside its mini-program; made of the card, so old folders have it too."""
        return "wx" + hashlib.sha256(f"oa {self.appid}".encode()).hexdigest()[:16]

    @property
    def oa_secret(self) -> str:
        return hashlib.sha256(f"oa {self.appsecret}".encode()).hexdigest()[:32]

    @property
    def appids(self) -> tuple[str, str]:
        """The apps bound to the merchant number: money goes through either."""
        return self.appid, self.oa_appid

    def signer(self, serial: str) -> RSAPrivateKey:
        """The private key that speaks under `serial` (a certificate's serial or `PUB_KEY_ID_…`)."""
        return self.pubkey_key if serial == self.public_key_id else self.platform_key


def load_private(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
    assert isinstance(key, RSAPrivateKey), "the gateway speaks RSA only"
    return key


def make_keys(directory: Path | str) -> Keys:
    """Read the keys of `directory`; the first caller makes them. Two processes at once get the same ones."""
    from xintui.simulator.alipay import keys as alipay_keys

    home = Path(directory).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(home / ".lock"):
        if not (home / CARD).exists():
            _generate(home)
        alipay = alipay_keys.make(home)
    card: dict[str, str] = json.loads((home / CARD).read_text(encoding="utf-8"))
    return Keys(directory=home, alipay=alipay, **card)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _generate(home: Path) -> None:
    """Write every file; the card goes last, so a crash halfway leaves no half-made identity in use."""
    mchid = "19" + f"{secrets.randbelow(10**8):08d}"
    merchant, platform, pubkey = (generate_private_key(65537, 2048) for _ in range(3))
    merchant_cert = _certificate(merchant, f"模拟商户 {mchid}")
    platform_cert = _certificate(platform, "模拟微信支付平台")
    write(home / MERCHANT_KEY, private_pem(merchant))
    write(home / MERCHANT_CERT, _cert_pem(merchant_cert))
    write(home / PLATFORM_KEY, private_pem(platform))
    write(home / PLATFORM_CERT, _cert_pem(platform_cert))
    write(home / PUBKEY_PRIVATE, private_pem(pubkey))
    write(home / PUBKEY, public_pem(pubkey.public_key()))
    card = {
        "mchid": mchid,
        "appid": "wx" + secrets.token_hex(8),
        "appsecret": secrets.token_hex(16),
        "apiv3_key": secrets.token_hex(16),
        "merchant_serial": f"{merchant_cert.serial_number:X}",
        "platform_serial": f"{platform_cert.serial_number:X}",
        "public_key_id": "PUB_KEY_ID_01" + "".join(str(secrets.randbelow(10)) for _ in range(32)),
    }
    write(home / CARD, json.dumps(card, indent=1, ensure_ascii=False).encode())


def _certificate(key: RSAPrivateKey, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    # A leading 0x5… keeps the serial at exactly 40 hex digits, as the real ones are.
    serial = 0x5 << 156 | secrets.randbits(156)
    builder = x509.CertificateBuilder(issuer_name=subject, subject_name=subject, serial_number=serial)
    builder = builder.public_key(key.public_key()).not_valid_before(NOT_BEFORE).not_valid_after(NOT_AFTER)
    return builder.sign(key, hashes.SHA256())


def private_pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(key: RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _cert_pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)


def write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)

"""The simulated application at Alipay and Alipay's own key, made once in `alipay/` of the simulator's directory.

`alipay.json`, `app_private_key.pem` and `alipay_public_key.pem` are what the platform is given, as in reality.
"""

import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from xintui.simulator import keys as files

CARD: Final = "alipay.json"
APP_KEY: Final = "app_private_key.pem"
ALIPAY_PUBLIC: Final = "alipay_public_key.pem"
ALIPAY_KEY: Final = "alipay_private_key.pem"


@dataclass(frozen=True)
class AlipayKeys:
    """Who the application, the seller and the simulated Alipay are."""

    directory: Path
    app_id: str
    seller_id: str

    def _key(self, name: str) -> RSAPrivateKey:
        return files.load_private((self.directory / name).read_text(encoding="ascii"))

    @cached_property
    def app_key(self) -> RSAPrivateKey:
        return self._key(APP_KEY)

    @cached_property
    def app_public(self) -> RSAPublicKey:
        return self.app_key.public_key()

    @cached_property
    def alipay_key(self) -> RSAPrivateKey:
        return self._key(ALIPAY_KEY)


def make(parent: Path) -> AlipayKeys:
    """Read them; the first caller makes them. The caller holds the directory's lock."""
    home = parent / "alipay"
    if not (home / CARD).exists():
        home.mkdir(exist_ok=True, mode=0o700)
        app, alipay = (generate_private_key(65537, 2048) for _ in range(2))
        files.write(home / APP_KEY, files.private_pem(app))
        files.write(home / ALIPAY_KEY, files.private_pem(alipay))
        files.write(home / ALIPAY_PUBLIC, files.public_pem(alipay.public_key()))
        card = {
            "app_id": "2021" + f"{secrets.randbelow(10**12):012d}",
            "seller_id": "2088" + f"{secrets.randbelow(10**12):012d}",
        }
        files.write(home / CARD, json.dumps(card, indent=1).encode())
    found: dict[str, Any] = json.loads((home / CARD).read_text(encoding="utf-8"))
    return AlipayKeys(home, found["app_id"], found["seller_id"])

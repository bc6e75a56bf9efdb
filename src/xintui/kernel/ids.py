"""Public ids: `<prefix><26 chars>`, time-ordered, unguessable, ASCII letters and digits only."""

import secrets
import time
from typing import Final

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(prefix: str) -> str:
    """A new id such as `ord01JD3Z…`: ≤ 32 characters and alphanumeric, so it can be a WeChat Pay bill number as it is.

    48 bits of milliseconds keep the rows of a day together in the index; 80 random bits keep strangers from guessing.
    """
    assert 1 <= len(prefix) <= 6 and prefix.isascii() and prefix.isalnum()
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return prefix + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

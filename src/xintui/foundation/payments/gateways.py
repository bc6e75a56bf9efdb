"""Which gateway this installation pays through."""

from functools import lru_cache
from typing import Any

from xintui.foundation.payments.gateway import Gateway


def current() -> Gateway:
    """Follows the environment and the key files. Raises `GatewayNotConfigured`."""
    from xintui.foundation.payments.wechat.account import account  # certificates and ciphers: only who pays loads them

    return _wechat(account())


@lru_cache(maxsize=8)
def _wechat(found: Any) -> Gateway:
    from xintui.foundation.payments.wechat.client import WeChat

    return WeChat(found)

"""Which gateway this installation pays through."""

from functools import lru_cache

from xintui.foundation.payments.gateway import Gateway
from xintui.foundation.payments.wechat.account import Account, account
from xintui.foundation.payments.wechat.client import WeChat


def current() -> Gateway:
    """Follows the environment and the key files. Raises `GatewayNotConfigured`."""
    return _wechat(account())


@lru_cache(maxsize=8)
def _wechat(found: Account) -> WeChat:
    return WeChat(found)

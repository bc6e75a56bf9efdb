"""Which gateways this installation pays through."""

from functools import lru_cache
from typing import Any

from xintui.foundation.payments.contracts import GatewayNotConfigured, Method
from xintui.foundation.payments.gateway import Gateway


def of(psp: str) -> Gateway:
    """Follows the environment and the key files. Raises `GatewayNotConfigured`."""
    return _client(_account(Method(psp)))


def offered() -> tuple[str, ...]:
    """How a buyer can pay here today: every gateway that has its card and keys, WeChat Pay first."""
    return tuple(method.value for method in Method if _has_account(method))


def configured() -> dict[str, Gateway]:
    """Those, ready to be asked."""
    return {psp: of(psp) for psp in offered()}


def _has_account(method: Method) -> bool:
    try:
        _account(method)
    except GatewayNotConfigured:
        return False
    return True


def _account(method: Method) -> Any:
    # Certificates and ciphers: only who pays loads them.
    if method is Method.ALIPAY:
        from xintui.foundation.payments.alipay.account import account as of_alipay

        return of_alipay()
    from xintui.foundation.payments.wechat.account import account as of_wechat

    return of_wechat()


@lru_cache(maxsize=8)
def _client(account: Any) -> Gateway:
    client: Gateway
    if account.psp == Method.ALIPAY:
        from xintui.foundation.payments.alipay.client import Alipay

        client = Alipay(account)
    else:
        from xintui.foundation.payments.wechat.client import WeChat

        client = WeChat(account)
    return client

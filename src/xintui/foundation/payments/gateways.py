"""Which gateways this installation pays through."""

from functools import lru_cache
from typing import Any

from xintui.foundation.payments.contracts import METHOD_NAMES, GatewayNotConfigured, Method
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


def _state(method: Method) -> tuple[bool, str]:
    """Whether nothing about this account is broken, and who we are there. Not to have one is not broken."""
    try:
        found = _account(method)
    except GatewayNotConfigured as no:
        if no.__cause__ is None:
            return True, "未配置，不向买家提供"
        return False, f"已配置但不可用：{type(no.__cause__).__name__} {no.__cause__}"
    return True, f"{found.says}，渠道地址 {found.base}，通知地址 {found.notify_url}"


def gateway_states() -> list[tuple[str, bool, str]]:
    """Each way to pay: its name, whether nothing about it is broken, and what is known of it. For the operator."""
    return [(METHOD_NAMES[method], *_state(method)) for method in Method]


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

"""A merchant's life, and what a setting may be."""

import re
from collections.abc import Collection
from typing import Final

from xintui.commerce.merchants.contracts import BadInvitation, BadSetting, MerchantState, MerchantVerb, Settings
from xintui.foundation.identity.contracts import MERCHANT_ROLES, Role
from xintui.kernel.states import Flow

S, V = MerchantState, MerchantVerb

MERCHANT_FLOW: Final[Flow[MerchantState, MerchantVerb]] = Flow(
    {
        (S.APPLIED, V.ACTIVATE): S.ACTIVE,
        (S.APPLIED, V.REJECT): S.REJECTED,
        (S.ACTIVE, V.SUSPEND): S.SUSPENDED,  # goods leave the shop window at once; paid orders go on
        (S.SUSPENDED, V.RESUME): S.ACTIVE,
        (S.SUSPENDED, V.CLOSE): S.CLOSED,
    }
)
VERB_NAMES: Final[dict[str, str]] = {
    "apply": "申请入驻",
    "activate": "审核通过",
    "reject": "审核不通过",
    "suspend": "暂停营业",
    "resume": "恢复营业",
    "close": "退出平台",
    "settings": "修改设置",
    "reveal": "查看联系方式",
    "profile": "修改资料",
    "sign": "签署入驻协议",
}
RANGES: Final = {
    "auto_receipt_days": (7, 30),  # never shorter than the 7 days of 消法25, which run from the day after signing
    "freight_fen": (0, 100_000),
    "free_freight_from_fen": (0, 100_000_000),
}


def doubts(name: str, words: Collection[str], risky: Collection[str], other_shops: int, open_at_once: int) -> list[str]:
    """Why a person has to look at an application, besides what its licence says."""
    found = [f"店铺名含「{word}」，须核对授权" for word in words if word in name]
    if not re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9·（）()&\- ]{2,40}", name):
        found.append("店铺名含有不常见的字符")
    found += [f"「{title}」类商品的商家由人审核" for title in risky]
    if other_shops >= open_at_once:
        found.append(f"申请人已有 {other_shops} 家店铺")
    return found


def check_settings(settings: Settings) -> None:
    """Raises `BadSetting`."""
    for field, (low, high) in RANGES.items():
        if not low <= getattr(settings, field) <= high:
            raise BadSetting(field, low, high)


def check_invited(roles: Collection[Role], login: str, phone: str) -> None:
    """One way to find the person, and something for them to do. Raises `BadInvitation`."""
    if bool(login) == bool(phone):
        raise BadInvitation("登录名与手机号请填写其中一项")
    if not roles:
        raise BadInvitation("请至少选择一个角色")
    if not set(roles) <= MERCHANT_ROLES:
        raise BadInvitation("只能授予本店铺的角色")
    if phone and not re.fullmatch(r"1[3-9]\d{9}", phone, re.ASCII):
        raise BadInvitation("请填写 11 位手机号")
    if login and not re.fullmatch(r"[a-z][a-z0-9_.-]{3,31}", login, re.ASCII):
        raise BadInvitation("登录名为 4 至 32 位小写字母、数字、点、短横或下划线，以字母开头")


def mask_phone(phone: str) -> str:
    """`13812345678` → `138****5678`; what is too short shows nothing."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "****"

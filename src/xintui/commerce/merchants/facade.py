"""商家 merchants: the public face."""

from xintui.commerce.merchants.contracts import (
    STATE_NAMES,
    Merchant,
    MerchantActivated,
    MerchantEvent,
    MerchantNotActive,
    MerchantNotFound,
    MerchantState,
    MerchantSuspended,
    Settings,
)
from xintui.commerce.merchants.queries import get, get_many, history, listing
from xintui.commerce.merchants.services import (
    activate,
    change_settings,
    decide,
    register,
    reject,
    resume,
    reveal_contact,
    suspend,
)

__all__ = [
    "STATE_NAMES",
    "Merchant",
    "MerchantActivated",
    "MerchantEvent",
    "MerchantNotActive",
    "MerchantNotFound",
    "MerchantState",
    "MerchantSuspended",
    "Settings",
    "activate",
    "change_settings",
    "decide",
    "get",
    "get_many",
    "history",
    "listing",
    "register",
    "reject",
    "resume",
    "reveal_contact",
    "suspend",
]

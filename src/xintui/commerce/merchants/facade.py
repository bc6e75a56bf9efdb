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
)  # fmt: skip
from xintui.commerce.merchants.onboarding import checklist, onboarding_step
from xintui.commerce.merchants.queries import active_after, get, get_many, history, invitations, listing
from xintui.commerce.merchants.services.applying import apply, on_certificate
from xintui.commerce.merchants.services.shops import (
    activate,
    change_profile,
    change_settings,
    decide,
    register,
    reject,
    resume,
    reveal_contact,
    suspend,
)  # fmt: skip
from xintui.commerce.merchants.services.staff import (
    Written,
    accept_invitation,
    invitation_behind,
    invite,
    member,
    send_invited_code,
    set_roles,
    withdraw_invitation,
)  # fmt: skip

__all__ = [
    "STATE_NAMES", "Merchant", "MerchantActivated", "MerchantEvent", "MerchantNotActive", "MerchantNotFound",
    "MerchantState", "MerchantSuspended", "Settings", "Written", "accept_invitation", "activate", "active_after",
    "apply", "change_profile", "change_settings", "checklist", "decide", "get", "get_many", "history",
    "invitation_behind", "invitations", "invite", "listing", "member", "on_certificate", "onboarding_step", "register",
    "reject", "resume", "reveal_contact", "send_invited_code", "set_roles", "suspend", "withdraw_invitation",
]  # fmt: skip

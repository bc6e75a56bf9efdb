"""账号与角色 identity: the public face."""

from xintui.foundation.identity.hints import hinted, hints, phones
from xintui.foundation.identity.queries import (
    acting,
    acts_on,
    audit_trail,
    devices,
    employers,
    grants_of,
    members_of,
    staff_of,
    user,
    users,
)
from xintui.foundation.identity.rules import credit_code, require, require_merchant
from xintui.foundation.identity.services.audit import audit, caller_ip, calling_from
from xintui.foundation.identity.services.console import ConsoleLogin, console_login, console_logout, whether_to_enrol
from xintui.foundation.identity.services.leaving import forget
from xintui.foundation.identity.services.login import bind_phone, openid_of, password_login, purge_codes, wechat_login
from xintui.foundation.identity.services.passwords import change_password
from xintui.foundation.identity.services.people import create_user, create_users, grant_role, revoke_role, set_active
from xintui.foundation.identity.services.phone import phone_login, phone_visit, purge_phone_codes, send_code, sms_ready
from xintui.foundation.identity.services.saved import drop_filter, keep_filter, prefer_filter, saved_filters
from xintui.foundation.identity.services.staff import first_owner, prove_or_enrol, set_staff
from xintui.foundation.identity.services.stepup import require_fresh, send_step_up_code, step_up, step_up_state
from xintui.foundation.identity.services.tokens import (
    authenticate,
    issue_for,
    logout,
    purge,
    revoke_any_device,
    revoke_device,
    rotate,
    seat_of,
    session_caller,
)
from xintui.foundation.identity.services.totp import begin_totp, confirm_totp, reset_totp, totp_uri
from xintui.foundation.identity.services.visits import (
    app_of,
    bind_wechat,
    payee_openid,
    purge_visits,
    wechat_door,
    wechat_enter,
    wechat_open,
)

__all__ = [
    "ConsoleLogin", "acting", "acts_on", "app_of", "audit", "audit_trail", "authenticate", "begin_totp", "bind_phone",
    "bind_wechat", "caller_ip", "calling_from", "change_password", "confirm_totp", "console_login", "console_logout",
    "create_user", "create_users", "credit_code", "devices", "drop_filter", "employers", "first_owner", "forget",
    "grant_role", "grants_of", "hinted", "hints", "issue_for", "keep_filter", "logout", "members_of", "openid_of",
    "password_login", "payee_openid", "phone_login", "phone_visit", "phones", "prefer_filter", "prove_or_enrol",
    "purge", "purge_codes", "purge_phone_codes", "purge_visits", "require", "require_fresh", "require_merchant",
    "reset_totp", "revoke_any_device", "revoke_device", "revoke_role", "rotate", "saved_filters", "seat_of",
    "send_code", "send_step_up_code", "session_caller", "set_active", "set_staff", "sms_ready", "staff_of", "step_up",
    "step_up_state", "totp_uri", "user", "users", "wechat_door", "wechat_enter", "wechat_login", "wechat_open",
    "whether_to_enrol",
]  # fmt: skip

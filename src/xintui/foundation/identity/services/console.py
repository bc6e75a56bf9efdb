"""Console sessions: the same door as for tokens, with the browser's cookie in the token's place."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from xintui.foundation.identity.contracts import Principal
from xintui.foundation.identity.models import Device, User
from xintui.foundation.identity.services import login, tokens
from xintui.foundation.identity.services.audit import audit
from xintui.infra import tenancy


@dataclass(frozen=True)
class ConsoleLogin:
    """What the browser's session must remember; the cookie itself is Django's."""

    user_id: str
    device_id: str
    permission_version: int
    principal: Principal


def console_login(name: str, password: str, code: str, *, merchant_id: str | None, now: datetime) -> ConsoleLogin:
    """Open a session. Raises `LoginRefused`, `TooManyAttempts`."""
    admitted = login.admit(name, password, code, merchant_id=merchant_id, now=now)
    with tenancy.as_platform(), transaction.atomic():
        place = admitted.principal.merchant_id or ""
        device = tokens.open_device(admitted.user, merchant_id=place, device_name="后台", now=now)
        audit(admitted.principal, "identity.login", ("device", device.id))
    return ConsoleLogin(admitted.user.id, device.id, admitted.user.permission_version, admitted.principal)


def console_logout(principal: Principal, device_id: str, *, now: datetime) -> None:
    """Close the session's row too."""
    with tenancy.as_platform(), transaction.atomic():
        if Device.objects.filter(id=device_id, revoked_at=None).update(revoked_at=now, revoked_for="logout"):
            audit(principal, "identity.revoke_device", ("device", device_id), {}, {"why": "logout"})


def whether_to_enrol(principal: Principal) -> str:
    """ "must", "may" or "done": how the person stands with the second factor."""
    user = User.objects.get(id=principal.user_id)
    if user.totp_enrolled_at is not None:
        return "done"
    return "must" if login.needs_totp(user, principal) else "may"

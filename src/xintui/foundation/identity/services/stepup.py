"""再次验证: who touches money or the place it goes to has shown within five minutes that it is them (ASVS 7.5.1, 6.2).

With an authenticator enrolled only its digits count; else the password again, or a code to the phone on record.
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password
from django.db import transaction

from xintui.foundation.identity.contracts import (
    PLATFORM_ROLES,
    CodePurpose,
    LoginRefused,
    Principal,
    StepUp,
    StepUpRequired,
    TooManyAttempts,
)
from xintui.foundation.identity.models import Device, User
from xintui.foundation.identity.services import phone, totp
from xintui.foundation.identity.services.audit import audit
from xintui.infra import tenancy
from xintui.infra.throttle import facade as throttle

FRESH: Final = timedelta(minutes=5)
TRIES: Final = 5
_WINDOW_S: Final = 900
WAY_NAMES: Final = {"otp": "动态口令", "password": "登录密码", "sms": "短信验证码"}


def step_up_state(principal: Principal, device_id: str, *, now: datetime) -> StepUp:
    """What the person may prove themselves with, and whether they have to."""
    with tenancy.as_platform(), transaction.atomic():
        user = User.objects.get(id=principal.user_id)
        proved = Device.objects.filter(id=device_id, user_id=user.id).values_list("proved_at", flat=True).first()
    until = proved + FRESH if proved and proved <= now else None
    return StepUp(_ways(user, principal), until if until and until > now else None)


def _ways(user: User, principal: Principal) -> tuple[str, ...]:
    """The second factor and nothing weaker once there is one; SMS is no factor for the platform's staff."""
    if user.totp_enrolled_at is not None:
        return ("otp",)
    ways = ("password",) if user.has_usable_password() else ()
    return (*ways, "sms") if user.phone and not principal.has(*PLATFORM_ROLES) else ways


def require_fresh(principal: Principal, device_id: str, *, now: datetime) -> None:
    """Raises `StepUpRequired` naming what may be proved with."""
    state = step_up_state(principal, device_id, now=now)
    if state.fresh_until is None:
        raise StepUpRequired(state.ways, "、".join(WAY_NAMES[way] for way in state.ways) or "请先绑定手机号")


def send_step_up_code(principal: Principal, *, now: datetime) -> None:
    """A code to the phone on record, never to one that the client names. Raises as `phone.send_code`."""
    number = User.objects.filter(id=principal.user_id).values_list("phone", flat=True).first()
    phone.send_code(number or "", CodePurpose.STEP_UP, now=now)


def step_up(
    principal: Principal, device_id: str, *, otp: str = "", password: str = "", sms: str = "", now: datetime
) -> StepUp:
    """Prove again. Raises `LoginRefused`, `WrongCode`, `TooManyAttempts`."""
    if wait := throttle.hit(f"step-up/{principal.user_id}", limit=TRIES, seconds=_WINDOW_S, now=now):
        raise TooManyAttempts(wait)
    with tenancy.as_platform(), transaction.atomic():
        user = User.objects.get(id=principal.user_id)
    ways = _ways(user, principal)
    if sms and "sms" in ways:
        phone.spend_code(user.phone or "", CodePurpose.STEP_UP, sms, now=now)
        way = "sms"
    else:
        way = _proved(user, ways, otp=otp, password=password, now=now)
    with tenancy.as_platform(), transaction.atomic():
        if way:
            Device.objects.filter(id=device_id, user_id=user.id, revoked_at=None).update(proved_at=now)
        audit(
            principal,
            "identity.step_up" if way else "identity.step_up_refused",
            ("device", device_id),
            {},
            {"way": way},
        )
    if not way:
        raise LoginRefused
    throttle.forget(f"step-up/{principal.user_id}")
    return step_up_state(principal, device_id, now=now)


def _proved(user: User, ways: tuple[str, ...], *, otp: str, password: str, now: datetime) -> str:
    if "otp" in ways:
        with tenancy.as_platform(), transaction.atomic():
            return "otp" if totp.spend(user, otp, now=now) else ""
    if "password" in ways and password and check_password(password, user.password):
        return "password"
    return ""

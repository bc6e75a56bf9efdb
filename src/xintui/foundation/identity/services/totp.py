"""动态口令: RFC 6238 with pyotp. A code works once; the secret is sealed to its owner."""

from datetime import datetime
from typing import Final

import pyotp
from django.db import transaction
from django.db.models import F

from xintui.foundation.identity.contracts import Principal, Role, UserNotFound, WrongTotp
from xintui.foundation.identity.models import User
from xintui.foundation.identity.rules import require
from xintui.foundation.identity.services.audit import audit
from xintui.infra import secretbox

_STEP: Final = 30
_PURPOSE: Final = "identity.totp"


def begin_totp(user_id: str) -> str:
    """A fresh secret for somebody who has none confirmed; the `otpauth://` address for the QR code."""
    secret = pyotp.random_base32(32)
    user = User.objects.get(id=user_id)
    assert user.totp_enrolled_at is None, "an enrolled secret is only reset by an operator"
    User.objects.filter(id=user_id, totp_enrolled_at=None).update(totp_sealed=secretbox.seal(secret, _PURPOSE, user_id))
    return totp_uri(user_id)


def totp_uri(user_id: str) -> str:
    """The address of the secret that is waiting to be confirmed."""
    user = User.objects.get(id=user_id)
    assert user.totp_enrolled_at is None and user.totp_sealed
    name = user.login or user.phone or user.id
    return pyotp.TOTP(secretbox.unseal(user.totp_sealed, _PURPOSE, user_id)).provisioning_uri(
        name=name, issuer_name="信推"
    )


def spend(user: User, code: str, *, now: datetime) -> bool:
    """Whether `code` is right now, or was half a minute around it, and was not used before; it is now."""
    if not user.totp_sealed or not code.isascii() or not code.isdigit():
        return False
    totp = pyotp.TOTP(secretbox.unseal(user.totp_sealed, _PURPOSE, user.id))
    step = int(now.timestamp()) // _STEP
    for candidate in (step - 1, step, step + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(candidate), code):
            fresh = User.objects.filter(id=user.id, totp_last_step__lt=candidate).update(totp_last_step=candidate)
            return fresh == 1
    return False


@transaction.atomic
def confirm_totp(principal: Principal, code: str, *, now: datetime) -> None:
    """Enrol: from now on every password login of this person needs a code. Raises `WrongTotp`."""
    user = User.objects.select_for_update().get(id=principal.user_id)
    if user.totp_enrolled_at is not None or not spend(user, code, now=now):
        raise WrongTotp
    User.objects.filter(id=user.id).update(totp_enrolled_at=now)
    audit(principal, "identity.totp_enrolled", ("user", user.id))


@transaction.atomic
def reset_totp(by: Principal, user_id: str, *, reason: str, now: datetime) -> None:
    """A lost phone: the person enrols anew at the next login; sessions end. Raises `NotAllowed`, `UserNotFound`."""
    require(by, Role.OPERATOR)
    changed = (
        User.objects.filter(id=user_id)
        .exclude(id=by.user_id)
        .update(totp_sealed="", totp_enrolled_at=None, totp_last_step=0, permission_version=F("permission_version") + 1)
    )
    if not changed:
        raise UserNotFound
    audit(by, "identity.totp_reset", ("user", user_id), reason=reason)

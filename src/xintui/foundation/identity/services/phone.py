"""手机验证码: six digits to a phone, good once, five minutes, five tries; known and unknown numbers alike."""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.foundation.identity.contracts import (
    BadPhone,
    CodePurpose,
    IssuedTokens,
    LoginRefused,
    Principal,
    Role,
    SmsUnavailable,
    TooManyAttempts,
    UserView,
    WrongCode,
)
from xintui.foundation.identity.models import PhoneCode, RoleGrant, User
from xintui.foundation.identity.queries import view
from xintui.foundation.identity.services import tokens
from xintui.foundation.identity.services.audit import audit, caller_ip
from xintui.infra import sms, tenancy
from xintui.infra.throttle import facade as throttle
from xintui.kernel.ids import new_id

LIFE: Final = timedelta(minutes=5)
TRIES: Final = 5
SENDING: Final = ((60, 1), (3600, 5), (86400, 10))
"""(seconds, messages) to one number; messages cost money and annoy people."""
PER_PLACE: Final = ((3600, 20), (86400, 100))
CHECKS_PER_PLACE: Final = (900, 60)


def sms_ready() -> bool:
    """Whether this installation can send codes."""
    return sms.configured().ready


def send_code(phone: str, purpose: CodePurpose = CodePurpose.LOGIN, *, now: datetime) -> None:
    """Send a fresh code; the one before it is worth nothing. Raises `BadPhone`, `TooManyAttempts`, `SmsUnavailable`.

    The row is committed before the provider is asked, and the limits are used up whatever the provider says.
    """
    number = checked_phone(phone)
    account = sms.configured()
    if not account.ready:
        raise SmsUnavailable
    _slow_down(number, now)
    code = f"{secrets.randbelow(10**6):06d}"
    with tenancy.as_platform(), transaction.atomic():
        PhoneCode.objects.create(
            phone_digest=_digest("phone", number),
            purpose=purpose.value,
            code_digest=_code_digest(number, purpose, code),
            sent_at=now,
            expires_at=now + LIFE,
        )
    try:
        sms.send_code(account, number, code, int(LIFE.total_seconds() // 60))
    except (sms.SmsDown, sms.SmsRefused):
        raise SmsUnavailable from None


def checked_phone(phone: str) -> str:
    """A mainland mobile number in its one spelling. Raises `BadPhone`."""
    number = re.sub(r"[\s-]", "", phone).removeprefix("+86")
    if not re.fullmatch(r"1[3-9]\d{9}", number, re.ASCII):
        raise BadPhone
    return number


def _slow_down(number: str, now: datetime) -> None:
    ip = caller_ip()
    waits = [throttle.hit(f"sms/{number}/{s}", limit=n, seconds=s, now=now) for s, n in SENDING]
    waits += [throttle.hit(f"sms//{ip}/{s}", limit=n, seconds=s, now=now) for s, n in PER_PLACE]
    if wait := max(waits):
        raise TooManyAttempts(wait)


def spend_code(phone: str, purpose: CodePurpose, code: str, *, now: datetime) -> None:
    """Use the code up. The try is counted before it is judged. Raises `WrongCode`, `TooManyAttempts`."""
    number = checked_phone(phone)
    seconds, limit = CHECKS_PER_PLACE
    if wait := throttle.hit(f"sms-check//{caller_ip()}", limit=limit, seconds=seconds, now=now):
        raise TooManyAttempts(wait)
    with tenancy.as_platform(), transaction.atomic():
        live = PhoneCode.objects.filter(phone_digest=_digest("phone", number), purpose=purpose.value)
        row = live.order_by("-id").first()
        counted = row is not None and PhoneCode.objects.filter(
            id=row.id, used_at=None, expires_at__gt=now, tries__lt=TRIES
        ).update(tries=F("tries") + 1)
    right = hmac.compare_digest(
        bytes(row.code_digest) if row else b"\0" * 32, _code_digest(number, purpose, code.strip()[:12])
    )
    if not counted or row is None or not right:
        raise WrongCode
    with tenancy.as_platform(), transaction.atomic():
        if not PhoneCode.objects.filter(id=row.id, used_at=None).update(used_at=now):
            raise WrongCode  # twice at once: one of them was first


def phone_login(phone: str, code: str, *, device_name: str, installation: str = "", now: datetime) -> IssuedTokens:
    """Tokens for a phone, in the buyer's and promoter's own name only; an account is made at the first visit.

    Roles of staff never come by a phone alone: they need the password and the second factor.
    Raises `WrongCode`, `TooManyAttempts`, `BadPhone`, `LoginRefused`.
    """
    spend_code(phone, CodePurpose.LOGIN, code, now=now)
    with tenancy.as_platform(), transaction.atomic():
        user = _known(checked_phone(phone), now)
        issued = tokens.issue(
            user, merchant_id="", personal=True, device_name=device_name, installation=installation, now=now
        )
        who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
        audit(who, "identity.phone_login", ("device", issued.device_id))
    return issued


def phone_visit(phone: str, code: str, *, now: datetime) -> UserView:
    """The same for the shop's own pages, whose session is the browser's. Raises as `phone_login`."""
    spend_code(phone, CodePurpose.LOGIN, code, now=now)
    with tenancy.as_platform(), transaction.atomic():
        user = _known(checked_phone(phone), now)
        who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
        audit(who, "identity.phone_login", ("user", user.id))
    return view(user)


def _known(number: str, now: datetime) -> User:
    """The account of this number, made at the first visit."""
    user = User.objects.filter(phone=number).first()
    if user is None:
        user = User(
            id=new_id("usr"),
            phone=number,
            display_name=f"手机用户{number[-4:]}",
            password=make_password(None),
            created_at=now,
        )
        try:
            with transaction.atomic():
                user.save(force_insert=True)
                RoleGrant.objects.create(
                    id=new_id("grt"), user=user, role=Role.BUYER.value, merchant_id="", granted_by="system",
                    granted_at=now,
                )  # fmt: skip
        except IntegrityError:
            user = User.objects.get(phone=number)
    if not user.is_active:
        raise LoginRefused
    return user


def _digest(what: str, text: str) -> bytes:
    return hmac.digest(str(settings.SECRET_KEY).encode(), f"xintui.identity/{what}/{text}".encode(), "sha256")


def _code_digest(number: str, purpose: CodePurpose, code: str) -> bytes:
    """Bound to the number and the purpose, so that a code means nothing elsewhere."""
    return _digest("code", f"{number}/{purpose.value}/{code}")


def purge_phone_codes(now: datetime) -> int:
    """Forget codes a day after their end."""
    return PhoneCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]

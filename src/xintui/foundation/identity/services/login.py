"""Letting people in. Known and unknown accounts get the same answer after the same work."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from xintui.foundation.identity import rules
from xintui.foundation.identity.contracts import (
    MONEY_ROLES,
    AlreadyTaken,
    IssuedTokens,
    LoginRefused,
    Principal,
    Role,
    TooManyAttempts,
    TotpRequired,
    WechatRefused,
    WechatUnavailable,
)
from xintui.foundation.identity.models import LoginCode, RoleGrant, User
from xintui.foundation.identity.services import tokens, totp
from xintui.foundation.identity.services.audit import audit, caller_ip
from xintui.infra import tenancy, wechat
from xintui.infra.throttle import facade as throttle
from xintui.kernel.ids import new_id

WINDOW_S: Final = 900
PER_ACCOUNT_AND_PLACE: Final = 10
PER_ACCOUNT: Final = 50
PER_PLACE: Final = 100


@dataclass(frozen=True)
class Admitted:
    """Somebody whose password (and code) was right, and the merchant they act for."""

    user: User
    principal: Principal


@cache
def _nobodys_password() -> str:
    return make_password("the account that does not exist")


def _slow_down(name: str, now: datetime) -> None:
    """Count the attempt before judging it. Per account alone too, so that many addresses do not help."""
    ip = caller_ip()
    waits = [
        throttle.hit(f"login/{name}/{ip}", limit=PER_ACCOUNT_AND_PLACE, seconds=WINDOW_S, now=now),
        throttle.hit(f"login/{name}", limit=PER_ACCOUNT, seconds=WINDOW_S, now=now),
        throttle.hit(f"login//{ip}", limit=PER_PLACE, seconds=WINDOW_S, now=now),
    ]
    if wait := max(waits):
        raise TooManyAttempts(wait)


def admit(name: str, password: str, code: str, *, merchant_id: str | None, now: datetime) -> Admitted:
    """Check password and, once enrolled, the six digits. Raises `LoginRefused`, `TooManyAttempts`."""
    name = name.strip().lower()
    _slow_down(name, now)
    with tenancy.as_platform(), transaction.atomic():
        user = User.objects.filter(Q(login=name) | Q(phone=name)).first() if name else None
        right = check_password(password, user.password if user else _nobodys_password())
        admitted = _admitted(user, code, merchant_id, now) if user and right else None
        if admitted is None:
            known = user.id if user else "unknown"
            who = Principal(known, frozenset(), None, "", 0)
            audit(who, "identity.login_refused", ("user", known))
    if admitted is None:
        raise LoginRefused
    throttle.forget(f"login/{name}/{caller_ip()}")
    return admitted


def _admitted(user: User, code: str, merchant_id: str | None, now: datetime) -> Admitted | None:
    if not user.is_active:
        return None
    if user.totp_enrolled_at is not None and not totp.spend(user, code, now=now):
        return None
    principal = principal_of(user, merchant_id)
    return Admitted(user, principal) if principal else None


def principal_of(user: User, merchant_id: str | None) -> Principal | None:
    """The person with the roles of the asked, or else the first fitting, place. None: not of that merchant."""
    grants = [(grant.role, grant.merchant_id) for grant in RoleGrant.objects.filter(user=user)]
    place = rules.place_of(grants, merchant_id)
    if place is None:
        return None
    roles = rules.roles_in(grants, place, personal_only=False)
    return Principal(user.id, roles, place or None, user.display_name, user.permission_version)


def needs_totp(user: User, principal: Principal) -> bool:
    """Whether this installation keeps the person out of its money until a second factor is enrolled."""
    return bool(settings.TOTP_REQUIRED) and user.totp_enrolled_at is None and principal.has(*MONEY_ROLES)


def password_login(
    name: str,
    password: str,
    code: str,
    *,
    merchant_id: str | None,
    device_name: str,
    installation: str = "",
    now: datetime,
) -> IssuedTokens:
    """Tokens for name (or phone), password and code. Raises `LoginRefused`, `TooManyAttempts`, `TotpRequired`."""
    admitted = admit(name, password, code, merchant_id=merchant_id, now=now)
    if needs_totp(admitted.user, admitted.principal):
        raise TotpRequired
    with tenancy.as_platform(), transaction.atomic():
        place = admitted.principal.merchant_id or ""
        issued = tokens.issue(
            admitted.user,
            merchant_id=place,
            personal=False,
            device_name=device_name,
            installation=installation,
            now=now,
        )
        audit(admitted.principal, "identity.login", ("device", issued.device_id))
    return issued


def wechat_login(code: str, *, device_name: str, installation: str = "", now: datetime) -> IssuedTokens:
    """Tokens for a mini-program code. WeChat alone says who it is; the client is never asked for an openid (threat 26).

    Raises `WechatRefused`, `WechatUnavailable`, `TooManyAttempts`.
    """
    if wait := throttle.hit(f"wechat//{caller_ip()}", limit=PER_PLACE, seconds=WINDOW_S, now=now):
        raise TooManyAttempts(wait)
    app = wechat.configured()
    spend_code(app.appid, code, now)
    try:
        met = wechat.code_to_session(app, code)
    except wechat.WechatError:
        raise WechatRefused from None
    except wechat.WechatDown:
        raise WechatUnavailable from None
    with tenancy.as_platform(), transaction.atomic():
        user = _known(met, now)
        if not user.is_active:
            raise WechatRefused
        issued = tokens.issue(
            user,
            merchant_id="",
            personal=True,
            device_name=device_name,
            installation=installation,
            now=now,
            proved=False,
        )
        who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
        audit(who, "identity.wechat_login", ("device", issued.device_id))
    return issued


def spend_code(appid: str, code: str, now: datetime) -> None:
    """Our own memory of codes, committed before WeChat is asked: two requests at once are one login."""
    seen = LoginCode(digest=hashlib.sha256(f"{appid}\n{code}".encode()).digest(), seen_at=now)
    try:
        with transaction.atomic():
            seen.save(force_insert=True)
    except IntegrityError:
        raise WechatRefused from None


def _known(met: wechat.WechatIdentity, now: datetime) -> User:
    """The account of this person, made at the first visit. One person in two mini-programs is one by unionid."""
    same = Q(appid=met.appid, openid=met.openid)
    if met.unionid:
        same |= Q(unionid=met.unionid)
    if user := User.objects.filter(same).first():
        return user
    user = User(
        id=new_id("usr"),
        appid=met.appid,
        openid=met.openid,
        unionid=met.unionid or None,
        display_name="微信用户",
        password=make_password(None),
        created_at=now,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            RoleGrant.objects.create(
                id=new_id("grt"), user=user, role=Role.BUYER.value, merchant_id="", granted_by="system", granted_at=now
            )
    except IntegrityError:
        return User.objects.get(same)
    return user


def bind_phone(principal: Principal, code: str, *, now: datetime) -> None:
    """The phone number WeChat has verified. Raises `WechatRefused`, `WechatUnavailable`, `AlreadyTaken`."""
    app = wechat.configured()
    spend_code(app.appid, code, now)
    try:
        phone = wechat.phone_number(app, code)
    except wechat.WechatError:
        raise WechatRefused from None
    except wechat.WechatDown:
        raise WechatUnavailable from None
    with transaction.atomic():
        try:
            with transaction.atomic():
                User.objects.filter(id=principal.user_id).update(phone=phone)
        except IntegrityError:
            raise AlreadyTaken from None
        after = {"phone": rules.mask_phone(phone)}
        audit(principal, "identity.bind_phone", ("user", principal.user_id), {}, after)


def openid_of(user_id: str) -> str:
    """The person's openid in our mini-program ("" if they never came by WeChat), for paying and being paid."""
    return User.objects.filter(id=user_id).values_list("openid", flat=True).first() or ""


def purge_codes(before: datetime) -> int:
    """Forget codes that WeChat itself no longer takes."""
    return LoginCode.objects.filter(seen_at__lt=before).delete()[0]

"""Opaque 256-bit tokens: an access token for half an hour, a refresh token for thirty days that works once.

A refresh token that comes twice has two holders, and we cannot know which is the thief: the family ends (threat 25).
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from xintui.foundation.identity import rules
from xintui.foundation.identity.contracts import (
    Caller,
    DeviceNotFound,
    InstallationSeen,
    IssuedTokens,
    NotAuthenticated,
    Principal,
    TokenReused,
)
from xintui.foundation.identity.models import Device, Token, User
from xintui.foundation.identity.services.audit import audit, caller_ip
from xintui.infra import live, secretbox, sql, tenancy
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id

ACCESS: Final = timedelta(minutes=30)
REFRESH: Final = timedelta(days=30)
_SEEN_EVERY: Final = timedelta(minutes=5)
_HOME: Final = "xintui.foundation.identity"
INSTALLATION: Final = "identity.installation"


def seat_of(user_id: str) -> str:
    """The name under which open streams hear that a person's logins or rights have changed."""
    return f"user/{user_id}"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _pair(device: Device, version: int, now: datetime) -> IssuedTokens:
    access, refresh = "xta_" + secrets.token_urlsafe(32), "xtr_" + secrets.token_urlsafe(32)
    ends = {False: now + ACCESS, True: now + REFRESH}
    Token.objects.bulk_create(
        Token(digest=_digest(text), device=device, refresh=again, permission_version=version, expires_at=ends[again])
        for text, again in ((access, False), (refresh, True))
    )
    return IssuedTokens(access, ends[False], refresh, ends[True], device.id, device.user_id)


def open_device(
    user: User, *, merchant_id: str, personal: bool = False, device_name: str, now: datetime, proved: bool = True
) -> Device:
    """A new family: a row that can be looked at and ended from afar. `proved`: it was just shown who it is."""
    return Device.objects.create(
        id=new_id("dev"),
        user=user,
        merchant_id=merchant_id,
        personal=personal,
        name=device_name[:80],
        ip=caller_ip(),
        created_at=now,
        last_seen_at=now,
        proved_at=now if proved else None,
    )


def issue(
    user: User, *, merchant_id: str, personal: bool, device_name: str, installation: str = "", now: datetime,
    proved: bool = True,
) -> IssuedTokens:  # fmt: skip
    """Log a device in. Part of the caller's transaction, who has made sure of the person.

    `installation`: a random number that the client made for itself. It is told on as a mark and kept nowhere here; of
    those who sit at a shop's counter it is nobody's business.
    """
    device = open_device(
        user, merchant_id=merchant_id, personal=personal, device_name=device_name, now=now, proved=proved
    )
    if installation and not merchant_id:
        (mark,) = secretbox.marks([installation], INSTALLATION)
        outbox.publish(InstallationSeen(user.id, mark.hex(), now))
    return _pair(device, user.permission_version, now)


def issue_for(
    user_id: str, *, merchant_id: str = "", device_name: str, installation: str = "", now: datetime
) -> IssuedTokens:
    """Log somebody in without asking them: for tests, demonstrations and the command line, never for an entrance."""
    with tenancy.as_platform(), transaction.atomic():
        user = User.objects.get(id=user_id)
        return issue(
            user, merchant_id=merchant_id, personal=False, device_name=device_name, installation=installation, now=now
        )


def authenticate(access_token: str, *, now: datetime) -> Caller | None:
    """Who holds this token, with the roles of this moment; None for anything but a live one."""
    return _caller("bearer", {"digest": _digest(access_token)}, now)


def session_caller(user_id: str, device_id: str, version: int, *, now: datetime) -> Caller | None:
    """Who sits before a console that logged in as `device_id` when their permissions were at `version`."""
    return _caller("session", {"user_id": user_id, "device_id": device_id, "version": version}, now)


def _caller(statement: str, given: dict[str, Any], now: datetime) -> Caller | None:
    with tenancy.as_platform(), transaction.atomic():
        row = sql.one(_HOME, statement, given | {"now": now})
        if row is None:
            return None
        if row["last_seen_at"] < now - _SEEN_EVERY:
            Device.objects.filter(id=row["device_id"], last_seen_at__lt=now).update(last_seen_at=now)
    given_roles = row["grants"]
    grants = [tuple(pair) for pair in (json.loads(given_roles) if isinstance(given_roles, str) else given_roles)]
    roles = rules.roles_in(grants, row["merchant_id"], personal_only=row["personal"])
    if row["merchant_id"] and not roles:
        return None  # no longer of that merchant's staff
    principal = Principal(
        row["user_id"], roles, row["merchant_id"] or None, row["display_name"], row["permission_version"]
    )
    return Caller(principal, row["device_id"])


def rotate(refresh_token: str, *, now: datetime) -> IssuedTokens:
    """A new pair for a refresh token, which is thereby used up. Raises `NotAuthenticated`, `TokenReused`."""
    digest = _digest(refresh_token)
    with tenancy.as_platform(), transaction.atomic():
        token = Token.objects.select_related("device__user").filter(digest=digest, refresh=True).first()
        if token is None or token.expires_at <= now:
            raise NotAuthenticated
        device = token.device
        if device.revoked_at is not None or not device.user.is_active:
            raise NotAuthenticated
        # The row decides, not what was read above: of two rotations at once one finds it used.
        first = Token.objects.filter(digest=digest, used_at=None).update(used_at=now)
        if first:
            Token.objects.filter(device=device, refresh=False).delete()
            Device.objects.filter(id=device.id).update(last_seen_at=now, ip=caller_ip() or F("ip"))
            return _pair(device, device.user.permission_version, now)
        Device.objects.filter(id=device.id).update(revoked_at=now, revoked_for="reuse")
        live.tell(seat_of(device.user_id))
        who = Principal(device.user_id, frozenset(), None, device.user.display_name, device.user.permission_version)
        audit(who, "identity.token_reused", ("device", device.id))
    raise TokenReused


def logout(refresh_token: str, *, now: datetime) -> None:
    """End the family this refresh token belongs to. Silent about tokens that say nothing."""
    with tenancy.as_platform(), transaction.atomic():
        token = Token.objects.select_related("device__user").filter(digest=_digest(refresh_token), refresh=True).first()
        if token is not None and token.device.revoked_at is None:
            user = token.device.user
            who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
            _revoke(token.device, who, now, "logout")


def revoke_device(principal: Principal, device_id: str, *, now: datetime) -> None:
    """Log out one of one's own devices from afar. Raises `DeviceNotFound`."""
    with tenancy.as_platform(), transaction.atomic():
        device = Device.objects.filter(id=device_id, user_id=principal.user_id, revoked_at=None).first()
        if device is None:
            raise DeviceNotFound
        _revoke(device, principal, now, "remote")


def revoke_any_device(by: Principal, device_id: str, *, reason: str, now: datetime) -> None:
    """Log out somebody's device, by the console. Raises `DeviceNotFound`."""
    with transaction.atomic():
        device = Device.objects.filter(id=device_id, revoked_at=None).first()
        if device is None:
            raise DeviceNotFound
        _revoke(device, by, now, "operator", reason)


def _revoke(device: Device, by: Principal, now: datetime, why: str, reason: str = "") -> None:
    Device.objects.filter(id=device.id).update(revoked_at=now, revoked_for=why)
    live.tell(seat_of(device.user_id))
    audit(by, "identity.revoke_device", ("device", device.id), {}, {"why": why}, reason=reason)


def purge(now: datetime) -> int:
    """Forget tokens that ended; a used refresh token is kept till then, to notice its reuse."""
    return Token.objects.filter(expires_at__lt=now).delete()[0]

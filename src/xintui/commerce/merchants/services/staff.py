"""Letting somebody into a shop, changing what they may do there, letting them go.

Nobody is made staff without knowing: an owner writes an invitation, and whoever brings its secret shows that the login
name or the phone is theirs. Only the secret's hash is kept.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.merchants.contracts import (
    BadInvitation,
    Invitation,
    InvitationNotFound,
    MerchantNotFound,
    TooManyInvitations,
)
from xintui.commerce.merchants.models import Invitation as Row
from xintui.commerce.merchants.models import Merchant
from xintui.commerce.merchants.queries import invitation
from xintui.commerce.merchants.rules import check_invited
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role, StaffMember, UserNotFound, UserView
from xintui.infra import tenancy
from xintui.infra.throttle import facade as throttle
from xintui.kernel.ids import new_id

LIFE: Final = timedelta(days=3)
SET: Final = "merchants.set_staff"
OPEN_AT_ONCE: Final = 20
PER_DAY: Final = (86_400, 40)


@dataclass(frozen=True)
class Written:
    """A fresh invitation; the secret is told once and kept nowhere."""

    invitation: Invitation
    secret: str


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def invite(
    merchant_id: str, roles: Collection[Role], *, login: str = "", phone: str = "", by: Principal, now: datetime
) -> Written:
    """Raises `BadInvitation`, `TooManyInvitations`, `NotAllowed`."""
    _check_owner(by, merchant_id)
    login, phone = login.strip().lower(), phone.strip()
    check_invited(roles, login, phone)
    seconds, limit = PER_DAY
    if wait := throttle.hit(f"invite/{merchant_id}", limit=limit, seconds=seconds, now=now):
        raise TooManyInvitations(f"今天发出的太多，请 {wait // 3600 + 1} 小时后再试")
    _locked(merchant_id)
    waiting = Row.objects.filter(merchant_id=merchant_id, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    waiting.filter(login=login, phone=phone).update(withdrawn_at=now)  # a new one replaces the one before
    if waiting.count() >= OPEN_AT_ONCE:
        raise TooManyInvitations(f"最多同时保留 {OPEN_AT_ONCE} 份未接受的邀请，请先撤回一些")
    secret = secrets.token_urlsafe(32)
    row = Row.objects.create(
        id=new_id("inv"),
        merchant_id=merchant_id,
        login=login,
        phone=phone,
        roles=[role.value for role in Role if role in roles],
        digest=_digest(secret),
        invited_by=by.user_id,
        created_at=now,
        expires_at=now + LIFE,
    )
    made = invitation(row, now)
    identity.audit(by, "merchants.invite", ("merchant", merchant_id), {}, {"to": made.to, "roles": row.roles})
    return Written(made, secret)


@transaction.atomic
def withdraw_invitation(merchant_id: str, invitation_id: str, *, by: Principal, now: datetime) -> Invitation:
    """Its secret opens nothing any more. Raises `InvitationNotFound`, `BadInvitation`, `NotAllowed`."""
    _check_owner(by, merchant_id)
    row = Row.objects.select_for_update().filter(id=invitation_id, merchant_id=merchant_id).first()
    if row is None:
        raise InvitationNotFound
    if row.accepted_at is not None:
        raise BadInvitation("邀请已被接受，如需取消请移除该成员")
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        made = invitation(row, now)
        identity.audit(by, "merchants.withdraw_invitation", ("merchant", merchant_id), {"to": made.to}, {})
    return invitation(row, now)


def invitation_behind(secret: str, *, now: datetime) -> tuple[Invitation, str]:
    """What a link is for: the invitation and the shop's name. Raises `InvitationNotFound`."""
    with tenancy.as_platform(), transaction.atomic():
        row = Row.objects.filter(digest=_digest(secret)).first()
        if row is None or invitation(row, now).state != "open":
            raise InvitationNotFound
        return invitation(row, now), Merchant.objects.get(id=row.merchant_id).name


def send_invited_code(secret: str, *, now: datetime) -> None:
    """A code to the invited phone, never to one that the visitor names. Raises as `identity.send_code`."""
    invitation_behind(secret, now=now)
    with tenancy.as_platform(), transaction.atomic():
        number = Row.objects.get(digest=_digest(secret)).phone
    identity.send_code(number, now=now)


def accept_invitation(
    secret: str, *, password: str, otp: str = "", sms: str = "", name: str = "", now: datetime
) -> UserView:
    """Come in. Raises `InvitationNotFound`, and what `identity.prove_or_enrol` raises."""
    invitation_behind(secret, now=now)
    with tenancy.as_platform():
        with transaction.atomic():
            row = Row.objects.get(digest=_digest(secret))
        # Proved outside the transaction of the joining: a wrong try stays counted whatever becomes of the rest.
        person = identity.prove_or_enrol(
            login=row.login, number=row.phone, password=password, otp=otp, sms=sms, name=name.strip(), now=now
        )
    with tenancy.as_merchant(row.merchant_id), transaction.atomic():
        taken = Row.objects.filter(id=row.id, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
        host = identity.acting(row.invited_by, row.merchant_id)
        if host is None or not host.has(Role.MERCHANT_OWNER):
            raise InvitationNotFound  # who invited is no longer an owner
        if not taken.update(accepted_at=now, accepted_by=person.user_id):
            raise InvitationNotFound
        held = {grant.role for grant in identity.grants_of(person.user_id) if grant.merchant_id == row.merchant_id}
        roles = held | {Role(role) for role in row.roles}
        identity.set_staff(host, person.user_id, row.merchant_id, roles, reason="接受邀请", now=now, told_as=SET)
        joined = identity.acting(person.user_id, row.merchant_id)
        assert joined is not None
        identity.audit(joined, "merchants.join", ("merchant", row.merchant_id), {}, {"roles": row.roles})
    return person


@transaction.atomic
def set_roles(
    merchant_id: str, user_id: str, roles: Collection[Role], *, by: Principal, reason: str, now: datetime
) -> tuple[StaffMember, ...]:
    """A member's roles as a whole, none to let them go; the staff afterwards.

    Raises `UserNotFound` for who is no member, `NotAllowed` for oneself, `LastOwner`.
    """
    _check_owner(by, merchant_id)
    member(merchant_id, user_id)
    identity.set_staff(by, user_id, merchant_id, roles, reason=reason, now=now, told_as=SET)
    return identity.members_of(merchant_id)


def member(merchant_id: str, user_id: str) -> StaffMember:
    """Raises `UserNotFound`: of people who do not work here nothing is told."""
    found = next((one for one in identity.members_of(merchant_id) if one.user_id == user_id), None)
    if found is None:
        raise UserNotFound
    return found


def _check_owner(by: Principal, merchant_id: str) -> None:
    if not by.has(Role.MERCHANT_OWNER) or by.merchant_id != merchant_id:
        raise NotAllowed


def _locked(merchant_id: str) -> Merchant:
    row = Merchant.objects.select_for_update().filter(id=merchant_id).first()
    if row is None:
        raise MerchantNotFound(merchant_id)
    return row

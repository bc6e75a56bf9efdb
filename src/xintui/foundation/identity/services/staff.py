"""Who works for a merchant: roles are set as a whole, and somebody new proves who they are before they come in."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from xintui.foundation.identity import queries, rules
from xintui.foundation.identity.contracts import (
    MERCHANT_ROLES,
    SYSTEM,
    NotAllowed,
    Principal,
    Role,
    RoleMisplaced,
    UserView,
)
from xintui.foundation.identity.models import RoleGrant, User
from xintui.foundation.identity.services import login as door
from xintui.foundation.identity.services import people, phone
from xintui.foundation.identity.services.audit import audit


@transaction.atomic
def set_staff(
    by: Principal,
    user_id: str,
    merchant_id: str,
    roles: Collection[Role],
    *,
    reason: str,
    now: datetime,
    told_as: str = "identity.set_staff",
) -> tuple[Role, ...]:
    """The person holds exactly these roles of the merchant from now on; none: they are no longer of the staff.

    The next request of that person is refused until they log in anew. `told_as`: the verb in the trail.
    Raises `NotAllowed` (also for oneself), `UserNotFound`, `RoleMisplaced`, `LastOwner`.
    """
    rules.check_may_staff(by, merchant_id)
    if not merchant_id or not set(roles) <= MERCHANT_ROLES:
        raise RoleMisplaced
    people.lock(by, user_id)
    held = RoleGrant.objects.filter(user_id=user_id, merchant_id=merchant_id)
    before = {Role(role) for role in held.values_list("role", flat=True)}
    if before == set(roles):
        return _ordered(before)
    if Role.MERCHANT_OWNER in before - set(roles):
        people.keep_an_owner(merchant_id, without=user_id)
    held.filter(role__in=[role.value for role in before - set(roles)]).delete()
    for role in sorted(set(roles) - before):
        people.grant(user_id, role, merchant_id, by, now)
    people.bump(user_id)
    told = [[role.value for role in _ordered(some)] for some in (before, set(roles))]
    audit(by, told_as, ("user", user_id), {"roles": told[0]}, {"roles": told[1]}, reason=reason)
    return _ordered(set(roles))


@transaction.atomic
def first_owner(user_id: str, merchant_id: str, *, reason: str, now: datetime) -> UserView:
    """The owner of a shop that a rule has opened, where no operator was asked: only while the shop has nobody.

    Raises `UserNotFound`, `NotAllowed`.
    """
    if RoleGrant.objects.filter(merchant_id=merchant_id).exists():
        raise NotAllowed
    user = people.lock(SYSTEM, user_id)
    if people.grant(user.id, Role.MERCHANT_OWNER, merchant_id, SYSTEM, now):
        people.bump(user.id)
        after = {"role": Role.MERCHANT_OWNER.value, "merchant_id": merchant_id}
        audit(SYSTEM, "identity.grant_role", ("user", user.id), {}, after, reason=reason)
    return queries.view(User.objects.get(id=user.id))


def _ordered(roles: Collection[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


def prove_or_enrol(
    *, login: str = "", number: str = "", password: str, otp: str = "", sms: str = "", name: str = "", now: datetime
) -> UserView:
    """Whoever comes with an invitation shows who they are: by the password of the account that bears this login name
    or phone, or by making one. A phone without a password is proved by a code sent to it, and gets the password.

    Raises `LoginRefused`, `WrongCode`, `TooManyAttempts`, `WeakPassword`, `AlreadyTaken`, `BadPhone`.
    """
    known = (
        User.objects.filter(login=login.lower()) if login else User.objects.filter(phone=phone.checked_phone(number))
    )
    user = known.first()
    if user is not None and user.has_usable_password():
        return queries.view(door.admit(login or number, password, otp, merchant_id="", now=now).user)
    if login:
        return people.create_user(display_name=name or login, login=login, password=password, now=now)
    rules.require_strong_password(password, [number])
    return _first_password(phone.phone_visit(number, sms, now=now), password, name)


@transaction.atomic
def _first_password(visitor: UserView, password: str, name: str) -> UserView:
    user = User.objects.select_for_update().get(id=visitor.user_id)
    if not user.has_usable_password():
        user.password = make_password(password)
        user.display_name = name or user.display_name
        user.save(update_fields=["password", "display_name"])
        who = Principal(user.id, frozenset(), None, user.display_name, user.permission_version)
        audit(who, "identity.first_password", ("user", user.id))
    return queries.view(user)

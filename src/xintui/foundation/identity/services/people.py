"""Accounts and roles. Every change raises the permission version, so the next request of that person is refused."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.foundation.identity import queries, rules
from xintui.foundation.identity.contracts import (
    SYSTEM,
    AlreadyTaken,
    LastOwner,
    NewUser,
    NotAllowed,
    Principal,
    Role,
    UserNotFound,
    UserView,
)
from xintui.foundation.identity.models import Device, RoleGrant, User
from xintui.foundation.identity.services.audit import audit, audit_many
from xintui.foundation.identity.services.tokens import seat_of
from xintui.infra import live
from xintui.kernel.ids import new_id


def create_user(
    *,
    display_name: str,
    now: datetime,
    login: str | None = None,
    password: str | None = None,
    phone: str | None = None,
    roles: Iterable[tuple[Role, str]] = (),
    by: Principal = SYSTEM,
) -> UserView:
    """A new account. `roles` are pairs of role and merchant ("" for platform and personal roles).

    Called by entrances that have checked `by`. Raises `AlreadyTaken`, `WeakPassword`, `RoleMisplaced`.
    """
    return create_users([NewUser(display_name, now, login, password, phone, tuple(roles))], by=by)[0]


@transaction.atomic
def create_users(asked: Sequence[NewUser], *, by: Principal = SYSTEM) -> list[UserView]:
    """`create_user` for many, all or none, in a fixed number of statements."""
    users = [_drafted(one) for one in asked]
    grants = [
        _grant(user.id, *place, by, one.now) for user, one in zip(users, asked, strict=True) for place in one.roles
    ]
    try:
        with transaction.atomic():
            User.objects.bulk_create(users)
    except IntegrityError:
        raise AlreadyTaken from None
    RoleGrant.objects.bulk_create(grants, ignore_conflicts=True)
    audit_many(
        by,
        "identity.create_user",
        [
            (("user", user.id), {}, {"roles": [f"{role}@{merchant}" for role, merchant in one.roles]})
            for user, one in zip(users, asked, strict=True)
        ],
    )
    return [queries.view(user) for user in users]


def _drafted(one: NewUser) -> User:
    if one.password is not None:
        rules.require_strong_password(one.password, [text for text in (one.login, one.phone) if text])
    return User(
        id=new_id("usr"),
        login=one.login.lower() if one.login else None,
        phone=one.phone or None,
        display_name=one.display_name,
        password=make_password(one.password),
        created_at=one.now,
    )


def grant(user_id: str, role: Role, merchant_id: str, by: Principal, now: datetime) -> bool:
    """Whether it is new."""
    made = RoleGrant.objects.bulk_create([_grant(user_id, role, merchant_id, by, now)], ignore_conflicts=True)
    return RoleGrant.objects.filter(id=made[0].id).exists()


def _grant(user_id: str, role: Role, merchant_id: str, by: Principal, now: datetime) -> RoleGrant:
    """Raises `RoleMisplaced`."""
    rules.check_place(role, merchant_id)
    return RoleGrant(
        id=new_id("grt"),
        user_id=user_id,
        role=role.value,
        merchant_id=merchant_id,
        granted_by=by.user_id,
        granted_at=now,
    )


def lock(by: Principal, user_id: str) -> User:
    """The person to change. Nobody changes their own power (threats 18 and 21)."""
    if by.user_id == user_id:
        raise NotAllowed
    user = User.objects.select_for_update().filter(id=user_id).first()
    if user is None:
        raise UserNotFound
    return user


def keep_an_owner(merchant_id: str, *, without: str) -> None:
    """The owners' grants are locked first: two owners who remove each other at once are judged one after the other.

    Raises `LastOwner`.
    """
    owners = RoleGrant.objects.select_for_update().filter(merchant_id=merchant_id, role=Role.MERCHANT_OWNER.value)
    held = {grant.user_id for grant in owners.order_by("id")}
    if without in held and held == {without}:
        raise LastOwner


def bump(user_id: str) -> None:
    User.objects.filter(id=user_id).update(permission_version=F("permission_version") + 1)
    live.tell(seat_of(user_id))


@transaction.atomic
def grant_role(
    by: Principal, user_id: str, role: Role, merchant_id: str = "", *, reason: str, now: datetime
) -> UserView:
    """Give a role. Giving it twice changes nothing. Raises `NotAllowed`, `UserNotFound`, `RoleMisplaced`."""
    rules.check_place(role, merchant_id)
    rules.check_may_hand_out(by, role, merchant_id)
    user = lock(by, user_id)
    if grant(user.id, role, merchant_id, by, now):
        bump(user.id)
        after = {"role": role.value, "merchant_id": merchant_id}
        audit(by, "identity.grant_role", ("user", user.id), {}, after, reason=reason)
    return queries.view(User.objects.get(id=user.id))


@transaction.atomic
def revoke_role(
    by: Principal, user_id: str, role: Role, merchant_id: str = "", *, reason: str, now: datetime
) -> UserView:
    """Take a role back; the person's next request is refused until they log in anew. Raises as `grant_role`."""
    rules.check_place(role, merchant_id)
    rules.check_may_hand_out(by, role, merchant_id)
    user = lock(by, user_id)
    if role == Role.MERCHANT_OWNER:
        keep_an_owner(merchant_id, without=user_id)
    if RoleGrant.objects.filter(user=user, role=role.value, merchant_id=merchant_id).delete()[0]:
        bump(user.id)
        before = {"role": role.value, "merchant_id": merchant_id}
        audit(by, "identity.revoke_role", ("user", user.id), before, {}, reason=reason)
    return queries.view(User.objects.get(id=user.id))


@transaction.atomic
def set_active(by: Principal, user_id: str, active: bool, *, reason: str, now: datetime) -> UserView:
    """Close or reopen an account; closing ends every session of it. Raises `NotAllowed`, `UserNotFound`."""
    rules.require(by, Role.OPERATOR)
    user = lock(by, user_id)
    if user.is_active != active:
        User.objects.filter(id=user.id).update(is_active=active, permission_version=F("permission_version") + 1)
        live.tell(seat_of(user.id))
        if not active:
            end_sessions(user.id, now=now, why="closed")
        before, after = {"is_active": user.is_active}, {"is_active": active}
        audit(by, "identity.set_active", ("user", user.id), before, after, reason=reason)
    return queries.view(User.objects.get(id=user.id))


def end_sessions(user_id: str, *, now: datetime, why: str) -> int:
    """Log the person out everywhere."""
    live.tell(seat_of(user_id))
    return Device.objects.filter(user_id=user_id, revoked_at=None).update(revoked_at=now, revoked_for=why)

"""Reads."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Max, Q

from xintui.foundation.identity import rules
from xintui.foundation.identity.contracts import (
    AuditRecord,
    Grant,
    Principal,
    Role,
    StaffMember,
    UserNotFound,
    UserView,
)
from xintui.foundation.identity.contracts import Device as DeviceView
from xintui.foundation.identity.models import AuditEntry, Device, RoleGrant, User
from xintui.infra.paging import Page, page


def view(user: User) -> UserView:
    """A person as others may see them."""
    return UserView(
        user_id=user.id,
        login=user.login or "",
        display_name=user.display_name,
        phone_masked=rules.mask_phone(user.phone) if user.phone else "",
        is_active=user.is_active,
        totp_enrolled=user.totp_enrolled_at is not None,
        permission_version=user.permission_version,
        created_at=user.created_at,
    )


def user(user_id: str) -> UserView:
    """Raises `UserNotFound`."""
    found = User.objects.filter(id=user_id).first()
    if found is None:
        raise UserNotFound
    return view(found)


def users(*, search: str, after: str, limit: int) -> Page[UserView]:
    """Newest first; `search` is an id, a login name, a whole phone number or the start of a name."""
    found = User.objects.all()
    if search:
        found = found.filter(
            Q(id=search) | Q(login=search.lower()) | Q(phone=search) | Q(display_name__startswith=search)
        )
    return page(found, view, keys=["id"], kinds=[str], after=after, limit=limit)


def grants_of(user_id: str) -> tuple[Grant, ...]:
    """The roles a person holds, as far as the tenant in force may see them."""
    found = RoleGrant.objects.filter(user_id=user_id).order_by("merchant_id", "role")
    return tuple(Grant(g.user_id, Role(g.role), g.merchant_id, g.granted_at) for g in found)


def staff_of(merchant_id: str) -> tuple[Grant, ...]:
    """Who works for a merchant."""
    found = RoleGrant.objects.filter(merchant_id=merchant_id).order_by("user_id", "role")
    return tuple(Grant(g.user_id, Role(g.role), g.merchant_id, g.granted_at) for g in found)


def members_of(merchant_id: str) -> tuple[StaffMember, ...]:
    """Who works for a merchant, one line a person, owners first; three questions however many."""
    grants: dict[str, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.filter(merchant_id=merchant_id).order_by("id"):
        grants.setdefault(grant.user_id, []).append(grant)
    seen = dict(
        Device.objects.filter(merchant_id=merchant_id, user_id__in=grants)
        .values_list("user_id")
        .annotate(last=Max("last_seen_at"))
        .values_list("user_id", "last")
    )
    order = list(Role)
    found = [
        StaffMember(
            user_id=one.id,
            display_name=one.display_name,
            login=one.login or "",
            phone_masked=rules.mask_phone(one.phone) if one.phone else "",
            roles=tuple(sorted((Role(grant.role) for grant in grants[one.id]), key=order.index)),
            since=min(grant.granted_at for grant in grants[one.id]),
            last_seen_at=seen.get(one.id),
            is_active=one.is_active,
        )
        for one in User.objects.filter(id__in=grants)
    ]
    return tuple(sorted(found, key=lambda one: (order.index(one.roles[0]), one.since, one.user_id)))


def employers(user_ids: Collection[str]) -> dict[str, str]:
    """The shop that each of these works for, the one joined first; who works for none is left out. One query."""
    grants = RoleGrant.objects.filter(user_id__in=list(user_ids)).exclude(merchant_id="").order_by("-id")
    return dict(grants.values_list("user_id", "merchant_id"))


def acting(user_id: str, merchant_id: str) -> Principal | None:
    """The person with the roles held at a merchant right now, for what they set going earlier; None: none held."""
    person = User.objects.filter(id=user_id, is_active=True).first()
    held = RoleGrant.objects.filter(user_id=user_id, merchant_id=merchant_id).values_list("role", flat=True)
    roles = frozenset(Role(role) for role in held)
    if person is None or not roles:
        return None
    return Principal(person.id, roles, merchant_id or None, person.display_name, person.permission_version)


def devices(principal: Principal, current_id: str) -> tuple[DeviceView, ...]:
    """Where the person is logged in, newest first."""
    found = Device.objects.filter(user_id=principal.user_id, revoked_at=None).order_by("-created_at")[:100]
    return tuple(
        DeviceView(d.id, d.name, d.ip, d.created_at, d.last_seen_at, current=d.id == current_id) for d in found
    )


def audit_trail(
    *,
    after: str,
    limit: int,
    actor_id: str = "",
    action: str = "",
    object_type: str = "",
    object_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[AuditRecord]:
    """Newest first, narrowed by whatever is given."""
    given = {"actor_id": actor_id, "action": action, "object_type": object_type, "object_id": object_id}
    found = AuditEntry.objects.filter(**{key: value for key, value in given.items() if value})
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return page(found, _record, keys=["id"], kinds=[int], after=after, limit=limit)


def acts_on(objects: Sequence[tuple[str, str]], *, not_by: str, limit: int) -> tuple[AuditRecord, ...]:
    """What others did to these objects, the newest first."""
    wanted = Q()
    for kind, key in objects:
        wanted |= Q(object_type=kind, object_id=key)
    found = AuditEntry.objects.filter(wanted).exclude(actor_id__in=[not_by, "system"]).order_by("-id")
    return tuple(_record(row) for row in found[:limit])


def _record(row: AuditEntry) -> AuditRecord:
    return AuditRecord(
        id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        merchant_id=row.merchant_id,
        before=row.before,
        after=row.after,
        reason=row.reason,
        ip=row.ip,
    )

"""Accounts made together are those made one by one, all or none, in a fixed number of statements."""

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.foundation.identity.conftest import NOON, PASSWORD
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import AlreadyTaken, NewUser, Role, RoleMisplaced
from xintui.foundation.identity.models import AuditEntry, RoleGrant, User
from xintui.foundation.identity.rules import WeakPassword

pytestmark = pytest.mark.django_db
BUYER = ((Role.BUYER, ""),)
ASKED = [
    NewUser("王敏", NOON, "Wang", PASSWORD, roles=BUYER),
    NewUser("李强", NOON, phone="13800001111", roles=BUYER),
    NewUser("茶坊", NOON, "tea", PASSWORD, roles=((Role.MERCHANT_OWNER, "mch1"), (Role.BUYER, ""))),
    NewUser("无名", NOON),
]


def _left() -> list[tuple[object, ...]]:
    """What the accounts are, may and were audited as, without their numbers."""
    found = []
    for user in User.objects.exclude(display_name="").order_by("id"):
        grants = sorted(RoleGrant.objects.filter(user=user).values_list("role", "merchant_id", "granted_by"))
        trail = list(AuditEntry.objects.filter(object_id=user.id).values_list("action", "actor_id", "after"))
        found.append((user.display_name, user.login, user.phone, user.created_at, grants, trail))
    return sorted(found, key=str)


def test_accounts_made_together_are_as_those_made_one_by_one() -> None:
    for one in ASKED:
        identity.create_user(
            display_name=one.display_name,
            now=one.now,
            login=one.login,
            password=one.password,
            phone=one.phone,
            roles=one.roles,
        )
    alone = _left()
    RoleGrant.objects.all().delete()
    User.objects.all().delete()
    views = identity.create_users(ASKED)
    assert [one.display_name for one in views] == ["王敏", "李强", "茶坊", "无名"]
    assert [one.login for one in views] == ["wang", "", "tea", ""]
    assert _left() == alone


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (NewUser("又一位", NOON, "WANG", PASSWORD), AlreadyTaken),
        (NewUser("又一位", NOON, phone="13800001111"), AlreadyTaken),
        (NewUser("又一位", NOON, "new", "123"), WeakPassword),
        (NewUser("又一位", NOON, "new", PASSWORD, roles=((Role.MERCHANT_OWNER, ""),)), RoleMisplaced),
    ],
)
def test_one_that_cannot_be_made_makes_none(wrong: NewUser, refusal: type[Exception]) -> None:
    before = User.objects.count()
    with pytest.raises(refusal):
        identity.create_users([*ASKED, wrong])
    assert User.objects.count() == before
    assert not AuditEntry.objects.filter(action="identity.create_user", object_type="user").exists()


def test_thirty_accounts_cost_as_many_statements_as_one() -> None:
    def cost(n: int, name: str) -> int:
        asked = [dataclasses.replace(ASKED[3], login=f"{name}{k}", roles=BUYER) for k in range(n)]
        with CaptureQueriesContext(connection) as seen:
            assert len(identity.create_users(asked)) == n
        return len(seen)

    assert cost(1, "one") == cost(30, "many")

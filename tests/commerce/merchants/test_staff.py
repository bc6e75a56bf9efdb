"""Staff of a shop: asked in by a link, proved by a password, changed as a whole, gone with the next request."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.commerce.world import T0, shop
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import BadInvitation, InvitationNotFound
from xintui.commerce.merchants.models import Invitation as Row
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import (
    LastOwner,
    LoginRefused,
    NotAllowed,
    Principal,
    Role,
    UserNotFound,
)
from xintui.foundation.identity.models import AuditEntry, RoleGrant
from xintui.infra import clock, tenancy
from xintui.kernel.errors import DomainError

db = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"
OWNER, GOODS, SERVICE = Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE


def person(login: str, *roles: tuple[Role, str], password: str = PASSWORD) -> str:
    return identity.create_user(display_name=login.title(), login=login, password=password, roles=roles, now=T0).user_id


def acting(user_id: str, merchant_id: str) -> Principal:
    found = identity.acting(user_id, merchant_id)
    assert found is not None
    return found


def owned() -> tuple[str, Principal]:
    tea = shop("云雾茶行").id
    return tea, acting(person("owner", (OWNER, tea)), tea)


@db
def test_somebody_with_an_account_comes_in_by_the_link_and_their_own_password_and_once_only() -> None:
    tea, owner = owned()
    li = person("lixiao")
    written = merchants.invite(tea, [GOODS], login="LiXiao", by=owner, now=T0)
    assert identity.acting(li, tea) is None  # asked, not yet in
    with pytest.raises(LoginRefused):
        merchants.accept_invitation(written.secret, password="Another-1-password", now=T0)
    assert merchants.accept_invitation(written.secret, password=PASSWORD, now=T0).user_id == li
    assert acting(li, tea).roles == {GOODS}
    with pytest.raises(InvitationNotFound):
        merchants.accept_invitation(written.secret, password=PASSWORD, now=T0)
    with tenancy.as_merchant(tea):
        trail = AuditEntry.objects.order_by("id").values_list("action", "actor_id", "before", "after")
        assert [row for row in trail if row[0] != "identity.login_refused"] == [
            ("merchants.invite", owner.user_id, {}, {"to": "lixiao", "roles": ["merchant_goods"]}),
            ("merchants.set_staff", owner.user_id, {"roles": []}, {"roles": ["merchant_goods"]}),
            ("merchants.join", li, {}, {"roles": ["merchant_goods"]}),
        ]


@db
def test_somebody_without_an_account_makes_it_with_the_link() -> None:
    tea, owner = owned()
    written = merchants.invite(tea, [SERVICE], login="wangfang", by=owner, now=T0)
    made = merchants.accept_invitation(written.secret, password=PASSWORD, name="王芳", now=T0)
    assert (made.display_name, made.login) == ("王芳", "wangfang")
    assert [(one.display_name, one.roles) for one in identity.members_of(tea)] == [
        ("Owner", (OWNER,)),
        ("王芳", (SERVICE,)),
    ]


@db
def test_a_phone_that_has_no_password_yet_needs_the_code_sent_to_it() -> None:

    tea, owner = owned()
    written = merchants.invite(tea, [SERVICE], phone="13812345678", by=owner, now=T0)
    assert written.invitation.to == "138****5678"
    with pytest.raises(DomainError) as no:
        merchants.accept_invitation(written.secret, password=PASSWORD, sms="000000", now=T0)
    assert no.value.code == "identity.wrong_code"
    assert identity.members_of(tea)[-1].user_id == owner.user_id


@db
@pytest.mark.parametrize(
    "given",
    [
        {"roles": [GOODS]},
        {"roles": [GOODS], "login": "lixiao", "phone": "13812345678"},
        {"roles": [], "login": "lixiao"},
        {"roles": [Role.OPERATOR], "login": "lixiao"},
        {"roles": [GOODS], "phone": "1381234567"},
        {"roles": [GOODS], "login": "李"},
    ],
)
def test_an_invitation_names_one_person_and_roles_of_the_shop(given: dict[str, Any]) -> None:
    tea, owner = owned()
    with pytest.raises(BadInvitation):
        merchants.invite(tea, by=owner, now=T0, **given)
    assert not Row.objects.exists()


@db
def test_an_invitation_ends_with_three_days_with_its_withdrawal_and_with_the_owner_who_wrote_it() -> None:
    tea, owner = owned()
    person("lixiao")
    second = person("second", (OWNER, tea))

    def written(login: str = "lixiao", by: Principal = owner) -> merchants.Written:
        return merchants.invite(tea, [GOODS], login=login, by=by, now=T0)

    late, replaced, gone = written("chidao"), written(), written()
    with pytest.raises(InvitationNotFound):
        merchants.invitation_behind(late.secret, now=T0 + timedelta(days=3))
    with pytest.raises(InvitationNotFound):  # the second to the same person replaced it
        merchants.invitation_behind(replaced.secret, now=T0)
    assert merchants.withdraw_invitation(tea, gone.invitation.id, by=owner, now=T0).state == "withdrawn"
    with pytest.raises(InvitationNotFound):
        merchants.accept_invitation(gone.secret, password=PASSWORD, now=T0)
    orphan = written(by=acting(second, tea))
    merchants.set_roles(tea, second, [GOODS], by=owner, reason="换岗", now=T0)
    with pytest.raises(InvitationNotFound):
        merchants.accept_invitation(orphan.secret, password=PASSWORD, now=T0)


@db
def test_only_an_owner_of_this_shop_lets_in_and_lets_go_and_nobody_changes_their_own() -> None:
    tea, owner = owned()
    fruit = shop("阳光果园").id
    li = person("lixiao", (GOODS, tea))
    other = acting(person("other", (OWNER, fruit)), fruit)
    for by in (acting(li, tea), other):
        with pytest.raises(NotAllowed):
            merchants.invite(tea, [GOODS], login="zhangsan", by=by, now=T0)
        with pytest.raises(NotAllowed):
            merchants.set_roles(tea, owner.user_id, [], by=by, reason="赶走", now=T0)
    with pytest.raises(NotAllowed):
        merchants.set_roles(tea, owner.user_id, [], by=owner, reason="离开", now=T0)
    with pytest.raises(UserNotFound):  # a stranger to the shop is nobody here
        merchants.set_roles(tea, other.user_id, [GOODS], by=owner, reason="挖角", now=T0)
    assert acting(owner.user_id, tea).roles == {OWNER}


@db
def test_the_last_owner_stays_whoever_asks() -> None:
    tea, owner = owned()
    boss = acting(person("boss", (Role.OPERATOR, "")), "")
    with pytest.raises(LastOwner):
        identity.revoke_role(boss, owner.user_id, OWNER, tea, reason="误操作", now=T0)
    with pytest.raises(LastOwner):
        identity.set_staff(boss, owner.user_id, tea, [GOODS], reason="误操作", now=T0)
    person("second", (OWNER, tea))
    assert identity.set_staff(boss, owner.user_id, tea, [GOODS], reason="换人", now=T0) == (GOODS,)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_at_once_leave_one() -> None:
    with transaction.atomic():
        tea, first = owned()
        second = acting(person("second", (OWNER, tea)), tea)
    gate, said = threading.Barrier(2), []

    def remove(by: Principal, whom: Principal) -> None:
        try:
            with tenancy.as_merchant(tea):
                gate.wait()
                merchants.set_roles(tea, whom.user_id, [], by=by, reason="争执", now=T0)
                said.append("removed")
        except DomainError as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with transaction.atomic():
        assert RoleGrant.objects.filter(merchant_id=tea, role=OWNER.value).count() == 1
    assert sorted(said) in (["identity.last_owner", "removed"], ["identity.user_not_found", "removed"])


def sitting(login: str) -> Client:
    client = Client()
    with tenancy.as_nobody():
        assert client.post("/merchant/login/", {"username": login, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def still(settings: Any) -> Any:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


@db
def test_the_owner_does_all_of_it_in_the_console(still: None) -> None:
    tea, _ = owned()
    li = person("lixiao", (GOODS, tea))
    owner, clerk = sitting("owner"), sitting("lixiao")
    with tenancy.as_nobody():
        assert clerk.get("/merchant/staff/").status_code == 403
        page = owner.get("/merchant/staff/").content.decode()
        assert "Lixiao" in page and "商家商品" in page and "（您本人）" in page
        asked = {"verb": "invite", "_form_submitted": "true", "login": "newhand", "roles": ["merchant_service"]}
        made = owner.post("/merchant/staff/", asked).content.decode()
        link = made.split('data-copy="')[1].split('"')[0].removeprefix("http://127.0.0.1:8000")
        visitor = Client()
        door = visitor.get(link).content.decode()
        assert "云雾茶行" in door and "newhand" in door and "短信" not in door
        assert visitor.post(link, {"password": PASSWORD, "name": "新人"}).headers["Location"] == "/merchant/login/"
        assert visitor.get(link).status_code == 404
        sitting("newhand")
        page = f"/merchant/staff/{li}/"
        kept = {"roles": ["merchant_service"], "reason": "转岗", "_form_submitted": "true"}
        assert owner.post(page, kept).headers["Location"] == "/merchant/staff/"
        assert clerk.get("/merchant/").status_code == 302  # out, with the very next request
        gone = {"reason": "离职", "_form_submitted": "true"}
        assert owner.post(page, gone).headers["Location"] == "/merchant/staff/"
    assert identity.acting(li, tea) is None
    trail = AuditEntry.objects.filter(action="merchants.set_staff", object_id=li).order_by("id")
    assert [(one.before, one.after, one.reason) for one in trail] == [
        ({"roles": ["merchant_goods"]}, {"roles": ["merchant_service"]}, "转岗"),
        ({"roles": ["merchant_service"]}, {"roles": []}, "离职"),
    ]


@db
def test_after_five_minutes_a_change_of_roles_asks_who_is_sitting_there(still: None) -> None:
    tea, _ = owned()
    li = person("lixiao", (GOODS, tea))
    owner = sitting("owner")
    clock.set_for_story(T0 + timedelta(minutes=6))
    change = {"roles": ["merchant_service"], "reason": "转岗", "_form_submitted": "true"}
    with tenancy.as_nobody():
        page = owner.post(f"/merchant/staff/{li}/", change).content.decode()
    assert "需要再次验证身份" in page and acting(li, tea).roles == {GOODS}
    with tenancy.as_nobody():
        assert owner.post(f"/merchant/staff/{li}/", change | {"proof": PASSWORD}).status_code == 302
    assert acting(li, tea).roles == {SERVICE}


@db
def test_by_the_api_a_removed_members_next_request_is_refused(someone: Any) -> None:
    tea = shop("云雾茶行").id
    owner, clerk = someone("owner", OWNER, tea), someone("clerk", GOODS, tea)
    assert clerk.get("/merchants/mine").status_code == 200
    listed = owner.get("/merchants/mine/staff").json()
    assert [(one["login"], one["roles"]) for one in listed] == [
        ("owner", ["merchant_owner"]),
        ("clerk", ["merchant_goods"]),
    ]
    left = owner.post(f"/merchants/mine/staff/{clerk.user_id}/remove", {"reason": "离职"}).json()
    assert [one["login"] for one in left] == ["owner"]
    assert clerk.get("/merchants/mine").status_code == 401
    clock.set_for_story(T0 + timedelta(minutes=6))
    refused = owner.post("/merchants/mine/invitations", {"login": "clerk", "roles": ["merchant_goods"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.step_up_required")

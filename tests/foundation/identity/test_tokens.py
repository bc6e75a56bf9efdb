"""Threat 25: the life of a token, every way it can end."""

import json
from datetime import timedelta

import pytest

from tests.foundation.identity.conftest import NOON, PASSWORD
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAuthenticated, Role, TokenReused
from xintui.foundation.identity.models import AuditEntry, Device, Token, User
from xintui.infra import clock


def tokens(user_id, now=NOON, **more):
    return identity.issue_for(user_id, device_name="phone", now=now, **more)


def me(client, token):
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


def test_a_password_login_over_http_gives_a_token_that_says_who_i_am(client, person):
    made = person("li", (Role.OPERATOR, ""))
    answer = client.post(
        "/api/v1/auth/login",
        {"login": "LI", "password": PASSWORD, "device_name": "Mac"},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert me(client, answer.json()["access_token"]).json() == {
        "user_id": made.user_id,
        "display_name": "Li",
        "roles": ["operator"],
        "merchant_id": None,
        "wechat_bound": False,
        "wechat_open": False,
    }


def test_only_hashes_of_tokens_are_kept(person):
    issued = tokens(person("li").user_id)
    kept = b"".join(bytes(t.digest) for t in Token.objects.all())
    assert issued.access_token.encode() not in kept and issued.refresh_token.encode() not in kept
    assert Token.objects.count() == 2


@pytest.mark.parametrize(
    ("minutes", "status"), [(0, 200), (29, 200), (30, 401), (60, 401)], ids=["fresh", "last minute", "ended", "old"]
)
def test_an_access_token_lives_half_an_hour(client, person, minutes, status):
    issued = tokens(person("li").user_id)
    clock.set_for_story(NOON + timedelta(minutes=minutes))
    assert me(client, issued.access_token).status_code == status


@pytest.mark.parametrize(
    "wrong", ["", "x", "xta_" + "A" * 43, "Bearer", "\u00e9"], ids=["none", "short", "guess", "word", "not ascii"]
)
def test_what_is_no_token_is_401_in_the_common_shape(client, db, wrong):
    answer = me(client, wrong)
    assert answer.status_code == 401
    assert answer.json() == {"code": "identity.not_authenticated", "message": "请先登录", "facts": {}}
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="xintui"'


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(client, person):
    issued = tokens(person("li").user_id)
    assert me(client, issued.refresh_token).status_code == 401
    with pytest.raises(NotAuthenticated):
        identity.rotate(issued.access_token, now=NOON)


def test_rotation_ends_the_old_access_token(client, person):
    first = tokens(person("li").user_id)
    second = identity.rotate(first.refresh_token, now=NOON)
    assert second.device_id == first.device_id
    assert [me(client, t.access_token).status_code for t in (first, second)] == [401, 200]


def test_a_refresh_token_used_twice_logs_both_holders_out(client, person):
    first = tokens(person("li").user_id)
    second = identity.rotate(first.refresh_token, now=NOON)
    with pytest.raises(TokenReused):
        identity.rotate(first.refresh_token, now=NOON)
    assert me(client, second.access_token).status_code == 401
    with pytest.raises(NotAuthenticated):
        identity.rotate(second.refresh_token, now=NOON)
    assert Device.objects.get(id=first.device_id).revoked_for == "reuse"
    assert AuditEntry.objects.filter(action="identity.token_reused", object_id=first.device_id).count() == 1


def test_reuse_on_one_device_leaves_the_others_alone(client, person):
    made = person("li")
    stolen, other = tokens(made.user_id), tokens(made.user_id)
    identity.rotate(stolen.refresh_token, now=NOON)
    with pytest.raises(TokenReused):
        identity.rotate(stolen.refresh_token, now=NOON)
    assert me(client, other.access_token).status_code == 200


def test_a_refresh_token_lives_thirty_days(person):
    issued = tokens(person("li").user_id)
    with pytest.raises(NotAuthenticated):
        identity.rotate(issued.refresh_token, now=NOON + timedelta(days=30))
    assert identity.rotate(issued.refresh_token, now=NOON + timedelta(days=30, seconds=-1))


def test_logout_ends_the_device(client, person):
    issued = tokens(person("li").user_id)
    answer = client.post(
        "/api/v1/auth/logout", {"refresh_token": issued.refresh_token}, content_type="application/json"
    )
    assert answer.json() == {"done": True}
    assert me(client, issued.access_token).status_code == 401


def test_devices_are_listed_and_ended_from_afar(client, person):
    made = person("li")
    here, there = tokens(made.user_id), tokens(made.user_id, now=NOON - timedelta(minutes=5))
    bearer = {"Authorization": f"Bearer {here.access_token}"}
    listed = client.get("/api/v1/me/devices", headers=bearer).json()["items"]
    assert [(d["device_id"], d["current"]) for d in listed] == [(here.device_id, True), (there.device_id, False)]
    assert client.delete(f"/api/v1/me/devices/{there.device_id}", headers=bearer).status_code == 200
    assert me(client, there.access_token).status_code == 401
    assert client.delete(f"/api/v1/me/devices/{there.device_id}", headers=bearer).status_code == 404


def test_nobody_ends_the_device_of_another(client, person):
    mine, theirs = tokens(person("li").user_id), tokens(person("wang").user_id)
    answer = client.delete(
        f"/api/v1/me/devices/{theirs.device_id}", headers={"Authorization": f"Bearer {mine.access_token}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "identity.device_not_found")
    assert me(client, theirs.access_token).status_code == 200


def test_a_removed_users_next_request_is_401(client, person, operator):
    made = person("li", (Role.BUYER, ""))
    issued = tokens(made.user_id)
    assert me(client, issued.access_token).status_code == 200
    identity.set_active(operator, made.user_id, False, reason="离职", now=NOON)
    assert me(client, issued.access_token).status_code == 401
    with pytest.raises(NotAuthenticated):
        identity.rotate(issued.refresh_token, now=NOON)


def test_a_role_taken_back_ends_the_access_token_and_the_next_has_less(client, person, operator):
    made = person("li", (Role.OPERATOR, ""), (Role.BUYER, ""))
    issued = tokens(made.user_id)
    identity.revoke_role(operator, made.user_id, Role.OPERATOR, reason="调岗", now=NOON)
    assert me(client, issued.access_token).status_code == 401
    again = identity.rotate(issued.refresh_token, now=NOON)
    assert me(client, again.access_token).json()["roles"] == ["buyer"]


def test_merchant_staff_who_left_hold_a_token_for_nothing(client, person, operator):
    made = person("li", (Role.MERCHANT_GOODS, "mchA"))
    issued = tokens(made.user_id, merchant_id="mchA")
    assert me(client, issued.access_token).json()["merchant_id"] == "mchA"
    identity.revoke_role(operator, made.user_id, Role.MERCHANT_GOODS, "mchA", reason="离职", now=NOON)
    again = identity.rotate(issued.refresh_token, now=NOON)
    assert me(client, again.access_token).status_code == 401


def test_a_new_password_ends_every_login(client, person):
    made = person("li")
    issued = tokens(made.user_id)
    answer = client.post(
        "/api/v1/me/password",
        {"old_password": PASSWORD, "new_password": "Umbrella-77-river"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {issued.access_token}"},
    )
    assert answer.status_code == 200
    assert me(client, issued.access_token).status_code == 401
    assert User.objects.get(id=made.user_id).check_password("Umbrella-77-river")


def test_purging_keeps_used_refresh_tokens_until_they_end(person):
    issued = tokens(person("li").user_id)
    identity.rotate(issued.refresh_token, now=NOON)
    assert identity.purge(NOON + timedelta(days=29)) == 1  # the second access token; the first went at rotation
    with pytest.raises(TokenReused):
        identity.rotate(issued.refresh_token, now=NOON + timedelta(days=29))


def test_facts_of_errors_are_json(client, db):
    assert json.loads(me(client, "x").content)["facts"] == {}

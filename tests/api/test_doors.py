"""What stands before every operation: shapes of refusals, sizes, rates, transactions, idempotency."""

import json
from unittest import mock

import pytest
from ninja.errors import HttpError

from tests.foundation.identity.conftest import NOON, noon, operator, person  # noqa: F401
from xintui.entrypoints import api
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry, RoleGrant
from xintui.infra import tenancy
from xintui.infra.idempotency.models import IdempotencyRequest


@pytest.fixture
def boss(person):  # noqa: F811
    made = person("boss", (Role.OPERATOR, ""))
    token = identity.issue_for(made.user_id, device_name="t", now=NOON).access_token
    return {"Authorization": f"Bearer {token}"}


def send(client, url, body, headers, **more):
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers | more)


@pytest.mark.parametrize(
    ("method", "url", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "request.not_found"),
        ("GET", "/api/nothing", 404, "request.not_found"),
        ("PATCH", "/api/v1/me", 405, "request.method_not_allowed"),
        ("GET", "/api/v1/me", 401, "identity.not_authenticated"),
    ],
)
def test_every_refusal_has_one_shape(client, db, method, url, status, code):
    answer = client.generic(method, url)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "facts"}
    assert answer.json()["code"] == code
    assert (answer.headers.get("Allow") is not None) == (status == 405)


def test_an_invalid_body_names_the_field_and_never_repeats_the_value(client, db):
    answer = send(client, "/api/v1/auth/login", {"login": "x" * 99, "password": "s3cret-value", "is_admin": True}, {})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert {(p["field"], p["problem"]) for p in answer.json()["facts"]["problems"]} == {
        ("body.data.login", "too_long"),
        ("body.data.is_admin", "extra_forbidden"),
    }
    assert "s3cret" not in answer.content.decode()


def test_what_is_no_json_is_malformed(client, db):
    answer = client.post("/api/v1/auth/login", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_a_body_too_large_is_refused_before_it_is_read(client, db, settings):
    settings.API_MAX_BYTES = 10
    answer = send(client, "/api/v1/auth/login", {"login": "x", "password": "y"}, {})
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


def test_a_bug_is_500_without_a_traceback(client, boss):
    with mock.patch.object(identity, "users", side_effect=RuntimeError("the secret of line 42")):
        answer = client.get("/api/v1/ops/users", headers=boss)
    assert (answer.status_code, answer.json()) == (
        500,
        {"code": "server.error", "message": "服务器内部错误，已记录", "facts": {}},
    )


def test_the_rate_is_counted_per_person(client, boss, settings):
    settings.API_PER_MINUTE = 3
    assert [client.get("/api/v1/me", headers=boss).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/api/v1/me", headers=boss)
    assert (answer.json()["code"], answer.headers["Retry-After"]) == ("request.too_many", "60")
    assert client.get("/api/v1/me").status_code == 401  # another bucket


def test_a_safe_method_cannot_write(client, boss):
    def naughty(**_):
        RoleGrant.objects.update(role="auditor")

    with mock.patch.object(identity, "users", side_effect=naughty):
        assert client.get("/api/v1/ops/users", headers=boss).status_code == 500
    assert RoleGrant.objects.filter(role="auditor").count() == 0


def test_merchant_staff_ask_as_their_merchant_and_others_as_the_platform(client, person, boss):  # noqa: F811
    seen = []
    made = person("li", (Role.MERCHANT_OWNER, "mchA"))
    token = identity.issue_for(made.user_id, merchant_id="mchA", device_name="t", now=NOON).access_token
    with mock.patch.object(identity, "devices", side_effect=lambda *_: seen.append(tenancy.current()) or ()):
        client.get("/api/v1/me/devices", headers={"Authorization": f"Bearer {token}"})
        client.get("/api/v1/me/devices", headers=boss)
    assert seen == ["mchA", "*"]


class TestIdempotency:
    """Rule R7."""

    def test_the_second_request_gets_the_first_answer_and_does_nothing(self, client, boss, person):  # noqa: F811
        li = person("li")
        url, body = f"/api/v1/ops/users/{li.user_id}/active", {"active": False, "reason": "离职"}
        first = send(client, url, body, boss, **{"Idempotency-Key": "k1"})
        second = send(client, url, body, boss, **{"Idempotency-Key": "k1"})
        assert (first.status_code, second.status_code) == (200, 200)
        assert second.json() == first.json() and second.headers["Idempotency-Replayed"] == "true"
        assert AuditEntry.objects.filter(action="identity.set_active").count() == 1

    def test_another_body_under_the_same_key_is_refused(self, client, boss, person):  # noqa: F811
        url = f"/api/v1/ops/users/{person('li').user_id}/active"
        send(client, url, {"active": False, "reason": "离职"}, boss, **{"Idempotency-Key": "k1"})
        answer = send(client, url, {"active": True, "reason": "离职"}, boss, **{"Idempotency-Key": "k1"})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.idempotency_mismatch")

    def test_while_the_first_is_in_flight_the_second_is_409(self, client, boss, person):  # noqa: F811
        li = person("li")
        url, body = f"/api/v1/ops/users/{li.user_id}/active", {"active": False, "reason": "离职"}
        inner = []

        def meanwhile(*args, **kwargs):
            inner.append(send(client, url, body, boss, **{"Idempotency-Key": "k1"}))
            return identity.user(li.user_id)

        with mock.patch.object(identity, "set_active", side_effect=meanwhile):
            send(client, url, body, boss, **{"Idempotency-Key": "k1"})
        assert (inner[0].status_code, inner[0].json()["code"]) == (409, "request.in_flight")

    @pytest.mark.parametrize("error", [RuntimeError("bug"), HttpError(429, "slow down")], ids=["5xx", "429"])
    def test_5xx_and_429_are_not_answers(self, client, boss, person, error):  # noqa: F811
        url = f"/api/v1/ops/users/{person('li').user_id}/active"
        body = {"active": False, "reason": "离职"}
        with mock.patch.object(identity, "set_active", side_effect=error):
            send(client, url, body, boss, **{"Idempotency-Key": "k1"})
        assert IdempotencyRequest.objects.count() == 0
        assert send(client, url, body, boss, **{"Idempotency-Key": "k1"}).status_code == 200

    def test_a_key_belongs_to_one_person_and_one_route(self, client, boss, person):  # noqa: F811
        li, wang = person("li"), person("wang")
        for who in (li, wang):
            answer = send(
                client,
                f"/api/v1/ops/users/{who.user_id}/active",
                {"active": False, "reason": "离职"},
                boss,
                **{"Idempotency-Key": "k1"},
            )
            assert answer.json()["user_id"] == who.user_id
        assert "Idempotency-Replayed" not in answer.headers

    def test_an_attempt_whose_worker_died_can_be_taken_over_after_its_lease(self, db, noon):  # noqa: F811
        from datetime import timedelta

        from xintui.infra.idempotency import facade as idempotency

        first = idempotency.claim("usr1", "POST /x", "k", b"{}", now=noon)
        with pytest.raises(idempotency.InFlight):
            idempotency.claim("usr1", "POST /x", "k", b"{}", now=noon + timedelta(seconds=89))
        second = idempotency.claim("usr1", "POST /x", "k", b"{}", now=noon + timedelta(seconds=91))
        idempotency.keep(first, 200, "late")  # the dead one wakes up: too late
        idempotency.keep(second, 200, "good")
        assert idempotency.claim("usr1", "POST /x", "k", b"{}", now=noon) == idempotency.Answer(200, "good")


def test_the_audit_trail_refuses_update_delete_and_truncate_even_to_the_superuser(superuser_url):
    import psycopg

    with psycopg.connect(superuser_url) as root:
        root.execute("SET lock_timeout = '5s'")
        for statement in (
            "INSERT INTO identity_audit_entry (actor_id, actor_name, action, object_type, object_id, merchant_id,"
            " before, after, reason, ip) VALUES ('a', 'a', 'a', 'a', 'a', '', '{}', '{}', '', '')",
        ):
            root.execute(statement)
        for statement in (
            "UPDATE identity_audit_entry SET action = 'x'",
            "DELETE FROM identity_audit_entry",
            "TRUNCATE identity_audit_entry",
        ):
            with pytest.raises(psycopg.errors.CheckViolation), root.transaction():
                root.execute(statement)
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            held = root.execute("SELECT has_table_privilege('xintui_app', 'identity_audit_entry', %s)", [right])
            assert held.fetchone() == (False,), right
        root.rollback()


def test_operations_open_to_strangers_are_the_listed_ones():
    found = {api.build().get_openapi_operation_id(op) for op in api.operations(api.build()) if not op.auth_callbacks}
    assert found == api.PUBLIC


def test_health_and_readiness(client, db):
    assert client.get("/healthz").json() == {"ok": True}
    assert client.get("/readyz").json() == {"ready": True, "database": True}

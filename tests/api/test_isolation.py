"""F6: every operation × every stranger × {path id, body id, filter}: nothing of the victim's is shown or changed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.api import generate, witness, world
from tests.api.verdicts import NOT_TENANT, VERDICTS
from xintui.entrypoints import api, middleware
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
STRANGERS: dict[str, frozenset[Role]] = {
    "StrangerOwner": frozenset({Role.MERCHANT_OWNER}),
    "StrangerGoods": frozenset({Role.MERCHANT_GOODS}),
    "StrangerService": frozenset({Role.MERCHANT_SERVICE}),
    "OtherBuyer": frozenset({Role.BUYER}),
    "OtherPromoter": frozenset({Role.BUYER, Role.PROMOTER}),
}
BEHIND_THE_WALL = {"StrangerOwner": STRANGERS["StrangerOwner"]}
"""Whom the second wall concerns: a tenant's staff, of whom the owner may most. Buyers stand before it."""
NOTHING = {"[]", '{"items": [], "next": null}'}
COLLEAGUE = frozenset({Role.MERCHANT_SERVICE})


def schema() -> dict[str, Any]:
    """The document that clients get."""
    from xintui.entrypoints import urls  # noqa: F401 - builds the API

    return json.loads(json.dumps(api.build().get_openapi_schema(), default=str))


def ops() -> list[generate.Op]:
    return generate.operations(schema())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "op" in metafunc.fixturenames:
        found = ops()
        metafunc.parametrize("op", found, ids=[op.id for op in found])


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[world.World]:
    """The world is built once; every operation then runs in a transaction that is rolled back."""
    with django_db_blocker.unblock(), tenancy.as_platform(), transaction.atomic():
        clock.set_for_story(NOW)
        yield world.build(NOW)
        clock.set_for_story(None)
        transaction.set_rollback(True)


@pytest.fixture
def unhurried(settings: Any) -> None:
    settings.API_PER_MINUTE = 10**6


@pytest.fixture
def application_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row-level security sees everybody, as if the second wall were not there."""
    monkeypatch.setattr(middleware, "scope_of", lambda principal: tenancy.as_platform())


@pytest.fixture(params=["both walls", "application only"])
def walls(request: pytest.FixtureRequest, unhurried: None) -> str:
    if request.param == "application only":
        request.getfixturevalue("application_only")
    return str(request.param)


def send(attempt: generate.Attempt, token: str) -> Any:
    from urllib.parse import urlencode

    clock.set_for_story(NOW)
    url = attempt.url + ("?" + urlencode(attempt.query) if attempt.query else "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = "" if attempt.body is None else json.dumps(attempt.body)
    client = Client(raise_request_exception=False)
    answer = client.generic(attempt.method, url, body, content_type="application/json", headers=headers)
    if answer.streaming:
        said = b"".join(answer.streaming_content)
        return HttpResponse(said, status=answer.status_code)
    return answer


def test_every_operation_has_a_verdict_and_every_verdict_an_operation() -> None:
    found = {op.id for op in ops()}
    assert found - VERDICTS.keys() == set(), "add a line to tests/api/verdicts.py: who may?"
    assert VERDICTS.keys() - found == set(), "verdicts about operations that do not exist"


def test_what_is_public_is_written_down_twice() -> None:
    assert {name for name, verdict in VERDICTS.items() if verdict.public} == api.PUBLIC


@pytest.fixture(scope="module")
def untouched(seeded: world.World, django_db_blocker: Any) -> Counter[tuple[str, str]]:
    """The victim's rows as they were made: every test finds them so, because every test is undone."""
    with django_db_blocker.unblock():
        return witness.rows_about(marks(seeded), witness.tables())


def marks(made: world.World) -> list[str]:
    """What names the victim in a row."""
    return [world.CANARY, made.victim_merchant, *made.ids.values()]


def hurt(made: world.World, untouched: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Rows of the victim that are not there any more as they were."""
    where = witness.changed()
    before = Counter({row: n for row, n in untouched.items() if row[0] in where})
    return before - witness.rows_about(marks(made), where) if where else Counter()


@pytest.fixture
def undone(seeded: world.World, django_db_blocker: Any) -> Iterator[world.World]:
    with django_db_blocker.unblock(), tenancy.as_platform(), transaction.atomic():
        yield seeded
        transaction.set_rollback(True)


def test_without_a_live_token_every_operation_is_401(op: generate.Op, undone: world.World, unhurried: None) -> None:
    if VERDICTS[op.id].public:
        pytest.skip("public by verdict")
    first, *others = generate.attempts(op, undone.ids)
    dead = ("", "xta_nonsense", undone.tokens["Revoked"], undone.tokens["Demoted"])
    for attempt, token in [*((first, token) for token in dead), *((other, "") for other in others)]:
        answer = send(attempt, token)
        assert answer.status_code == 401, (op.id, attempt, answer.content)
        assert world.CANARY not in answer.content.decode()


def test_a_stranger_sees_and_changes_nothing_of_the_victims(
    op: generate.Op, undone: world.World, untouched: Counter[tuple[str, str]], walls: str
) -> None:
    verdict = VERDICTS[op.id]
    for name, roles in (STRANGERS if walls == "application only" else BEHIND_THE_WALL).items():
        for attempt in generate.attempts(op, undone.ids):
            answer = send(attempt, undone.tokens[name])
            said = answer.content.decode()
            told = (op.id, name, attempt, answer.status_code, said[:500])
            assert answer.status_code < 500 or answer.status_code == 503, told  # 503: WeChat is not there
            assert world.CANARY not in said, told
            if roles.isdisjoint(verdict.roles):
                assert answer.status_code in {401, 403, 404, 422}, told
            if "{" in op.path and not verdict.open_objects:
                assert answer.status_code >= 400 or said in NOTHING, told
            if op.method != "GET" and answer.status_code < 300:
                assert not hurt(undone, untouched), told
    if op.method != "GET":
        assert not hurt(undone, untouched), op.id


def test_a_colleague_of_lower_role_cannot_do_what_the_role_does_not_name(
    op: generate.Op,
    undone: world.World,
    untouched: Counter[tuple[str, str]],
    application_only: None,
    unhurried: None,
) -> None:
    verdict = VERDICTS[op.id]
    if verdict.public or not COLLEAGUE.isdisjoint(verdict.roles):
        pytest.skip("the role may, by verdict")
    for attempt in generate.attempts(op, undone.ids):
        answer = send(attempt, undone.tokens["Colleague"])
        assert answer.status_code in {401, 403, 404, 422}, (op.id, attempt, answer.content)
        assert world.CANARY not in answer.content.decode()
    if op.method != "GET":
        assert not hurt(undone, untouched), op.id


def test_a_victims_row_that_is_changed_or_gone_is_seen(
    undone: world.World, untouched: Counter[tuple[str, str]]
) -> None:
    assert not hurt(undone, untouched)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET title = title || '！' WHERE id = %s", [undone.ids["product_id"]])
    assert {table for table, _ in hurt(undone, untouched)} == {"catalog_product"}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM addresses_address WHERE id = %s", [undone.ids["address_id"]])
    assert {table for table, _ in hurt(undone, untouched)} == {"catalog_product", "addresses_address"}


def test_every_table_of_tenants_has_its_wall(undone: world.World) -> None:
    open_tables = {table for table, walled in witness.tenant_tables().items() if not walled}
    assert open_tables == NOT_TENANT.keys() & witness.tenant_tables().keys(), "tenancy.wall(…) in the migration"


def test_the_wall_alone_shows_a_tenant_no_foreign_row(undone: world.World) -> None:
    seen: dict[str, int] = {}
    for table, walled in witness.tenant_tables().items():
        if not walled:
            continue
        with tenancy.as_merchant(undone.stranger_merchant), connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE merchant_id IS DISTINCT FROM %s', [undone.stranger_merchant]
            )
            assert cursor.fetchone() == (0,), table
        with tenancy.as_nobody(), connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table
        with tenancy.as_merchant(undone.victim_merchant), connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            seen[table] = cursor.fetchone()[0]
    assert seen["identity_role_grant"] > 0 and seen["identity_device"] > 0  # the check can fail


def test_the_detector_detects(undone: world.World) -> None:
    """Negative control: the victim's owner reading their own things trips the canary."""
    leak = send(generate.Attempt("own", "GET", "/api/v1/me", {}, None), undone.tokens[undone.canary("owner")])
    assert world.CANARY in leak.content.decode()
    markers = [undone.ids["buyer_id"]]
    before = witness.rows_about(markers, witness.tables())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_user SET display_name = 'x' WHERE id = %s", markers)
    assert before - witness.rows_about(markers, witness.tables())

"""Every list of the API asks the database as often for fifty rows as for one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api import world
from tests.api.test_isolation import NOW, schema
from tests.support.crowd import Crowd, needed
from xintui.infra import clock, tenancy

MANY = 50
WHO = (f"{world.CANARY}buyer", f"{world.CANARY}owner", f"{world.CANARY}promoter", "Boss", "BossNoOne", "Money")


def lists() -> list[tuple[str, str, frozenset[str]]]:
    """(operation id, path, query parameters) of all that take a limit."""
    found = []
    for path, methods in schema()["paths"].items():
        names = {one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"}
        if "limit" in names:
            found.append((methods["get"]["operationId"], path, frozenset(names)))
    return found


def asked(client: Client, made: world.World, path: str) -> tuple[str, int, int]:
    """Who may read this list, how many items came, and how many statements it took."""
    address = re.sub(r"\{(\w+)\}", lambda match: made.ids[match[1]], path)
    query = needed(path, made, 100)
    for who in WHO:
        if who not in made.tokens:
            continue
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address, query, headers={"Authorization": f"Bearer {made.tokens[who]}"})
        if answer.status_code == 200:
            body = answer.json()
            return who, len(body["items"] if "items" in body else next(iter(body.values()))), len(seen)
    return "", 0, 0


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, list[tuple[str, int, int]]]]:
    """Each list asked in a world of one of everything, and again when there are fifty more."""
    from django.test import override_settings

    with (
        django_db_blocker.unblock(),
        tenancy.as_platform(),
        transaction.atomic(),
        override_settings(API_PER_MINUTE=10**6),
    ):
        clock.set_for_story(NOW)
        made, client = world.build(NOW), Client()
        found: dict[str, list[tuple[str, int, int]]] = {}
        for again in (False, True):
            if again:
                cursor = connection.cursor()

                def execute(statement: str, params: Any) -> Any:
                    cursor.execute(statement, params)
                    return cursor

                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                crowd = Crowd(execute, made.ids)
                for kind in ("orders", "promotion", "shelves", "words"):
                    getattr(crowd, kind)(MANY)
            for name, path, _ in lists():
                asked(client, made, path)  # what is read once and kept is read here
                found.setdefault(name, []).append(asked(client, made, path))
        yield found
        clock.set_for_story(None)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [name for name, _, _ in lists()])
def test_a_list_costs_as_many_statements_for_fifty_as_for_one(
    name: str, counted: dict[str, list[tuple[str, int, int]]]
) -> None:
    (who, few, before), (_, many, after) = counted[name]
    assert who, "nobody of the cast may read it"
    assert few <= many
    assert few == 0 or after <= before, f"{few} → {many} items: {before} → {after} statements"


def test_most_lists_really_grew(counted: dict[str, list[tuple[str, int, int]]]) -> None:
    grown = {name for name, ((_, few, _), (_, many, _)) in counted.items() if few and many > few}
    assert len(grown) >= 18, sorted(grown)

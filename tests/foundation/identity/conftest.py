from datetime import UTC, datetime

import pytest

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PASSWORD = "Tangerine-42-boats"


@pytest.fixture
def noon():
    """The clock stands still until a test moves it."""
    clock.set_for_story(NOON)
    yield NOON
    clock.set_for_story(None)


@pytest.fixture
def person(db, noon):
    """Make somebody: `person("li", (Role.OPERATOR, ""))`."""

    def make(login, *roles, now=NOON):
        return identity.create_user(display_name=login.title(), login=login, password=PASSWORD, roles=roles, now=now)

    return make


@pytest.fixture
def operator(person):
    made = person("boss", (Role.OPERATOR, ""))
    return identity.authenticate(
        identity.issue_for(made.user_id, device_name="t", now=NOON).access_token, now=NOON
    ).principal

"""People with tokens, and an API that is asked the way the world asks it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.commerce.world import T0
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands at T0."""
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


class Api:
    """Somebody's view of the API. The request brings its own tenant: nothing of the test's scope leaks in."""

    def __init__(self, token: str, user_id: str) -> None:
        self.client, self.user_id = Client(), user_id
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        with tenancy.as_nobody():
            return self.client.generic(
                method,
                f"/api/v1{path}",
                data=b"" if body is None else __import__("json").dumps(body),
                content_type="application/json",
                headers=self.headers | more,
            )

    def get(self, path: str) -> Any:
        return self("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self("POST", path, {} if body is None else body)


@pytest.fixture
def someone(db: None, still: None) -> Callable[..., Api]:
    """`someone("li")`, `someone("shop", Role.MERCHANT_OWNER, merchant_id)`; without a name a stranger."""

    def make(login: str = "", role: Role = Role.BUYER, merchant_id: str = "") -> Api:
        if not login:
            return Api("", "")
        made = identity.create_user(display_name=login.title(), login=login, roles=[(role, merchant_id)], now=T0)
        tokens = identity.issue_for(made.user_id, merchant_id=merchant_id, device_name="t", now=T0)
        return Api(tokens.access_token, made.user_id)

    return make

"""People with tokens, a shop with tea, and an active promoter who asks the API."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.commerce.conftest import Api
from tests.commerce.world import T0, goods, shop
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import User
from xintui.infra import clock


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands at T0."""
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


@pytest.fixture
def someone(db: None, still: None) -> Callable[..., Api]:
    """`someone("boss", Role.OPERATOR)`; without a name a stranger."""

    def make(login: str = "", role: Role = Role.BUYER, merchant_id: str = "") -> Api:
        if not login:
            return Api("", "")
        made = identity.create_user(display_name=login.title(), login=login, roles=[(role, merchant_id)], now=T0)
        tokens = identity.issue_for(made.user_id, merchant_id=merchant_id, device_name="t", now=T0)
        return Api(tokens.access_token, made.user_id)

    return make


@pytest.fixture
def tea(db: None) -> Product:
    return goods(shop("云雾茶行"), "明前龙井", ("50g", 68_00, 99))


@pytest.fixture
def pushes(db: None, still: None) -> Any:
    """An active promoter with a token."""
    one = promoter(1, at=T0 - timedelta(days=1))
    User.objects.create(id=one.user_id, display_name="张小明", login="tuike", created_at=T0)
    tokens = identity.issue_for(one.user_id, device_name="t", now=T0)
    return Api(tokens.access_token, one.user_id)

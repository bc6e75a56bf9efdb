"""Filters that people keep, and the trail on each thing's page."""

from typing import Any

import pytest
from django.test import Client

from tests.commerce.test_consoles import press, read, sitting
from tests.commerce.world import T0, goods, shop
from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import SavedFilter
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db
GOODS = "/merchant/catalog/product/"


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Any:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def keep(client: Client, address: str, verb: str = "keep", **form: str) -> Any:
    with tenancy.as_nobody():
        return client.post(address, {"_saved": verb, **form})


def test_a_filter_is_kept_used_made_the_default_and_dropped() -> None:
    tea = shop("云雾茶行")
    on, off = (goods(tea, title, ("50g", 6_800, 10)) for title in ("明前龙井", "雨前龙井"))
    catalog.unlist_product(tea.id, off.id, actor="x", now=T0)
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    address = f"{GOODS}?state__exact=on_shelf&o=-5&p=0"
    assert keep(client, address, name="在售").headers["Location"] == address
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.shared, row.by_default) == ("在售", "o=-5&state__exact=on_shelf", False, False)
    shown = read(client, f"{GOODS}?_all=1")
    assert f"?{row.query}".replace("&", "&amp;") in shown and "雨前龙井" in shown
    assert on.id in read(client, f"{GOODS}?{row.query}") and off.id not in read(client, f"{GOODS}?{row.query}")
    keep(client, address, "prefer", id=row.id)
    with tenancy.as_nobody():
        assert client.get(GOODS).headers["Location"] == f"{GOODS}?{row.query}"
        assert client.get(f"{GOODS}?_all=1").status_code == 200
    keep(client, address, "prefer", id=row.id)
    keep(client, address, "drop", id=row.id)
    assert not SavedFilter.objects.exists()


def test_names_are_told_apart_and_an_empty_filter_is_none() -> None:
    tea = shop("云雾茶行")
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    for address, name in ((f"{GOODS}?q=x", "一"), (f"{GOODS}?q=y", "一"), (GOODS, "二"), (f"{GOODS}?q=z", "")):
        keep(client, address, name=name)
    assert list(SavedFilter.objects.values_list("name", "query")) == [("一", "q=x")]


def test_a_shared_filter_is_seen_by_colleagues_of_the_shop_and_by_nobody_else_and_changed_by_its_owner_only() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    owner = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    clerk = sitting("merchant", "clerk", Role.MERCHANT_GOODS, tea.id)
    other = sitting("merchant", "other", Role.MERCHANT_OWNER, fruit.id)
    boss = sitting("ops", "boss", Role.OPERATOR)
    keep(owner, f"{GOODS}?q=shared", name="共享的", shared="1", by_default="1")
    keep(owner, f"{GOODS}?q=private", name="私人的")
    seen = read(clerk, GOODS)  # another's default is nobody else's
    assert "共享的" in seen and "私人的" not in seen
    for client, page in ((other, GOODS), (boss, "/ops/catalog/product/")):
        seen = read(client, page)
        assert "共享的" not in seen and "私人的" not in seen
    for client in (clerk, other):
        for row in SavedFilter.objects.all():
            keep(client, f"{GOODS}?q=x", "drop", id=row.id)
            keep(client, f"{GOODS}?q=x", "prefer", id=row.id)
    assert sorted(SavedFilter.objects.values_list("name", "by_default")) == [("共享的", True), ("私人的", False)]
    with tenancy.as_merchant(fruit.id):
        assert not SavedFilter.objects.exists()


def test_a_things_page_tells_who_did_what_and_what_was_before() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    given = {"sku_id": green.skus[0].id, "yuan": "70.00", "reason": "成本上涨"}
    press(client, f"{GOODS}{green.id}/reprice/", **given)
    page = read(client, f"{GOODS}{green.id}/change/")
    assert "操作记录" in page and "商品：改价" in page and "坐班 · 成本上涨" in page
    assert "¥68.00" in page and "¥70.00" in page and "catalog.price" not in page
    assert identity.audit_trail(after="", limit=5, object_id=green.id).items[0].reason == "成本上涨"

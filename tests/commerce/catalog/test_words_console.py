"""A product's words and the order of its pictures at the shop's own console."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.commerce.test_consoles import sitting
from tests.commerce.world import T0, goods, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.models import Change, Product
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def drawn(shade: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), shade).save(file, "PNG")
    return file.getvalue()


def post(client: Client, path: str, **form: str) -> Any:
    with tenancy.as_nobody():
        return client.post(path, form)


def test_words_are_changed_with_their_history_and_by_the_shop_alone() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    page = f"/merchant/catalog/words/{green.id}/"
    keeper = sitting("merchant", "keeper", Role.MERCHANT_GOODS, tea.id)
    with tenancy.as_nobody():
        assert 'value="明前龙井"' in keeper.get(page).content.decode()
    sent = {"title": "明前龙井 特级", "subtitle": "狮峰山", "tags": "新茶、 绿茶 新茶", "description": "手炒"}
    sent["category"] = green.category
    assert post(keeper, page, **sent).url == f"/merchant/catalog/product/{green.id}/change/"
    made = catalog.get(green.id)
    assert (made.title, made.subtitle, made.description, made.tags) == (
        "明前龙井 特级",
        "狮峰山",
        "手炒",
        ("新茶", "绿茶"),
    )
    assert (made.pictures, [sku.price_fen for sku in made.skus]) == (green.pictures, [6_800])
    kept = Change.objects.filter(product_id=green.id, what="title").values_list("before", "after")
    assert list(kept) == [("明前龙井", "明前龙井 特级")]
    other = sitting("merchant", "other", Role.MERCHANT_OWNER, fruit.id)
    assert post(other, page, **sent | {"title": "别人的"}).url == "/merchant/catalog/product/"
    assert catalog.get(green.id).title == "明前龙井 特级"
    assert post(sitting("merchant", "money", Role.MERCHANT_FINANCE, tea.id), page, **sent).status_code == 403


def test_a_picture_moves_to_the_front_one_place_at_a_time() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    kept = {catalog.upload(tea.id, drawn(shade), now=T0): shade for shade in ("red", "green", "blue")}
    Product.objects.filter(id=green.id).update(pictures=list(kept))
    blue = list(kept)[2]
    keeper = sitting("merchant", "keeper", Role.MERCHANT_GOODS, tea.id)
    page = f"/merchant/catalog/pictures/{green.id}/"
    seen = []
    for _ in range(3):
        post(keeper, page, forward=blue)
        seen.append([kept[one] for one in Product.objects.get(id=green.id).pictures])
    assert seen == [["red", "blue", "green"], ["blue", "red", "green"], ["blue", "red", "green"]]

"""Goods: what may be listed, pictures that are never served as they came, counters that hold."""

import io

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from tests.commerce.world import T0, goods, paid, place, shop, stock
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import (
    BadPicture,
    BadProduct,
    ProductDraft,
    ProductFilter,
    ProductNotFound,
    SkuDraft,
    Sort,
    StockKind,
)
from xintui.commerce.catalog.models import Stock
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import MerchantActivated, MerchantNotActive, MerchantSuspended
from xintui.kernel.states import NoSuchMove

pytestmark = pytest.mark.django_db


def png(size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "PNG")
    return out.getvalue()


def test_a_picture_is_encoded_again_and_kept_once() -> None:
    tea = shop("云雾茶行")
    smuggled = png() + b"<?php echo 1;"
    first, second = catalog.upload(tea.id, smuggled, now=T0), catalog.upload(tea.id, smuggled, now=T0)
    assert first == second
    kept = catalog.picture(first)
    assert kept is not None
    assert (kept.mime, kept.content[:4], b"php" in kept.content) == ("image/webp", b"RIFF", False)


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 40, png()[:60]]
)
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture):
        catalog.upload(shop("云雾茶行").id, content, now=T0)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(BadPicture, match="像素过多"):
        catalog.upload(shop("云雾茶行").id, png((8_000, 5_001)), now=T0)


def test_a_draft_is_checked() -> None:
    tea = shop("云雾茶行")
    goods(tea, "占位", ("x", 1, 1))

    def draft(**more: object) -> ProductDraft:
        given = {"title": "明前龙井", "category": "tea", "skus": (SkuDraft("50g", 1, 1),)} | more
        return ProductDraft(**given)  # type: ignore[arg-type]

    bad = [
        draft(title="茶"),
        draft(category="never"),
        draft(skus=()),
        draft(skus=(SkuDraft("50g", 0, 1),)),
        draft(skus=(SkuDraft("50g", 1, -1),)),
        draft(skus=(SkuDraft("50g", 1, 1), SkuDraft("50g", 2, 1))),
        draft(pictures=("0" * 40,)),
        draft(tags=("x" * 13,)),
    ]
    for one in bad:
        with pytest.raises(BadProduct):
            catalog.create_product(tea.id, one, actor="a", now=T0)


def test_another_shops_goods_cannot_be_changed() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    with pytest.raises(ProductNotFound):
        catalog.change_price(fruit.id, green.skus[0].id, 1, actor="x", now=T0)
    with pytest.raises(ProductNotFound):
        catalog.unlist_product(fruit.id, green.id, actor="x", now=T0)
    assert catalog.get(green.id).skus[0].price_fen == 6_800


def test_the_window_follows_the_shop() -> None:
    tea = shop("云雾茶行")
    goods(tea, "明前龙井", ("50g", 6_800, 10))
    catalog.close_windows([MerchantSuspended(tea.id, "x", T0)])
    assert catalog.window(ProductFilter()) == ([], "")
    catalog.open_windows([MerchantActivated(tea.id, T0)])
    assert [card.title for card in catalog.window(ProductFilter())[0]] == ["明前龙井"]


def test_a_shop_that_does_not_trade_lists_nothing_and_a_listed_thing_is_not_listed_twice() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    with pytest.raises(NoSuchMove):
        catalog.list_product(tea.id, green.id, actor="a", now=T0)
    catalog.unlist_product(tea.id, green.id, actor="a", now=T0)
    merchants.suspend(tea.id, actor="ops", now=T0, note="x")
    with pytest.raises(MerchantNotActive):
        catalog.list_product(tea.id, green.id, actor="a", now=T0)


def test_the_same_reason_moves_stock_once() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    change = catalog.StockChange(tea.id, green.skus[0].id, 3, "orders.placed/x")
    assert [catalog.move(StockKind.RESERVE, [change], now=T0) for _ in range(3)] == [1, 0, 0]
    assert stock(green) == [(10, 3, 0)]
    assert [(m.kind, m.qty, m.reason) for m in catalog.stock_moves(tea.id, green.skus[0].id)] == [
        ("reserve", 3, "orders.placed/x")
    ]


@pytest.mark.parametrize(
    "wrong", [{"reserved_qty": 11}, {"sold_qty": 11}, {"reserved_qty": -1}, {"sold_qty": -1}, {"total_qty": 1}]
)
def test_the_database_itself_refuses_to_oversell(wrong: dict[str, int]) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    place((green.skus[0].id, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(id=green.skus[0].id).update(**wrong)


def test_best_selling_follows_what_was_sold() -> None:
    tea = shop("云雾茶行")
    green, black = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(tea, "正山小种", ("50g", 5_800, 10))
    paid((green.skus[0].id, 1))
    paid((black.skus[0].id, 3))
    assert catalog.refresh_sales() == 2
    cards, _ = catalog.window(ProductFilter(sort=Sort.BEST_SELLING))
    assert [(card.title, card.sold_qty, card.available_qty) for card in cards] == [
        ("正山小种", 3, 7),
        ("明前龙井", 1, 9),
    ]

"""The first page and the search: what is found, in which order, and that an index finds it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import T0, goods, paid, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, ProductFilter, SkuDraft, Sort
from xintui.commerce.merchants.contracts import Merchant
from xintui.foundation.identity.contracts import Role

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]


def found(text: str = "", **more: Any) -> list[str]:
    return [card.title for card in catalog.window(ProductFilter(text=text, **more))[0]]


@pytest.fixture
def tea() -> Merchant:
    return shop("云雾茶行")


def with_words(merchant: Merchant, title: str, subtitle: str, *tags: str) -> Product:
    catalog.set_category("tea", "茶叶")
    draft = ProductDraft(title, "tea", (SkuDraft("x", 1_00, 1),), subtitle=subtitle, tags=tags)
    made = catalog.create_product(merchant.id, draft, actor="usr01OWNER", now=T0)
    return catalog.list_product(merchant.id, made.id, actor="usr01OWNER", now=T0)


def test_words_are_found_in_title_selling_line_and_tags_whatever_their_width_and_case(tea: Merchant) -> None:
    with_words(tea, "明前龙井 Premium", "西湖原产", "绿茶")
    with_words(tea, "井冈山龙须", "龙井的邻居不是龙井须", "红茶")
    assert found("明前龙井") == found("西湖") == found("绿茶") == found("ｐｒｅｍｉｕｍ") == ["明前龙井 Premium"]
    assert found("premium 龙井") == ["明前龙井 Premium"]
    assert set(found("龙")) == {"明前龙井 Premium", "井冈山龙须"}
    assert found("井龙") == found("龙井 乌龙") == found("100%") == []


def test_pairs_that_do_not_stand_together_are_no_word(tea: Merchant) -> None:
    with_words(tea, "大红袍与红袍衣", "", "岩茶")
    with_words(tea, "红袍衣 大红", "")
    assert found("大红袍衣") == []
    assert found("大红袍") == ["大红袍与红袍衣"]


def test_new_words_replace_the_old_and_a_draft_has_none(tea: Merchant) -> None:
    made = with_words(tea, "明前龙井", "")
    catalog.edit_product(tea.id, made.id, ProductDraft("雨前碧螺春", "tea"), actor="usr01OWNER", now=T0)
    assert (found("龙井"), found("碧螺春")) == ([], ["雨前碧螺春"])
    draft = ProductDraft("碧螺春样品", "tea", (SkuDraft("x", 1_00, 1),))
    catalog.create_product(tea.id, draft, actor="usr01OWNER", now=T0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_words")
        assert cursor.fetchone() == (1,)
    catalog.unlist_product(tea.id, made.id, actor="usr01OWNER", now=T0)
    assert found("碧螺春") == []


def test_filters_by_stock_price_and_shop(tea: Merchant) -> None:
    rice = shop("稻香村")
    green = goods(tea, "龙井茶", ("50g", 68_00, 1))
    goods(rice, "龙井米", ("5kg", 99_00, 5))
    paid((green.skus[0].id, 1))
    assert set(found("龙井")) == {"龙井茶", "龙井米"}
    assert found("龙井", in_stock=True) == found("龙井", merchant_id=rice.id) == ["龙井米"]
    assert found("龙井", price_from_fen=50_00, price_to_fen=70_00) == ["龙井茶"]


def test_hot_is_what_sold_in_thirty_days_and_the_default_order_goes_by_it(tea: Merchant) -> None:
    old, slow = goods(tea, "旧爱", ("x", 1_00, 90)), goods(tea, "新欢", ("x", 1_00, 90))
    goods(tea, "无人问津", ("x", 1_00, 90))
    paid((old.skus[0].id, 9))
    paid((slow.skus[0].id, 2))
    assert catalog.refresh_hot(now=T0 + timedelta(days=1)) == 2
    assert [card.title for card in catalog.home().hot] == ["旧爱", "新欢"]
    assert found(sort=Sort.DEFAULT) == ["旧爱", "新欢", "无人问津"]
    first, mark = catalog.window(ProductFilter(sort=Sort.DEFAULT), limit=2)
    rest, end = catalog.window(ProductFilter(sort=Sort.DEFAULT), after=mark, limit=2)
    assert ([card.title for card in first + rest], end) == (["旧爱", "新欢", "无人问津"], "")
    assert catalog.refresh_hot(now=T0 + timedelta(days=31)) == 2
    assert catalog.home().hot == ()


def test_operators_fill_the_first_page_and_everybody_reads_it(someone: Someone, tea: Merchant) -> None:
    boss, owner = someone("boss", Role.OPERATOR), someone("owner", Role.MERCHANT_OWNER, tea.id)
    green, red = goods(tea, "龙井", ("x", 1_00, 9)), goods(tea, "红茶", ("x", 1_00, 9))
    note = {"note": "春茶季"}
    assert owner("PUT", f"/catalog/picks/recommended/{green.id}", note).status_code == 403
    for product, position in ((green, 2), (red, 1)):
        answer = boss("PUT", f"/catalog/picks/recommended/{product.id}", note | {"position": position})
        assert answer.status_code == 200
    boss("PUT", f"/catalog/picks/newcomer/{green.id}", note)
    home = someone().get("/catalog/home").json()
    titles = {slot: [card["title"] for card in cards] for slot, cards in home.items()}
    assert titles == {"recommended": ["红茶", "龙井"], "hot": [], "newcomer": ["龙井"]}
    catalog.unlist_product(tea.id, red.id, actor="usr01OWNER", now=T0)
    assert boss("DELETE", f"/catalog/picks/newcomer/{green.id}").status_code == 204
    assert boss("DELETE", f"/catalog/picks/newcomer/{green.id}").status_code == 404
    home = someone().get("/catalog/home").json()
    assert [card["title"] for card in home["recommended"]] == ["龙井"] and home["newcomer"] == []
    assert [pick["product_id"] for pick in boss.get("/catalog/picks").json()] == [red.id, green.id]
    assert boss("PUT", f"/catalog/picks/recommended/{red.id}", note).json()["code"] == "catalog.product_not_found"


def test_categories_say_how_many_goods_they_hold(tea: Merchant) -> None:
    goods(tea, "龙井", ("x", 1_00, 9))
    goods(tea, "香米", ("x", 1_00, 9), category="rice")
    hidden = goods(tea, "红茶", ("x", 1_00, 9))
    catalog.unlist_product(tea.id, hidden.id, actor="usr01OWNER", now=T0)
    assert {c.id: c.products for c in catalog.categories()} == {"tea": 1, "rice": 1}


def test_home_and_search_cost_the_same_however_much_they_show(someone: Someone, tea: Merchant) -> None:
    counts = []
    for number in range(2):
        product = goods(tea, f"龙井{number}号", ("x", 1_00, 9))
        paid((product.skus[0].id, 1))
        catalog.refresh_hot(now=T0)
        with CaptureQueriesContext(connection) as asked:
            someone().get("/catalog/home")
            someone().get("/catalog/products?text=%E9%BE%99%E4%BA%95&sort=default&in_stock=true")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.fixture
def many(tea: Merchant) -> None:
    """Ten thousand goods, of which one in a hundred is 龙井."""
    goods(tea, "样品", ("x", 1_00, 9))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_product (id, merchant_id, title, subtitle, description, pictures, category, tags,"
            " state, shop_open, price_from_fen, sales_qty, hot_qty, created_at, listed_at)"
            " SELECT 'prd' || lpad(i::text, 8, '0'), %s, CASE WHEN i %% 100 = 0 THEN '龙井' ELSE '大米' END || i, '',"
            " '', '[]', 'tea', '[]', 'on_shelf', true, 100 + i %% 977, i %% 499, i %% 97, %s, %s"
            " FROM generate_series(1, 10000) i",
            [tea.id, T0, T0],
        )
        cursor.execute("SELECT catalog_take_words(NULL)")


def plan_of(wanted: ProductFilter) -> str:
    with CaptureQueriesContext(connection) as asked:
        catalog.window(wanted)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked.captured_queries[0]["sql"].replace("%", "%%"))
        return "\n".join(line for (line,) in cursor.fetchall())


def test_every_order_of_the_window_walks_an_index(many: None) -> None:
    walked = {
        Sort.NEWEST: "catalog_window_newest",
        Sort.DEFAULT: "catalog_window_hot",
        Sort.BEST_SELLING: "catalog_window_sales",
        Sort.PRICE_UP: "catalog_window_price",
        Sort.PRICE_DOWN: "catalog_window_price",
    }
    for sort, index in walked.items():
        assert index in plan_of(ProductFilter(sort=sort)), sort


def test_words_are_found_by_their_index(many: None) -> None:
    with connection.cursor() as cursor:  # rows of this transaction still wait in the index's list and cost like a scan
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT f FROM catalog_find('龙井') f")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "catalog_words_by_gram" in plan and "Seq Scan on catalog_words" not in plan
    assert len(found("龙井")) == 20

"""What a buyer does besides buying once: the address book, reviews, filters, the cart."""

import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import ADDRESS, BUYER, Client, fill, let_in, ready, write_address

OWN = ADDRESS | {"name": "李小雷"}
"""Nobody whom the small world has sent a parcel to: what she has bought there stands in her book already."""
OTHER = {"name": "韩梅梅", "phone": "13900000002", "region": "北京市 北京市 海淀区", "street": "中关村大街 27 号"}


def inside(page: Page, house: House, login: str) -> None:
    """Logged in, on the first page."""
    page.goto("/m/pages/login/index")
    let_in(page, house, login)
    page.wait_for_url(re.compile("/m/(pages/home/index)?$"))


def test_an_address_is_saved_changed_chosen_at_the_checkout_and_its_deletion_taken_back(
    chromium: Browser, house: House, watch: Opened
) -> None:
    sku = Client(house, BUYER).get("/catalog/products?in_stock=true")["items"][0]["id"]
    sku = Client(house, BUYER).get(f"/catalog/products/{sku}")["skus"][0]["id"]
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        inside(page, house, BUYER)
        for words in (OWN, OTHER):
            page.goto("/m/pages/addresses/edit")
            page.get_by_test_id("save").click()
            expect(page.get_by_text("请填写收货人")).to_be_visible()
            write_address(page, words)
            with page.expect_response(re.compile("/api/v1/addresses$")):  # who leaves sooner has not saved
                page.get_by_test_id("save").click()
            page.goto("/m/pages/addresses/index")
            expect(page.get_by_test_id(f"address-{words['name']}")).to_contain_text(words["street"])
        book = page.get_by_test_id("address")
        expect(book.first).to_contain_text("默认")
        kept = book.count()
        mine = book.filter(has_text="韩梅梅").first
        mine.get_by_test_id("remove").click()
        expect(book).to_have_count(kept - 1)
        page.get_by_test_id("undo").click()
        expect(book).to_have_count(kept)

        page.goto(f"/m/pages/checkout/index?sku={sku}&qty=1")
        ready(page)
        page.get_by_test_id("change-address").click()
        page.get_by_test_id("address-韩梅梅").first.click()
        expect(page.get_by_test_id("goes-to")).to_contain_text("北京市海淀区 中关村大街 27 号")
        for box in page.get_by_test_id("confirm").all():
            box.click()
        page.get_by_test_id("submit").click()
        expect(page.get_by_test_id("pay")).to_be_visible()
    newest = Client(house, BUYER).get("/orders?limit=1")["items"][0]
    assert newest["address"] == {
        "name": "韩梅梅",
        "phone": "13900000002",
        "region": "北京市海淀区",
        "street": "中关村大街 27 号",
    }


def received(house: House) -> Any:
    """An order of the buyer that has arrived; if none has, the shop ships one now."""
    buyer, shop = Client(house, BUYER), Client(house, house.shop_login)
    mine = buyer.get("/orders?limit=50")["items"]
    arrived = [one for one in mine if one["received_at"]]
    if arrived:
        return arrived[0]
    order = next(one for one in mine if one["state"] in ("paid", "shipped"))
    if order["state"] == "paid":
        shop.post(f"/shop/orders/{order['id']}/ship", {"carrier": "顺丰速运", "tracking_no": "SF1000000077"})
    return buyer.post(f"/orders/{order['id']}/receive", {})


def test_a_received_line_is_reviewed_with_a_picture_and_the_product_shows_it(
    chromium: Browser, house: House, watch: Opened
) -> None:
    order = received(house)
    product = order["lines"][0]["product_id"]
    drawn = io.BytesIO()
    Image.new("RGB", (1600, 900), "seagreen").save(drawn, "PNG")
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        inside(page, house, BUYER)
        page.goto(f"/m/pages/orders/detail?id={order['id']}")
        page.get_by_test_id("review").click()
        line = page.get_by_test_id("line").first
        page.get_by_test_id("send").click()
        expect(page.get_by_text("请先给商品打分")).to_be_visible()
        line.get_by_test_id("star-4").click()
        line.get_by_test_id("text").locator("textarea").fill("茶汤清亮，回甘很长")
        with page.expect_file_chooser() as asked:
            line.get_by_test_id("add-picture").click()
        asked.value.set_files({"name": "茶.png", "mimeType": "image/png", "buffer": drawn.getvalue()})
        expect(line.get_by_test_id("shot")).to_have_count(1)
        page.get_by_test_id("send").click()
        line.get_by_test_id("more").locator("textarea").fill("一周后还是这么香")
        line.get_by_test_id("add-more").click()
        expect(line.get_by_test_id("review")).to_contain_text("当天追评一周后还是这么香")

        page.goto(f"/m/pages/product/index?id={product}")
        page.get_by_test_id("reviews").scroll_into_view_if_needed()
        expect(page.get_by_test_id("average")).to_have_text("4.0")
        page.get_by_test_id("all-reviews").click()
        page.get_by_test_id("by-1").click()
        expect(page.get_by_text("没有这样的评价")).to_be_visible()
        page.get_by_test_id("by-pictured").click()
        expect(page.get_by_test_id("review").last).to_contain_text("茶汤清亮，回甘很长")
    shown = Client(house, BUYER).get(f"/reviews/products/{product}?pictured=true")["items"]
    assert [(one["stars"], len(one["pictures"]), one["more"]) for one in shown] == [(4, 1, "一周后还是这么香")]


def test_a_search_is_narrowed_by_chips_and_widened_again(chromium: Browser, house: House, watch: Opened) -> None:
    everything = Client(house, BUYER).get("/catalog/products?limit=100")["items"]
    cheap = sorted(one["price_from_fen"] for one in everything)[0]
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto("/m/pages/search/index")
        ready(page)
        page.get_by_test_id("filter").click()
        fill(page, "low", "0.01")
        fill(page, "high", f"{cheap // 100}.{cheap % 100:02d}")
        page.get_by_test_id("in-stock").click()
        page.get_by_test_id("apply").click()
        expect(page.get_by_test_id("chips")).to_contain_text("只看有货")
        expect(page.get_by_test_id("goods")).to_have_count(sum(one["price_from_fen"] <= cheap for one in everything))
        page.get_by_test_id("clear").click()
        expect(page.get_by_test_id("chips")).to_have_count(0)
        expect(page.get_by_test_id("goods")).to_have_count(min(20, len(everything)))


def test_the_cart_gives_back_what_was_thrown_out(chromium: Browser, house: House, watch: Opened) -> None:
    product = Client(house, BUYER).get("/catalog/products?in_stock=true")["items"][0]
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        inside(page, house, BUYER)
        page.goto(f"/m/pages/product/index?id={product['id']}")
        page.get_by_test_id("add").click()
        page.goto("/m/pages/cart/index")
        expect(page.get_by_test_id("cart-shop")).to_contain_text(product["title"])
        page.get_by_test_id("remove").click()
        expect(page.get_by_text("购物车还是空的")).to_be_visible()
        page.get_by_test_id("undo").click()
        expect(page.get_by_test_id("cart-shop")).to_contain_text(product["title"])
        page.get_by_test_id("to-checkout").click()
        expect(page.get_by_test_id("amounts")).to_be_visible()


def test_an_open_order_changes_by_itself_when_the_shop_ships_it(chromium: Browser, house: House, watch: Opened) -> None:
    shop = Client(house, house.shop_login)
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        inside(page, house, BUYER)
        order = bought(page, house, "wechat")
        shop.post(f"/shop/orders/{order}/ship", {"carrier": "顺丰速运", "tracking_no": "SF1000000078"})
        expect(page.get_by_test_id("state")).to_have_text("待收货", timeout=30_000)
        expect(page.get_by_text("顺丰速运 SF1000000078").first).to_be_visible()
        page.get_by_test_id("again").click()
        expect(page.get_by_test_id("cart-shop")).to_be_visible()


def bought(page: Page, house: House, by: str) -> str:
    """One piece, paid in the chosen way; the order, whose page is on the screen."""
    product = Client(house, BUYER).get("/catalog/products?in_stock=true")["items"][0]["id"]
    sku = Client(house, BUYER).get(f"/catalog/products/{product}")["skus"][0]["id"]
    page.goto(f"/m/pages/checkout/index?sku={sku}&qty=1")
    saved = page.get_by_test_id("goes-to")
    expect(saved.or_(page.get_by_test_id("street"))).to_be_visible()
    if not saved.is_visible():
        write_address(page, ADDRESS)
    for box in page.get_by_test_id("confirm").all():
        box.click()
    page.get_by_test_id("submit").click()
    page.get_by_test_id(f"method-{by}").click()
    expect(page.get_by_test_id(f"method-{by}")).to_have_attribute("aria-checked", "true")
    page.get_by_test_id("pay").click()
    expect(page.get_by_role("heading", name={"wechat": "微信支付", "alipay": "支付宝"}[by])).to_be_visible()
    page.get_by_role("button", name="付款").click()
    page.get_by_role("link", name="返回商家").click()
    expect(page.get_by_test_id("paid")).to_have_text("付款成功", timeout=40_000)
    page.get_by_test_id("to-orders").click()
    expect(page.get_by_test_id("state")).to_have_text("待发货")
    return page.url.rpartition("id=")[2]


def test_who_chooses_alipay_pays_at_its_cashier_and_comes_back_to_a_paid_order(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        inside(page, house, BUYER)
        order = bought(page, house, "alipay")
        assert order in {one["id"] for one in Client(house, BUYER).get("/orders?state=paid")["items"]}

"""What a buyer does besides buying once: the address book, reviews, filters, the cart."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import ADDRESS, BUYER, Client, let_in, ready, write_address

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
        for words in (ADDRESS, OTHER):
            page.goto("/m/pages/addresses/edit")
            page.get_by_test_id("save").click()
            expect(page.get_by_text("请填写收货人")).to_be_visible()
            write_address(page, words)
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

"""A complaint on the phone: filed with a photo, offered less for, taken, paid; and the shop's console in between."""

import io

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_buyer import inside, received
from tests.browser.test_m_pages import BUYER, Client, fill, ready


def drawn() -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "firebrick").save(out, "PNG")
    return out.getvalue()


def test_a_buyer_complains_with_a_photo_takes_what_is_offered_and_is_paid(
    chromium: Browser, house: House, watch: Opened
) -> None:
    order = received(house)
    with context(chromium, house, phone=True) as phone, context(chromium, house) as desk:
        page = watch(phone)
        inside(page, house, BUYER)
        page.goto(f"/m/pages/orders/detail?id={order['id']}")
        page.get_by_test_id("complain").click()
        page.get_by_test_id("send").click()
        expect(page.get_by_text("请选择出了什么问题")).to_be_visible()
        page.get_by_test_id("kind-damaged").click()
        fill(page, "amount", "12.34")
        page.get_by_test_id("words").locator("textarea").fill("罐子压扁了，茶叶撒了一半")
        with page.expect_file_chooser() as asked:
            page.get_by_test_id("add-picture").click()
        asked.value.set_files({"name": "罐子.png", "mimeType": "image/png", "buffer": drawn()})
        expect(page.get_by_test_id("shot")).to_have_count(1)
        page.get_by_test_id("send").click()
        page.wait_for_url("**/m/disputes/detail?id=*")
        ready(page)
        expect(page.get_by_test_id("state")).to_have_text("待对方答复")
        expect(page.get_by_test_id("picture")).to_have_count(1)
        number = page.url.rpartition("=")[2]

        shop = watch(desk)
        enter(shop, house, "merchant", house.shop_login)
        shop.get_by_role("link", name="待答复的投诉").first.click()
        shop.goto(f"/merchant/disputes/case/{number}/change/")
        expect(shop.get_by_text("罐子压扁了，茶叶撒了一半").first).to_be_visible()
        shop.get_by_role("button", name="提出协商金额").or_(shop.get_by_text("提出协商金额")).first.click()
        shop.get_by_label("愿意赔付（元）").fill("5.00")
        shop.get_by_label("说明（对方可见）").fill("补偿一半可以吗")
        shop.get_by_role("button", name="确认").click()
        expect(shop.get_by_text("已提出，等买家决定")).to_be_visible()

        page.goto(f"/m/disputes/detail?id={number}")
        ready(page)
        expect(page.get_by_test_id("offer")).to_have_text("愿意赔付 ¥5.00")
        page.get_by_test_id("take").click()
        page.locator(".uni-modal__btn_primary").click()
        expect(page.get_by_test_id("state")).to_have_text("赔付中")
        with page.expect_download() as got:
            page.get_by_test_id("pack").locator("button").or_(page.get_by_test_id("pack")).first.click()
        assert got.value.suggested_filename.startswith("投诉证据包-")
        expect(page.get_by_test_id("state")).to_have_text("已赔付", timeout=60_000)
        expect(page.get_by_test_id("paid")).to_contain_text("5.00")
    found = Client(house, BUYER).get(f"/disputes/{number}")["dispute"]
    assert (found["state"], found["paid_fen"], found["ruled_fen"]) == ("paid", 500, 500)

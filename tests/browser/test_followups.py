"""今日任务 on the phone: a customer is followed up in one tap, and a slip is taken back."""

import re
import time

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import LABEL, PROMOTERS, Client, let_in, ready


def busy(house: House) -> str:
    """A promoter of the small world who has something to do, as soon as the worker has taken its first turn."""
    clients = {who: Client(house, who) for who in PROMOTERS}
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for who, client in clients.items():
            if client.get("/promoter/followups/waiting")["waiting"]:
                return who
        time.sleep(0.5)
    raise AssertionError("the small world has tasks")


def tasks(page: Page, house: House, who: str) -> None:
    page.goto("/m/pages/login/index?next=%2Fpromoter%2Ftasks")
    let_in(page, house, who)
    page.wait_for_url("**/promoter/tasks")
    ready(page)


def test_a_task_is_copied_done_and_taken_back(chromium: Browser, house: House, watch: Opened) -> None:
    who = busy(house)
    with context(chromium, house, phone=True) as seat:
        seat.grant_permissions(["clipboard-read", "clipboard-write"])
        page = watch(seat)
        tasks(page, house, who)
        found = page.get_by_test_id("task")
        before = found.count()
        why = found.first.locator(".why").inner_text()
        assert re.fullmatch(r".+ (今天|\d+ 天前)第一次在你这里买了「.+」", why)
        found.first.get_by_test_id("copy").click()
        expect(page.get_by_text("已复制，去聊天里粘贴")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch(re.escape(LABEL) + r" .+ " + re.escape(house.url) + r"/s/\S+", copied)

        found.first.get_by_test_id("done").click()
        expect(found).to_have_count(before - 1)
        page.get_by_test_id("undo").click()
        expect(found).to_have_count(before)
        found.first.get_by_test_id("done").click()
        expect(found).to_have_count(before - 1)
        page.get_by_test_id("tab-acted").click()
        expect(page.get_by_text(why)).to_be_visible()
        page.get_by_test_id("take-back").first.click()
        page.get_by_test_id("tab-open").click()
        expect(page.get_by_text(why)).to_be_visible()


def test_goods_that_are_gone_are_shared_as_the_first_page(chromium: Browser, house: House) -> None:
    with context(chromium, house, phone=True) as seat:
        page = seat.new_page()  # the console may say that the goods are not found: that is what this is about
        tasks(page, house, PROMOTERS[0])
        page.goto("/m/promoter/share?kind=product&id=prdgone00000")
        expect(page.get_by_text("这件商品已下架，改为分享首页")).to_be_visible()
        expect(page.get_by_text("信推好物").first).to_be_visible()

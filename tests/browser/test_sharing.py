"""共用标识 at the console: drawn without a value, judged by a person, told the promoter; 举报分享 on the phone."""

import time

from playwright.sync_api import Browser, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_pages import BUYER, PROMOTERS, Client, let_in, ready

WHY = "两个账号由同一人操作，本人承认"


def test_a_cluster_is_looked_at_and_confirmed_and_counts_on_the_promoters_page(
    chromium: Browser, house: House, watch: Opened
) -> None:
    mine = Client(house, PROMOTERS[0])
    with context(chromium, house) as office, context(chromium, house, phone=True) as phone:
        console, page = watch(office), watch(phone)
        enter(console, house, "ops", "reviewer")
        expect(console.get_by_role("region", name="待办", exact=True)).to_contain_text("待核查的团伙线索")
        console.goto("/ops/graph/ring/?shape__exact=shared")
        expect(console.get_by_text("安装标识 1、收款账户 1")).to_be_visible()
        console.locator("#result_list tbody th a").first.click()
        expect(console.get_by_role("img", name="共用标识图：2 个账号，2 个共用的标识，4 条共用关系")).to_be_visible()
        expect(console.locator(".xg-dot.xg-promoter")).to_have_count(2)
        expect(console.locator(".xg-knot")).to_have_count(2)
        console.locator("a[href$='/confirm/']").click()
        console.get_by_label("原因").fill(WHY)
        console.get_by_role("button", name="确认").click()
        expect(console.get_by_text("已记录核查结论并记入审计").first).to_be_visible()

        until = time.monotonic() + 30
        while not any(one["indicator"] == "devices" for one in mine.get("/me/credit/signals")["items"]):
            assert time.monotonic() < until, "the worker has not told credit"
            time.sleep(0.5)
        page.goto("/m/pages/login/index?next=%2Fpromoter%2Fcredit")
        let_in(page, house, PROMOTERS[0])
        page.wait_for_url("**/promoter/credit")
        ready(page)
        page.get_by_test_id("part-devices").click()
        signal = page.get_by_test_id("signal").filter(has_text="2 个账号共用安装标识 1 个、收款账户 1 个")
        expect(signal.get_by_test_id("appeal")).to_be_visible()


def test_a_buyer_reports_a_share_from_its_label_and_the_desk_reads_it_without_a_name(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto(f"/m/pages/open/index?s={house.share_code}")
        page.wait_for_url("**/pages/product/index*")
        ready(page)
        page.get_by_text("举报", exact=True).click()
        page.wait_for_url("**/disputes/spam")
        ready(page)
        expect(page.get_by_text(house.title)).to_be_visible()
        page.get_by_test_id("reason-flooding").click()
        page.get_by_test_id("report").click()
        expect(page.get_by_text("已收到，谢谢")).to_be_visible()
    found = Client(house, "operator").get("/share-reports")["items"]
    assert [(one["title"], one["bought"], one["state"]) for one in found] == [("群发刷屏", False, "open")]
    assert BUYER not in str(found)

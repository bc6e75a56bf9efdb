"""找推客: a shop finds, compares, notes down and invites; she says yes on the phone, then that nobody may find her."""

import re
import time

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_pages import PROMOTERS, Client, let_in, ready

WORDS = "我们家的茶和您的客户很合适，想请您推广。"
NOTE = "会讲茶，先看一个月"


def findable(house: House, *who: str) -> None:
    """The worker has counted these."""
    desk = Client(house, "operator")
    until = time.monotonic() + 90
    while desk.get("/ops/screening/standing")["listed"] < len(who) and time.monotonic() < until:
        time.sleep(0.5)


def test_a_shop_finds_compares_and_invites_and_she_answers_on_the_phone(
    chromium: Browser, house: House, watch: Opened
) -> None:
    findable(house, *PROMOTERS)
    hers = Client(house, PROMOTERS[1])
    her = hers.get("/promoter/me")["promoter"]["id"]
    with context(chromium, house) as office, context(chromium, house, phone=True) as phone:
        shop, page = watch(office), watch(phone)
        enter(shop, house, "merchant", house.shop_login)
        _search(shop, her)
        _compare(shop, her)
        _note(shop, her)
        _invite(shop, her)
        page.goto("/m/pages/login/index?next=%2Fpromoter%2Finvitations")
        let_in(page, house, PROMOTERS[1])
        page.wait_for_url("**/promoter/invitations")
        ready(page)
        letter = page.get_by_test_id("letter").filter(has_text=WORDS)
        expect(letter).to_contain_text(house.shop_name)
        letter.get_by_test_id("accept").click()
        expect(letter).to_have_attribute("data-state", "accepted")
        letter.get_by_test_id("link").click()
        page.wait_for_url("**/promoter/share**")
        expect(page.get_by_text("专属链接").first).to_be_visible()
        shop.goto("/merchant/screening/invitation/?state__exact=accepted")
        expect(shop.locator("#result_list")).to_contain_text("已接受")
        _hide(page, shop, her)
    _shown_again(hers)


def _search(shop: Page, her: str) -> None:
    """By the form; the chip says what was asked, and a cell of the picture narrows it."""
    shop.goto("/merchant/screening/")
    assert _found(shop) >= 2
    shop.get_by_label("服务分最低").fill("100")
    shop.get_by_role("button", name="筛选").click()
    expect(shop.locator(".xt-chip")).to_contain_text("服务分 ≥ 100 分")
    expect(shop.locator(".xs-table")).to_contain_text(her[-6:])
    shop.locator(".xs-map a").first.click()
    expect(shop.locator(".xt-chip").filter(has_text="已缴保证金")).to_contain_text("未知或未公开")
    shop.get_by_label("去掉 已缴保证金：未知或未公开").click()
    shop.get_by_label("服务分最低").fill("一百")
    shop.get_by_role("button", name="筛选").click()
    expect(shop.get_by_text("应为数字")).to_be_visible()
    shop.goto("/merchant/screening/?where=service:1001..")
    expect(shop.get_by_text("没有推客同时符合这些条件")).to_be_visible()


def _compare(shop: Page, her: str) -> None:
    shop.goto("/merchant/screening/")
    for box in shop.locator("input[name=ids]").all():
        box.check()
    shop.get_by_role("button", name="比较勾选的").click()
    table = shop.locator(".xs-side")
    expect(table.locator("tbody tr")).to_have_count(18)
    expect(table).to_contain_text(her[-6:])
    expect(table.locator("tbody tr").filter(has_text="服务分").first).to_contain_text("截至")


def _note(shop: Page, her: str) -> None:
    shop.goto("/merchant/screening/")
    shop.locator(f"button[name=keep][value={her}]").click()
    expect(shop.get_by_text("已在候选名单")).to_be_visible()
    shop.goto("/merchant/screening/shortlist/")
    shop.locator(f"input[name=note_{her}]").fill(NOTE)
    shop.locator(f"button[name=keep][value={her}]").click()
    expect(shop.locator(f"input[name=note_{her}]")).to_have_value(NOTE)


def _invite(shop: Page, her: str) -> None:
    """Words that lead elsewhere are refused and stay in the box."""
    shop.goto(f"/merchant/screening/invite/?to={her}")
    shop.get_by_label("推广的商品").select_option(index=1)
    shop.get_by_label("邀请语").fill("加我微信 tea_888")
    shop.get_by_role("button", name="发出邀请").click()
    expect(shop.get_by_text("不能留网址、电话、微信号")).to_be_visible()
    shop.get_by_label("邀请语").fill(WORDS)
    shop.get_by_role("button", name="发出邀请").click()
    expect(shop.locator("#result_list")).to_contain_text("待回应")
    shop.goto(f"/merchant/screening/invite/?to={her}")
    shop.get_by_label("邀请语").fill(WORDS)
    shop.get_by_role("button", name="发出邀请").click()
    expect(shop.get_by_text("已有一封待回应的邀请").or_(shop.get_by_text("2 / 30"))).to_be_visible()


def _found(shop: Page) -> int:
    """How many promoters the search has found: other stories of the same small world bring some along."""
    return int(shop.get_by_role("heading", name=re.compile(r"^\d+ 位推客$")).inner_text().split()[0])


def _hide(page: Page, shop: Page, her: str) -> None:
    """One field, then herself: gone with the tap, from the search and from the list."""
    shop.goto("/merchant/screening/")
    before = _found(shop)
    page.goto("/m/promoter/visibility")
    ready(page)
    page.get_by_test_id("show-credit").click()
    expect(page.get_by_text("已生效")).to_be_visible()
    page.get_by_test_id("preview").click()
    expect(page.get_by_test_id("seen-credit")).to_contain_text("—")
    expect(page.get_by_test_id("seen-credit")).to_contain_text("已隐藏")
    shop.goto("/merchant/screening/?where=credit:known")
    expect(shop.locator("body")).not_to_contain_text(her[-6:])
    page.goto("/m/promoter/visibility")
    ready(page)
    page.get_by_test_id("listed").click()
    page.get_by_text("确定", exact=True).click()
    expect(page.get_by_text("现在没有商家看得到你").first).to_be_visible()
    shop.goto("/merchant/screening/")
    assert _found(shop) == before - 1
    shop.goto("/merchant/screening/shortlist/")
    expect(shop.get_by_text("对方已选择不被搜索")).to_be_visible()


def _shown_again(hers: Client) -> None:
    body = {"listed": True, "hidden": [], "invitable": True}
    assert hers.http.put("/me/screening", json=body).json()["listed"] is True

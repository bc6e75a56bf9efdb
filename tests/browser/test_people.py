"""Three people at the real thing: a buyer with a phone, a shop's owner, an operator."""

import re
import time

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import House, Opened, context, enter

ADDRESS = (("收货人", "李雷"), ("手机号", "13800000001"), ("省市区", "浙江省杭州市"), ("详细地址", "文三路 1 号"))
LABEL = "广告·推广赚佣金"


def bought(chromium: Browser, house: House, watch: Opened) -> str:
    """Share link, label, order, cashier, receipt of payment; the order's number."""
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto(f"/s/{house.share_code}?plain")
        expect(page.get_by_role("heading", name=house.title)).to_be_visible()
        expect(page.get_by_text(LABEL)).to_be_visible()
        page.get_by_role("button", name="立即购买").click()
        page.get_by_label("称呼").fill("小李")
        page.get_by_role("button", name="继续").click()
        for label, value in (
            ("收货人", "李雷"),
            ("手机号", "13800000001"),
            ("省市区", "浙江省杭州市"),
            ("详细地址", "文三路 1 号"),
        ):
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name="提交订单").click()
        page.get_by_role("button", name="微信支付").click()
        pay(phone, page, watch)
        page.get_by_role("link", name=house.title).click()
        expect(page.get_by_text("待发货")).to_be_visible()
        expect(page.get_by_text("付款成功")).to_be_visible()
        return page.url.rpartition("/")[2]


def pay(phone: BrowserContext, page: Page, watch: Opened) -> None:
    """At the gateway's own page; then back to the shop, which hears of it from the gateway."""
    with phone.expect_page() as opened:
        page.get_by_role("link", name="打开微信支付收银台").click()
    cashier = opened.value
    cashier.get_by_role("button", name="付款").click()
    expect(cashier.get_by_text("支付成功")).to_be_visible()
    cashier.close()
    page.get_by_role("link", name="我已付款，查看结果").click()
    for _ in range(40):
        if page.get_by_role("heading", name="付款成功").is_visible():
            return
        time.sleep(0.5)
        page.reload()
    raise AssertionError("the payment was not heard of")


def test_a_person_with_a_phone_buys_from_a_share_link_and_the_shop_ships_it(
    chromium: Browser, house: House, watch: Opened
) -> None:
    order = bought(chromium, house, watch)
    with context(chromium, house) as desk:
        page = watch(desk)
        enter(page, house, "merchant", house.shop_login)
        page.get_by_role("link", name=re.compile("待发货")).first.click()
        page.goto(f"/merchant/orders/order/?q={order}")
        page.locator("#result_list tbody th a").click()
        expect(page.get_by_role("heading", name="账本分录").first).to_be_visible()
        page.locator("a[href$='/ship/']").click()
        page.get_by_label("承运商").fill("顺丰速运")
        page.get_by_label("运单号").fill("SF1000000009")
        page.get_by_label("原因").fill("按时发货")
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_text("已发货，买家可见物流信息")).to_be_visible()
        expect(page.get_by_text("SF1000000009").first).to_be_visible()


def test_an_operator_sees_the_day_and_why_a_promoter_got_an_order(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house) as desk:
        page = watch(desk)
        enter(page, house, "ops", "operator")
        expect(page.get_by_role("region", name="待办", exact=True)).to_contain_text("待发货")
        page.goto("/ops/attribution/attribution/")
        page.locator("#result_list tbody th a").first.click()
        expect(page.get_by_text("按店铺归因规则第 1 版：7 天内最后一次有效点击").first).to_be_visible()


def test_an_operator_reads_how_a_commission_came_to_be(chromium: Browser, house: House, watch: Opened) -> None:
    with context(chromium, house) as desk:
        page = watch(desk)
        enter(page, house, "ops", "operator")
        page.goto("/ops/commission/commissionearning/")
        page.locator("#result_list tbody th a").first.click()
        for step in ("实付金额", "已退金额", "计佣基数", "按比例佣金", "应得佣金"):
            expect(page.get_by_text(step).first).to_be_visible()


def test_nobody_enters_the_others_console(chromium: Browser, house: House, watch: Opened) -> None:
    for site, login in (("ops", house.shop_login), ("ops", "tuike1"), ("merchant", "tuike1"), ("merchant", "operator")):
        with context(chromium, house) as desk:
            page = watch(desk)
            enter(page, house, site, login, refused=True)
            expect(page.get_by_text("该账号没有进入本后台的权限")).to_be_visible()
            page.goto(f"/{site}/orders/order/")
            expect(page.get_by_label("登录名或手机号")).to_be_visible()

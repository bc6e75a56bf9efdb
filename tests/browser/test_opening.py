"""C-01 and T-22: from a stranger's application to the first paid order, through the pages, timed by the audit trail."""

import io
from contextlib import ExitStack
from typing import Any

from django.db import connections
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import ADDRESS, BUYER, let_in, write_address
from tests.browser.test_newcomer import code_by_sms
from xintui.entrypoints.demo.people import credit_code

NUMBER, PASSWORD = "13900000066", "Tangerine-42-boats"
COMPANY = "东阳半亩茶业有限公司"
FILING = "YB2330783000044"


def scan(colour: str = "white") -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (800, 560), colour).save(out, "PNG")
    return {"name": "licence.png", "mimeType": "image/png", "buffer": out.getvalue()}


def applied(page: Page, house: House, code: str) -> None:
    """A mistyped code is refused with its place; the right one opens the shop before the next page is there."""
    page.goto("/merchant/open/")
    page.get_by_label("店铺名").fill("半亩茶园")
    page.get_by_label("营业执照上的名称").fill(COMPANY)
    page.get_by_label("统一社会信用代码").fill(code[:-1] + ("0" if code[-1] != "0" else "1"))
    page.get_by_label("茶叶", exact=True).check()
    page.get_by_label("联系人").fill("方小竹")
    page.get_by_label("手机号").fill(NUMBER)
    page.get_by_role("button", name="发送短信验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("短信验证码").fill(code_by_sms(house, NUMBER))
    page.get_by_label("登录密码").fill(PASSWORD)
    page.locator("input[name=licence]").set_input_files(scan())
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("第 18 位校验码应为")).to_be_visible()
    page.get_by_label("统一社会信用代码").fill(code)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.locator("input[name=licence]").set_input_files(scan())
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("「半亩茶园」已开通")).to_be_visible()


def papers(page: Page) -> None:
    """The number of a filing with its check digit wrong calls a person; one that is right is in force at once."""
    from xintui.trust.qualification.contracts import Kind
    from xintui.trust.qualification.rules.numbers import complete

    page.goto("/merchant/papers/")
    expect(page.get_by_text("预包装食品：食品经营许可证")).to_be_visible()
    page.locator("select[name=kind]").select_option("food_filing")
    page.get_by_label("证书编号").fill(complete(Kind.FOOD_FILING, FILING))
    page.locator("input[name=picture]").set_input_files(scan("ivory"))
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已自动通过，立即生效")).to_be_visible()


def listed(page: Page) -> str:
    """The first product, put on the shelf; its number."""
    page.goto("/merchant/catalog/new/")
    page.get_by_label("标题").fill("半亩龙井")
    page.locator("select[name=category]").select_option("tea")
    page.get_by_label("价格（元）").fill("88")
    page.get_by_label("库存").fill("20")
    page.locator("input[name=picture]").set_input_files(scan("green"))
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("商品已建好")).to_be_visible()
    product = page.url.split("/")[-3]
    page.get_by_role("link", name="上架 / 下架").click()
    page.get_by_label("原因").fill("开张")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("已办理")).to_be_visible()
    return product


def bought(page: Page, house: House, product: str) -> str:
    page.goto(f"/m/pages/product/index?id={product}")
    page.get_by_test_id("papers").click()
    expect(page.get_by_test_id("shop-paper")).to_have_count(2)
    expect(page.get_by_text(COMPANY)).to_be_visible()
    page.goto(f"/m/pages/product/index?id={product}")
    page.get_by_test_id("buy").click()
    let_in(page, house, BUYER)
    saved = page.get_by_test_id("goes-to")
    expect(saved.or_(page.get_by_test_id("street"))).to_be_visible()
    if not saved.is_visible():
        write_address(page, ADDRESS)
    page.get_by_test_id("submit").click()
    page.get_by_test_id("pay").click()
    page.get_by_role("button", name="付款").click()
    expect(page.get_by_text("支付成功")).to_be_visible()
    page.get_by_role("link", name="返回商家").click()
    expect(page.get_by_test_id("paid")).to_have_text("付款成功", timeout=40_000)
    page.get_by_test_id("to-orders").click()
    expect(page.get_by_test_id("state")).to_have_text("待发货")
    return page.url.rpartition("id=")[2]


def times(product: str, order: str) -> dict[str, Any]:
    """When each step was written down, by whoever wrote it: the trail, and the order's own log."""
    from django.db import transaction

    from xintui.commerce.catalog import facade as catalog
    from xintui.commerce.orders import facade as orders
    from xintui.foundation.identity import facade as identity
    from xintui.infra import tenancy

    with tenancy.as_platform(), transaction.atomic():
        shop = catalog.get(product).merchant_id
        trail = {one.action: one.at for one in identity.audit_trail(after="", limit=100, object_id=shop).items}
        shelf = {one.action: one.at for one in identity.audit_trail(after="", limit=100, object_id=product).items}
        paid = orders.order_file(order).order.paid_at
    connections.close_all()
    return {
        "申请": trail["merchants.apply"], "开通": trail["merchants.activate"], "签约": trail["merchants.sign"],
        "上架": shelf["catalog.shelf"], "首单付款": paid,
    }  # fmt: skip


def test_from_the_application_to_the_first_paid_order_in_minutes(
    chromium: Browser, house: House, watch: Opened, django_db_blocker: Any
) -> None:
    with ExitStack() as opened:
        wide, small = (
            opened.enter_context(context(chromium, house)),
            opened.enter_context(context(chromium, house, phone=True)),
        )
        page, phone = watch(wide), watch(small)
        applied(page, house, credit_code(7_700))
        page.get_by_label("登录名或手机号").fill(NUMBER)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_text("开店清单")).to_be_visible()
        papers(page)
        page.goto("/merchant/agreement/")
        page.get_by_role("button", name="已阅读，代表店铺签署").click()
        expect(page.get_by_text("已签署商家入驻协议")).to_be_visible()
        product = listed(page)
        order = bought(phone, house, product)
        with django_db_blocker.unblock():
            told = times(product, order)
        steps = list(told.values())
        assert steps == sorted(steps)
        print(" → ".join(f"{name} {at:%H:%M:%S}" for name, at in told.items()))
        opened_s = (told["开通"] - told["申请"]).total_seconds()
        sold_s = (steps[-1] - steps[0]).total_seconds()
        print(f"申请到开通 {opened_s:.1f} 秒，到首单 {sold_s:.0f} 秒")
        assert sold_s < 600

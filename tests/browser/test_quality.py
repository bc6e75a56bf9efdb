"""商品质量: a product goes bad and is not promoted, its shop is told why and says no, a person answers, it recovers.

What many buyers do (buy, receive, review) they do by the API, ten lines an order; the worker counts and judges. Every
question, notice and answer is on the pages of those whom it concerns.
"""

import itertools
import time
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_disputes import drawn
from tests.browser.test_m_pages import ADDRESS, BUYER, PROMOTERS, Client, let_in, ready

TITLE = "春摘毛尖十种装"
LINES = 10
"""Of one order: a specification each."""
WHY = "近 30 天差评率 15%（20 条评价中 3 条差评），超过上限 5%"
WORDS = "三条差评是同一位顾客把地址写错后留下的"
ANSWER = "三条差评说的都是茶叶受潮，维持暂停"
SLOW_S = 120
"""The worker counts once a minute."""
_parcels = itertools.count(1)


def made(shop: Client) -> Any:
    """A new product with ten specifications, on the shelf."""
    picture = shop.http.post("/catalog/pictures", content=drawn()).json()["id"]
    skus = [{"spec": f"第 {n + 1} 种", "price_fen": 1_900, "total_qty": 500} for n in range(LINES)]
    asked = {"title": TITLE, "category": "tea", "pictures": [picture], "skus": skus}
    product = shop.post("/catalog/mine", asked)
    return shop.post(f"/catalog/mine/{product['id']}/list", {})


def buys(house: House, product: Any, stars: list[int]) -> None:
    """The buyer orders every specification once, has the parcel and says so many stars of each line."""
    buyer, shop = Client(house, BUYER), Client(house, house.shop_login)
    number = next(_parcels)
    items = [{"sku_id": one["id"], "qty": 1} for one in product["skus"]]
    address = ADDRESS | {"region": ADDRESS["region"].replace(" ", "")}
    asked = {"checkout_id": f"chkquality{number:04}", "items": items, "address": address}
    (order,) = buyer.post("/checkouts", asked)["orders"]
    paid = buyer.post(f"/orders/checkouts/{asked['checkout_id']}/pay", {"channel": "native"})
    httpx.post(f"{house.gateway_url}/sim/pay/{paid['payment_id']}", json={}, trust_env=False).raise_for_status()
    until_true(lambda: buyer.get(f"/orders/{order['id']}")["order"]["state"] == "paid", 30)
    parcel = {"carrier": "顺丰速运", "tracking_no": f"SF20000000{number:02}"}
    shop.post(f"/shop/orders/{order['id']}/ship", parcel)
    received = buyer.post(f"/orders/{order['id']}/receive", {})
    for line, given in zip(received["lines"], stars, strict=True):
        buyer.post("/reviews", {"order_id": order["id"], "line_id": line["id"], "stars": given, "text": ""})


def until_true(seen: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, "the worker has not done it in time"
        time.sleep(0.5)


def inside(page: Page, house: House, who: str, path: str) -> None:
    """A person's page on the phone, after logging in."""
    page.goto(f"/m/pages/login/index?next={path.replace('/', '%2F').replace('?', '%3F').replace('&', '%26')}")
    let_in(page, house, who)
    page.wait_for_url(f"**{path}")
    ready(page)


def sharing(product: Any) -> str:
    return f"/m/promoter/share?kind=product&id={product['id']}"


def told(page: Page, words: str) -> None:
    """Among her messages, as soon as the worker has brought it."""
    comes(page, "/m/pages/messages/index", page.locator("[data-face=ready]").filter(has_text=words).first)


def comes(page: Page, address: str, wanted: Locator) -> None:
    """A page that is looked at again until it says this."""
    for _ in range(40):
        page.goto(address)
        try:
            return expect(wanted).to_be_visible(timeout=1_500)
        except AssertionError:
            continue
    expect(wanted).to_be_visible()


def sees_why(shop: Page, product: Any) -> None:
    """From the first page of the console to the figures, the picture of the days and the notice."""
    shop.goto("/merchant/")
    shop.get_by_role("link", name="暂停推广的商品").first.click()
    shop.locator("#result_list tbody th a").filter(has_text=TITLE).click()
    expect(shop.locator(".xt-stop")).to_contain_text(WHY)
    drawing = shop.get_by_role("img", name="差评率")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("上限 5%")
    assert drawing.locator("polyline").get_attribute("points")
    noticed(shop, f"「{TITLE}」{WHY}。仍可正常销售，推广暂停")


def noticed(shop: Page, words: str) -> None:
    """Among the shop's messages."""
    comes(shop, "/merchant/notifications/shopmessage/", shop.locator("#result_list").filter(has_text=words))


def says_no(shop: Page, product: Any) -> None:
    """The shop's appeal, by the button on the record of the block."""
    shop.goto(f"/merchant/quality/standing/{product['id']}/change/")
    shop.locator("a.xt-to[href*='/quality/block/']").first.click()
    expect(shop.get_by_text(WHY).first).to_be_visible()
    shop.locator("a[href$='/appeal/']").click()
    shop.get_by_label("申诉理由").fill(WORDS)
    shop.get_by_role("button", name="确认").click()
    expect(shop.get_by_text("已提出申诉，答复会出现在店铺消息里")).to_be_visible()


def answers(ops: Page, house: House) -> None:
    """A person, out of the queue."""
    enter(ops, house, "ops", "reviewer")
    ops.get_by_role("link", name="待处理申诉").first.click()
    ops.locator("#result_list tbody tr").filter(has_text=TITLE).locator("th a").click()
    expect(ops.get_by_text(WORDS).first).to_be_visible()
    ops.locator("a[href$='/refuse/']").click()
    ops.get_by_label("答复").fill(ANSWER)
    ops.get_by_role("button", name="确认").click()
    expect(ops.get_by_text("已答复并记入审计").first).to_be_visible()


def test_a_product_goes_bad_is_not_promoted_is_appealed_and_comes_back_by_itself(
    chromium: Browser, house: House, watch: Opened
) -> None:
    keeper, who = Client(house, house.shop_login), PROMOTERS[1]
    product = made(keeper)
    standing = f"/quality/goods/{product['id']}"
    with (
        context(chromium, house, phone=True) as hers, context(chromium, house, phone=True) as his,
        context(chromium, house) as counter, context(chromium, house) as office,
    ):  # fmt: skip
        promoter, shop = watch(hers), watch(counter)
        inside(promoter, house, who, sharing(product).removeprefix("/m"))
        expect(promoter.get_by_test_id("address")).to_contain_text("/s/")
        link = promoter.get_by_test_id("address").inner_text().strip()

        for stars in ([1, 1, 1, 5, 5, 5, 5, 5, 5, 5], [5] * LINES):
            buys(house, product, stars)
        until_true(lambda: keeper.http.get(standing).json().get("block"), SLOW_S)

        enter(shop, house, "merchant", house.shop_login)
        sees_why(shop, product)
        refused(hers, product)
        told(promoter, f"「{TITLE}」因近期差评或退货偏多暂停推广")
        opened = watch(his)
        opened.goto(link)
        expect(opened.get_by_test_id("paused")).to_have_text("该商品目前暂停推广，不影响正常购买。")
        expect(opened.get_by_test_id("buy")).to_be_enabled()

        says_no(shop, product)
        answers(watch(office), house)
        noticed(shop, ANSWER)

        for _ in range(4):
            buys(house, product, [5] * LINES)
        until_true(lambda: not keeper.get(standing)["block"], SLOW_S)
        again(promoter, product, link)
        opened.goto(link)
        expect(opened.get_by_test_id("buy")).to_be_enabled()
        expect(opened.get_by_test_id("paused")).to_have_count(0)
        shop.goto(f"/merchant/quality/standing/{product['id']}/change/")
        expect(shop.get_by_text("指标恢复，自动解除")).to_be_visible()
        expect(shop.locator(".xt-stop")).to_have_count(0)
    (block,) = keeper.get(f"/quality/blocks?product_id={product['id']}")["items"]
    assert (block["ending"], block["says"]) == ("recovered", WHY)


def refused(hers: BrowserContext, product: Any) -> None:
    """No new link and why; the old one says so too. Not a watched page: a refusal is what is looked for."""
    promoter = hers.new_page()
    promoter.goto(sharing(product))
    ready(promoter)
    expect(promoter.get_by_test_id("paused")).to_contain_text(WHY)
    expect(promoter.get_by_test_id("address")).to_have_count(0)
    promoter.get_by_text("看我的其他链接").click()
    promoter.wait_for_url("**/promoter/links")
    ready(promoter)
    expect(promoter.get_by_test_id("paused").first).to_contain_text(f"{WHY}。链接仍可打开，之后的订单暂不计佣")
    promoter.close()


def again(promoter: Page, product: Any, link: str) -> None:
    """The same page makes a link again, and she was told that it does."""
    promoter.goto(sharing(product))
    ready(promoter)
    expect(promoter.get_by_test_id("paused")).to_have_count(0)
    expect(promoter.get_by_test_id("address")).to_have_text(link)
    promoter.get_by_test_id("channel-group").click()
    expect(promoter.get_by_test_id("address")).not_to_have_text(link)
    told(promoter, f"「{TITLE}」恢复推广")

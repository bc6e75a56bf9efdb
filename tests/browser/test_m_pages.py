"""The shop in the hand (/m/): every page of its route table, and a promoter's link that becomes an order and money."""

import base64
import io
import json
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_every_page import FOREIGN, KNOWN, TYPED
from xintui.kernel.times import SHANGHAI

WEB = Path(__file__).resolve().parents[2] / "web"
AXE = WEB / "node_modules/axe-core/axe.min.js"
LABEL = "广告·推广赚佣金"
BUYER = "buyer1"
PROMOTERS = ("tuike1", "tuike2")
PLAIN = (
    "index materials links spread earnings customers tasks withdraw team statements deposit credit whatif appeals"
    " growth violations points visibility invitations held campaigns"
    " qualification academy academy-certificates academy-verify academy-sessions"
).split()
"""Pages of a promoter that need no number in their address."""
ADDRESS = {"name": "李雷", "phone": "13800000001", "region": "浙江省 杭州市 西湖区", "street": "文三路 1 号"}
AS_BASE64 = """img => {
  const sheet = Object.assign(document.createElement('canvas'), {width: img.naturalWidth, height: img.naturalHeight});
  sheet.getContext('2d').drawImage(img, 0, 0);
  return sheet.toDataURL('image/png').split(',')[1];
}"""
NOTHING_SERIOUS = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa']});
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`);
}"""


def routes() -> list[str]:
    """Every page that the build knows, from the one list there is."""
    table = json.loads((WEB / "src/pages.json").read_text())
    pages = [page["path"] for page in table["pages"]]
    return pages + [f"{part['root']}/{page['path']}" for part in table["subPackages"] for page in part["pages"]]


TOKENS: dict[tuple[str, str], tuple[float, str]] = {}
"""(house, login) → when and with what they came in: the house counts logins, and a token lasts for half an hour."""


class Client:
    """The same API, asked for the numbers that addresses need."""

    def __init__(self, house: House, login: str) -> None:
        self.http = httpx.Client(base_url=f"{house.url}/api/v1", trust_env=False, timeout=60)
        since, token = TOKENS.get((house.url, login), (float("-inf"), ""))
        if time.monotonic() - since > 20 * 60:
            answer = self.http.post("/auth/login", json={"login": login, "password": house.password})
            assert answer.status_code == 200, answer.text
            token = answer.json()["access_token"]
            TOKENS[house.url, login] = (time.monotonic(), token)
        self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a deed, which must succeed."""
        answer = self.http.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """The answer, which must be one."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def earner(house: House) -> str:
    """The promoter of the small world who has sold something: which of the two depends on the day of the week."""
    return next(who for who in PROMOTERS if Client(house, who).get("/promoter/me/commission/lines")["items"])


def complaint(buyer: Client, order: dict[str, Any]) -> str:
    """The buyer's complaint about a parcel that has not come, made once."""
    there = buyer.get("/disputes/mine")["items"]
    if there:
        return str(there[0]["id"])
    line = order["lines"][0]
    wanted = {"order_id": order["id"], "line_id": line["id"], "kind": "not_delivered", "wanted_fen": line["paid_fen"]}
    return str(buyer.post("/disputes", wanted | {"words": "一直没有收到货"})["dispute"]["id"])


def roster(house: House) -> str:
    """Seats for something that nobody else of these stories promotes, announced and seen by everybody."""
    shop = Client(house, house.shop_login)
    there = [one for one in shop.get("/shop/rosters")["items"] if one["state"] in {"announced", "open"}]
    if there:
        return str(there[0]["id"])
    skus = [{"spec": "一饼", "price_fen": 900, "total_qty": 20}]
    goods = shop.post("/catalog/mine", {"title": "编号老茶饼", "category": "tea", "pictures": [], "skus": skus})
    shop.post(f"/catalog/mine/{goods['id']}/list", {})
    opens = datetime.now(SHANGHAI) + timedelta(hours=50)
    seats = {"product_id": goods["id"], "seats": 2, "opens_at": opens.isoformat()}
    made = shop.post("/shop/rosters", seats | {"ends_at": (opens + timedelta(days=9)).isoformat(), "note": "一饼一号"})
    shop.post(f"/shop/rosters/{made['id']}/announce", {})
    return str(made["id"])


def addresses(house: House) -> dict[str, tuple[str, str]]:
    """Route → who opens it, and with what. A new route without a line here fails the test."""
    who = earner(house)
    return _addresses(house, who) | _examined(Client(house, who), who)


def _examined(promoter: Client, who: str) -> dict[str, tuple[str, str]]:
    """A course that the promoter has read, and an exam of hers, begun once."""
    course = promoter.get("/promoter/academy/courses")["items"][-1]["course_id"]
    there = promoter.get(f"/promoter/academy/courses/{course}")
    if there["last"]:
        sitting = there["last"][0]["id"]
    else:
        for one in there["body"]:
            promoter.http.post(f"/promoter/academy/courses/{course}/chapters/{one['key']}").raise_for_status()
        sitting = promoter.post(f"/promoter/academy/courses/{course}/sittings", {})["sitting"]["id"]
    return {
        "promoter/academy-course": (who, f"?id={course}"),
        "promoter/academy-exam": (who, f"?id={sitting}"),
    }


def _addresses(house: House, who: str) -> dict[str, tuple[str, str]]:
    buyer, promoter = Client(house, BUYER), Client(house, who)
    product = buyer.get("/catalog/products?sort=price_down")["items"][0]["id"]  # not the one with seats
    sku = buyer.get(f"/catalog/products/{product}")["skus"][0]["id"]
    orders = buyer.get("/orders")["items"]
    message = buyer.get("/messages")["items"][0]["id"]
    paid = next(order for order in orders if order["paid_at"])
    line = promoter.get("/promoter/me/commission/lines")["items"][0]
    code = promoter.get("/promoter/links")["items"][0]["code"]
    dispute = complaint(buyer, paid)
    return {
        "pages/home/index": (BUYER, ""),
        "pages/category/index": (BUYER, ""),
        "pages/cart/index": (BUYER, ""),
        "pages/me/index": (BUYER, ""),
        "pages/search/index": (BUYER, "?text="),
        "pages/product/index": (who, f"?id={product}"),
        "pages/open/index": (BUYER, f"?s={code}"),
        "pages/checkout/index": (BUYER, f"?sku={sku}&qty=2"),
        "pages/addresses/index": (BUYER, ""),
        "pages/addresses/edit": (BUYER, ""),
        "pages/pay/index": (BUYER, f"?id={paid['checkout_id']}"),
        "pages/orders/index": (BUYER, ""),
        "pages/orders/detail": (BUYER, f"?id={paid['id']}"),
        "pages/reviews/index": ("", f"?product={product}"),
        "pages/reviews/write": (BUYER, f"?order={paid['id']}"),
        "pages/reviews/mine": (BUYER, ""),
        "pages/aftersale/apply": (BUYER, f"?id={paid['id']}"),
        "pages/aftersale/index": (BUYER, ""),
        "pages/login/index": ("", ""),
        "pages/login/wechat": ("", ""),
        "pages/devices/index": (BUYER, ""),
        "pages/rules/index": ("", ""),
        "pages/messages/index": (BUYER, ""),
        "pages/messages/open": (BUYER, f"?id={message}"),
        "pages/messages/settings": (BUYER, ""),
        "pages/privacy/index": (BUYER, ""),
        "pages/agreements/index": (BUYER, "?code=privacy"),
        "disputes/index": (BUYER, ""),
        "disputes/file": (BUYER, f"?order={paid['id']}"),
        "disputes/detail": (BUYER, f"?id={dispute}"),
        "disputes/debts": (BUYER, ""),
        "disputes/spam": (BUYER, ""),
        "pages/product/papers": (BUYER, f"?id={product}"),
        "promoter/apply": (BUYER, ""),
        "promoter/share": (who, f"?kind=product&id={product}"),
        "promoter/roster": (who, f"?id={roster(house)}"),
        "promoter/explain": (who, f"?order={line['order_id']}&line={line['line_id']}"),
        "promoter/customer": (who, f"?order={line['order_id']}"),
    } | {f"promoter/{one}": (who, "") for one in PLAIN}


def fill(page: Page, name: str, value: str) -> None:
    """Type into one of uni's inputs."""
    page.get_by_test_id(name).locator("input").fill(value)


def write_address(page: Page, words: dict[str, str]) -> None:
    """The lines of an address, the region step by step in its sheet."""
    for name in ("name", "phone", "street"):
        fill(page, name, words[name])
    page.get_by_test_id("region").click()
    for step in words["region"].split():
        page.get_by_test_id("region-choice").filter(has_text=re.compile(f"^{step}$")).click()


def let_in(page: Page, house: House, login: str) -> None:
    """By password, on the login page where the person is."""
    page.get_by_test_id("by-password").click()
    fill(page, "login", login)
    fill(page, "password", house.password)
    page.get_by_test_id("enter").click()


def ready(page: Page) -> None:
    """Everything on the page has come, and nothing of it failed."""
    expect(page.locator("[data-face]").first).to_have_attribute("data-face", "ready")
    expect(page.locator("[data-face=loading]")).to_have_count(0)
    expect(page.locator("[data-face=failed]")).to_have_count(0)


def people(chromium: Browser, house: House, watch: Opened, *, wide: int) -> dict[str, BrowserContext]:
    """A stranger, a buyer and a promoter, each with a browser of their own."""
    promoter = earner(house)
    made = {who: context(chromium, house, phone=wide < 500, wide=wide) for who in ("", BUYER, promoter)}
    for who in (BUYER, promoter):
        page = watch(made[who])
        page.goto("/m/pages/login/index")
        let_in(page, house, who)
        page.wait_for_url(re.compile("/m/(pages/home/index)?$"))
        page.close()
    return made


@pytest.mark.parametrize("wide", [390, 1440])
def test_every_page_of_the_route_table(chromium: Browser, house: House, watch: Opened, wide: int) -> None:
    known = addresses(house)
    assert sorted(known) == sorted(routes())
    seats = people(chromium, house, watch, wide=wide)
    strange: dict[str, str] = {}
    hard: dict[str, list[str]] = {}
    pages = {who: watch(seat) for who, seat in seats.items()}
    for route, (who, query) in known.items():
        page = pages[who]
        answer = page.goto(f"/m/{route}{query}")
        assert answer is not None and answer.status == 200, route
        ready(page)
        too_wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, (route, f"{too_wide} px to the right of the screen")
        strange |= {word: route for word in page.evaluate(FOREIGN) if not word.isupper() and word not in TYPED | KNOWN}
        if wide == 390:
            page.evaluate(AXE.read_text())
            if found := page.evaluate(NOTHING_SERIOUS):
                hard[route] = found
    strange = {word: route for word, route in strange.items() if not re.fullmatch(r"[a-z]{3}[0-9A-Z]{26}", word)}
    assert strange == {}
    assert hard == {}
    for seat in seats.values():
        seat.close()


def test_a_link_made_on_a_phone_becomes_an_order_and_money_that_is_seen_without_reloading(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as first, context(chromium, house, phone=True) as second:
        promoter = watch(first)
        address, earned = share(promoter, house)
        promoter.goto("/m/promoter/index")
        ready(promoter)
        before = fen(promoter.get_by_test_id("pending").inner_text())

        buyer = watch(second)
        order = buy(buyer, house, address)
        expect(promoter.get_by_test_id("pending")).not_to_have_text(text_of(before), timeout=40_000)
        assert fen(promoter.get_by_test_id("pending").inner_text()) == before + earned

        refund_a_part(buyer, order)


def read_poster(page: Page) -> str:
    """What a scanner reads from the poster that was drawn in the browser."""
    drawn = page.get_by_test_id("poster").locator("img").evaluate(AS_BASE64)
    picture = Image.open(io.BytesIO(base64.b64decode(drawn)))
    assert picture.size == (750, 1200)
    return str(zxingcpp.read_barcode(picture).text)


def share(page: Page, house: House) -> tuple[str, int]:
    """The product's page says what sharing brings; the link is made and read off the screen."""
    promoter = earner(house)
    product = Client(house, promoter).get("/catalog/products?sort=price_down")["items"][0]
    page.goto("/m/pages/login/index")
    let_in(page, house, promoter)
    page.wait_for_url(re.compile("/m/(pages/home/index)?$"))
    page.goto(f"/m/pages/product/index?id={product['id']}")
    expect(page.get_by_test_id("earn")).to_contain_text("分享赚")
    preview = Client(house, promoter).get(f"/promoter/me/commission/preview/{product['id']}")
    page.get_by_test_id("earn").click()
    expect(page.get_by_test_id("poster")).to_be_visible()  # without another tap
    expect(page.get_by_test_id("label")).to_have_text(LABEL)
    address = page.get_by_test_id("address").inner_text().strip()
    assert address.startswith(f"{house.url}/s/"), address
    assert read_poster(page) == address
    return address, int(preview["gross_fen"])


def buy(page: Page, house: House, address: str) -> str:
    """A stranger follows the link, is asked who they are when it matters, pays at the cashier and comes back."""
    page.goto(address)
    expect(page.get_by_test_id("label")).to_have_text(LABEL)
    page.get_by_test_id("buy").click()
    let_in(page, house, BUYER)
    saved = page.get_by_test_id("goes-to")
    expect(saved.or_(page.get_by_test_id("street"))).to_be_visible()
    if saved.is_visible():
        page.get_by_test_id("new-address").click()
    write_address(page, ADDRESS)
    for box in page.get_by_test_id("confirm").all():
        box.click()
    page.get_by_test_id("submit").click()
    page.get_by_test_id("pay").click()
    page.get_by_role("button", name="付款").click()
    expect(page.get_by_text("支付成功")).to_be_visible()
    page.get_by_role("link", name="返回商家").click()
    expect(page.get_by_test_id("paid")).to_have_text("付款成功", timeout=40_000)
    page.get_by_test_id("to-orders").click()
    expect(page.get_by_test_id("state")).to_have_text("待发货")
    return page.url.rpartition("id=")[2]


def refund_a_part(page: Page, order: str) -> None:
    """By line and amount; too much is refused before it is sent."""
    page.get_by_test_id("aftersale").click()
    fill(page, "amount", "999999")
    page.get_by_text("不想要了").click()
    page.get_by_test_id("send").click()
    expect(page.get_by_text("退款金额应在")).to_be_visible()
    fill(page, "amount", "10.00")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("sale")).to_contain_text("待商家处理")
    expect(page.get_by_test_id("sale")).to_contain_text("10.00")
    assert order in page.url


def fen(text: str) -> int:
    """`¥1,234.56` → 123456."""
    return int(re.sub(r"[^0-9]", "", text))


def text_of(amount: int) -> str:
    return f"¥{amount // 100:,}.{amount % 100:02d}"

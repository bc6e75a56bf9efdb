"""The newcomer: from a stranger's phone to money in the wallet, every figure exact, nothing reloaded."""

import json
import re
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import Client, buy, earner, fill, let_in, ready, refund_a_part, text_of
from tests.promotion.people import id_number, right
from xintui.infra import tenancy
from xintui.kernel.times import SHANGHAI

NUMBER = "13900000077"
NAME = "林小满"


def code_by_sms(house: House, number: str) -> str:
    """What the phone received last."""
    told = httpx.get(f"{house.gateway_url}/sim/sms", params={"phone": number}, trust_env=False).json()["items"]
    return str(told[-1]["params"][0])


def registered(page: Page, house: House, number: str) -> None:
    """A number the house has never seen: a code by SMS, and one is in."""
    fill(page, "phone", number)
    page.get_by_test_id("send-code").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    fill(page, "code", code_by_sms(house, number))
    page.get_by_test_id("enter").click()


def joined(page: Page, who: str, *, name: str = NAME, number: int = 77) -> float:
    """The three steps, as fast as a person who has his documents at hand; how many seconds the pages took."""
    began = time.monotonic()
    fill(page, "real-name", name)
    fill(page, "number", id_number(number))
    page.get_by_test_id("consent").click()
    page.get_by_test_id("next").click()
    for question, answer in right().items():
        page.get_by_test_id(f"{question}-{answer}").click()
    page.get_by_test_id("agree").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("bind-wechat").click()
    page.get_by_label("以谁的微信继续").fill(who)
    page.get_by_role("button", name="同意").click()
    fill(page, "holder", name)
    page.get_by_test_id("consent").click()
    page.get_by_test_id("next").click()
    expect(page.get_by_text("恭喜，已成为推客")).to_be_visible()
    return time.monotonic() - began


def made(page: Page, product: str) -> str:
    """From the product's page to a link of one's own; its address as it stands on the screen."""
    page.goto(f"/m/pages/product/index?id={product}")
    expect(page.get_by_test_id("earn")).to_contain_text("分享赚")
    page.get_by_test_id("earn").click()
    expect(page.get_by_test_id("address")).to_contain_text("/s/")
    return page.get_by_test_id("address").inner_text().strip()


def session(page: Page) -> dict[str, str]:
    """The token this browser holds, to ask the API for the figures that the pages must show."""
    kept = json.loads(page.evaluate("() => localStorage.getItem('xt.session')"))
    return {"Authorization": f"Bearer {kept.get('data', kept)['access_token']}"}


class Shop(Client):
    """The shop at its own work."""

    def post(self, path: str, body: Any) -> Any:
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": path})
        assert answer.status_code == 200, answer.text
        return answer.json()


def shows(page: Page, name: str, amount: int) -> None:
    """The figure arrives by itself: nothing here reloads."""
    expect(page.get_by_test_id(name)).to_contain_text(text_of(amount), timeout=40_000)


def released(days: int) -> None:
    """The freeze goes by: the house's own release, told that it is later."""
    from xintui.promotion.commission import facade as commission

    with tenancy.as_platform():
        commission.release(now=datetime.now(UTC) + timedelta(days=days))
    connections.close_all()


def tree(house: House, who: str) -> dict[int, tuple[int, int, int]]:
    """Depth → reach, clicks, orders of this week, all channels together."""
    today = datetime.now(SHANGHAI).date()
    spots = Client(house, who).get(f"/promoter/me/spread?since={today - timedelta(days=6)}&until={today}")["spots"]
    parts = ("reach", "clicks", "orders")
    return {n: tuple(sum(s[part] for s in spots if s["depth"] == n) for part in parts) for n in (1, 2, 3)}  # type: ignore[misc]


def passed_on(page: Page, above: Page, house: House, who: str, product: str) -> str:
    """A promoter shares; the newcomer comes by that link and makes one of her own, whose address is the answer."""
    above.goto("/m/pages/login/index")
    let_in(above, house, who)
    above.wait_for_url(re.compile("/m/(pages/home/index)?$"))
    page.goto(made(above, product))
    expect(page.get_by_test_id("label")).to_be_visible()
    return made(page, product)


def commission_of(ask: httpx.Client, order: str) -> int:
    """What this promoter earns by the order's one line."""
    lines = ask.get("/promoter/me/commission/lines").json()["items"]
    (line,) = [one for one in lines if one["order_id"] == order]
    return int(line["commission_fen"])


def two_layers(above: Page, house: House, who: str, before: dict[int, tuple[int, int, int]]) -> None:
    """Her tree has the newcomer in the first layer and the newcomer's buyer, with her order, in the second."""
    (r1, c1, o1), (r2, c2, o2), third = before[1], before[2], before[3]
    now = {1: (r1 + 1, c1 + 1, o1), 2: (r2 + 1, c2 + 1, o2 + 1), 3: third}
    for _ in range(40):  # the worker tells of the payment
        if tree(house, who) == now:
            break
        above.wait_for_timeout(250)
    assert tree(house, who) == now
    above.goto("/m/promoter/spread")
    ready(above)
    for metric, figures in zip(("reach", "clicks", "orders"), zip(*now.values(), strict=True), strict=True):
        above.get_by_test_id(f"metric-{metric}").click()
        expect(above.locator(".depths .figure")).to_have_text([str(n) for n in figures])
        expect(above.get_by_test_id("sum")).to_have_text(str(sum(figures)))


def test_the_newcomers_story(chromium: Browser, house: House, watch: Opened, django_db_blocker: Any) -> None:
    with ExitStack() as opened:
        first, second, third = (opened.enter_context(context(chromium, house, phone=True)) for _ in range(3))
        page, shop = watch(first), Shop(house, house.shop_login)
        page.goto("/m/promoter/apply")
        registered(page, house, NUMBER)
        page.wait_for_url(re.compile("/m/promoter/apply"))
        ready(page)
        took = joined(page, "o_newcomer")
        print(f"three steps: {took:.1f} s")
        assert took < 60

        ask = httpx.Client(base_url=f"{house.url}/api/v1", headers=session(page), trust_env=False)
        _, earned, kept, rule = chosen(shop, ask)
        who, above = earner(house), watch(third)
        before, owed = tree(house, who), Client(house, who).get("/promoter/me/commission")
        address = passed_on(page, above, house, who, rule["product_id"])
        page.goto("/m/promoter/index")
        ready(page)
        expect(page.get_by_test_id("way")).to_have_text("实时")
        for name in ("accrued", "pending", "due"):
            shows(page, name, 0)
        page.evaluate("() => (window.untouched = true)")

        buyer = watch(second)
        order = buy(buyer, house, address)
        shows(page, "accrued", earned)
        shows(page, "pending", earned)
        shows(page, "today-corrected", 0)
        two_layers(above, house, who, before)
        assert Client(house, who).get("/promoter/me/commission") == owed  # the last click is paid, no layer above it
        assert commission_of(ask, order) == earned

        refund_a_part(buyer, order)
        (sale,) = [one for one in shop.get("/shop/after-sales")["items"] if one["order_id"] == order]
        shop.post(f"/shop/after-sales/{sale['id']}/decide", {"approve": True})
        expect(page.get_by_test_id("today-corrected")).to_contain_text(f"-{text_of(earned - kept)[1:]}", timeout=40_000)
        shows(page, "pending", kept)
        shows(page, "accrued", earned)

        sent_and_received(buyer, shop, ask, order)
        with django_db_blocker.unblock():
            released(days=20)
        shows(page, "due", kept)
        shows(page, "pending", 0)
        assert page.evaluate("() => window.untouched") is True

        withdraw(page, ask, kept)
        shows(page, "held", kept)
        shows(page, "due", 0)


def sent_and_received(buyer: Page, shop: Shop, ask: httpx.Client, order: str) -> None:
    """The parcel goes out and arrives; the freeze clock of the line has started."""
    shop.post(f"/shop/orders/{order}/ship", {"carrier": "顺丰速运", "tracking_no": "SF1000000077"})
    buyer.goto(f"/m/pages/orders/detail?id={order}")
    buyer.locator("uni-button", has_text="确认收货").click()
    buyer.get_by_text("确定", exact=True).click()
    expect(buyer.get_by_test_id("state")).to_have_text("已收货")
    for _ in range(80):
        if any(one["release_at"] for one in ask.get("/promoter/me/commission/lines").json()["items"]):
            break
        buyer.wait_for_timeout(500)


def chosen(shop: Shop, ask: httpx.Client) -> tuple[int, int, int, dict[str, Any]]:
    """The dearest product whose commission is below its cap: price, commission, commission after ¥10 went back."""
    rules = (
        ask.get(f"/promoter/me/commission/preview/{one['id']}").json()
        for one in shop.get("/catalog/products?sort=price_down")["items"]
    )
    rule = next(one for one in rules if one["gross_fen"] == one["price_fen"] * one["rate_bp"] // 10_000)
    price, earned = rule["price_fen"], rule["gross_fen"]
    kept = (price - 1000) * rule["rate_bp"] // 10_000
    assert earned > kept > 0
    return price, earned, kept, rule


def withdraw(page: Page, ask: httpx.Client, fen_due: int) -> None:
    """Everything; the tax stands there before anything is confirmed, to the fen."""
    told = ask.post("/promoter/withdrawals/preview", json={"amount_fen": fen_due}).json()
    assert told["net_fen"] + told["tax_fen"] + told["vat_fen"] == fen_due
    page.get_by_test_id("withdraw").click()
    page.get_by_test_id("all").click()
    page.get_by_test_id("preview").click()
    for amount in (fen_due, told["net_fen"]):
        expect(page.get_by_test_id("tax")).to_contain_text(text_of(amount))
    expect(page.get_by_test_id("tax")).to_contain_text("代扣个人所得税")
    page.get_by_test_id("confirm").click()
    page.get_by_text("确定", exact=True).click()
    expect(page.get_by_test_id("withdrawal")).to_contain_text(text_of(fen_due))
    page.go_back()


def test_a_promoter_checks_the_books_on_the_phone_and_a_changed_fen_turns_it_red(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto("/m/pages/login/index")
        let_in(page, house, earner(house))
        page.wait_for_url(re.compile("/m/(pages/home/index)?$"))
        for _ in range(80):  # the worker closes a day a turn
            closed = httpx.get(f"{house.url}/api/v1/evidence/published", trust_env=False).json()["items"]
            if closed and closed[0]["day"] == f"{datetime.now(SHANGHAI).date() - timedelta(days=1)}":
                break
            page.wait_for_timeout(500)
        page.goto("/m/promoter/statements")
        ready(page)
        yesterday = datetime.now(SHANGHAI).date() - timedelta(days=1)
        if yesterday.month != datetime.now(SHANGHAI).month:
            page.get_by_label("上个月").click()
        page.get_by_text("待结算佣金", exact=True).click()
        page.get_by_test_id("check").click()
        expect(page.get_by_test_id("verdict")).to_contain_text("验证通过", timeout=40_000)
        newest = httpx.get(f"{house.url}/api/v1/evidence/published", trust_env=False).json()["items"][0]["root"]
        expect(page.get_by_test_id("verdict")).to_contain_text(newest)
        page.get_by_test_id("tamper").click()
        expect(page.get_by_test_id("verdict")).to_contain_text("验证未通过")
        expect(page.get_by_test_id("verdict")).to_contain_text("记录被改动过")

"""A deposit on the phone from the first part to the last fen back: quota, a complaint paid out of it, topped up."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_disputes import drawn, verified
from tests.browser.test_m_pages import BUYER, Client, buy, earner, fill, ready, share

SLOW = 60_000
"""The worker and the gateway have a say in between."""
PRIMARY = ".uni-modal__btn_primary"


def at_deposit(page: Page) -> None:
    page.goto("/m/promoter/deposit")
    ready(page)


def pays(page: Page, house: House, paid: str) -> None:
    """The first part that is owed, at the gateway's own cashier; then what is there has come."""
    page.get_by_test_id("pay").first.click()
    page.get_by_role("button", name="付款").click()
    expect(page.get_by_text("支付成功")).to_be_visible()
    page.get_by_role("link", name="返回商家").click()
    page.wait_for_url("**/m/promoter/deposit**")
    for _ in range(30):
        ready(page)
        if page.get_by_test_id("paid").inner_text() == paid:
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_test_id("paid")).to_have_text(paid)


def agrees_to_parts(page: Page) -> None:
    """The middle class, in three parts, after it was asked once more."""
    at_deposit(page)
    page.get_by_test_id("open-medium").click()
    page.get_by_test_id("agree-medium").click()
    page.locator(PRIMARY).click()
    expect(page.get_by_test_id("part")).to_have_count(3)


def takes_all_back(page: Page, client: Client) -> None:
    """One tap; the gateway gives it back the way it came."""
    page.get_by_test_id("give-back").click()
    page.locator(PRIMARY).click()
    for _ in range(60):
        if client.get("/me/deposit")["deposit"]["state"] == "closed":
            break
        page.wait_for_timeout(1_000)
    at_deposit(page)
    expect(page.get_by_test_id("closed")).to_be_visible()


def complains(page: Page, order: str) -> str:
    """The buyer: what the promoter promised was not so. The complaint's number."""
    page.goto(f"/m/pages/orders/detail?id={order}")
    page.get_by_test_id("complain").click()
    page.get_by_test_id("kind-promise_broken").click()
    fill(page, "amount", "50.00")
    page.get_by_test_id("words").locator("textarea").fill("说好的赠品没有寄")
    with page.expect_file_chooser() as asked:
        page.get_by_test_id("add-picture").click()
    asked.value.set_files({"name": "聊天.png", "mimeType": "image/png", "buffer": drawn()})
    expect(page.get_by_test_id("shot")).to_have_count(1)
    page.get_by_test_id("send").click()
    page.wait_for_url("**/m/disputes/detail?id=*")
    return page.url.rpartition("=")[2]


def agrees(page: Page, dispute: str) -> None:
    """The promoter looks at it and says yes."""
    page.goto(f"/m/disputes/detail?id={dispute}")
    ready(page)
    page.get_by_test_id("answer").click()
    page.get_by_test_id("stand-accept").click()
    page.get_by_test_id("said").locator("textarea").fill("是我漏寄了，同意赔付")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("state")).to_have_text("赔付中")


def test_instalment_quota_claim_paid_first_top_up_and_everything_back(
    chromium: Browser, house: House, watch: Opened
) -> None:
    who = earner(house)
    with context(chromium, house, phone=True) as hers, context(chromium, house, phone=True) as his:
        promoter, buyer = watch(hers), watch(his)
        address, _ = share(promoter, house)
        agrees_to_parts(promoter)
        first = Client(house, who).get("/me/deposit")["deposit"]["parts"][0]["amount_fen"]
        pays(promoter, house, f"¥{first / 100:,.2f}")
        expect(promoter.get_by_test_id("quota")).to_contain_text("5 款")

        order = buy(buyer, house, address)
        shop = Client(house, house.shop_login)
        shop.post(f"/shop/orders/{order}/ship", {"carrier": "顺丰速运", "tracking_no": "SF1000000088"})
        Client(house, BUYER).post(f"/orders/{order}/receive", {})
        dispute = complains(buyer, order)
        at_deposit(promoter)
        expect(promoter.get_by_test_id("claim")).to_contain_text("处理中")

        agrees(promoter, dispute)
        buyer.goto(f"/m/disputes/detail?id={dispute}")
        expect(buyer.get_by_test_id("state")).to_have_text("已赔付", timeout=SLOW)
        pack = Client(house, BUYER).http.post(f"/disputes/{dispute}/pack").content
        with tempfile.TemporaryDirectory() as folder:
            assert dispute in verified(pack, Path(folder))

        at_deposit(promoter)
        expect(promoter.get_by_test_id("claim")).to_contain_text("赔付 ¥50.00")
        expect(promoter.get_by_test_id("paid")).to_have_text(f"¥{(first - 5_000) / 100:,.2f}")
        expect(promoter.get_by_test_id("part").filter(has_text="补足")).to_contain_text("¥50.00")
        for part in Client(house, who).get("/me/deposit")["deposit"]["parts"]:
            if part["state"] == "due":
                there = Client(house, who).get("/me/deposit")["deposit"]["paid_fen"]
                pays(promoter, house, f"¥{(there + part['amount_fen']) / 100:,.2f}")
        expect(promoter.get_by_test_id("quota")).to_contain_text("不限")

        takes_all_back(promoter, Client(house, who))
    done = Client(house, who).get("/me/deposit")["deposit"]
    assert (done["state"], done["paid_fen"]) == ("closed", 0)
    returned = sum(one["amount_fen"] for one in done["returns"])
    assert returned == done["target_fen"], json.dumps(done, ensure_ascii=False)

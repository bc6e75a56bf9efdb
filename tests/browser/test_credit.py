"""信用分 on the phone: something lowers it, she says why not, a human agrees, and it is what it was."""

import time

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_pages import PROMOTERS, Client, let_in, ready

SAYS = "文案夸大功效，截图存档"
WORDS = "截图里的文案不是我的账号发布的"


def credit(page: Page, house: House, who: str) -> int:
    page.goto("/m/pages/login/index?next=%2Fpromoter%2Fcredit")
    let_in(page, house, who)
    page.wait_for_url("**/promoter/credit")
    return shown(page)


def shown(page: Page) -> int:
    ready(page)
    return int(page.get_by_test_id("score").inner_text())


def test_a_violation_lowers_the_score_the_appeal_is_won_and_the_score_is_what_it_was(
    chromium: Browser, house: House, watch: Opened
) -> None:
    who = PROMOTERS[0]
    mine, desk = Client(house, who), Client(house, "operator")
    subject = mine.get("/promoter/me")["promoter"]["id"]
    before = mine.get("/me/credit")["items"][0]["score"]
    said = {"subject_kind": "promoter", "subject_id": subject, "code": "fake_orders", "evidence": SAYS}
    case = desk.post("/violations", said)["id"]
    Client(house, "reviewer").post(f"/violations/{case}/confirm", {"words": SAYS})
    until = time.monotonic() + 30
    while mine.get("/me/credit")["items"][0]["score"] == before and time.monotonic() < until:
        time.sleep(0.5)  # the worker tells credit
    with context(chromium, house, phone=True) as phone, context(chromium, house) as office:
        page, console = watch(phone), watch(office)
        assert credit(page, house, who) == before - 72
        page.get_by_test_id("part-violations").click()
        expect(page.get_by_test_id("says")).to_have_text("近 365 天违规扣分 12 分，随时间减轻")
        signal = page.get_by_test_id("signal").filter(has_text=SAYS)
        signal.get_by_test_id("appeal").click()
        page.get_by_test_id("words").locator("textarea").fill(WORDS)
        page.get_by_test_id("send").click()
        expect(signal.get_by_text("申诉处理中")).to_be_visible()

        enter(console, house, "ops", "operator")
        expect(console.get_by_role("region", name="待办", exact=True)).to_contain_text("待处理申诉")
        console.goto("/ops/appeals/appeal/?state__exact=open")
        console.locator("#result_list tbody th a").first.click()
        expect(console.get_by_text(WORDS).first).to_be_visible()
        console.locator("a[href$='/grant/']").click()
        console.get_by_label("答复").fill("核实后不是本人所发，撤销")
        console.get_by_role("button", name="确认").click()
        expect(console.get_by_text("已答复并记入审计").first).to_be_visible()

        until = time.monotonic() + 30
        while mine.get("/me/credit")["items"][0]["score"] != before and time.monotonic() < until:
            time.sleep(0.5)  # the worker tells credit
        while desk.get(f"/violations/{case}")["state"] != "revoked" and time.monotonic() < until:
            time.sleep(0.5)  # and violations, so that new links can be made again
        assert desk.get(f"/violations/{case}")["state"] == "revoked"
        page.goto("/m/promoter/appeals")
        ready(page)
        expect(page.get_by_test_id("appeal").first).to_contain_text("核实后不是本人所发，撤销")
        page.goto("/m/promoter/credit")
        assert shown(page) == before
        page.get_by_test_id("part-violations").click()
        expect(page.get_by_test_id("signal").filter(has_text="申诉成立，撤销")).to_be_visible()

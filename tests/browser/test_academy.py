"""E-01 on the phone: read, be examined, get the certificate, see the credit go up; book a seat and give it back."""

import re
import time

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import Client, earner, let_in, ready
from xintui.engagement.academy import script
from xintui.entrypoints.demo.lessons import ADVERTISING

BANK = {one.text: {one.options[n] for n in one.right} for one in script.questions(ADVERTISING.questions)}


def exam_points(client: Client) -> int:
    (told,) = [one for one in client.get("/me/credit")["items"] if one["scale"] == "credit"]
    (part,) = [one for one in told["points"] if one["code"] == "exam"]
    return int(part["points"])


def entered(page: Page, house: House, who: str) -> None:
    page.goto("/m/pages/login/index")
    let_in(page, house, who)
    page.wait_for_url(re.compile("/m/(pages/home/index)?$"))


def answer(page: Page, *, rightly: int) -> None:
    """Tap what is right in the first questions, what is not in the others."""
    cards = page.locator("[data-testid^=question-]")
    expect(cards).to_have_count(ADVERTISING.terms.draw)
    for n in range(ADVERTISING.terms.draw):
        stem = cards.nth(n).locator(".stem").inner_text()
        right = next(options for text, options in BANK.items() if text in stem)
        options = cards.nth(n).locator("[data-testid^=option-]")
        for m in range(options.count()):
            text = options.nth(m).inner_text().strip()
            if (text in right) == (n < rightly):
                with page.expect_response(re.compile("/answers$")) as kept:
                    options.nth(m).click()
                assert kept.value.status == 200
                if n >= rightly:
                    break


def handed_in(page: Page) -> None:
    page.get_by_test_id("submit").click()
    page.get_by_text("确定", exact=True).click()
    expect(page.get_by_test_id("verdict")).to_be_visible()


def test_she_reads_is_examined_and_her_credit_goes_up(chromium: Browser, house: House, watch: Opened) -> None:
    who = earner(house)
    client = Client(house, who)
    before = exam_points(client)
    with context(chromium, house, phone=True) as seat:
        page = watch(seat)
        entered(page, house, who)
        page.goto("/m/promoter/index")
        ready(page)
        page.get_by_test_id("academy").click()
        expect(page.get_by_test_id("held")).to_have_text("0 / 4 门")
        page.get_by_text(ADVERTISING.title).click()
        expect(page.get_by_test_id("standing")).to_have_text("读完全部章节后可以考试")
        for n in range(4):
            page.get_by_test_id(f"done-{n}").click()
            expect(page.get_by_test_id(f"chapter-{n}")).to_have_attribute("data-read", "true")
        expect(page.get_by_test_id("standing")).to_have_text("今天还可以考 3 次")
        page.get_by_test_id("sit").click()
        expect(page.get_by_test_id("clock")).to_have_text(re.compile(r"^(10:00|9:\d\d)$"))
        expect(page.get_by_test_id("why")).to_have_count(0)
        answer(page, rightly=4)
        page.reload()  # what was tapped is there again, by the house's memory
        expect(page.locator(".option.on").first).to_be_visible()
        handed_in(page)
        expect(page.get_by_test_id("verdict")).to_have_attribute("data-state", "passed")
        expect(page.get_by_test_id("verdict")).to_contain_text("答对 4 / 5 题，4 题及格")
        expect(page.get_by_test_id("why")).to_have_count(5)
        expect(page.get_by_test_id("why").first).to_contain_text("依据：")
        page.get_by_test_id("to-certificates").click()
        expect(page.get_by_test_id("certificate")).to_have_attribute("data-state", "valid")
        number = page.get_by_test_id("number").inner_text()
        page.get_by_test_id("check").click()
        expect(page.get_by_test_id("found")).to_have_attribute("data-state", "valid")
    for _ in range(80):  # the worker's next turn
        if exam_points(client) > before:
            break
        time.sleep(0.5)
    assert exam_points(client) == before + 5
    stranger = httpx.get(f"{house.url}/api/v1/academy/certificates/{number}", trust_env=False, timeout=60)
    assert stranger.json()["title"] == ADVERTISING.title


def test_a_seat_is_booked_and_given_back(chromium: Browser, house: House, watch: Opened) -> None:
    who = earner(house)
    with context(chromium, house, phone=True) as seat:
        page = watch(seat)
        entered(page, house, who)
        page.goto("/m/promoter/academy-sessions")
        ready(page)
        card = page.get_by_test_id("session").filter(has_text="看懂自己的收益明细")
        first = card.get_by_test_id("left").inner_text()
        card.get_by_test_id("book").click()
        expect(card).to_have_attribute("data-state", "booked")
        expect(card).to_contain_text("https://live.example.cn")
        card.get_by_test_id("cancel").click()
        page.get_by_text("确定", exact=True).click()
        expect(card).to_have_attribute("data-state", "")
        expect(card.get_by_test_id("left")).to_have_text(first)

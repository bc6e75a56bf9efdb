"""The newcomer: from a stranger's phone to money in the wallet, every figure exact, nothing reloaded."""

import re
import time

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import fill, ready
from tests.promotion.people import id_number, right

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


def joined(page: Page, who: str) -> float:
    """The three steps, as fast as a person who has his documents at hand; how many seconds the pages took."""
    began = time.monotonic()
    fill(page, "real-name", NAME)
    fill(page, "number", id_number(77))
    page.get_by_test_id("consent").click()
    page.get_by_test_id("next").click()
    for question, answer in right().items():
        page.get_by_test_id(f"{question}-{answer}").click()
    page.get_by_test_id("agree").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("bind-wechat").click()
    page.get_by_label("以谁的微信继续").fill(who)
    page.get_by_role("button", name="同意").click()
    fill(page, "holder", NAME)
    page.get_by_test_id("consent").click()
    page.get_by_test_id("next").click()
    expect(page.get_by_text("恭喜，已成为推客")).to_be_visible()
    return time.monotonic() - began


def test_a_newcomer_joins_on_h5_inside_wechat_in_less_than_a_minute(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto("/m/promoter/apply")
        registered(page, house, NUMBER)
        page.wait_for_url(re.compile("/m/promoter/apply"))
        ready(page)
        took = joined(page, "o_newcomer")
        print(f"three steps: {took:.1f} s")
        assert took < 60

"""T-03, T-07 on a phone: what trust brings and why, points for a tool and back again, points for part of a deposit."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import Client, earner, let_in, ready


def test_points_buy_a_tool_that_can_be_given_back_and_each_benefit_says_why(
    chromium: Browser, house: House, watch: Opened
) -> None:
    who = earner(house)
    promoter, desk = Client(house, who), Client(house, "operator")
    me = promoter.get("/promoter/me")["promoter"]["id"]
    before = promoter.get("/me/points")["free"]
    asked = desk.post(f"/points/{me}/grant", {"points": 1_000, "number": "browser-1", "reason": "活动补发"})
    Client(house, "reviewer").post(f"/points/corrections/{asked['id']}/approve", {})
    with context(chromium, house, phone=True) as seat:
        page = watch(seat)
        page.goto("/m/pages/login/index")
        let_in(page, house, who)
        page.wait_for_url(re.compile("/m/(pages/home/index)?$"))
        page.goto("/m/promoter/points")
        ready(page)
        expect(page.get_by_test_id("free")).to_have_text(f"{before + 1_000:,}")
        page.get_by_test_id("perk-fee_relief").get_by_role("button").click()
        expect(page.get_by_test_id("perk-fee_relief")).to_contain_text("人人都有")
        expect(page.get_by_test_id("perk-training_seats")).not_to_contain_text("尚未开放")
        page.get_by_test_id("perk-training_seats").get_by_role("button").click()
        expect(page.get_by_test_id("to-sessions")).to_be_visible()
        page.get_by_test_id("tab-tools").click()
        page.get_by_test_id("redeem-appeal_fast").click()
        page.get_by_text("确定", exact=True).click()
        expect(page.get_by_test_id("voucher")).to_contain_text("申诉加急")
        expect(page.get_by_test_id("free")).to_have_text(f"{before + 400:,}")
        page.get_by_test_id("give-back").click()
        expect(page.get_by_test_id("voucher")).to_have_count(0)
        expect(page.get_by_test_id("free")).to_have_text(f"{before + 1_000:,}")
        page.get_by_test_id("tab-lines").click()
        expect(page.get_by_test_id("line").filter(has_text="活动补发")).to_contain_text("+1,000")

"""Dialogs of the phone shop under the keyboard: the focus goes in, stays in and comes back, Escape closes."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import House, Opened, context
from tests.browser.test_m_pages import ready


def test_the_filter_sheet_holds_the_focus_and_escape_gives_it_back(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with context(chromium, house, phone=True) as phone:
        page = watch(phone)
        page.goto("/m/pages/search/index?text=")
        ready(page)
        opener = page.get_by_test_id("filter")
        opener.focus()
        page.keyboard.press("Enter")
        sheet = page.get_by_role("dialog", name="筛选")
        expect(sheet).to_have_attribute("aria-modal", "true")
        expect(sheet).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(page.get_by_test_id("apply")).to_be_focused()
        page.keyboard.press("Tab")
        expect(sheet.get_by_role("button", name="关闭")).to_be_focused()
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        expect(opener).to_be_focused()

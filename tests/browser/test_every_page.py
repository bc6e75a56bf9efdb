"""Every page of both consoles, wide and narrow: nothing breaks, nothing leaves the house, everything is Chinese."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import House, Opened, context, enter
from xintui.entrypoints.demo.goods import SHOPS

STAFF = ("operator", "finance", "finance2", "reviewer", "auditor")

WORDS = """() => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest('.material-symbols-outlined, script, style, template, pre, code')) continue;
    if (!parent.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const words = node.textContent.match(/(?<![\\w.\\/:@…-])[A-Za-z]{3,}(?![\\w.\\/:@…-])/g);
    for (const word of words || []) found.add(word);
  }
  return [...found];
}"""
KNOWN = {"FreeOTP", "xintui", "close"}
"""A name, and the command `xintui close`. Capitals alone (SKU, CSV, the tail of a number) are nobody's English."""
TYPED = {"base", "gold", "tea", "food", "home", "beauty", *STAFF, *(shop.login for shop in SHOPS)}
"""What people of the small world have typed themselves: rules, category keys, login names."""
CODES = {
    "device", "user", "system", "moments", "wechat", "default", "draft", "payment", "platform", "jsapi", "created",
    "prepay", "prepaid", "captured", "answer", "query", "callback", "shop", "orders", "payments",
}  # fmt: skip
"""Codes that pages still show as they are stored: audit subjects, owners, channels, payments' log. To shrink."""


def links(page: Page, site: str) -> list[str]:
    """Everything the sidebar leads to."""
    found = page.eval_on_selector_all(f"a[href^='/{site}/']", "all => all.map(a => a.getAttribute('href'))")
    return sorted({link for link in found if "logout" not in link and "?" not in link})


@pytest.mark.parametrize("wide", [1440, 390])
@pytest.mark.parametrize("site", ["ops", "merchant"])
def test_every_page_of_the_sidebar(chromium: Browser, house: House, watch: Opened, site: str, wide: int) -> None:
    with context(chromium, house, wide=wide) as desk:
        page = watch(desk)
        login = "operator" if site == "ops" else house.shop_login
        enter(page, house, site, login)
        pages = links(page, site)
        assert len(pages) > 5
        english: dict[str, str] = {}
        for path in pages:
            shown(page, path, english)
            rows = page.locator("#result_list tbody th a")
            if wide == 1440 and rows.count():
                shown(page, str(rows.first.evaluate("a => a.href")), english)
        strange = {word: where for word, where in english.items() if word not in KNOWN | TYPED | CODES}
        if strange:
            pytest.fail(f"not Chinese: {strange}")


def shown(page: Page, path: str, english: dict[str, str]) -> None:
    """The page opens; the foreign words on it, each with the place it was first seen at."""
    answer = page.goto(path)
    assert answer is not None and answer.status == 200, path
    for word in page.evaluate(WORDS):
        if not word.isupper():
            english.setdefault(word, path)

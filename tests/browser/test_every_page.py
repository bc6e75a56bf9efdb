"""Every page of both consoles, wide and narrow: nothing breaks, nothing leaves the house, everything is Chinese."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import House, Opened, context, enter
from xintui.entrypoints.demo.goods import CATEGORIES, SHOPS

STAFF = ("operator", "finance", "finance2", "reviewer", "auditor")

FOREIGN = """() => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest('.material-symbols-outlined, script, style, template, pre, code, textarea')) continue;
    if (!parent.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const text = node.textContent;
    const hint = parent.closest('.xt-id');  // small and grey: a number to copy, a code to search by
    if (!hint) {
      for (const word of text.match(/(?<![\\w.\\/:@…-])[A-Za-z]{3,}(?![\\w.\\/:@…-])/g) || []) found.add(word);
      for (const code of text.match(/\\b[a-z]+[._][a-z_.]*[a-z]\\b/g) || []) found.add(code);
      for (const id of text.match(/\\b[a-z]{3}(?:…|[0-9A-Z]{10,})[0-9A-Z]*/g) || []) found.add(id);
    } else if (hint.closest('td, th') && /^[a-z]{3}[0-9A-Z]{26}$/.test(text.trim())) found.add(text.trim());
  }
  return [...found];
}"""
"""English words, codes (`orders.paid`, `iit_platform`) and ids (`usr01M8…`) that a page shows as text.

A grey hint (`.xt-id`) may hold a code or the whole number, in a list only the number's end.
"""
KNOWN = {"FreeOTP", "WebP", "xintui", "close"}
"""A name, and the command `xintui close`. Capitals alone (SKU, CSV, the tail of a number) are nobody's English."""
TYPED = {
    "base",
    "gold",
    *CATEGORIES,
    *STAFF,
    *(shop.login for shop in SHOPS),
    *(f"tuike{n}" for n in range(9)),
    "xintui close",
    "live.example.cn",
}
"""What people of the small world have typed themselves: rules (`base`, one per category), login names,
where a training is held."""
ROWS = 1
"""How many rows of each list are opened: once, looked at wide and narrow."""

FURTHER = "main a:is([href*='/spread/'], [href*='/catalog/words/'], [href*='/catalog/pictures/'])"
"""Pages that only a row's own page leads to."""
PUSHED = """() => {
  const list = document.querySelector('#result_list');
  const frame = list && (list.closest('.simplebar-content-wrapper') || list.parentElement);
  return frame ? frame.scrollWidth - frame.clientWidth : 0;
}"""


def links(page: Page, site: str) -> list[str]:
    """Everything the sidebar leads to."""
    found = page.eval_on_selector_all(f"a[href^='/{site}/']", "all => all.map(a => a.getAttribute('href'))")
    return sorted({link for link in found if "logout" not in link and "?" not in link})


@pytest.mark.parametrize("site", ["ops", "merchant"])
def test_every_page_of_the_sidebar(chromium: Browser, house: House, watch: Opened, site: str) -> None:
    with context(chromium, house) as desk:
        page = watch(desk)
        login = "operator" if site == "ops" else house.shop_login
        enter(page, house, site, login)
        pages = links(page, site)
        assert len(pages) > 5
        english: dict[str, str] = {}
        for path in pages:
            shown(page, path, english)
            rows = page.locator("#result_list tbody :is(th, td.field-title) a:not(.xt-to)")
            for address in rows.evaluate_all(f"all => all.slice(0, {ROWS}).map(a => a.href)"):
                shown(page, str(address), english)
                for further in page.locator(FURTHER).evaluate_all("all => all.map(a => a.href)"):
                    shown(page, str(further), english)
        assert page.request.get("/favicon.ico").ok
        strange = {word: where for word, where in english.items() if word not in KNOWN | TYPED}
        if strange:
            pytest.fail(f"not Chinese: {strange}")


def shown(page: Page, path: str, english: dict[str, str]) -> None:
    """The page opens; the foreign words on it, each with the place it was first seen at."""
    answer = page.goto(path)
    assert answer is not None and answer.status == 200, path
    pushed = page.evaluate(PUSHED)
    assert pushed <= 0, (path, f"the list is {pushed} px wider than its place")
    seen(page, path, english)
    page.set_viewport_size({"width": 390, "height": 900})
    seen(page, path, english)
    page.set_viewport_size({"width": 1440, "height": 900})


def seen(page: Page, path: str, english: dict[str, str]) -> None:
    """Nothing sticks out of the screen as wide as it is now."""
    too_wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, (path, f"{too_wide} px to the right of the screen")
    for word in page.evaluate(FOREIGN):
        if not word.isupper():
            english.setdefault(word, path)

"""Every page of a running demo as a picture, to be looked at: 1440 and 390 px wide, light and dark.

    xintui demo --no-settle            # in another terminal
    make screenshots                   # → screenshots/<width>-<theme>/<place>.png

The pages are found by following the consoles' own sidebars: each list and its first row. Those of /m/ are the route
table's, with the addresses that the browser tests open (a route without one stops the run), three of them in 大字
besides. The script-free shop is walked as a person walks it, from a share link to the cashier, so
the run leaves one unpaid order behind.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

PASSWORD: Final = "Chashan-Lu28-Kai"  # noqa: S105 - printed by the demo for everybody
CONSOLES: Final = {"ops": ("operator", "finance", "reviewer", "auditor"), "merchant": ("chafang",)}
"""Who looks: the first of each console opens every page, the others their first page."""
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS: Final = {1440: 900, 390: 844}
TALLEST: Final = 6000
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("dark", "light")


class Album:
    """Where the pictures go."""

    def __init__(self, out: Path, only: str) -> None:
        self.out, self.only, self.taken = out, re.compile(only), 0
        self.wrong: list[str] = []

    def wants(self, name: str) -> bool:
        return bool(self.only.search(name))

    def take(self, page: Page, name: str, where: str) -> None:
        if not self.wants(name):
            return
        page.wait_for_load_state("load")
        page.evaluate("() => document.fonts.ready.then(() => null)")
        usual = page.viewport_size
        assert usual is not None
        tall = page.evaluate("() => document.documentElement.scrollHeight")
        if tall > usual["height"]:  # a bar that sticks to the screen's foot would lie across the middle of the picture
            page.set_viewport_size({"width": usual["width"], "height": min(tall, TALLEST)})
        for theme in THEMES:  # the page is loaded once: a screen follows the phone's evening without being asked again
            target = self.out / f"{where}-{theme}" / f"{name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(150)
            page.screenshot(path=target, full_page=True, animations="disabled")
            self.taken += 1
        page.set_viewport_size(usual)

    def ready(self, page: Page, name: str, where: str) -> None:
        """The page has come; what did not, or shows a door instead, is told at the end and photographed as it is."""
        try:
            page.wait_for_selector("[data-face=ready]")
            page.wait_for_selector("[data-face=loading]", state="detached")
            page.mouse.wheel(0, 4000)  # what is asked for only when it is seen
            page.wait_for_timeout(250)
            page.evaluate("() => window.scrollTo(0, 0)")
        except TooLate:
            self.wrong.append(f"{where}/{name}: not ready, at {page.url}")
        if "/login/" in page.url and "login" not in name:
            self.wrong.append(f"{where}/{name}: logged out")


def ask(url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    """The open API, for what only a promoter's program can make: a share link."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(trust_env=False, headers=headers, timeout=20) as http:
        answer = http.get(url) if body is None else http.post(url, json=body)
        return answer.raise_for_status().json()


def enter(browser: Browser, base: str, site: str, login: str) -> Any:
    """Log in once; the session serves all widths and themes."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/{site}/login/")
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("#login-form button")
    page.wait_for_url(f"{base}/{site}/")
    state = context.storage_state()
    context.close()
    return state


def lists(browser: Browser, base: str, site: str, state: Any) -> list[str]:
    """The sidebar's lists."""
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{base}/{site}/")
    found = page.eval_on_selector_all("#nav-sidebar a, aside a, nav a", "links => links.map(a => a.href)")
    context.close()
    paths = dict.fromkeys(urlsplit(address).path for address in found if f"/{site}/" in address)
    return [path for path in paths if path.count("/") >= 3 and not path.endswith(("/login/", "/logout/", "/totp/"))]


def looks(browser: Browser, state: Any = None) -> Iterator[tuple[str, BrowserContext]]:
    """A fresh context for each width."""
    for width, height in WIDTHS.items():
        context = browser.new_context(
            storage_state=state,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            is_mobile=width < 500,
            has_touch=width < 500,
            device_scale_factor=1 if width > 500 else 2,
        )
        yield str(width), context
        context.close()


def console(browser: Browser, base: str, site: str, login: str, album: Album) -> None:
    """Every list of a console and the first row of each, as this person sees them."""
    state = enter(browser, base, site, login)
    prefix = site if login == CONSOLES[site][0] else f"{site}-{login}"
    paths = lists(browser, base, site, state) if login == CONSOLES[site][0] else []
    for where, context in looks(browser, state):
        page = context.new_page()
        page.goto(f"{base}/{site}/")
        album.take(page, f"{prefix}-dashboard", where)
        if login != CONSOLES[site][0]:
            continue
        if album.wants(f"{prefix}-totp"):
            page.goto(f"{base}/{site}/totp/")
            album.take(page, f"{prefix}-totp", where)
        for path in paths:
            name = f"{prefix}-" + "-".join(path.strip("/").split("/")[1:])
            if not (album.wants(name) or album.wants(f"{name}-detail")):
                continue
            page.goto(base + path)
            album.take(page, name, where)
            first = page.query_selector("#result_list tbody th a, #result_list tbody a, a[data-detail]")
            if first and album.wants(f"{name}-detail"):
                page.goto(base + path if (href := first.get_attribute("href")) is None else _absolute(base, path, href))
                album.take(page, f"{name}-detail", where)


def _absolute(base: str, path: str, href: str) -> str:
    return base + href if href.startswith("/") else base + path + href


def doors(browser: Browser, base: str, album: Album) -> None:
    """Both login pages."""
    for where, context in looks(browser):
        page = context.new_page()
        for site in CONSOLES:
            page.goto(f"{base}/{site}/login/")
            album.take(page, f"{site}-login", where)


def shop(browser: Browser, base: str, album: Album) -> None:
    """A buyer's walk. The first look buys; the others look at what was bought."""
    goods = ask(f"{base}/api/v1/catalog/products")["items"]
    token = ask(f"{base}/api/v1/auth/login", {"login": "tuike1", "password": PASSWORD})["access_token"]
    product = goods[0]["id"]
    wanted = {"kind": "product", "id": product, "channel": "moments"}
    link = ask(f"{base}/api/v1/promoter/links", wanted, token)
    bought: Any = None
    for where, context in looks(browser):
        page = context.new_page()
        page.goto(base)
        album.take(page, "shop-home", where)
        page.goto(f"{base}/?q=没有这样的商品")
        album.take(page, "shop-home-empty", where)
        page.goto(f"{base}/cart")
        album.take(page, "shop-cart-empty", where)
        page.goto(f"{base}/s/{link['code']}?plain")
        album.take(page, "shop-product-shared", where)
        if bought is None:
            bought = _buy(page, base, album, where)
        context.add_cookies(bought["state"]["cookies"])
        for name, path in bought["pages"].items():
            page.goto(base + path)
            album.take(page, name, where)


def _buy(page: Page, base: str, album: Album, where: str) -> dict[str, Any]:
    """A guest puts the product into the cart and goes as far as the cashier, then fills the cart again."""
    _press(page, "button[name=now]")
    page.goto(f"{base}/checkout")
    album.take(page, "shop-enter", where)
    page.fill("input[name=name]", "陈一")
    _press(page, "main form:has(input[name=name]) button")
    page.goto(f"{base}/checkout")
    for field, value in (("name", "陈一"), ("phone", "13900001234"), ("region", "浙江省杭州市"), ("street", "文三路")):
        page.fill(f"input[name={field}]", value)
    page.click("main form .bar button")
    page.wait_for_url(f"{base}/pay/*")
    paying = urlsplit(page.url).path
    page.goto(f"{base}/me/orders")
    order = page.get_attribute("a.order", "href") or ""
    page.goto(base)
    page.click("a.card >> nth=1")
    _press(page, "button[name=cart]")
    pages = {
        "shop-cart": "/cart",
        "shop-checkout": "/checkout",
        "shop-pay": paying,
        "shop-orders": "/me/orders",
        "shop-order": order,
    }
    return {"state": page.context.storage_state(), "pages": pages}


def _press(page: Page, button: str) -> None:
    """A busy house answers late; whoever walks on before it has, has not pressed."""
    with page.expect_navigation():
        page.click(button)


def hand(browser: Browser, base: str, album: Album) -> None:
    """The shop in the hand: every route, by the person who may see it."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.browser.test_m_pages import addresses, routes

    known = addresses(SimpleNamespace(url=base, password=PASSWORD))  # type: ignore[arg-type]
    missing = sorted(set(routes()) - set(known))
    if missing:
        raise SystemExit(f"no address for {', '.join(missing)}: see addresses() in tests/browser/test_m_pages.py")
    goods = ask(f"{base}/api/v1/catalog/products?sort=best_selling&in_stock=true")["items"][:4]
    skus = [ask(f"{base}/api/v1/catalog/products/{one['id']}")["skus"][0]["id"] for one in goods]
    kept = {"xt.cart": [{"sku": sku, "qty": n + 1, "on": True} for n, sku in enumerate(skus)]}
    people = sorted({who for who, _ in known.values() if who})
    for where, context in looks(browser):
        inside = {who: ask(f"{base}/api/v1/auth/login", {"login": who, "password": PASSWORD}) for who in people}
        for who in ("", *people):
            page = context.new_page()
            page.add_init_script(_remember(who, kept | ({"xt.session": inside[who]} if who else {})))
            for route, (seen_by, query) in known.items():
                if seen_by == who and album.wants(_name(route)):
                    page.goto(f"{base}/m/{route}{query}")
                    album.ready(page, _name(route), where)
                    album.take(page, _name(route), where)
            page.close()
        page = context.new_page()
        page.add_init_script(_remember("large", {"xt.large": "1", "xt.session": inside["buyer1"]}))
        for route in ("pages/product/index", "pages/home/index", "pages/me/index"):
            if album.wants(f"{_name(route)}-large"):  # 大字, where it hurts most
                page.goto(f"{base}/m/{route}{known[route][1]}")
                album.ready(page, f"{_name(route)}-large", where)
                album.take(page, f"{_name(route)}-large", where)


def _name(route: str) -> str:
    return "m-" + route.removeprefix("pages/").removesuffix("/index").replace("/", "-")


def _remember(who: str, things: dict[str, Any]) -> str:
    """What the phone remembers when this person first opens it, as uni wraps it. A renewed token stays."""
    kept = {
        name: json.dumps({"type": "string" if isinstance(one, str) else "object", "data": one})
        for name, one in things.items()
    }
    put = f"for (const [k, v] of Object.entries({json.dumps(kept)})) localStorage.setItem(k, v)"
    return f"if (localStorage.getItem('album') !== '{who or '-'}') {{ localStorage.clear(); {put} }} " + (
        f"localStorage.setItem('album', '{who or '-'}')"
    )


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="a regular expression on the pictures' names")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    album = Album(given.out, given.only)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=given.browser, args=list(FLAGS))
        if any(album.wants(f"{site}-login") for site in CONSOLES):
            doors(browser, given.base, album)
        if "m-" in given.only or not given.only:
            hand(browser, given.base, album)
        if "shop" in given.only or not given.only:
            shop(browser, given.base, album)
        for site, logins in CONSOLES.items():
            for login in logins:
                if site in given.only or not given.only:
                    console(browser, given.base, site, login, album)
        browser.close()
    print("\n".join([f"{album.taken} pictures in {given.out}/", *album.wrong]))  # noqa: T201 - a tool's only word
    sys.exit(bool(album.wrong))


if __name__ == "__main__":
    main()

"""A small house that is really open: `xintui serve` on a database of its own, the gateway beside it, one Chromium."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.support.gateway import Gateway, running_gateway
from xintui.kernel.times import SHANGHAI
from xintui.simulator import sms

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0 Mobile"
DAYS = 2
"""How long the small world has been open when the first person comes."""
CLOSED_AT = 21
"""The hour of yesterday, in Shanghai, at which the world's own life ends: the same at midnight as at noon."""


@dataclass(frozen=True)
class House:
    """Where everything is, and what a person needs to get in."""

    url: str
    gateway_url: str
    password: str
    share_code: str
    title: str
    shop_login: str
    shop_name: str
    wechat: Mapping[str, str] = field(default_factory=dict)
    """Where the server finds WeChat and the SMS provider: at the gateway."""


class Watched:
    """A page and everything it did that it should not have done."""

    def __init__(self, page: Page, allowed: tuple[str, ...]) -> None:
        self.page, self.allowed, self.wrong = page, allowed, list[str]()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        page.on("request", self._asked)
        page.on("response", lambda r: self.wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("requestfailed", self._failed)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # that one is seen as a response
            self.wrong.append(f"console {message.text}")  # violations of the CSP are said here too

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # that is a page being left
            self.wrong.append(f"{request.failure} {request.url}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*self.allowed, "data:", "blob:")):
            self.wrong.append(f"outside {request.url}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A machine without a browser says so aloud; the build machine must have one."""
    mine = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in mine:
        item.add_marker(pytest.mark.browser)
    if mine and not CHROMIUM.exists() and os.environ.get("CI") != "true":
        for item in mine:
            item.add_marker(pytest.mark.skip(reason=f"NO BROWSER: {CHROMIUM} is missing, nothing was looked at"))


@pytest.fixture(scope="package")
def house(superuser_url: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The world is lived through in this process; then the server and its worker take over."""
    from django.db import connections
    from django.test import TransactionTestCase

    from xintui.infra import clock

    folder = tmp_path_factory.mktemp("gateway")
    last = clock.now().astimezone(SHANGHAI) - timedelta(days=1)
    then = last.replace(hour=CLOSED_AT, minute=0, second=0, microsecond=0)
    start = (then - timedelta(days=DAYS, hours=1)).timestamp()
    with django_db_blocker.unblock(), running_gateway(folder, alipay=True, start=start) as gateway:
        found = replace(_world(gateway.url, _free_port(), then), wechat=_outside(gateway))
        now = clock.now()
        httpx.post(f"{gateway.url}/sim/clock", json={"to": now.isoformat(), "sign_with": "wall"}, trust_env=False)
        connections.close_all()
        with _served(found, superuser_url):
            yield found
        # What was committed goes with the database: the next module gets a fresh copy (see tests/conftest.py).
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


def _world(gateway_url: str, port: int, then: datetime) -> House:
    from django.db import transaction

    from xintui.entrypoints.demo import world
    from xintui.entrypoints.demo.goods import PASSWORD, SHOPS
    from xintui.infra import tenancy
    from xintui.promotion.attribution import facade as attribution
    from xintui.promotion.promoters import facade as promoters

    with tenancy.as_platform():
        world.build(
            gateway_url, now=then, days=DAYS, say=lambda *_: None,
            shops=SHOPS[:1], people=world.PROMOTERS[:2], buyers=world.BUYERS[:3],
        )  # fmt: skip
        _shared([one.user_id for one in promoters.search(limit=2).items], then)
        with transaction.atomic():
            promoter = promoters.search(limit=1).items[0]
            link = attribution.links_of(promoter.id, limit=1).items[0]
    return House(
        url=f"http://127.0.0.1:{port}",
        gateway_url=gateway_url,
        password=PASSWORD,
        share_code=link.code,
        title=link.target.title,
        shop_login=SHOPS[0].login,
        shop_name=SHOPS[0].name,
    )


def _shared(people: list[str], now: datetime) -> None:
    """The two promoters were seen with one telephone and one account to be paid to."""
    from xintui.entrypoints import credit_graph
    from xintui.trust.graph import facade as graph
    from xintui.trust.graph.contracts import Mark, MarkKind

    kinds = (MarkKind.INSTALLATION, MarkKind.PAYEE)
    graph.note([Mark(one, kind, kind.encode(), now) for one in people for kind in kinds], now=now)
    credit_graph.refresh(now)


def _outside(gateway: Gateway) -> dict[str, str]:
    keys = gateway.keys
    wechat = {
        "API": gateway.url, "OPEN": gateway.url, "APPID": keys.appid, "APPSECRET": keys.appsecret,
        "OA_APPID": keys.oa_appid, "OA_APPSECRET": keys.oa_secret,
    }  # fmt: skip
    named = {f"XINTUI_WECHAT_{name}": value for name, value in wechat.items()}
    return named | sms.account(keys) | {"XINTUI_SMS_API": gateway.url}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def _served(house: House, database_url: str) -> Iterator[None]:
    """`xintui serve`: granian and the worker, as a person starts them."""
    from django.conf import settings

    port = house.url.rpartition(":")[2]
    environment = (
        os.environ
        | house.wechat
        | {
            "XINTUI_CLOSE_AT": "00:00",  # yesterday is closed whatever the hour is
            "XINTUI_DATABASE_URL": database_url,
            "XINTUI_SECRET_KEY": settings.SECRET_KEY,
            "XINTUI_PUBLIC_URL": house.url,
            "XINTUI_WECHATPAY_NOTIFY": f"{house.url}/callbacks/wechat",
            "XINTUI_ALIPAY_NOTIFY": f"{house.url}/callbacks/alipay",
        }
    )
    command = [sys.executable, "-m", "xintui.entrypoints.cli", "serve", "--port", port]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        _wait(house.url, child)
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        said, _ = child.communicate(timeout=30)
        print(said)


def _wait(url: str, child: "subprocess.Popen[str]") -> None:
    for _ in range(600):
        assert child.poll() is None, child.stdout.read() if child.stdout else ""
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/readyz", trust_env=False, timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.fixture(scope="package")
def chromium(house: House) -> Iterator[Browser]:
    """Chromium, after the last Django query of this process: Playwright's loop forbids them from here on."""
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing"
    with sync_playwright() as playwright, mock.patch.dict(os.environ, {"NO_PROXY": "*"}):
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def context(chromium: Browser, house: House, *, phone: bool = False, wide: int = 1440) -> BrowserContext:
    """A person's own browser."""
    size: Any = {"width": 390, "height": 844} if phone else {"width": wide, "height": 900}
    more: dict[str, Any] = {"is_mobile": True, "has_touch": True, "user_agent": PHONE} if phone else {}
    made = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=house.url, **more)
    made.set_default_timeout(20_000)
    return made


@pytest.fixture
def watch(house: House) -> Any:
    """Opens a watched page in a context; at the end none may have done anything wrong."""
    seen: list[Watched] = []

    def opened(where: BrowserContext) -> Page:
        watched = Watched(where.new_page(), (house.url, house.gateway_url))
        seen.append(watched)
        return watched.page

    yield opened
    assert [wrong for one in seen for wrong in one.wrong] == []


Opened = Callable[[BrowserContext], Page]


def enter(page: Page, house: House, site: str, login: str, *, refused: bool = False) -> None:
    """Through the login page of a console."""
    page.goto(f"/{site}/")
    page.get_by_label("登录名或手机号").fill(login)
    page.get_by_label("密码").fill(house.password)
    page.get_by_role("button", name="登录").click()
    if not refused:
        page.wait_for_url(f"**/{site}/")

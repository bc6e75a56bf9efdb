"""推广名额: a shop opens two seats, trust goes first, the next comes at everybody's hour, the third waits and is told.

Hours do not pass while one watches, so the roster's own times are moved instead; everything else is done by people.
"""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_disputes import drawn
from tests.browser.test_m_pages import PROMOTERS, Client, ready
from tests.browser.test_quality import inside, told
from xintui.kernel.times import SHANGHAI

TITLE = "头春芽茶编号罐"
THIRD = "tuike3"
PEOPLE = """
from datetime import datetime, timedelta, UTC
import django
django.setup()
from django.db import transaction
from tests.promotion import people
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import tenancy
from xintui.promotion.promoters import facade as promoters
from xintui.trust.credit.models import Score
now = datetime.now(UTC) - timedelta(hours=1)
with tenancy.as_platform(), transaction.atomic():
    user = identity.create_user(
        display_name="第三位", login="{third}", password="{password}", roles=[(Role.BUYER, ""), (Role.PROMOTER, "")],
        now=now,
    ).user_id
    number = people.IdentityInfo(people.PromoterKind.INDIVIDUAL, "张小明", people.id_number(321))
    promoters.apply_identity(user, number, now=now)
    promoters.apply_agreement(user, version=promoters.agreement().version, answers=people.right(), now=now)
    promoters.apply_payee(user, channel=people.PayeeChannel.WECHAT, account="openid-321", holder="张小明", now=now)
    promoters.set_level("{gold}", "gold", actor="test", reason="promotion_rule", now=now)
    row = {{"score": 800, "points": [], "values_bp": [], "as_of": now.date(), "version": "2026-11"}}
    Score.objects.update_or_create(subject_id="{gold}", scale="credit", defaults=row)
"""
"""In a process of its own: a third promoter joins, and the first one's trust is what months would have made it."""


def arrive(house: House, database_url: str, gold: str) -> None:
    said = PEOPLE.format(third=THIRD, password=house.password, gold=gold)
    where = {
        "XINTUI_DATABASE_URL": database_url, "XINTUI_SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "xintui.entrypoints.settings",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", said], env=os.environ | where, check=True, timeout=120)


def opens_in(database_url: str, roster_id: str, hours: float) -> None:
    """As if it had been announced in time for this."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE rosters_roster SET opens_at = now() + %(h)s, public_at = now() + %(h)s - interval '3 days',"
            " announced_at = now() + %(h)s - interval '9 days' WHERE id = %(id)s",
            {"h": timedelta(hours=hours), "id": roster_id},
        )


def product(shop: Client) -> Any:
    picture = shop.http.post("/catalog/pictures", content=drawn()).json()["id"]
    skus = [{"spec": "一罐", "price_fen": 900, "total_qty": 60}]
    made = shop.post("/catalog/mine", {"title": TITLE, "category": "tea", "pictures": [picture], "skus": skus})
    return shop.post(f"/catalog/mine/{made['id']}/list", {})


def announced(shop: Page, house: House) -> None:
    """By the form, then by the button that says what it does."""
    enter(shop, house, "merchant", house.shop_login)
    shop.goto("/merchant/rosters/open/")
    at = datetime.now(SHANGHAI) + timedelta(days=5)
    shop.get_by_label("商品").select_option(label=TITLE)
    shop.get_by_label("名额").fill("2")
    shop.get_by_label("开放时间").fill(f"{datetime.now(SHANGHAI):%Y-%m-%dT%H:%M}")
    shop.get_by_label("结束时间").fill(f"{at + timedelta(days=9):%Y-%m-%dT%H:%M}")
    shop.get_by_label("给推客的话").fill("一罐一号，先看茶样")
    shop.get_by_role("button", name="保存草稿").click()
    expect(shop.get_by_text("开放时间至少在 48 小时之后")).to_be_visible()
    shop.get_by_label("开放时间").fill(f"{at:%Y-%m-%dT%H:%M}")
    shop.get_by_role("button", name="保存草稿").click()
    expect(shop.get_by_role("img", name="2 个名额，已领 0")).to_be_visible()
    shop.locator("a[href$='/announce/']").click()
    expect(shop.get_by_text("新链接只给有名额的推客")).to_be_visible()
    shop.get_by_label("原因").fill("茶已入库")
    shop.get_by_role("button", name="确认").click()
    expect(shop.get_by_text("预告中").first).to_be_visible()


def at_the_roster(page: Page, roster_id: str) -> None:
    page.goto(f"/m/promoter/roster?id={roster_id}")
    ready(page)


def test_two_seats_three_promoters_and_a_line(
    chromium: Browser, house: House, watch: Opened, superuser_url: str
) -> None:
    keeper, first = Client(house, house.shop_login), Client(house, PROMOTERS[0])
    arrive(house, superuser_url, first.get("/promoter/me")["promoter"]["id"])
    thing = product(keeper)
    with (
        context(chromium, house) as counter, context(chromium, house, phone=True) as a,
        context(chromium, house, phone=True) as b, context(chromium, house, phone=True) as c,
    ):  # fmt: skip
        shop, gold, plain, third = watch(counter), watch(a), watch(b), watch(c)
        announced(shop, house)
        found = keeper.get("/shop/rosters?state=announced")["items"]
        roster = next(one for one in found if one["product_title"] == TITLE)
        inside(gold, house, PROMOTERS[0], "/promoter/campaigns")
        inside(plain, house, PROMOTERS[1], "/promoter/campaigns")
        inside(third, house, THIRD, "/promoter/campaigns")
        expect(gold.get_by_test_id("preview")).to_contain_text("让您再早 3 天看到")
        expect(plain.get_by_test_id("roster").filter(has_text=TITLE)).to_have_count(0)
        gold.get_by_test_id("roster").filter(has_text=TITLE).click()
        gold.wait_for_url("**/promoter/roster**")
        expect(gold.get_by_test_id("countdown")).to_contain_text("天")
        expect(gold.get_by_test_id("perk-priority_goods")).to_have_text("提前 24 小时")
        expect(gold.get_by_test_id("why")).to_contain_text("至多 50%")
        _hours(gold, plain, superuser_url, roster["id"])
        _asked_for_a_seat(plain, thing["id"])
        _line(gold, plain, third, superuser_url, roster["id"])
        told(third, f"「{TITLE}」空出一个名额，按候补顺序归您")
        at_the_roster(third, roster["id"])
        expect(third.get_by_test_id("state")).to_have_text("已有名额")
        third.get_by_test_id("link").click()
        third.wait_for_url("**/promoter/share**")
        expect(third.get_by_text("专属链接").first).to_be_visible()
        shop.goto(f"/merchant/rosters/roster/{roster['id']}/change/")
        expect(shop.get_by_role("img", name="2 个名额，已领 2")).to_be_visible()
        shop.get_by_role("link", name="名单与候补").click()
        expect(shop.locator("#result_list")).to_contain_text("已退回")
        expect(shop.locator("#result_list tbody tr")).to_have_count(3)


def _hours(gold: Page, plain: Page, database_url: str, roster_id: str) -> None:
    """Twenty hours before it opens: hers has come, his counts down."""
    opens_in(database_url, roster_id, 20)
    at_the_roster(gold, roster_id)
    gold.get_by_test_id("claim").click()
    expect(gold.get_by_test_id("state")).to_have_text("已有名额")
    expect(gold.get_by_test_id("taken")).to_have_text("已领 1 / 2")
    at_the_roster(plain, roster_id)
    expect(plain.get_by_test_id("countdown")).to_contain_text("19 小时")
    expect(plain.get_by_test_id("says")).to_contain_text("还没到您可以领取的时间")
    expect(plain.get_by_test_id("claim")).to_have_count(0)


def _asked_for_a_seat(plain: Page, product_id: str) -> None:
    """A new link is refused with the hour, and leads to the roster; on a page whose refusal is wanted."""
    page = plain.context.new_page()
    page.goto(f"/m/promoter/share?kind=product&id={product_id}")
    needed = page.get_by_test_id("seat-needed")
    expect(needed).to_contain_text("2 个名额")
    expect(needed).to_contain_text("您已有的链接照常计佣")
    needed.get_by_text("看看名额").click()
    page.wait_for_url("**/promoter/roster**")
    page.close()


def _line(gold: Page, plain: Page, third: Page, database_url: str, roster_id: str) -> None:
    """Everybody's hour: he has the second seat, the third stands in line, the first gives back."""
    opens_in(database_url, roster_id, -0.1)
    at_the_roster(plain, roster_id)
    plain.get_by_test_id("claim").click()
    expect(plain.get_by_test_id("taken")).to_have_text("已领 2 / 2")
    at_the_roster(third, roster_id)
    expect(third.get_by_test_id("says")).to_contain_text("2 个名额已满")
    third.get_by_test_id("wait").click()
    expect(third.get_by_test_id("ahead")).to_have_text("前面 0 位")
    at_the_roster(gold, roster_id)
    gold.get_by_test_id("give-back").click()
    gold.get_by_text("确定", exact=True).click()
    expect(gold.get_by_test_id("state")).to_have_text("已领满")

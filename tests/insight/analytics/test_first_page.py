"""The first pages of both consoles: the charts' numbers, their CSV, who may see and take them, and what waits."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.commerce.test_consoles import read, sitting
from tests.insight.analytics.world import T0, first_day, later_days, told
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.insight.analytics import rules
from xintui.insight.analytics.admin import TITLES
from xintui.kernel.times import accounting_date

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=3, hours=2)


@pytest.fixture(autouse=True)
def _still(settings: object) -> Iterator[None]:
    settings.TOTP_REQUIRED = False  # type: ignore[attr-defined]
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def drawn(page: str) -> dict[str, object]:
    found = re.search(r'<script id="xa-drawn" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found.group(1)))


def taken(client: Client, path: str) -> list[list[str]]:
    with tenancy.as_nobody():
        answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_platform_reads_its_numbers_with_names_and_what_they_mean() -> None:
    street = first_day()
    later_days(street)
    told()
    page = read(sitting("ops", "boss", Role.OPERATOR), "/ops/?days=7")
    text = plain(page)
    for shown in (
        "净销售额",
        "¥139.00",
        "¥183.90",
        "客单价 ¥91.95",
        "¥44.90",
        "2 笔，占成交额 24.4%",
        "统计截至 11-04 11:00",
    ):
        assert shown in text, shown
    assert "净销售额 = 当天收到的钱" in text
    assert "自然成交另计：下单 2，付款 1，留存 0" in text
    assert f'href="/ops/catalog/product/{street.green.id}/change/">明前龙井</a>' in page
    assert f'href="/ops/merchants/merchant/{street.tea.id}/change/">云雾茶行</a>' in page
    assert 'title="浙江：净销售额 ¥139.00，1 单"' in page and 'title="西藏：净销售额 ¥0.00，0 单"' in page
    line = drawn(page)["lines"]
    assert line["net"]["now"] == [0, 0, 0, 14_400, 3_990, 0, -4_490]  # type: ignore[index]
    assert line["net"]["before"] == [0] * 7  # type: ignore[index]


def test_a_shop_reads_only_its_own_numbers() -> None:
    street = first_day()
    later_days(street)
    told()
    page = read(sitting("merchant", "owner", Role.MERCHANT_OWNER, street.fruit.id), "/merchant/?days=7")
    assert drawn(page)["lines"]["net"]["now"] == [0, 0, 0, 0, 3_990, 0, -3_990]  # type: ignore[index]
    assert "明前龙井" not in page and "云雾茶行" not in page and street.tea.id not in page and "店铺排行" not in page
    parcels = sitting("merchant", "service", Role.MERCHANT_SERVICE, street.fruit.id)
    assert "经营概览" not in read(parcels, "/merchant/") and "待发货" in read(parcels, "/merchant/")


def test_each_chart_can_be_taken_along_as_csv_and_that_is_on_record() -> None:
    street = first_day()
    later_days(street)
    told()
    client = sitting("ops", "boss", Role.OPERATOR)
    trend = taken(client, "/ops/analytics/trend.csv?days=7")
    assert trend[0] == ["日期", "下单", "付款订单", "件数", "成交（元）", "退款（元）", "净销售（元）"]
    assert trend[4] == ["2026-11-01", "3", "1", "2", "144.00", "0.00", "144.00"]
    assert trend[7] == ["2026-11-04", "0", "0", "0", "0.00", "44.90", "-44.90"]
    assert taken(client, "/ops/analytics/provinces.csv?days=7")[1] == ["浙江", "1", "2", "144.00", "5.00", "139.00"]
    assert taken(client, "/ops/analytics/channels.csv?days=7")[1][:3] == ["微信群", "1", "1"]
    assert taken(client, "/ops/analytics/funnel.csv?days=7")[1:3] == [
        ["点击", "1", ""],
        ["下单", "1", "上一步的 100.0%"],
    ]
    for chart in TITLES:
        assert len(taken(client, f"/ops/analytics/{chart}.csv?days=30")) > 1
    found = AuditEntry.objects.filter(action="console.export").values_list("object_id", "after")
    assert ("analytics.trend", {"rows": 7}) in list(found)


def test_a_name_that_looks_like_a_formula_is_no_formula_in_the_csv() -> None:
    from tests.commerce import world
    from tests.insight.analytics.world import ordered, pays

    shop = world.shop("阳光果园")
    trap = world.goods(shop, '=HYPERLINK("http://x","买")', ("5斤", 1_000, 9))
    pays(ordered("usr01JIA", trap.skus[0].id, 1, "=cmd|省"), at=T0)
    told()
    client = sitting("ops", "boss", Role.OPERATOR)
    assert taken(client, "/ops/analytics/products.csv")[1][1] == '\'=HYPERLINK("http://x","买")'
    assert taken(client, "/ops/analytics/provinces.csv")[1][0] == "其他地区"


@pytest.mark.parametrize("chart", [*TITLES, "secrets"])
def test_who_may_not_take_numbers_along_gets_none(chart: str) -> None:
    street = first_day()
    told()
    goods = sitting("merchant", "goods", Role.MERCHANT_GOODS, street.tea.id)
    assert "导出经营趋势" not in read(goods, "/merchant/")
    owner = sitting("merchant", "owner", Role.MERCHANT_OWNER, street.fruit.id)
    with tenancy.as_nobody():
        assert goods.get(f"/merchant/analytics/{chart}.csv").status_code == 403
        assert owner.get(f"/ops/analytics/{chart}.csv").status_code in (302, 403)
        answer = owner.get(f"/merchant/analytics/{chart}.csv?days=30")
    if chart in ("shops", "secrets"):
        assert answer.status_code == 404
    else:
        assert "龙井" not in answer.content.decode() and "微信群" not in answer.content.decode()


def test_a_shop_without_any_order_is_told_so() -> None:
    from tests.commerce import world

    page = plain(read(sitting("merchant", "owner", Role.MERCHANT_OWNER, world.shop("新店").id), "/merchant/"))
    assert "统计任务尚未运行" in page and "这段时间没有成交" in page and "没有点击，也没有成交" in page


def test_the_first_page_asks_the_same_number_of_questions_however_many_sold() -> None:
    def asked(client: Client) -> int:
        read(client, "/ops/")  # warm: content types, translations
        with CaptureQueriesContext(connection) as caught:
            read(client, "/ops/?days=90")
        return len(caught)

    street = first_day()
    told()
    client = sitting("ops", "boss", Role.OPERATOR)
    before = asked(client)
    later_days(street)
    told()
    assert asked(client) == before


def test_work_that_waits_is_counted_with_its_age_and_what_is_late_is_red() -> None:
    street = first_day()
    later_days(street)
    merchants.register(name="新来的店", contact_name="赵", contact_phone="13912345670", actor="usr01X", now=T0)
    client = sitting("ops", "boss", Role.OPERATOR)
    page = read(client, "/ops/")
    assert '<li class="bad"><a href="/ops/merchants/merchant/?state__exact=applied">' in page
    text = plain(page)
    assert "商家入驻审核 1 1 笔已逾期 最早已等 3 天" in text
    assert (
        '<a href="/ops/orders/aftersale/?state__exact=applied">待处理售后</a>' in page
    )  # nothing waits: one quiet line
    waits = page[page.index('aria-label="待办"') : page.index("</section>")]
    lists = re.findall(r'<a href="(/ops/[^"]+)">', waits)
    assert len(lists) == 23
    for href in lists:
        assert "错误" not in read(client, href.replace("&amp;", "&")), href  # each leads to its list
    assert "待审提现" in text and "对账差异" in text
    watching = plain(read(sitting("ops", "seer", Role.AUDITOR), "/ops/"))
    assert "商家入驻审核" not in watching and "净销售额" in watching  # looks on, decides nothing


def test_rules_say_changes_and_levels_without_dividing_by_nothing() -> None:
    assert [rules.change(*pair) for pair in ((110, 100), (90, 100), (5, 0), (0, 0), (100, 100), (995, 1000))] == [
        "+10.0%", "-10.0%", "上期无数据", "—", "+0.0%", "-0.5%",
    ]  # fmt: skip
    assert rules.share(1, 3) == "33.3%" and rules.share(1, 0) == "—"
    assert [rules.level(value, 100) for value in (-5, 0, 1, 4, 5, 36, 64, 65, 100)] == [0, 0, 1, 1, 2, 3, 4, 5, 5]
    assert len(rules.PROVINCES) == 34 and len({place[1:] for place in rules.PROVINCES.values()}) == 34
    assert rules.period("7", accounting_date(NOW)).days == 7
    with pytest.raises(rules.BadPeriod, match="7、30、90"):
        rules.period("365", accounting_date(NOW))

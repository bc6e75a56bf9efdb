"""投诉 at both consoles: a shop answers and proves its side, the platform rules and records what was recovered."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.commerce.disputes.hands import (
    BOUGHT,
    NOW,
    arrives,
    filed,
    heard,
    now_is,
    photo,
    received,
    said,
    secured,
    seller,
    shop_of,
)
from tests.promotion.commission.test_console import PASSWORD, sitting
from tests.promotion.test_consoles import press as pressed
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import Stand, State
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.infra.console import called
from xintui.trust.appeals import facade as appeals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def ask(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def press(client: Client, page: str, number: str, verb: str, given: dict[str, str]) -> None:
    with tenancy.as_nobody():
        assert pressed(client, f"{page}/{number}/{verb}/", **given) in {200, 302}


def test_a_shop_sees_its_queue_hands_in_pictures_answers_and_fetches_the_pack(pot: Product) -> None:
    secured(shop_of(pot))
    found = filed(received(pot))
    facade.add_picture(found.dispute.id, photo(), by=BOUGHT, now=NOW, words="壶嘴断了")
    keeper = sitting("merchant", "keeper", Role.MERCHANT_OWNER, pot.merchant_id)
    assert "待答复的投诉" in ask(keeper, "/merchant/")
    page = ask(keeper, f"/merchant/disputes/case/{found.dispute.id}/change/")
    for word in ("破损、变质或有质量问题", "打开就是碎的", "商家 剩 2 天 0 小时", "壶嘴断了", "¥168.00", "尚未答复"):
        assert word in page, word
    listed = ask(keeper, "/merchant/disputes/case/")
    assert '<span class="xt-pill xt-wait">待对方答复</span>' in listed and f">{found.dispute.id[-8:]}</span>" in listed
    assert f">{found.dispute.id}<" not in listed
    papers = f"/merchant/disputes/{found.dispute.id}/papers/"
    with tenancy.as_nobody():
        upload = SimpleUploadedFile("发货.jpg", photo(30), content_type="image/jpeg")
        junk = SimpleUploadedFile("坏的.jpg", b"junk", content_type="image/jpeg")
        answer = keeper.post(papers, {"pictures": [upload, junk], "words": "称重封箱"}, follow=True)
        told = answer.content.decode()
        assert "已提交 1 份" in told and "坏的.jpg：" in told and "称重封箱" in told
        pack = keeper.post(papers, {"verb": "pack"})
    assert pack.headers["Content-Type"] == "application/zip" and pack.content[:4] == b"PK\x03\x04"
    press(keeper, "/merchant/disputes/case", found.dispute.id, "contest", {"said": "出厂前全检"})
    assert now_is(found).dispute.state is State.ARBITRATION
    assert AuditEntry.objects.filter(action="disputes.contest", object_id=found.dispute.id).exists()


def test_another_shop_sees_nothing(pot: Product, cup: Product) -> None:
    found = filed(received(pot))
    other = sitting("merchant", "other", Role.MERCHANT_OWNER, cup.merchant_id)
    with tenancy.as_nobody():
        assert other.get(f"/merchant/disputes/{found.dispute.id}/papers/").status_code == 404
        assert "紫砂壶" not in other.get("/merchant/disputes/case/").content.decode()


def test_the_platform_rules_by_the_file_and_records_what_came_back(pot: Product) -> None:
    secured(shop_of(pot))
    found = filed(received(pot))
    number = found.dispute.id
    said(found, Stand.CONTEST)
    boss = sitting("ops", "boss", Role.OPERATOR)
    assert "待裁决的投诉" in ask(boss, "/ops/")
    page = ask(boss, f"/ops/disputes/case/{number}/change/")
    for word in ("适用规则", "消费者权益保护法", "双方都还没有提交证据", "账本分录", "陶艺坊", "转平台裁决"):
        assert word in page, word
    press(boss, "/ops/disputes/case", number, "award", {"said": "支持", "yuan": "1000"})
    assert now_is(found).dispute.state is State.ARBITRATION  # more than was asked for: refused in a sentence
    press(boss, "/ops/disputes/case", number, "award", {"said": "照片可见破损", "yuan": "100.50"})
    arrives(found)
    one = now_is(found).dispute
    assert (one.state, one.paid_fen, one.ruling) == (State.PAID, 100_50, "照片可见破损")
    keeper = sitting("merchant", "keeper", Role.MERCHANT_OWNER, pot.merchant_id)
    press(keeper, "/merchant/disputes/case", number, "appeal", {"said": "有质检报告"})
    [appeal] = appeals.appeals().items
    press(boss, "/ops/appeals/appeal", appeal.id, "grant", {"answer": "质检报告属实，改判"})
    heard()
    money = sitting("ops", "caiwu", Role.FINANCE)
    back = {"yuan": "100.50", "reference": "ICBC-1", "reason": "买家已退回", "proof": PASSWORD}
    press(money, "/ops/disputes/case", number, "recover", back)
    assert (now_is(found).dispute.state, now_is(found).dispute.recovered_fen) == (State.REVERSED, 100_50)


def test_the_list_as_a_file_names_the_shop(pot: Product) -> None:
    secured(shop_of(pot))
    found = filed(received(pot))
    desk = sitting("ops", "yunying", Role.OPERATOR)
    name = called([pot.merchant_id])[pot.merchant_id]
    assert name in ask(desk, "/ops/disputes/case/")
    wish = {"action": "export_csv", "_selected_action": found.dispute.id, "index": "0"}
    with tenancy.as_nobody():
        csv = desk.post("/ops/disputes/case/", wish).content.decode("utf-8-sig")
    head, row = csv.strip().splitlines()
    assert head.split(",")[:3] == ["商品", "商家", "事由"] and row.split(",")[1] == name


def test_who_may_only_look_has_no_buttons(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.CONTEST, by=seller(pot.merchant_id))
    page = ask(sitting("ops", "shenji", Role.AUDITOR), f"/ops/disputes/case/{found.dispute.id}/change/")
    assert "裁决：支持买家" not in page and "案卷" in page

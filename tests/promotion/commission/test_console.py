"""起草方案 at the consoles: words and percentages in, a draft out, and before that what 100 yuan would pay."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.commerce.world import shop
from tests.promotion.commission.sales import DAY, T0, publish
from xintui.commerce.catalog import facade as catalog
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import DraftState
from xintui.promotion.commission.models import CommissionDraft

pytestmark = pytest.mark.django_db
NOW = T0 + 10 * DAY
PASSWORD = "Tangerine-42-boats"
PAGE = "/{}/commission/propose/"


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(NOW)
    catalog.set_category("tea", "茶叶", position=1)
    catalog.set_category("fruit", "水果", position=2)
    yield
    clock.set_for_story(None)


def sitting(site: str, login: str, role: Role, merchant_id: str = "") -> Client:
    identity.create_user(display_name="坐班", login=login, password=PASSWORD, roles=[(role, merchant_id)], now=NOW)
    client = Client()
    with tenancy.as_nobody():
        assert client.post(f"/{site}/login/", {"username": login, "password": PASSWORD}).status_code == 302
    return client


def lines(*rules: dict[str, str], kept: int = 0, tiers: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """The form's lines as a browser sends them."""
    sent = {"rule-TOTAL_FORMS": str(len(rules)), "rule-INITIAL_FORMS": str(kept)}
    sent |= {f"rule-{n}-{name}": value for n, rule in enumerate(rules) for name, value in rule.items()}
    sent |= {"tier-TOTAL_FORMS": str(len(tiers)), "tier-INITIAL_FORMS": "0"}
    for n, (start, percent) in enumerate(tiers):
        sent |= {f"tier-{n}-from_yuan": start, f"tier-{n}-percent": percent}
    return sent


def head(**more: str) -> dict[str, str]:
    return {"version": "v2", "freeze_days": "7", "auto_receipt_days": "10", "note": ""} | more


def post(client: Client, site: str, verb: str, sent: dict[str, str], after: str = "") -> Any:
    with tenancy.as_nobody():
        return client.post(PAGE.format(site) + after, {"verb": verb, **sent})


def table(page: str) -> list[list[str]]:
    """The preview as a person reads it."""
    rows = re.findall(r"<tr>(<td>.*?)</tr>", page, re.S)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]


def test_an_operator_sees_what_a_hundred_yuan_would_pay_and_then_keeps_the_draft() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    desk = sitting("ops", "boss", Role.OPERATOR)
    page = desk.get(PAGE.format("ops")).content.decode()
    assert 'value="8"' in page and "全部商品" in page
    sent = head(note="茶叶季") | lines(
        {"kept": "base", "percent": "7.5", "priority": "0"},
        {"kept": "", "category": "tea", "percent": "12.5", "cap": "12", "priority": "5"},
        {"kept": ""},
        kept=1, tiers=(("2000", "1"),),
    )  # fmt: skip
    seen = table(post(desk, "ops", "look", sent).content.decode())
    assert seen == [
        ["其余商品", "¥8.00", "¥7.50", "-¥0.50"],
        ["类目为茶叶", "¥8.00", "¥12.00", "+¥4.00"],
        ["类目为水果", "¥8.00", "¥7.50", "-¥0.50"],
    ]
    assert not CommissionDraft.objects.exists()
    kept = post(desk, "ops", "keep", sent)
    made = CommissionDraft.objects.get()
    assert kept.url == f"/ops/commission/commissiondraft/{made.id}/change/"
    assert (made.version, made.note, made.body["freeze_days"]) == ("v2", "茶叶季", 7)
    assert made.body["rules"] == [
        {"id": "base", "priority": 0, "match": {}, "rate_bp": 750},
        {"id": "r1", "priority": 5, "match": {"category": ["tea"]}, "rate_bp": 1250, "cap_fen": 1200},
    ]
    assert made.body["tiers"] == [{"from_fen": 200_000, "rate_bp": 100}]
    assert AuditEntry.objects.get(action="commission.draft").after["rules"] == {"base": "7.5%", "r1": "12.5%"}


def test_a_draft_is_changed_in_the_same_form_until_somebody_has_decided() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    desk = sitting("ops", "boss", Role.OPERATOR)
    sent = head() | lines({"kept": "base", "percent": "9"}, {"kept": "", "category": "tea", "percent": "9"}, kept=1)
    post(desk, "ops", "keep", sent)
    made = CommissionDraft.objects.get()
    page = desk.get(f"{PAGE.format('ops')}{made.id}/").content.decode()
    assert "类目为茶叶" in page and 'value="9"' in page
    dropped = head() | lines({"kept": "base", "percent": "10"}, {"kept": "r1", "percent": "9", "drop": "on"}, kept=2)
    assert post(desk, "ops", "keep", dropped, f"{made.id}/").status_code == 302
    made.refresh_from_db()
    assert [(rule["id"], rule["rate_bp"]) for rule in made.body["rules"]] == [("base", 1000)]
    commission.drop_draft(made.id, actor="x", now=NOW)
    assert "commissiondraft" in post(desk, "ops", "keep", dropped, f"{made.id}/").url
    made.refresh_from_db()
    assert (made.state, made.body["rules"][0]["rate_bp"]) == (DraftState.WITHDRAWN, 1000)


def test_an_owner_proposes_for_the_own_goods_alone_and_only_the_owner_does() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    owner = sitting("merchant", "teaowner", Role.MERCHANT_OWNER, tea.id)
    sent = {"note": "全店让利"} | lines({"kept": "", "percent": "10"})
    page = post(owner, "merchant", "look", sent).content.decode()
    assert table(page)[0] == ["其余商品", "¥8.00", "¥10.00", "+¥2.00"]
    assert "阳光果园" not in page
    assert post(owner, "merchant", "keep", sent).status_code == 302
    made = CommissionDraft.objects.get()
    assert (made.merchant_id, made.body["rules"]) == (
        tea.id, [{"id": "r1", "priority": 0, "match": {"merchant_id": [tea.id]}, "rate_bp": 1000}],
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="commission.propose").count() == 1
    other = sitting("merchant", "fruitowner", Role.MERCHANT_OWNER, fruit.id)
    assert post(other, "merchant", "keep", sent, f"{made.id}/").url == "/merchant/commission/commissiondraft/"
    for site, role, place in (("merchant", Role.MERCHANT_FINANCE, tea.id), ("ops", Role.AUDITOR, "")):
        assert post(sitting(site, f"x{role}", role, place), site, "keep", head() | sent).status_code == 403
    assert CommissionDraft.objects.count() == 1


def test_what_cannot_be_a_plan_is_told_and_nothing_is_kept() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    desk = sitting("ops", "boss", Role.OPERATOR)
    for sent, says in (
        (head() | lines({"kept": "base", "percent": "101"}, kept=1), "100"),
        (head() | lines({"kept": "gone", "percent": "5"}, kept=1), "请重新打开本页"),
        (head(version="v1") | lines({"kept": "base", "percent": "5"}, kept=1), "v1"),
        (head() | lines({"kept": "base", "percent": "5", "drop": "on"}, kept=1), "至少要有一条"),
    ):
        assert says in post(desk, "ops", "keep", sent).content.decode()
    assert not CommissionDraft.objects.exists()


def test_a_rule_for_a_few_days_is_written_with_its_times_and_stands_there_when_the_draft_is_opened_again() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    desk = sitting("ops", "boss", Role.OPERATOR)
    days = {"valid_from": "2027-01-11T00:00", "valid_to": "2027-01-12T00:00"}
    sent = head() | lines(
        {"kept": "base", "percent": "8"}, {"kept": "", "category": "tea", "percent": "20"} | days, kept=1
    )
    page = post(desk, "ops", "look", sent).content.decode()
    assert ["类目为茶叶", "¥8.00", "¥8.00", "¥20.00", "不变"] in table(page)
    post(desk, "ops", "keep", sent)
    made = CommissionDraft.objects.get()
    assert made.body["rules"][1] == {
        "id": "r1", "priority": 0, "match": {"category": ["tea"]}, "rate_bp": 2000,
        "valid_from": "2027-01-11T00:00:00+08:00", "valid_to": "2027-01-12T00:00:00+08:00",
    }  # fmt: skip
    again = desk.get(f"{PAGE.format('ops')}{made.id}/").content.decode()
    assert 'value="2027-01-11T00:00"' in again and 'value="2027-01-12T00:00"' in again
    page = desk.get(f"/ops/commission/commissiondraft/{made.id}/change/").content.decode()
    assert "2027-01-11 00:00 起 2027-01-12 00:00 前" in page
    wrong = lines(
        {"kept": "base", "percent": "8"} | {"valid_from": days["valid_to"], "valid_to": days["valid_from"]}, kept=1
    )
    assert "结束时间应晚于开始时间" in post(desk, "ops", "look", head() | wrong).content.decode()


def test_the_author_of_the_platforms_draft_cannot_publish_it_and_finance_can() -> None:
    publish({"id": "base", "priority": 0, "match": {}, "rate_bp": 800})
    desk, money = sitting("ops", "boss", Role.OPERATOR), sitting("ops", "books", Role.FINANCE)
    post(desk, "ops", "keep", head() | lines({"kept": "base", "percent": "9"}, kept=1))
    made = CommissionDraft.objects.get()
    press = {"_form_submitted": "1", "reason": "年度调整", "in_force_from": ""}
    desk.post(f"/ops/commission/commissiondraft/{made.id}/publish/", press)
    page = desk.get(f"/ops/commission/commissiondraft/{made.id}/change/").content.decode()
    assert "平台方案须由起草人以外的同事发布" in page
    money.post(f"/ops/commission/commissiondraft/{made.id}/publish/", press)
    made.refresh_from_db()
    assert (made.state, made.decided_by == made.created_by) == (DraftState.PUBLISHED, False)

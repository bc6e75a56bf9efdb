"""The promotion pages of the operators' console: lists, details, buttons, and who may press them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.promotion.money import earn, withdrawn
from tests.promotion.people import NOW, applied, promoter
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind, Visitor
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import State
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PromoterKind

pytestmark = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"


@pytest.fixture
def seat() -> Any:
    """Somebody sits down at the operators' console."""
    clock.set_for_story(NOW)

    def sit(login: str, *roles: Role) -> Client:
        identity.create_user(
            display_name=login, login=login, password=PASSWORD, roles=[(role, "") for role in roles], now=NOW
        )
        client = Client()
        assert client.post("/ops/login/", {"username": login, "password": PASSWORD, "otp": ""}).status_code == 302
        return client

    yield sit
    clock.set_for_story(None)


def press(client: Client, url: str, **given: str) -> int:
    return int(client.post(url, {"_form_submitted": "1", **given}).status_code)


def test_every_list_and_detail_opens_and_shows_no_full_name_or_account(seat: Any) -> None:
    one = promoter(1)
    earn(one.id, 20_000_00)
    paid = withdrawn(one.id, 8_000_00)
    link = attribution.create_link(one.id, Target(TargetKind.SHOP, "mch1", "mch1", "茶铺"), Channel.GROUP, now=NOW)
    attribution.touch(link.code, Visitor("visitor-1", "", "Mozilla/5.0 (iPhone)"), now=NOW)
    frozen = attribution.freeze("usrbuyer", "visitor-1", ["mch1"], now=NOW)["mch1"]
    boss = seat("boss", Role.OPERATOR, Role.FINANCE)
    pages = {
        "/ops/": "待审核申请",
        "/ops/promoters/promoter/": one.id,
        f"/ops/promoters/promoter/{one.id}/change/": "自动通过",
        "/ops/promoters/payee/": one.id,
        "/ops/promoters/levelchange/": one.id,
        "/ops/promoters/policy/": "2026-11",
        "/ops/attribution/attribution/": frozen.attribution_id,
        f"/ops/attribution/attribution/{frozen.attribution_id}/change/": "重算一致",
        "/ops/attribution/link/": link.id,
        "/ops/attribution/window/": "最后点击",
        "/ops/attribution/lock/": "锁客",
        "/ops/payouts/withdrawal/": "7,958.00",
        f"/ops/payouts/withdrawal/{paid.id}/change/": "本次预扣",
        "/ops/payouts/taxyear/": "8,000.00",
        "/ops/payouts/taxline/": paid.id,
        "/ops/payouts/cap/": one.id,
        "/ops/payouts/policy/": "2026-11",
    }
    for page, word in pages.items():
        answer = boss.get(page)
        text = answer.content.decode()
        assert (answer.status_code, word in text) == (200, True), page
        assert "张小明" not in text and "openid-00000001" not in text, page


def test_reviewers_decide_with_a_reason_code_and_auditors_only_look(seat: Any) -> None:
    waiting = applied(1, kind=PromoterKind.COMPANY)
    url = f"/ops/promoters/promoter/{waiting.id}/approve/"
    press(seat("audit", Role.AUDITOR), url, code="approved", reason="营业执照已核")
    assert promoters.one(waiting.id).state.value == "review"
    press(seat("look", Role.REVIEWER), url, code="approved", reason="营业执照已核")
    assert promoters.one(waiting.id).is_active
    line = AuditEntry.objects.get(action="promoters.approve")
    assert (line.object_id, line.reason, line.after["code"]) == (waiting.id, "营业执照已核", "approved")


def test_two_finance_people_approve_at_the_desk_and_one_alone_cannot(seat: Any) -> None:
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    base = f"/ops/payouts/withdrawal/{made.id}"
    first, second = seat("fa", Role.FINANCE), seat("fb", Role.FINANCE)
    press(first, base + "/propose/", reason="金额核对")
    press(first, base + "/approve/", reason="自己复核")
    assert payouts.get(made.id).state is State.REVIEW
    press(second, base + "/approve/", reason="复核无误")
    assert payouts.get(made.id).state is State.APPROVED
    assert list(AuditEntry.objects.filter(object_id=made.id).values_list("action", flat=True).order_by("id")) == [
        "payouts.propose",
        "payouts.approve",
    ]


def test_lists_cost_the_same_whatever_their_length(seat: Any) -> None:
    boss = seat("boss", Role.OPERATOR, Role.FINANCE)
    pages = ("/ops/payouts/withdrawal/", "/ops/promoters/promoter/")

    def more(first: int, last: int) -> dict[str, int]:
        for n in range(first, last):
            made = promoter(n)
            earn(made.id, 1_000_00)
            payouts.request(made.id, 100_00, now=NOW)
        counts = {}
        for page in pages:
            boss.get(page)
            with CaptureQueriesContext(connection) as context:
                boss.get(page)
            counts[page] = len(context)
        return counts

    assert more(1, 2) == more(2, 12)

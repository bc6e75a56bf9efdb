"""The promotion modules through the API, as a phone and as an operator's screen use them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.promotion.money import answer, earn
from tests.promotion.people import NOW, id_number, right
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import User
from xintui.infra import clock
from xintui.promotion.attribution.contracts import TargetKind
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"


class Caller:
    """Someone with a token; `post("/promoter/links", …)` → status and body."""

    def __init__(self, user_id: str, token: str) -> None:
        self.user_id, self.client = user_id, Client(headers={"Authorization": f"Bearer {token}", "User-Agent": PHONE})

    def get(self, path: str) -> tuple[int, Any]:
        return _read(self.client.get("/api/v1" + path))

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        return _read(self.client.post("/api/v1" + path, json.dumps(body or {}), content_type="application/json"))


def _read(response: Any) -> tuple[int, Any]:
    is_json = response.headers["Content-Type"].startswith("application/json")
    return response.status_code, response.json() if is_json else response.content


@pytest.fixture
def someone() -> Any:
    clock.set_for_story(NOW)

    def make(login: str, *roles: Role) -> Caller:
        made = identity.create_user(
            display_name=login,
            login=login,
            password="Tangerine-42-boats",
            roles=[(role, "") for role in roles],
            now=NOW,
        )
        User.objects.filter(id=made.user_id).update(openid=f"openid-{login}")
        return Caller(made.user_id, identity.issue_for(made.user_id, device_name="t", now=NOW).access_token)

    yield make
    clock.set_for_story(None)


def joined(caller: Caller, n: int) -> str:
    """Through the three steps by HTTP; the promoter's id."""
    body = {"kind": "individual", "name": "张小明", "number": id_number(n)}
    status, no = caller.post("/promoter/apply/identity", body)
    assert (status, no["code"]) == (403, "privacy.consent_required")
    assert caller.post("/promoter/apply/identity", body | {"consent": True})[0] == 200
    status, agreement = caller.get("/promoter/agreement")
    assert status == 200 and "answer" not in json.dumps(agreement)
    assert caller.post("/promoter/apply/agreement", {"version": agreement["version"], "answers": right()})[0] == 200
    status, made = caller.post("/promoter/apply/payee", {"holder": "张小明", "consent": True})
    assert (status, made["state"]) == (200, "active")
    return str(made["id"])


def test_a_phone_joins_in_three_steps_and_sees_only_masked_things(someone: Callable[..., Caller]) -> None:
    phone = someone("zhang", Role.BUYER)
    assert phone.get("/promoter/application") == (200, None)
    promoter_id = joined(phone, 1)
    assert phone.get("/promoter/application") == phone.get("/promoter/me")
    payee = promoters.payee(promoter_id)
    assert payee is not None and payee.account == "openid-zhang"  # ours to know, never the client's to say
    status, me = phone.get("/promoter/me")
    assert status == 200
    text = json.dumps(me, ensure_ascii=False)
    assert "张小明" not in text and id_number(1) not in text and "openid-zhang" not in text
    assert phone.get("/promoter/me/team") == (200, {"items": [], "next": None})


@pytest.mark.parametrize("extra", [{"state": "active"}, {"level": "partner"}, {"depth": 0}, {"user_id": "x"}])
def test_nothing_can_be_assigned_that_was_not_offered(someone: Callable[..., Caller], extra: dict[str, object]) -> None:
    body = {"kind": "individual", "name": "张小明", "number": id_number(1)} | extra
    assert someone("zhang", Role.BUYER).post("/promoter/apply/identity", body)[0] == 422


def test_operators_decide_with_reasons_and_buyers_may_not(someone: Callable[..., Caller]) -> None:
    phone, boss = someone("zhang", Role.BUYER), someone("boss", Role.OPERATOR)
    promoter_id = joined(phone, 1)
    path = f"/ops/promoters/{promoter_id}/decision"
    assert phone.post(path, {"decision": "suspend", "reason": "fake_orders"})[0] == 403
    assert boss.post(path, {"decision": "suspend", "reason": "no_such_code"})[1]["code"] == "promoters.unknown_reason"
    assert boss.post(path, {"decision": "suspend", "reason": "fake_orders"})[1]["state"] == "suspended"
    assert boss.post(path, {"decision": "suspend", "reason": "fake_orders"})[0] == 409
    status, seen = boss.get(f"/ops/promoters/{promoter_id}")
    assert (status, [line["verb"] for line in seen["history"]]) == (200, ["apply", "agree", "clear", "suspend"])
    assert boss.get("/ops/promoters?state=suspended")[1]["items"][0]["id"] == promoter_id
    raised = boss.client.put(
        f"/api/v1/ops/promoters/{promoter_id}/level",
        '{"level": "gold", "reason": "promotion_rule"}',
        "application/json",
    )
    assert raised.json()["level"] == "gold"
    trail = [record.action for record in identity.audit_trail(after="", limit=50).items]
    assert "promoters.suspend" in trail and "promoters.apply_payee" in trail


def test_a_link_is_made_shared_opened_and_counted(someone: Callable[..., Caller]) -> None:
    phone = someone("zhang", Role.BUYER)
    joined(phone, 1)
    status, link = phone.post("/promoter/links", {"kind": "home", "id": "home", "channel": "group"})
    assert (status, len(link["code"])) == (200, 28)
    assert phone.post("/promoter/links", {"kind": "product", "id": "prd404", "channel": "group"})[0] == 404
    assert phone.post("/promoter/links", {"kind": "home", "id": "home", "channel": "sms"})[0] == 422
    assert phone.post(f"/promoter/links/{link['id']}/share")[1]["text"].startswith("广告·推广赚佣金")
    assert (
        phone.post(f"/promoter/links/{link['id']}/share", {"text": "转发领红包"})[1]["code"]
        == "compliance.copy_refused"
    )
    assert phone.get(f"/promoter/links/{link['id']}/qr.png")[1].startswith(b"\x89PNG")
    stranger = Caller("", "")
    del stranger.client.defaults["HTTP_AUTHORIZATION"]
    opened = stranger.post("/share/touch", {"code": link["code"], "visitor_id": "visitor-1"})
    assert opened[1].pop("mark").startswith("tch")  # for whoever passes the link on
    assert opened == (
        200,
        {
            "target": {"kind": "home", "id": "home", "merchant_id": "", "title": "信推好物"},
            "label": "广告·推广赚佣金",
            "counted": True,
            "paused": "",
        },
    )
    assert stranger.post("/share/touch", {"code": link["code"][::-1], "visitor_id": "visitor-1"})[0] == 404
    (shown,) = phone.get("/promoter/links")[1]["items"]
    assert (shown["clicks"], shown["visitors"], shown["target"]["kind"]) == (1, 1, TargetKind.HOME.value)


def test_a_withdrawal_from_the_phone_to_the_statement(someone: Callable[..., Caller]) -> None:
    phone, one, two = someone("zhang", Role.BUYER), someone("fa", Role.FINANCE), someone("fb", Role.FINANCE)
    promoter_id = joined(phone, 1)
    earn(promoter_id, 10_000_00)
    preview = phone.post("/promoter/withdrawals/preview", {"amount_fen": 8_000_00})[1]
    assert (preview["tax_fen"], preview["net_fen"], preview["step"]["rate_bp"]) == (42_00, 7_958_00, 300)
    status, made = phone.post("/promoter/withdrawals", {"amount_fen": 8_000_00})
    assert (status, made["state"]) == (200, "review")
    assert "transfer_id" not in made and "maker" not in made
    assert phone.post("/promoter/withdrawals", {"amount_fen": 8_000_00})[1]["code"] == "payouts.above_due"
    path = f"/ops/withdrawals/{made['id']}"
    assert phone.post(path + "/approve")[0] == 403
    assert one.post(path + "/propose")[0] == 200
    assert one.post(path + "/approve")[1]["code"] == "payouts.four_eyes"
    assert two.post(path + "/approve")[1]["state"] == "approved"
    assert {q["state"]: q["count"] for q in one.get("/ops/withdrawals/queue")[1]}["approved"] == 1
    assert payouts.submit_due(now=NOW)["sent"] == 1
    answer(payouts.get(made["id"]))
    detail = phone.get(f"/promoter/withdrawals/{made['id']}")[1]
    assert (detail["withdrawal"]["state"], detail["tax"]["step"]["tax_fen"]) == ("paid", 42_00)
    assert phone.get("/promoter/wallet")[1]["due_fen"] == 2_000_00
    assert phone.get("/promoter/statements")[1]["items"][0]["net_fen"] == 7_958_00
    assert phone.get("/promoter/statements/2026-11")[1]["year_withheld_fen"] == 42_00
    assert phone.get("/promoter/statements/2026-11/csv")[0] == 200
    assert phone.get("/promoter/statements/2026-11/pdf")[1].startswith(b"%PDF")


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", 10**16, None, True])
def test_amounts_are_whole_fen(someone: Callable[..., Caller], amount: object) -> None:
    phone = someone("zhang", Role.BUYER)
    joined(phone, 1)
    with transaction.atomic():
        status, _ = phone.post("/promoter/withdrawals", {"amount_fen": amount})
    assert status == 422


def test_one_promoter_cannot_see_or_stop_anothers_money(someone: Callable[..., Caller]) -> None:
    mine, other = someone("zhang", Role.BUYER), someone("li", Role.BUYER)
    promoter_id = joined(mine, 1)
    joined(other, 2)
    earn(promoter_id, 1_000_00)
    made = mine.post("/promoter/withdrawals", {"amount_fen": 500_00})[1]
    assert other.get(f"/promoter/withdrawals/{made['id']}")[0] == 404
    assert other.post(f"/promoter/withdrawals/{made['id']}/cancel")[0] == 404
    assert other.get("/promoter/withdrawals")[1]["items"] == []
    for path in (
        "/ops/withdrawals",
        "/ops/promoters",
        f"/ops/tax-years/{promoter_id}",
        f"/ops/statements/{promoter_id}",
    ):
        assert other.get(path)[0] == 403

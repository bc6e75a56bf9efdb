"""What people see of their commission: through the API and the consoles, a page at a time, nobody else's."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.promotion.commission.sales import (
    BASE,
    DAY,
    OTHER_SHOP,
    SHOP,
    T0,
    give_back,
    paid,
    publish,
    receive,
    refund,
    sell,
)
from tests.promotion.people import promoter
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import User
from xintui.infra import clock
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission import pages

pytestmark = pytest.mark.django_db
NOW = T0 + 10 * DAY
PASSWORD = "Tangerine-42-boats"
TIERS = [{"from_fen": 0, "rate_bp": 0}, {"from_fen": 20_000, "rate_bp": 300}]


@pytest.fixture(autouse=True)
def _now() -> Any:
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


class Caller:
    def __init__(self, user_id: str, merchant_id: str = "") -> None:
        issued = identity.issue_for(user_id, merchant_id=merchant_id, device_name="t", now=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {issued.access_token}"})

    def get(self, path: str) -> Any:
        answer = self.client.get("/api/v1" + path)
        return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["code"])

    def send(self, method: str, path: str, body: object = None) -> Any:
        answer = self.client.generic(method, "/api/v1" + path, json.dumps(body or {}), content_type="application/json")
        return answer.status_code, answer.json()


def person(login: str, *roles: tuple[Role, str]) -> Caller:
    made = identity.create_user(display_name=login, login=login, password=PASSWORD, roles=roles, now=NOW)
    return Caller(made.user_id, next((merchant for _, merchant in roles if merchant), ""))


def a_promoter(n: int = 1) -> tuple[str, Caller]:
    made = promoter(n, at=T0)
    User.objects.create(id=made.user_id, login=f"p{n}", display_name="张小明", created_at=T0)
    return made.id, Caller(made.user_id)


def walk(caller: Caller, path: str, limit: int) -> list[dict[str, Any]]:
    """Every item, page by page."""
    items: list[dict[str, Any]] = []
    after = ""
    while True:
        page = caller.get(f"{path}?limit={limit}&after={after}")
        items += page["items"]
        if page["next"] is None:
            return items
        after = page["next"]


def test_a_promoters_lines_come_newest_first_and_each_once() -> None:
    mine, caller = a_promoter()
    publish()
    for n in range(7):
        lines = [(f"lin{n}a", 10_000), (f"lin{n}b", 5_000)]
        sell(paid(f"ord{n}", *lines, promoter=mine, at=T0 + timedelta(hours=n // 2)))
    sell(paid("other", ("linX", 10_000), promoter="proOTHER"))
    whole = walk(caller, "/promoter/me/commission/lines", 100)
    assert [one["line_id"] for one in whole] == [f"lin{n}{x}" for n in (6, 5, 4, 3, 2, 1, 0) for x in "ba"]
    assert walk(caller, "/promoter/me/commission/lines", 3) == whole


def test_lists_cost_the_same_number_of_queries_however_long() -> None:
    mine, caller = a_promoter()
    owner = person("owner", (Role.MERCHANT_OWNER, SHOP))
    ops = person("ops", (Role.OPERATOR, ""))
    publish()
    sell(paid("ord0", ("lin0", 10_000), promoter=mine))
    wanted = [
        (caller, "/promoter/me/commission/lines"),
        (owner, "/shop/commission/lines"),
        (owner, "/shop/commission/orders"),
        (ops, "/ops/commission/lines"),
    ]

    def counts() -> list[int]:
        found = []
        for who, path in wanted:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert who.get(path)["items"]
            found.append(len(seen))
        return found

    counts()
    few = counts()
    sell(*(paid(f"ord{n}", (f"lin{n}", 10_000), promoter=mine) for n in range(1, 19)))
    assert counts() == few


def test_the_summary_shows_money_debt_and_the_way_to_the_next_tier() -> None:
    mine, caller = a_promoter()
    publish(BASE, tiers=TIERS)
    sell(paid("ord1", ("lin1", 12_000), promoter=mine), paid("ord2", ("lin2", 4_000), promoter=mine))
    sell(paid("ord3", ("lin3", 800), promoter=mine))
    receive("ord1", "lin1", at=T0)
    receive("ord2", "lin2", at=T0 + 5 * DAY)
    commission.release(now=NOW)
    seen = caller.get("/promoter/me/commission")
    month = seen.pop("month")
    assert seen == {"pending_fen": 600, "scheduled_fen": 500, "due_fen": 1500, "held_fen": 0, "debt_fen": 0}
    assert month == {
        "month": "2026-11", "net_fen": 12_000, "lines": 1, "commission_fen": 1500, "bonus_so_far_fen": 0,
        "next_from_fen": 20_000, "next_rate_bp": 300, "missing_fen": 8_000,
    }  # fmt: skip
    days = caller.get("/promoter/me/commission/calendar?since=2026-11-01&days=30")["items"]
    assert days == [
        {"day": "2026-11-09", "lines": 1, "fen": 1500, "released_fen": 1500},
        {"day": "2026-11-14", "lines": 1, "fen": 500, "released_fen": 0},
    ]


def test_a_line_is_explained_with_its_refunds_and_moves_to_its_promoter_and_nobody_else() -> None:
    mine, caller = a_promoter(1)
    _, other = a_promoter(2)
    publish()
    sell(paid("ord1", ("lin1", 10_000), promoter=mine))
    receive("ord1", "lin1", at=T0)
    give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    commission.release(now=NOW)
    commission.refunded([refund("rfd2", "ord1", "lin1", 3333, at=NOW)], now=NOW)
    seen = caller.get("/promoter/me/commission/lines/ord1/lin1")
    assert seen["steps"][-1]["fen"] == seen["line"]["commission_fen"] == 416
    assert [(one["refund_fen"], one["delta_fen"]) for one in seen["refunds"]] == [(3333, 417), (3333, 417)]
    kinds = {one["reason"].split("/")[0]: one["fen"] for one in seen["moves"]}
    assert kinds == {
        "commission.accrue": 1250, "commission.refund": 417, "commission.release": 833, "commission.clawback": 417,
    }  # fmt: skip
    assert other.get("/promoter/me/commission/lines/ord1/lin1") == (404, "commission.no_such_line")
    shop = pages.explanation("ord1", "lin1", merchant_id=SHOP, now=NOW)
    assert not [one for one in shop.moves if one.reason.startswith("commission.release/")]


def test_a_shop_sees_what_its_own_orders_cost() -> None:
    mine, _ = a_promoter()
    publish()
    sell(paid("ord1", ("lin1", 10_000), ("lin2", 2_000), promoter=mine))
    sell(paid("ord2", ("lin3", 10_000), promoter=mine, shop=OTHER_SHOP))
    owner = person("owner", (Role.MERCHANT_OWNER, SHOP))
    assert owner.get("/shop/commission/orders")["items"] == [
        {"order_id": "ord1", "lines": 2, "paid_fen": 12_000, "refunded_fen": 0, "commission_fen": 1500}
    ]
    assert [one["line_id"] for one in owner.get("/shop/commission/lines")["items"]] == ["lin2", "lin1"]
    assert owner.get("/shop/commission/lines/ord2/lin3") == (404, "commission.no_such_line")
    service = person("service", (Role.MERCHANT_SERVICE, SHOP))
    assert service.get("/shop/commission/orders")[0] == 403


def test_a_shops_proposal_is_published_by_the_operator_and_shown_to_everybody() -> None:
    publish()
    owner, ops = person("owner", (Role.MERCHANT_OWNER, SHOP)), person("ops", (Role.OPERATOR, ""))
    rule = {"id": "mine", "priority": 5, "match": {"merchant_id": [SHOP]}, "rate_bp": 2000}
    status, made = owner.send("POST", "/shop/commission/drafts", {"rules": [rule], "note": "新茶上市"})
    assert (status, made["state"]) == (201, "draft")
    assert owner.send("POST", f"/ops/commission/drafts/{made['id']}/publish")[0] == 403
    assert ops.get(f"/ops/commission/drafts/{made['id']}/preview")["improvement"] is False
    status, refusal = ops.send(
        "POST", f"/ops/commission/drafts/{made['id']}/publish", {"in_force_from": NOW.isoformat()}
    )
    assert (status, refusal["code"]) == (409, "commission.notice_too_short")
    status, published = ops.send("POST", f"/ops/commission/drafts/{made['id']}/publish")
    assert status == 200
    assert datetime.fromisoformat(published["in_force_from"]) == NOW + 7 * DAY
    shown = Client().get("/api/v1/commission/plans").json()
    assert shown["current"]["version"] == "v1"
    (coming,) = shown["announced"]
    assert coming["version"] == published["version"] and "20.00%" in "".join(coming["text"])
    assert shown["notice"]["days"] == 7


def test_the_consoles_explain_a_line_and_publish_a_draft(client: Client) -> None:
    mine, _ = a_promoter()
    publish()
    sell(paid("ord1", ("lin1", 10_000), promoter=mine))
    give_back("rfd1", "ord1", "lin1", 3333, at=T0 + DAY)
    commission.release(now=NOW)
    draft = commission.draft_plan({"rules": [BASE | {"id": "x", "match": {"merchant_id": SHOP}}]}, merchant_id=SHOP, actor="u", now=NOW)  # fmt: skip  # noqa: E501
    person("boss", (Role.OPERATOR, ""))
    assert client.post("/ops/login/", {"username": "boss", "password": PASSWORD, "otp": ""}).status_code == 302
    for page in ("commissionearning", "commissionversion", "commissiondraft", "commissionbatch", "commissionstatement"):
        assert client.get(f"/ops/commission/{page}/").status_code == 200, page
    shown = client.get("/ops/commission/commissionearning/ord1.lin1/change/").content.decode()
    assert "计佣基数" in shown and "8.33" in shown and "commission.accrue/ord1/lin1" in shown
    assert "最早生效" in client.get(f"/ops/commission/commissiondraft/{draft.id}/change/").content.decode()
    assert "待结算" in client.get("/ops/").content.decode()
    client.post(f"/ops/commission/commissiondraft/{draft.id}/publish/", {"_form_submitted": "1", "reason": "同意"})
    assert commission.draft(draft.id).state.value == "published"

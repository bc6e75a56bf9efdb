"""商家后台 › 推广名额: a form, a picture of the seats, announced and called off; the desk only reads."""

from typing import Any

import pytest
from django.test import Client

from tests.promotion.rosters.hands import DAY, HOUR, NOW, OPENS, WHO, announced, gold, person, tea
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.kernel.times import SHANGHAI
from xintui.promotion.rosters import facade
from xintui.promotion.rosters.admin.lists import marks
from xintui.promotion.rosters.contracts import State
from xintui.promotion.rosters.models import Roster

pytestmark = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"


@pytest.fixture
def sit() -> Any:
    clock.set_for_story(NOW)

    def sits(login: str, role: Role, merchant_id: str = "") -> Client:
        identity.create_user(
            display_name=login, login=login, password=PASSWORD, roles=[(role, merchant_id)], now=NOW - DAY
        )
        client, site = Client(), "merchant" if merchant_id else "ops"
        found = client.post(f"/{site}/login/", {"username": login, "password": PASSWORD, "otp": ""})
        assert found.status_code == 302
        return client

    yield sits
    clock.set_for_story(None)


def typed(at) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def test_a_shop_fills_the_form_and_announces_and_calls_off(sit) -> None:
    product = tea()
    shop = sit("goods", Role.MERCHANT_GOODS, product.merchant_id)
    form = shop.get("/merchant/rosters/open/").content.decode()
    assert "明前龙井" in form
    assert "至多 50%" in form
    body = {"product_id": product.id, "seats": "8", "opens_at": typed(NOW + HOUR), "ends_at": typed(OPENS + DAY)}
    refused = shop.post("/merchant/rosters/open/", body).content.decode()
    assert "开放时间至少在 48 小时之后" in refused
    assert not Roster.objects.exists()
    kept = shop.post("/merchant/rosters/open/", body | {"opens_at": typed(OPENS)})
    made = Roster.objects.get()
    assert kept["Location"].endswith(f"/merchant/rosters/roster/{made.id}/change/")
    assert (made.seats, made.early_seats, made.opens_at) == (8, 4, OPENS)
    page = shop.get(kept["Location"]).content.decode()
    assert page.count('class="free"') == 4
    assert page.count('class="later"') == 5  # four seats and the key
    changed = body | {"opens_at": typed(OPENS), "seats": "6"}
    assert shop.post(f"/merchant/rosters/{made.id}/write/", changed).status_code == 302
    press = {"_form_submitted": "1", "reason": "货已备好"}
    assert shop.post(f"/merchant/rosters/roster/{made.id}/announce/", press).status_code == 302
    assert (Roster.objects.get().state, Roster.objects.get().seats) == (State.ANNOUNCED, 6)
    assert "/change/" in shop.get(f"/merchant/rosters/{made.id}/write/")["Location"], "what stands is not rewritten"
    assert shop.post(f"/merchant/rosters/roster/{made.id}/cancel/", press).status_code == 302
    assert (Roster.objects.get().state, Roster.objects.get().reason) == (State.CANCELLED, "货已备好")


def test_the_picture_has_a_mark_for_every_seat_and_one_for_several_of_many() -> None:
    roster = announced(tea(), seats=6)
    early, plain = gold(1), person(2)
    facade.claim(roster.id, early.id, by=WHO, now=OPENS - HOUR)
    assert marks(Roster.objects.get()) == ["early", "free", "free", "later", "later", "later"]
    facade.move_due(now=OPENS)
    facade.claim(roster.id, plain.id, by=WHO, now=OPENS)
    assert marks(Roster.objects.get()) == ["early", "taken", "free", "free", "free", "free"]
    many = Roster(seats=1000, early_seats=500, taken=1000, early=500, state=State.OPEN)
    assert marks(many) == ["early"] * 100 + ["taken"] * 100


def test_the_desk_reads_everybodys_and_another_shop_nobodys(sit) -> None:
    product, other = tea(), tea("别家店")
    roster = announced(product, seats=6)
    facade.claim(roster.id, gold(1).id, by=WHO, now=OPENS - HOUR)
    desk = sit("auditor", Role.AUDITOR)
    for address in (
        "/ops/rosters/roster/", f"/ops/rosters/roster/{roster.id}/change/", f"/ops/rosters/seat/?roster_id={roster.id}",
    ):  # fmt: skip
        assert desk.get(address).status_code == 200
    press = {"_form_submitted": "1", "reason": "不该能按"}
    assert desk.post(f"/ops/rosters/roster/{roster.id}/cancel/", press).status_code == 403
    stranger = sit("stranger", Role.MERCHANT_OWNER, other.merchant_id)
    assert roster.id not in stranger.get("/merchant/rosters/roster/").content.decode()
    assert stranger.post(f"/merchant/rosters/roster/{roster.id}/cancel/", press).status_code == 403
    assert stranger.get(f"/merchant/rosters/{roster.id}/write/").status_code == 302
    finance = sit("finance", Role.MERCHANT_FINANCE, product.merchant_id)
    assert finance.get("/merchant/rosters/open/").status_code == 403
    assert facade.one(roster.id).state is State.ANNOUNCED

"""A product goes bad: promotion stops by itself, links say so and earn nothing new, a person answers the shop's
appeals, the window recovers, promotion is open again. Through the API where somebody asks, with the worker's jobs."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.commerce.quality.hands import heard, many
from tests.commerce.world import HOME, T0, goods, shop
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders.contracts import Item, PlaceRequest
from xintui.commerce.quality import facade as quality
from xintui.commerce.quality.contracts import NotPromoted, Verdict
from xintui.entrypoints.checkout import place_attributed
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, TargetKind, Visitor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "近 30 天退货率 30%（40 件中 12 件），超过上限 15%"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) MicroMessenger/8.0"


class Person:
    def __init__(self, login: str, role: Role, merchant_id: str = "") -> None:
        made = identity.create_user(display_name=login, login=login, roles=[(role, merchant_id)], now=T0)
        self.user_id, self.shop = made.user_id, merchant_id

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        token = identity.issue_for(self.user_id, merchant_id=self.shop, device_name="t", now=clock.now()).access_token
        with tenancy.as_nobody():
            return Client().generic(
                method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json",
                headers={"authorization": f"Bearer {token}"},
            )  # fmt: skip


def at(now: datetime) -> datetime:
    clock.set_for_story(now)
    return now


@pytest.fixture(autouse=True)
def still() -> Any:
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def buys(buyer: str, *wanted: Product) -> dict[str, str]:
    """Product → the promoter whose line it is, as the checkout writes it down."""
    items = tuple(Item(one.skus[0].id, 1) for one in wanted)
    asked = PlaceRequest(new_id("chk"), buyer, items, HOME, clock.now())
    (order,) = place_attributed(asked, f"visitor-{buyer}").orders
    return {line.product_id: line.promoter_id for line in order.lines}


def clicks(code: str, buyer: str) -> Any:
    return attribution.touch(code, Visitor(f"visitor-{buyer}", buyer, PHONE), now=clock.now())


class Street:
    """The shop with its two products, who promotes them, who else is there."""

    def __init__(self) -> None:
        merchant = shop("晨光果园")
        self.pears = goods(merchant, "砀山酥梨", ("5 斤", 39_00, 900))
        self.plums = goods(merchant, "三华李", ("3 斤", 29_00, 900))
        self.anna, self.owner = promoter(1, at=T0), Person("owner", Role.MERCHANT_OWNER, merchant.id)
        self.stranger = Person("stranger", Role.MERCHANT_OWNER, shop("别家").id)
        self.reviewer = Person("reviewer", Role.REVIEWER)
        self.target = attribution.target(TargetKind.PRODUCT, self.pears.id)
        self.link = self.shares(Channel.MOMENTS)

    def shares(self, channel: Channel) -> ShareLink:
        return attribution.create_link(self.anna.id, self.target, channel, now=clock.now())

    def history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.owner("GET", f"/quality/blocks?product_id={self.pears.id}").json()["items"]
        return found

    def paused(self) -> bool:
        return self.pears.id in quality.paused([self.pears.id])


def test_a_product_goes_bad_and_comes_back() -> None:
    street = Street()
    # While nothing is wrong the link opens and counts.
    assert clicks(street.link.code, "usr01LILEI").paused == ""
    both = buys("usr01LILEI", street.pears, street.plums)
    assert both == {street.pears.id: street.anna.id, street.plums.id: street.anna.id}
    _stops(street)
    _appeals_in_vain(street)
    # Forty-one good parcels later the last thirty days are within the limit: open again by itself, the link as before.
    many(street.pears, 41, T0 + 4 * DAY)
    heard(at(T0 + 5 * DAY))
    assert not street.paused()
    assert [one["ending"] for one in street.history()] == ["recovered"]
    assert street.shares(Channel.GROUP).paused == ""
    clicks(street.link.code, "usr01MEI")
    assert buys("usr01MEI", street.pears) == {street.pears.id: street.anna.id}
    _appeals_with_success(street)
    assert [one["ending"] for one in street.history()] == [None, "appeal", "recovered"]


def _stops(street: Street) -> None:
    """A dozen of forty send it back: promotion stops by itself, with the figures."""
    many(street.pears, 40, T0 + DAY, back=12)
    heard(at(T0 + 2 * DAY))
    (one,) = street.owner("GET", "/quality/goods?blocked=true").json()["items"]
    assert (one["product_id"], one["verdict"], one["block"]["says"]) == (street.pears.id, "bad", WHY)
    assert street.stranger("GET", f"/quality/goods/{street.pears.id}").json()["code"] == "quality.not_found"
    # No new link on any channel; the old one opens, says so, and earns nothing on this product, all on the other.
    for channel in (Channel.GROUP, Channel.MOMENTS):
        with pytest.raises(NotPromoted):
            street.shares(channel)
    assert [(item.id, item.paused) for item in attribution.links_of(street.anna.id).items] == [(street.link.id, WHY)]
    landing = clicks(street.link.code, "usr01HAN")
    assert (landing.counted, landing.target.id, landing.paused) == (True, street.pears.id, WHY)
    both = buys("usr01HAN", street.pears, street.plums)
    assert both == {street.pears.id: "", street.plums.id: street.anna.id}


def _appeals_in_vain(street: Street) -> None:
    """The shop's word against it: once, and not another shop's; a person keeps the decision."""
    (block,) = street.history()
    path = f"/quality/blocks/{block['id']}/appeal"
    assert street.stranger("POST", path, {"words": "不是我们家的"}).json()["code"] == "quality.block_not_found"
    filed = street.owner("POST", path, {"words": "快递压坏，已换包装"})
    assert filed.status_code == 201 and filed.json()["title"] == "「砀山酥梨」暂停推广"
    assert street.owner("POST", path, {"words": "再说一遍可以吗"}).json()["code"] == "appeals.already_appealed"
    answer = {"granted": False, "answer": "退货原因多为口感，与包装无关"}
    assert street.reviewer("POST", f"/appeals/{filed.json()['id']}/decision", answer).status_code == 200
    heard(at(T0 + 3 * DAY))
    assert street.paused()
    assert street.owner("POST", path, {"words": "还是不服，请再看看"}).json()["code"] == "appeals.decided_already"


def _appeals_with_success(street: Street) -> None:
    """It goes bad again, and a person sees why: open at once, and for a month the same figures stop nothing."""
    many(street.pears, 30, T0 + 6 * DAY, back=25)
    heard(at(T0 + 7 * DAY))
    block = quality.paused([street.pears.id])[street.pears.id].id
    filed = street.owner("POST", f"/quality/blocks/{block}/appeal", {"words": "同行恶意下单，附聊天记录"})
    answer = {"granted": True, "answer": "查实为恶意下单"}
    assert street.reviewer("POST", f"/appeals/{filed.json()['id']}/decision", answer).status_code == 200
    outbox.deliver_all(SUBSCRIPTIONS)
    assert not street.paused()
    assert street.owner("POST", f"/quality/blocks/{block}/appeal", {"words": "还要申诉"}).json()["code"] == (
        "quality.block_ended"
    )
    heard(at(T0 + 20 * DAY))
    assert quality.standing(street.pears.id).verdict is Verdict.BAD and not street.paused()
    heard(at(T0 + 38 * DAY))
    assert street.paused()  # the month is over and the figures are what they were

"""A buyer's address book, through its facade and over the API, on real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import T0, goods, shop
from xintui.commerce.addresses import facade as addresses
from xintui.commerce.addresses.contracts import AddressDraft, AddressNotFound, BadAddress, BookFull
from xintui.commerce.addresses.rules import LIMIT

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]
LI = "usr01LI"
HOME = AddressDraft("李雷", "13800000001", "330106", "浙江省杭州市西湖区", "文三路 1 号")
WORK = replace(HOME, street="文二路 2 号")
WORDS = {
    "name": "李雷",
    "phone": "13800000001",
    "region_code": "330106",
    "region": "浙江省杭州市",
    "street": "文三路 1 号",
}


def test_the_first_address_is_the_default_and_another_can_become_it() -> None:
    home = addresses.add(LI, HOME, now=T0)
    work = addresses.add(LI, WORK, now=T0)
    assert (home.default, work.default) == (True, False)
    assert addresses.make_default(work.id, buyer_id=LI).default
    assert [(a.street, a.default) for a in addresses.book(LI)] == [("文二路 2 号", True), ("文三路 1 号", False)]
    third = addresses.add(LI, HOME, now=T0, default=True)
    assert [a.id for a in addresses.book(LI) if a.default] == [third.id]


def test_a_deleted_default_is_followed_by_the_newest_that_is_left() -> None:
    home, work, third = (addresses.add(LI, draft, now=T0) for draft in (HOME, WORK, HOME))
    addresses.remove(home.id, buyer_id=LI)
    assert [(a.id, a.default) for a in addresses.book(LI)] == [(third.id, True), (work.id, False)]
    addresses.remove(work.id, buyer_id=LI)
    addresses.remove(third.id, buyer_id=LI)
    assert addresses.book(LI) == []
    assert addresses.add(LI, WORK, now=T0).default


def test_the_book_holds_twenty_and_a_deletion_makes_room() -> None:
    made = [addresses.add(LI, HOME, now=T0) for _ in range(LIMIT)]
    with pytest.raises(BookFull) as refused:
        addresses.add(LI, WORK, now=T0)
    assert refused.value.facts == {"limit": 20}
    assert len(addresses.book(LI)) == 20
    addresses.remove(made[3].id, buyer_id=LI)
    assert addresses.add(LI, WORK, now=T0).street == "文二路 2 号"


def test_somebody_elses_address_does_not_exist() -> None:
    home = addresses.add(LI, HOME, now=T0)
    stranger = {"buyer_id": "usr01HAN"}
    for act in (
        lambda: addresses.get(home.id, **stranger),
        lambda: addresses.change(home.id, WORK, now=T0, **stranger),
        lambda: addresses.remove(home.id, **stranger),
        lambda: addresses.make_default(home.id, **stranger),
    ):
        with pytest.raises(AddressNotFound):
            act()
    assert addresses.book(LI) == [home] and addresses.book("usr01HAN") == []


def test_a_change_keeps_its_place_and_says_when() -> None:
    home = addresses.add(LI, HOME, now=T0)
    later = T0 + timedelta(days=1)
    changed = addresses.change(home.id, WORK, buyer_id=LI, now=later)
    assert changed == replace(home, street="文二路 2 号", changed_at=later)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", " ", "收货人应有 1 到 40 个字"),
        ("phone", "1380000000", "手机号应为 11 位数字"),
        ("region_code", "990106", "所在地区代码无效"),
        ("region", "", "所在地区应有 1 到 60 个字"),
        ("street", "路" * 121, "详细地址应有 1 到 120 个字"),
    ],
)
def test_an_address_no_parcel_would_reach_is_refused(field: str, value: str, reason: str) -> None:
    with pytest.raises(BadAddress) as refused:
        addresses.add(LI, replace(HOME, **{field: value}), now=T0)
    assert refused.value.reason == reason


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_leave_twenty_and_one_default() -> None:
    def add(_: int) -> bool:
        try:
            addresses.add("usr01RACE", HOME, now=T0)
        except BookFull:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(add, range(30)))
    assert sum(kept) == 20
    assert sum(one.default for one in addresses.book("usr01RACE")) == 1


def test_an_order_placed_with_a_saved_address_keeps_it_when_the_book_forgets(someone: Someone) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    li, han = someone("li"), someone("han")
    made = li.post("/addresses", WORDS)
    assert (made.status_code, made.json()["default"]) == (201, True)
    wanted = {
        "checkout_id": "chk0123456789AB",
        "items": [{"sku_id": green.skus[0].id, "qty": 1}],
        "address_id": made.json()["id"],
    }
    assert han.post("/checkouts", wanted | {"checkout_id": "chk0123456789CD"}).json()["code"] == "addresses.not_found"
    both = {"name": "李雷", "phone": "13800000001", "region": "浙江省杭州市", "street": "文三路 1 号"}
    assert li.post("/checkouts", wanted | {"address": both}).status_code == 422
    placed = li.post("/checkouts", wanted)
    assert placed.status_code == 201
    assert li("DELETE", f"/addresses/{made.json()['id']}").status_code == 204
    assert li.get("/addresses").json() == []
    order = li.get(f"/orders/{placed.json()['orders'][0]['id']}").json()["order"]
    assert order["address"] == both


def test_the_list_costs_the_same_however_long_it_is(someone: Someone) -> None:
    li = someone("li")
    counts = []
    for _ in range(2):
        li.post("/addresses", WORDS)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            li.get("/addresses")
        counts.append(len(asked))
    assert counts[0] == counts[1] and len(li.get("/addresses").json()) == 2

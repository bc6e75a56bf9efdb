"""One box finds everything, and nothing that the person at it may not see: every role, both shops."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.commerce.test_consoles import read, sitting
from tests.commerce.world import BUYER, T0, goods, paid, shop
from tests.promotion.people import promoter
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, RefundPart
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db
OPS = (Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR)
SHOP = (Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE)


@pytest.fixture(autouse=True)
def _still(settings: object) -> Iterator[None]:
    settings.TOTP_REQUIRED = False  # type: ignore[attr-defined]
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


class Street:
    """A shop with a product, an order and an after-sale; a promoter; a buyer with a phone."""

    def __init__(self, name: str, thing: str) -> None:
        self.shop: Merchant = shop(name)
        self.name, self.thing = name, thing
        product = goods(self.shop, thing, ("50g", 6_800, 10))
        (self.order,) = paid((product.skus[0].id, 1))
        part = [RefundPart(self.order.lines[0].id, 500)]
        self.sale = orders.request_after_sale(
            self.order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="少件", now=T0
        )

    def canaries(self) -> dict[str, str]:
        """What one may type, and what then stands on the page and nowhere else."""
        tail, sale = self.order.id[-8:], self.sale.id[-8:]
        return {
            self.order.id: f"/orders/order/{self.order.id}/", tail: f"/orders/order/{self.order.id}/",
            tail.lower(): f"/orders/order/{self.order.id}/", "0001": f"/orders/order/{self.order.id}/",
            "13800000001": f"/orders/order/{self.order.id}/", sale: f"/orders/aftersale/{self.sale.id}/",
            self.thing: self.thing + "</b>", self.name: self.name + "</b>",
            f"orders.paid/{self.order.id}": "买家付款",
        }  # fmt: skip


def found(client: Client, site: str, text: str) -> str:
    """The results alone, without the box that repeats the question."""
    with tenancy.as_nobody():
        answer = client.get(f"/{site}/find/", {"q": text})
    assert answer.status_code == 200, answer.status_code
    page = answer.content.decode()
    return page[page.rindex("</form>") :] if "xt-hits" in page else ""


def test_the_platform_finds_by_what_people_know_and_reads_names_and_masks() -> None:
    tea = Street("云雾茶行", "明前龙井")
    red = promoter(1)
    made = identity.create_user(display_name="韩梅梅", login="hanmei", phone="13655551234", now=T0)
    boss = sitting("ops", "boss", Role.OPERATOR)
    for text, where in tea.canaries().items():
        assert where in found(boss, "ops", text), text
    assert "138****0001" in found(boss, "ops", "0001") and "13800000001" not in found(boss, "ops", "0001")
    person = found(boss, "ops", "1234")
    assert f"/ops/identity/user/{made.user_id}/" in person and "136****1234" in person and "韩梅梅" not in person
    assert red.display_name in found(boss, "ops", red.display_name)
    assert found(boss, "ops", "x") == "" and found(boss, "ops", "  ") == "" and found(boss, "ops", "没有这个") == ""
    assert "&lt;script&gt;" in boss.get("/ops/find/", {"q": "<script>"}).content.decode()


@pytest.mark.parametrize("role", SHOP)
def test_a_shops_people_find_nothing_of_the_neighbour(role: Role) -> None:
    tea, fruit = Street("云雾茶行", "明前龙井"), Street("阳光果园", "红富士苹果")
    client = sitting("merchant", f"of_{role.value}", role, tea.shop.id)
    others = (fruit.order.id, fruit.sale.id, fruit.thing + "</b>", fruit.name + "</b>", fruit.shop.id)
    for text in (*fruit.canaries(), *tea.canaries(), BUYER, "1234", "张"):
        page = found(client, "merchant", text)
        assert not [one for one in others if one in page], text
        assert "/ledger/" not in page and "/identity/" not in page and "/promoters/" not in page
    assert tea.order.id in found(client, "merchant", "0001")  # and still finds its own


@pytest.mark.parametrize("role", OPS)
def test_each_role_of_the_platform_finds_only_what_its_menu_has(role: Role) -> None:
    tea = Street("云雾茶行", "明前龙井")
    promoter(1)
    identity.create_user(display_name="韩梅梅", login="hanmei", phone="13655551234", now=T0)
    client = sitting("ops", f"of_{role.value}", role)
    with tenancy.as_nobody():
        menu = client.get("/ops/").content.decode()
    may = set(re.findall(r'href="(/ops/\w+/\w+/)"', menu))
    for text in (*tea.canaries(), "1234", "张*明", "hanmei"):
        for place in re.findall(r'href="(/ops/\w+/\w+/)[^"]*/change/"', found(client, "ops", text)):
            assert place in may, (role, text, place)


def test_a_stranger_finds_the_door_and_the_other_console_is_closed() -> None:
    tea = Street("云雾茶行", "明前龙井")
    owner = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.shop.id)
    boss = sitting("ops", "boss", Role.OPERATOR)
    with tenancy.as_nobody():
        assert Client().get("/ops/find/", {"q": "0001"}).status_code == 302
        assert owner.get("/ops/find/", {"q": "0001"}).status_code == 302
        assert boss.get("/merchant/find/", {"q": "0001"}).status_code == 302


def test_a_search_costs_the_same_however_much_it_finds() -> None:
    def asked(text: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            found(boss, "ops", text)
        return len(caught)

    tea = Street("云雾茶行", "明前龙井")
    boss = sitting("ops", "boss", Role.OPERATOR)
    found(boss, "ops", "明前")
    one = asked("明前")
    for n in range(9):
        goods(tea.shop, f"明前{n}号", ("50g", 100, 1))
    assert asked("明前") == one
    assert "还有更多" in found(boss, "ops", "明前")


def test_the_keys_lead_only_where_this_person_may_go() -> None:
    tea = Street("云雾茶行", "明前龙井")
    boss = read(sitting("ops", "boss", Role.OPERATOR), "/ops/")
    parcels = read(sitting("merchant", "svc", Role.MERCHANT_SERVICE, tea.shop.id), "/merchant/")
    assert set(re.findall(r'data-key="(\w)"', boss)) == set("hopsmtwluz")
    assert set(re.findall(r'data-key="(\w)"', parcels)) <= set("hopsmz") and 'href="/merchant/orders/order/"' in parcels

"""分账 of an order, over the API, at the gateway simulator, in the books and on the console's page."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.commerce.conftest import Api
from tests.commerce.test_consoles import read, sitting
from tests.commerce.world import BUYER, T0, captured, goods, order_now, paid, place, request, shop
from tests.support.gateway import Gateway, running_gateway
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Order
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.infra import clock, tenancy
from xintui.infra.outbox import facade as outbox

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]
SUPPLIER = {
    "type": "MERCHANT_ID",
    "account": "1900007777",
    "amount_fen": 20_00,
    "description": "供货款",
    "relation": "SUPPLIER",
    "name": "乐观商店",
}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    with running_gateway(tmp_path) as found:
        yield found


def work(gateway: Gateway, rounds: int = 4) -> None:
    for _ in range(rounds):
        gateway.deliver()
        now = gateway.now()
        payments.take_inbox(now)
        payments.send_due(now)
        payments.poll_due(now)
        outbox.deliver_all(SUBSCRIPTIONS)
        gateway.clock(minutes=2)


def sold(gateway: Gateway, *, shares: bool = True) -> tuple[Merchant, Order]:
    """A hundred yuan really paid at the gateway, to a shop that shares."""
    merchant = shop("云雾茶行", shares_profit=shares)
    product = goods(merchant, "明前龙井", ("50g", 100_00, 10))
    now = gateway.now()
    checkout = orders.place(replace(request((product.skus[0].id, 1)), now=now))
    payment = orders.open_payment(checkout.id, buyer_id=BUYER, payer_openid="o-buyer", channel="jsapi", now=now)
    payments.pay_params(payment.id, now=now)
    gateway.pay(payment.id)
    work(gateway, 2)
    return merchant, order_now(checkout.orders[0].id)


class Person:
    """Somebody whose token is always fresh, because the gateway's clock runs on."""

    def __init__(self, login: str, role: Role, merchant_id: str = "") -> None:
        made = identity.create_user(display_name=login, login=login, roles=[(role, merchant_id)], now=clock.now())
        self.user_id, self.merchant_id = made.user_id, merchant_id

    def _api(self) -> Api:
        now = clock.now()
        issued = identity.issue_for(self.user_id, merchant_id=self.merchant_id, device_name="t", now=now)
        return Api(issued.access_token, self.user_id)

    def get(self, path: str) -> Any:
        return self._api().get(path)

    def post(self, path: str, body: Any = None) -> Any:
        return self._api().post(path, body)


def payable(merchant: Merchant) -> int:
    return ledger.balance(Account(Kind.MERCHANT_PAYABLE, merchant.id)).posted_fen


def test_a_shop_splits_takes_back_and_releases_and_the_books_follow(gateway: Gateway) -> None:
    merchant, order = sold(gateway)
    money = Person("money", Role.MERCHANT_FINANCE, merchant.id)
    url = f"/sharing/orders/{order.id}"
    body = {"share_id": "shr0123456789AB", "receivers": [SUPPLIER], "note": "十一月供货"}
    before = payable(merchant)
    assert before == 100_00 - 60

    first, again = money.post(f"{url}/splits", body), money.post(f"{url}/splits", body)
    assert (first.status_code, first.json()["state"], again.json()) == (201, "created", first.json())
    work(gateway)
    assert payable(merchant) == before - 20_00
    told = money.get(url).json()
    assert [(s["kind"], s["state"], s["results"][0]["result"]) for s in told] == [("split", "finished", "SUCCESS")]

    back = {"share_id": "shr0123456789AC", "receiver": "1900007777", "amount_fen": 5_00, "note": "退货"}
    assert money.post(f"{url}/splits/shr0123456789AB/return", back).status_code == 201
    assert money.post(f"{url}/release", {"share_id": "shr0123456789AD"}).status_code == 201
    work(gateway)
    assert payable(merchant) == before - 15_00
    assert ledger.balance(Account(Kind.GATEWAY_CLEARING, "wechat")).posted_fen == 85_00
    assert [s["state"] for s in money.get(url).json()] == ["finished"] * 3
    too_late = money.post(f"{url}/splits", body | {"share_id": "shr0123456789AE"})
    assert too_late.json()["code"] == "payments.split_over"
    assert ledger.audit() == []
    found = AuditEntry.objects.filter(object_id=order.id).order_by("id")
    assert [(e.actor_id, e.action, e.after["fen"], e.merchant_id) for e in found] == [
        (money.user_id, "orders.split", 20_00, merchant.id),
        (money.user_id, "orders.return_split", 5_00, merchant.id),
        (money.user_id, "orders.unfreeze", 0, merchant.id),
    ]


def test_strangers_and_those_without_the_role_start_nothing(gateway: Gateway) -> None:
    merchant, order = sold(gateway)
    other = shop("阳光果园")
    body = {"share_id": "shr0123456789AB", "receivers": [SUPPLIER]}
    asked: list[tuple[Person, int]] = [
        (Person("theirs", Role.MERCHANT_OWNER, other.id), 404),
        (Person("service", Role.MERCHANT_SERVICE, merchant.id), 403),
        (Person("buyer", Role.BUYER), 403),
        (Person("reviewer", Role.REVIEWER), 403),
    ]
    for api, status in asked:
        assert api.post(f"/sharing/orders/{order.id}/splits", body).status_code == status
        assert api.post(f"/sharing/orders/{order.id}/release", {"share_id": "shr0123456789AB"}).status_code == status
    assert payments.shares_of(order.payment_id) == []
    finance = Person("finance", Role.FINANCE)
    assert finance.post(f"/sharing/orders/{order.id}/splits", body).status_code == 201


def test_a_shop_that_does_not_share_is_paid_whole(gateway: Gateway) -> None:
    merchant, order = sold(gateway, shares=False)
    owner = Person("owner", Role.MERCHANT_OWNER, merchant.id)
    body = {"share_id": "shr0123456789AB", "receivers": [SUPPLIER]}
    assert owner.post(f"/sharing/orders/{order.id}/splits", body).json()["code"] == "payments.not_payable"
    assert gateway.world.books.trades[order.payment_id].frozen == 0


def test_money_paid_for_two_shops_at_once_is_nobodys_to_split(someone: Someone) -> None:
    tea, fruit = shop("云雾茶行", shares_profit=True), shop("阳光果园", shares_profit=True)
    green, apple = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(fruit, "苹果", ("5斤", 3_990, 9))
    checkout = place((green.skus[0].id, 1), (apple.skus[0].id, 1))
    orders.mark_paid([captured(checkout)])
    assert not payments.payment(order_now(checkout.orders[0].id).payment_id).shared
    finance = someone("finance", Role.FINANCE)
    body = {"share_id": "shr0123456789AB", "receivers": [SUPPLIER]}
    answer = finance.post(f"/sharing/orders/{checkout.orders[0].id}/splits", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "orders.paid_together")
    (unpaid,) = place((green.skus[0].id, 1)).orders
    assert finance.post(f"/sharing/orders/{unpaid.id}/splits", body).json()["code"] == "orders.not_paid"


def test_the_console_starts_a_split_once_however_often_the_button_is_pressed(settings: Any) -> None:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    merchant = shop("云雾茶行", shares_profit=True)
    product = goods(merchant, "明前龙井", ("50g", 100_00, 10))
    (order,) = paid((product.skus[0].id, 1))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, merchant.id)
    page = f"/merchant/orders/order/{order.id}"
    with tenancy.as_nobody():
        dialog = client.get(f"{page}/split/").content.decode()
    number = re.search(r'name="share_id" value="(shr\w+)"', dialog)
    assert number, dialog[-2000:]
    form = {
        "_form_submitted": "true",
        "share_id": number[1],
        "type": "MERCHANT_ID",
        "account": "1900007777",
        "name": "乐观商店",
        "relation": "SUPPLIER",
        "yuan": "12.34",
        "reason": "供货款",
    }
    with tenancy.as_nobody():
        assert [client.post(f"{page}/split/", form).status_code for _ in range(2)] == [302, 302]
    (made,) = payments.shares_of(order.payment_id)
    assert (made.id, made.amount_fen, made.receivers[0].name) == (number[1], 12_34, "乐观商店")
    file = read(client, f"{page}/change/")
    assert "乐观商店" in file and "待提交" in file and "¥12.34" in file
    with tenancy.as_nobody():
        assert client.get(f"{page}/return_split/").status_code == 200
        release = {"_form_submitted": "true", "share_id": "shr0123456789AB", "reason": "不再分账"}
        client.post(f"{page}/release/", release)
    assert sorted(s.kind for s in payments.shares_of(order.payment_id)) == ["split", "unfreeze"]
    clock.set_for_story(None)

"""The consoles open for those who may, show names and money, and their buttons do what they say."""

import pytest
from django.test import Client

from tests.commerce.world import BUYER, T0, goods, paid, shop
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, OrderState, RefundPart
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy

pytestmark = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"


@pytest.fixture(autouse=True)
def _still(settings: object) -> object:
    settings.TOTP_REQUIRED = False  # type: ignore[attr-defined]
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def sitting(site: str, login: str, role: Role, merchant_id: str = "") -> Client:
    identity.create_user(display_name="坐班", login=login, password=PASSWORD, roles=[(role, merchant_id)], now=T0)
    client = Client()
    with tenancy.as_nobody():
        entered = client.post(f"/{site}/login/", {"username": login, "password": PASSWORD})
    assert entered.status_code == 302, entered.content.decode()[-2000:]
    return client


def read(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def press(client: Client, path: str, **form: str) -> None:
    """Fill in a dialog and confirm it."""
    with tenancy.as_nobody():
        answer = client.post(path, {"_form_submitted": "true", **form})
    assert answer.status_code == 302, answer.content.decode()[-1500:]


def test_the_platform_reads_everything_with_names() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    (order,) = paid((green.skus[0].id, 2))
    client = sitting("ops", "boss", Role.OPERATOR)
    assert "云雾茶行" in read(client, "/ops/merchants/merchant/")
    assert "审核通过" in read(client, f"/ops/merchants/merchant/{tea.id}/change/")
    assert "云雾茶行" in read(client, "/ops/catalog/product/")
    assert "明前龙井" in read(client, f"/ops/catalog/product/{green.id}/change/")
    page = read(client, "/ops/orders/order/")
    assert "云雾茶行" in page and "¥136.00" in page and "138****0001" in page and "13800000001" not in page
    file = read(client, f"/ops/orders/order/{order.id}/change/")
    for shown in ("明前龙井", "应付商家货款", "技术服务费", "付款成功", "¥0.81"):
        assert shown in file
    assert "13800000001" not in file
    assert read(client, "/ops/orders/aftersale/") and read(client, "/ops/orders/quarantine/")
    assert "待发货" in read(client, "/ops/")


def test_a_shop_sees_only_its_own_and_ships_and_decides() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green, apple = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(fruit, "苹果", ("5斤", 3_990, 9))
    (mine,) = paid((green.skus[0].id, 1))
    (theirs,) = paid((apple.skus[0].id, 1))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    page = read(client, "/merchant/orders/order/")
    assert mine.id in page and theirs.id not in page
    with tenancy.as_nobody():
        assert client.get(f"/merchant/orders/order/{theirs.id}/change/").status_code == 302

    asked = orders.request_after_sale(
        mine.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(mine.lines[0].id, 500)],
        reason="少件",
        now=T0,
    )
    assert "少件" in read(client, f"/merchant/orders/aftersale/{asked.id}/change/")
    press(client, f"/merchant/orders/aftersale/{asked.id}/decide/", answer="no", reason="已补发")
    press(client, f"/merchant/orders/order/{mine.id}/ship/", carrier="顺丰", tracking_no="SF123456", reason="按时发出")
    assert orders.after_sale(asked.id).state == "rejected"
    assert orders.order_file(mine.id).order.state is OrderState.SHIPPED

"""The consoles open for those who may, show names and money, and their buttons do what they say."""

import pytest
from django.test import Client

from tests.commerce.world import BUYER, T0, goods, paid, shipped, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, OrderState, RefundPart
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
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
    for shown in (
        "明前龙井",
        "应付商家货款",
        "技术服务费",
        "付款成功",
        "¥0.81",
        "预计到账",
        "2026-11-02",
        "普通商户 T+1",
    ):
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
    page = f"/merchant/orders/order/{mine.id}/change/"
    assert f"/{mine.id}/ship/" in client.get(page).content.decode()
    press(client, f"/merchant/orders/order/{mine.id}/ship/", carrier="顺丰", tracking_no="SF123456", reason="按时发出")
    assert f"/{mine.id}/ship/" not in client.get(page).content.decode()  # no button that would be refused
    assert orders.after_sale(asked.id).state == "rejected"
    assert orders.order_file(mine.id).order.state is OrderState.SHIPPED


def test_a_shop_handles_an_exchange_and_cannot_refuse_a_return_the_law_protects() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    (order,) = paid((green.skus[0].id, 2))
    shipped(order)
    line = order.lines[0].id

    def ask(kind: AfterSaleKind, fen: int) -> str:
        return orders.request_after_sale(
            order.id, buyer_id=BUYER, kind=kind, parts=[RefundPart(line, fen, 1)], reason="茶饼碎了", now=T0
        ).id

    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    protected = ask(AfterSaleKind.RETURN_REFUND, 6_800)
    page = f"/merchant/orders/aftersale/{protected}"
    shown = read(client, f"{page}/change/")
    assert "商家 剩 2 天 0 小时" in shown and "七日无理由退货：商家不得拒绝" in shown
    assert "商家 剩 2 天 0 小时" in read(client, "/merchant/orders/aftersale/")
    press(client, f"{page}/decide/", answer="no", reason="不同意")
    assert orders.after_sale(protected).state == "applied"
    assert "不能拒绝售后单" in read(client, f"{page}/change/")

    swap = ask(AfterSaleKind.EXCHANGE, 0)
    page = f"/merchant/orders/aftersale/{swap}"
    press(client, f"{page}/decide/", answer="yes", reason="同意换货")
    orders.send_back(swap, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=T0)
    press(client, f"{page}/replace/", carrier="顺丰", tracking_no="SF9000", reason="已验货")
    assert orders.after_sale(swap).state == "reshipped"

    press(client, f"/merchant/catalog/product/{green.id}/returns/", return_class="fresh", reason="改为鲜叶")
    assert catalog.get(green.id).returns.code == "fresh"
    found = AuditEntry.objects.order_by("id").values_list("action", "object_type", "before", "after", "reason")
    assert [row for row in found if row[0].startswith(("orders.", "catalog."))] == [
        (
            "orders.approve_exchange",
            "after_sale",
            {"state": "applied"},
            {"state": "awaiting_return", "refund": "", "fen": 6_800},
            "同意换货",
        ),
        (
            "orders.ship_replacement",
            "after_sale",
            {"state": "returning"},
            {"state": "reshipped", "refund": "", "fen": 6_800},
            "顺丰 SF9000",
        ),
        ("catalog.return_class", "product", {"return_class": "standard"}, {"return_class": "fresh"}, "改为鲜叶"),
    ]

"""The API as buyers, shops and the platform use it, and what it refuses to strangers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.papers import licensed
from tests.commerce.world import T0, captured, goods, shop
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]
HOME = {"name": "李雷", "phone": "13800000001", "region": "浙江省杭州市", "street": "文三路 1 号"}


def cart(*items: tuple[str, int], checkout_id: str = "chk0123456789AB") -> dict[str, Any]:
    return {
        "checkout_id": checkout_id,
        "items": [{"sku_id": sku, "qty": qty} for sku, qty in items],
        "address": HOME,
    }


def bought(buyer: Any, sku: str, qty: int = 1, checkout_id: str = "chk0123456789AB") -> str:
    assert buyer.post("/checkouts", cart((sku, qty), checkout_id=checkout_id)).status_code == 201
    made = orders.checkout(checkout_id)
    orders.mark_paid([captured(made)])
    return made.orders[0].id


def test_from_application_to_receipt(someone: Someone) -> None:
    applicant, boss, buyer = someone("wang"), someone("boss", Role.OPERATOR), someone("li")
    applied = applicant.post(
        "/merchants", {"name": "云雾茶行", "contact_name": "王店长", "contact_phone": "13912345678"}
    ).json()
    assert (applied["state"], applied["contact_phone_masked"]) == ("applied", "139****5678")
    opened = boss.post(f"/merchants/{applied['id']}/decision", {"verb": "activate"})
    assert opened.json()["state"] == "active"
    from xintui.foundation.identity import facade as identity

    assert [g.role for g in identity.grants_of(applicant.user_id) if g.merchant_id] == [Role.MERCHANT_OWNER]
    licensed(applied["id"], T0)
    green = goods(merchants.get(applied["id"]), "明前龙井", ("50g", 6_800, 10))

    placed = buyer.post("/checkouts", cart((green.skus[0].id, 2)))
    assert placed.status_code == 201
    assert placed.json()["total_fen"] == 13_600
    assert buyer.post("/checkouts", cart((green.skus[0].id, 2))).json() == placed.json()
    order_id = placed.json()["orders"][0]["id"]
    assert buyer.get(f"/orders/{order_id}/receipt.pdf").json()["code"] == "orders.not_paid"
    orders.mark_paid([captured(orders.checkout("chk0123456789AB"))])

    staff = someone("staff", Role.MERCHANT_SERVICE, applied["id"])
    sent = staff.post(f"/shop/orders/{order_id}/ship", {"carrier": "顺丰", "tracking_no": "SF123456"})
    assert (sent.status_code, sent.json()["state"]) == (200, "shipped")
    assert buyer.post(f"/orders/{order_id}/receive").json()["state"] == "received"
    file = buyer.get(f"/orders/{order_id}").json()
    assert [e["verb"] for e in file["timeline"]] == ["place", "pay", "ship", "receive"]
    paper = buyer.get(f"/orders/{order_id}/receipt.pdf")
    assert paper.content[:5] == b"%PDF-" and len(paper["X-Proof-Code"]) == 64


def test_an_after_sale_from_asking_to_deciding(someone: Someone) -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    buyer, staff = someone("li"), someone("staff", Role.MERCHANT_SERVICE, tea.id)
    order_id = bought(buyer, green.skus[0].id)
    body = {
        "kind": "refund_only",
        "parts": [{"line_id": f"{order_id}001", "fen": 1_000}],
        "reason": "少发一罐",
    }
    asked = buyer.post(f"/orders/{order_id}/after-sales", body)
    assert (asked.status_code, asked.json()["state"]) == (201, "applied")
    assert [s["id"] for s in staff.get("/shop/after-sales").json()["items"]] == [asked.json()["id"]]
    done = staff.post(f"/shop/after-sales/{asked.json()['id']}/decide", {"approve": True})
    assert done.json()["state"] == "refunding"
    too_much = buyer.post(
        f"/orders/{order_id}/after-sales", body | {"parts": [{"line_id": f"{order_id}001", "fen": 5_801}]}
    )
    assert (too_much.status_code, too_much.json()["code"]) == (409, "orders.refund_too_large")


@pytest.mark.parametrize(
    "extra",
    [
        {"total_fen": 1},
        {"items": [{"sku_id": "x", "qty": 1, "price_fen": 1}]},
        {"items": [{"sku_id": "x", "qty": 0}]},
        {"items": [{"sku_id": "x", "qty": -1}]},
        {"items": [{"sku_id": "x", "qty": 1.5}]},
        {"items": [{"sku_id": "x", "qty": 1000}]},
        {"items": []},
        {"discount_fen": 5},
        {"buyer_id": "usr01OTHER"},
        {"checkout_id": "x"},
    ],
)
def test_a_buyer_cannot_send_a_price_a_total_or_a_strange_quantity(someone: Someone, extra: dict[str, Any]) -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    refused = someone("li").post("/checkouts", cart((green.skus[0].id, 1)) | extra)
    assert (refused.status_code, refused.json()["code"]) == (422, "request.invalid")


def test_strangers_other_buyers_and_other_shops_find_nothing(someone: Someone) -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    buyer, other = someone("li"), someone("han")
    rival = someone("rival", Role.MERCHANT_OWNER, fruit.id)
    order_id = bought(buyer, green.skus[0].id)

    for path in (f"/orders/{order_id}", "/orders/checkouts/chk0123456789AB", f"/orders/{order_id}/receipt.pdf"):
        assert someone().get(path).status_code == 401
        assert other.get(path).status_code == 404
        assert rival.get(path).status_code == 404
    assert rival.get(f"/shop/orders/{order_id}").status_code == 404
    ship = {"carrier": "顺丰", "tracking_no": "SF123456"}
    assert rival.post(f"/shop/orders/{order_id}/ship", ship).status_code == 404
    assert rival.get("/shop/orders").json() == {"items": [], "next": None}
    assert rival.get(f"/catalog/mine/{green.id}").status_code == 404
    price = rival.post(f"/catalog/skus/{green.skus[0].id}/price", {"price_fen": 1})
    assert price.status_code == 404
    assert rival.post("/checkouts", cart((green.skus[0].id, 1))).status_code == 403
    shop_form = {"name": "又一家", "contact_name": "王", "contact_phone": "13912345678"}
    assert rival.post("/merchants", shop_form).status_code == 403
    assert other.get("/orders").json()["items"] == []
    assert buyer.get("/shop/orders").status_code == 403
    assert buyer.get("/quarantine").status_code == 403
    assert buyer.get("/merchants").status_code == 403


def test_the_tenant_wall_alone_hides_other_shops_rows() -> None:
    from django.db import transaction

    from tests.commerce.world import paid
    from xintui.commerce.catalog.models import Product
    from xintui.commerce.merchants.models import Merchant
    from xintui.commerce.orders.models import Checkout, Line, Order
    from xintui.infra import tenancy

    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green, apple = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(fruit, "苹果", ("5斤", 3_990, 9))
    paid((green.skus[0].id, 1), (apple.skus[0].id, 1))
    with tenancy.as_merchant(fruit.id), transaction.atomic():
        assert {p.merchant_id for p in Product.objects.all()} == {fruit.id}
        assert {o.merchant_id for o in Order.objects.all()} == {fruit.id}
        assert {x.merchant_id for x in Line.objects.all()} == {fruit.id}
        assert {m.id for m in Merchant.objects.all()} == {fruit.id}
        assert Checkout.objects.count() == 0  # it spans shops: the platform's alone
        assert Product.objects.filter(merchant_id=tea.id).update(title="改") == 0
    with tenancy.as_nobody(), transaction.atomic():
        assert (Product.objects.count(), Order.objects.count(), Merchant.objects.count()) == (0, 0, 0)


def test_goods_are_found_filtered_sorted_and_paged(someone: Someone) -> None:
    tea = shop("云雾茶行")
    for n, (title, price) in enumerate([("明前龙井", 300), ("雨前龙井", 100), ("正山小种", 200)]):
        clock.set_for_story(T0 + timedelta(minutes=n))
        goods(tea, title, ("50g", price, 10))
    stranger = someone()

    def titles(query: str) -> list[str]:
        return [p["title"] for p in stranger.get(f"/catalog/products?{query}").json()["items"]]

    assert set(titles("text=龙井")) == {"明前龙井", "雨前龙井"}
    assert titles("sort=price_up") == ["雨前龙井", "正山小种", "明前龙井"]
    assert titles("sort=price_down&price_to_fen=250") == ["正山小种", "雨前龙井"]
    assert titles("category=fruit") == []
    walked, after = [], ""
    while True:
        page = stranger.get(f"/catalog/products?sort=price_up&limit=1&after={after}").json()
        walked += [p["price_from_fen"] for p in page["items"]]
        if not (after := page["next"] or ""):
            break
    assert walked == [100, 200, 300]
    assert stranger.get("/catalog/products?after=;drop").json()["code"] == "catalog.bad_cursor"
    assert stranger.get("/catalog/products?sort=id").status_code == 422


@pytest.mark.parametrize("path", ["/orders", "/shop/orders", "/catalog/products", "/catalog/mine"])
def test_lists_cost_the_same_number_of_statements_for_one_row_and_for_many(someone: Someone, path: str) -> None:
    tea = shop("云雾茶行")
    buyer = someone("li")
    asker = someone("owner", Role.MERCHANT_OWNER, tea.id) if "shop" in path or "mine" in path else buyer
    counts = []
    for round_ in range(2):
        for n in range(1 if round_ == 0 else 9):
            product = goods(tea, f"茶 {round_} {n}", ("50g", 6_800, 10))
            bought(buyer, product.skus[0].id, checkout_id=f"chk0123456789{round_}{n}")
        asker.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert len(asker.get(path).json()["items"]) == (1 if round_ == 0 else 10)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_keeper_writes_goods_and_every_change_is_kept(someone: Someone) -> None:
    tea = shop("云雾茶行")
    goods(tea, "占位", ("x", 1, 1))
    keeper = someone("keeper", Role.MERCHANT_GOODS, tea.id)
    made = keeper.post(
        "/catalog/mine",
        {
            "title": "明前龙井",
            "category": "tea",
            "tags": ["新茶"],
            "skus": [{"spec": "50g", "price_fen": 6800, "total_qty": 5}],
        },
    )
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    product, sku = made.json()["id"], made.json()["skus"][0]["id"]
    assert someone().get(f"/catalog/products/{product}").status_code == 404
    assert keeper.post(f"/catalog/mine/{product}/list").json()["state"] == "on_shelf"
    keeper.post(f"/catalog/skus/{sku}/price", {"price_fen": 5800, "note": "促销"})
    keeper.post(f"/catalog/skus/{sku}/stock", {"delta": 7, "note": "到货"})
    refused = keeper.post(f"/catalog/skus/{sku}/stock", {"delta": -13})
    assert (refused.status_code, refused.json()["code"]) == (409, "catalog.stock_below_use")
    log = [(c["what"], c["before"], c["after"]) for c in keeper.get(f"/catalog/mine/{product}/changes").json()]
    assert ("price", "68.00", "58.00") in log and ("stock", "5", "12") in log and ("shelf", "draft", "on_shelf") in log
    assert someone().get(f"/catalog/products/{product}").json()["skus"][0]["price_fen"] == 5800
    service = someone("service", Role.MERCHANT_SERVICE, tea.id)
    assert service.post(f"/catalog/skus/{sku}/price", {"price_fen": 1}).status_code == 403


def test_returns_confirmations_and_exchanges_are_said_by_the_api(someone: Someone) -> None:
    tea = shop("云雾茶行")
    cream = goods(tea, "面霜", ("50 克", 6_000, 10), ("旅行装", 6_000, 10), returns="sealed")
    buyer, staff = someone("li"), someone("staff", Role.MERCHANT_SERVICE, tea.id)
    sku, other = cream.skus[0].id, cream.skus[1].id
    table = {one["code"]: one["rule"] for one in someone().get("/catalog/return-classes").json()}
    assert (table["standard"], table["fresh"], table["sealed"], len(table)) == ("free", "never", "confirm", 8)
    assert buyer.post("/orders/quote", {"items": [{"sku_id": sku, "qty": 1}]}).json()["shops"][0]["lines"][0][
        "returns"
    ]["rule"] == ("confirm")

    placed = buyer.post("/checkouts", cart((sku, 2)) | {"confirmed": [sku]})
    assert placed.json()["orders"][0]["lines"][0]["return_confirmed"] is True
    orders.mark_paid([captured(orders.checkout("chk0123456789AB"))])
    order_id, line = placed.json()["orders"][0]["id"], placed.json()["orders"][0]["lines"][0]["id"]
    staff.post(f"/shop/orders/{order_id}/ship", {"carrier": "顺丰", "tracking_no": "SF123456"})

    def ask(kind: str, **part: int) -> Any:
        body = {"kind": kind, "parts": [{"line_id": line, **part}], "reason": "过敏"}
        return buyer.post(
            f"/orders/{order_id}/after-sales", body | ({"exchange_sku_id": other} if not part.get("fen") else {})
        )

    asked = ask("return_refund", fen=6_000, qty=1).json()
    assert (asked["protection"], asked["waits_for"]) == ("confirmed", "merchant")
    assert asked["due_at"] == "2026-11-03T02:00:00Z"
    assert buyer.post(f"/orders/after-sales/{asked['id']}/cancel").json()["state"] == "cancelled"

    swap = ask("exchange", qty=2).json()
    assert (swap["exchange_spec"], swap["total_fen"]) == ("旅行装", 12_000)
    desk = f"/shop/after-sales/{swap['id']}"
    parcel = {"carrier": "顺丰", "tracking_no": "SF9000"}
    assert staff.post(f"{desk}/decide", {"approve": True}).json()["state"] == "awaiting_return"
    assert staff.post(f"{desk}/replace", parcel).json()["code"] == "state.no_such_move"
    buyer.post(f"/orders/after-sales/{swap['id']}/send-back", {"carrier": "中通", "tracking_no": "ZT1000"})
    assert staff.post(f"{desk}/replace", parcel | {"restock": True}).json()["replacement"]["tracking_no"] == "SF9000"
    assert staff.post(f"{desk}/refund-instead").json()["code"] == "state.no_such_move"
    assert buyer.post(f"/orders/after-sales/{swap['id']}/confirm").json()["state"] == "exchanged"


def test_a_protected_return_is_refused_by_code_when_a_shop_says_no(someone: Someone) -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    buyer, staff = someone("li"), someone("staff", Role.MERCHANT_SERVICE, tea.id)
    order_id = bought(buyer, green.skus[0].id)
    staff.post(f"/shop/orders/{order_id}/ship", {"carrier": "顺丰", "tracking_no": "SF123456"})
    body = {"kind": "return_refund", "parts": [{"line_id": f"{order_id}001", "fen": 6_800, "qty": 1}], "reason": "x"}
    sale = buyer.post(f"/orders/{order_id}/after-sales", body).json()
    answer = staff.post(f"/shop/after-sales/{sale['id']}/decide", {"approve": False, "note": "不退"})
    assert (answer.status_code, answer.json()["code"]) == (409, "orders.return_may_not_be_refused")
    assert answer.json()["facts"] == {"after_sale_id": sale["id"], "why": sale["protection_says"]}

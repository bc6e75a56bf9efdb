"""Reviews: who may write them and how often, what everybody sees, what counts."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.commerce.world import T0, goods, order_now, paid, settled, shipped, shop
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, Order, RefundPart
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.rules import mask, score
from xintui.foundation.identity.contracts import Role

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]


def received(product: Product, buyer_id: str) -> Order:
    order = shipped(paid((product.skus[0].id, 1), buyer_id=buyer_id)[0])
    orders.receive(order.id, buyer_id=buyer_id, now=T0 + timedelta(days=3))
    return order_now(order.id)


def about(order: Order, stars: int = 5, **more: Any) -> dict[str, Any]:
    return {"order_id": order.id, "line_id": order.lines[0].id, "stars": stars, **more}


@pytest.fixture
def green() -> Product:
    return goods(shop("云雾茶行"), "明前龙井", ("50g", 68_00, 99))


def test_a_line_is_reviewed_once_after_it_was_received_and_once_more_later(someone: Someone, green: Product) -> None:
    li, han = someone("li"), someone("han")
    order = shipped(paid((green.skus[0].id, 1), buyer_id=li.user_id)[0])
    assert li.post("/reviews", about(order)).json()["code"] == "reviews.not_received"
    orders.receive(order.id, buyer_id=li.user_id, now=T0)
    assert han.post("/reviews", about(order)).json()["code"] == "orders.not_found"
    made = li.post("/reviews", about(order, 4, text="  香气很足  "))
    assert made.status_code == 201
    assert (made.json()["author"], made.json()["text"], made.json()["spec"]) == ("L**", "香气很足", "50g")
    assert li.post("/reviews", about(order, 1)).json()["code"] == "reviews.already_reviewed"
    more = f"/reviews/{made.json()['id']}/more"
    assert han.post(more, {"text": "不是我的"}).status_code == 404
    assert li.post(more, {"text": "喝了一个月，仍然很好"}).json()["more"] == "喝了一个月，仍然很好"
    assert li.post(more, {"text": "再来"}).json()["code"] == "reviews.already_reviewed"
    assert someone().get(f"/reviews/products/{green.id}/score").json() == {
        "count": 1,
        "average_x10": 40,
        "stars": [0, 0, 0, 1, 0],
    }
    shown = someone().get(f"/reviews/products/{green.id}").json()["items"]
    assert [(one["stars"], one["more"]) for one in shown] == [(4, "喝了一个月，仍然很好")]
    assert not {"order_id", "line_id", "merchant_id", "buyer_id"} & shown[0].keys()


def test_a_refunded_line_may_still_be_reviewed(someone: Someone, green: Product) -> None:
    li = someone("li")
    order = received(green, li.user_id)
    part = [RefundPart(order.lines[0].id, order.lines[0].paid_fen)]
    asked = orders.request_after_sale(
        order.id, buyer_id=li.user_id, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="受潮", now=T0
    )
    merchant = order.merchant_id
    agreed = orders.decide_after_sale(asked.id, merchant_id=merchant, approve=True, actor="x", now=T0)
    orders.settle_refund([settled(agreed.refund_id, order, order.lines[0].paid_fen)])
    assert order_now(order.id).refunded_fen == order.lines[0].paid_fen
    assert li.post("/reviews", about(order, 1, text="受潮了")).status_code == 201


def test_pictures_go_through_the_catalog_and_belong_to_the_shop_of_the_order(someone: Someone, green: Product) -> None:
    li, han = someone("li"), someone("han")
    order = received(green, li.user_id)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(out, "PNG")
    path = f"/api/v1/reviews/orders/{order.id}/pictures"

    def upload(who: Any, content: bytes) -> Any:
        return who.client.generic("POST", path, content, content_type="image/png", headers=who.headers)

    assert upload(han, out.getvalue()).status_code == 404
    assert upload(li, b"<svg/>").json()["code"] == "catalog.bad_picture"
    picture = upload(li, out.getvalue()).json()["id"]
    assert li.post("/reviews", about(order, pictures=["0" * 40])).json()["code"] == "reviews.bad_review"
    assert li.post("/reviews", about(order, pictures=[picture] * 2)).json()["code"] == "reviews.bad_review"
    assert li.post("/reviews", about(order, pictures=[picture])).json()["pictures"] == [picture]
    plain = received(green, li.user_id)
    assert li.post("/reviews", about(plain)).status_code == 201
    shown = someone().get(f"/reviews/products/{green.id}?pictured=true").json()["items"]
    assert [one["pictures"] for one in shown] == [[picture]]
    for wanted in (order, plain):
        mine = li.get(f"/reviews/mine?order_id={wanted.id}").json()["items"]
        assert [one["line_id"] for one in mine] == [wanted.lines[0].id]
    assert han.get(f"/reviews/mine?order_id={order.id}").json()["items"] == []


def test_the_shop_answers_its_own_and_the_platform_hides_what_then_no_longer_counts(
    someone: Someone, green: Product
) -> None:
    li = someone("li")
    owner, other = (
        someone("owner", Role.MERCHANT_OWNER, green.merchant_id),
        someone("other", Role.MERCHANT_OWNER, shop("稻香村").id),
    )
    boss = someone("boss", Role.OPERATOR)
    bad = li.post("/reviews", about(received(green, li.user_id), 1, text="骂人的话")).json()["id"]
    good = li.post("/reviews", about(received(green, li.user_id), 5)).json()["id"]
    assert other.post(f"/reviews/{good}/reply", {"text": "谢谢"}).status_code == 404
    assert owner.post(f"/reviews/{good}/reply", {"text": "谢谢惠顾"}).json()["reply"] == "谢谢惠顾"
    assert [one["id"] for one in owner.get("/reviews/shop?unanswered=true").json()["items"]] == [bad]
    assert other.get("/reviews/shop").json()["items"] == []
    assert reviews.score_of(green.id).average_x10 == 30
    for _ in range(2):  # the second time changes nothing
        assert boss.post(f"/reviews/{bad}/hide", {"reason": "辱骂"}).json()["hidden"] is True
    assert (reviews.score_of(green.id).count, reviews.score_of(green.id).average_x10) == (1, 50)
    assert [one["id"] for one in someone().get(f"/reviews/products/{green.id}").json()["items"]] == [good]
    assert [one["hidden_reason"] for one in li.get("/reviews/mine").json()["items"]] == ["", "辱骂"]
    boss.post(f"/reviews/{bad}/show", {"reason": "申诉成立"})
    assert reviews.score_of(green.id).stars == (1, 0, 0, 0, 1)


def test_the_list_pages_by_star_and_costs_the_same_however_long(someone: Someone, green: Product) -> None:
    li = someone("li")
    counts = []
    for stars in (5, 4, 5):
        li.post("/reviews", about(received(green, li.user_id), stars))
        with CaptureQueriesContext(connection) as asked:
            someone().get(f"/reviews/products/{green.id}")
        counts.append(len(asked))
    assert len(set(counts)) == 1
    first = someone().get(f"/reviews/products/{green.id}?stars=5&limit=1").json()
    rest = someone().get(f"/reviews/products/{green.id}?stars=5&limit=1&after={first['next']}").json()
    assert [one["stars"] for one in first["items"] + rest["items"]] == [5, 5]
    assert rest["next"] is None and first["items"] != rest["items"]


def test_averages_are_rounded_half_up_in_tenths_and_names_are_masked() -> None:
    assert [score(given).average_x10 for given in ((0, 0, 0, 0, 0), (0, 0, 0, 1, 2), (1, 0, 0, 0, 3))] == [0, 47, 40]
    assert [mask(name) for name in ("李雷", " A", "")] == ["李**", "A**", "匿名买家"]

"""A person walks through the shop: looks, is shared a link, fills a cart, orders, asks for money back."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from tests.commerce.world import T0, captured, goods, shipped, shop
from tests.promotion.people import promoter as active_promoter
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.models import Line
from xintui.infra import clock, tenancy
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind

pytestmark = pytest.mark.django_db
HOME = {"name": "李雷", "phone": "13800000001", "region": "浙江省杭州市", "street": "文三路 1 号"}


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


class Person:
    def __init__(self) -> None:
        self.client = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger"})

    def get(self, path: str, status: int = 200) -> str:
        with tenancy.as_nobody():
            answer = self.client.get(path, follow=True)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[-600:])
        return answer.content.decode()

    def post(self, path: str, **form: object) -> str:
        with tenancy.as_nobody():
            answer = self.client.post(path, form, follow=True)
        assert answer.status_code == 200, (path, answer.status_code, answer.content.decode()[-600:])
        return answer.content.decode()


def ordered(person: Person, sku: str, qty: int = 2) -> str:
    """Cart, name, address, order; the checkout's id."""
    person.post("/enter", name="小李")
    person.post("/cart/add", sku=sku, qty=qty)
    form = person.get("/checkout")
    number = re.search(r'name="checkout_id" value="(\w+)"', form)
    assert number
    assert "应付金额" in person.post("/checkout", checkout_id=number[1], **HOME)
    return number[1]


def test_a_person_orders_pays_reads_the_receipt_and_asks_for_a_part_back() -> None:
    green = goods(shop("云雾茶行", freight_fen=800), "明前龙井", ("50g", 6_800, 10))
    person = Person()
    assert "明前龙井" in person.get("/") and "云雾茶行" in person.get("/?q=龙井")
    assert "没有找到商品" in person.get("/?q=苹果")
    assert "广告" not in person.get(f"/p/{green.id}")

    number = ordered(person, green.skus[0].id)
    assert "¥144.00" in person.get(f"/pay/{number}")
    orders.mark_paid([captured(orders.checkout(number))])
    assert "付款成功" in person.get(f"/pay/{number}")
    (order,) = orders.checkout(number).orders

    assert "待发货" in person.get("/me/orders")
    page = person.post(
        f"/me/orders/{order.id}", verb="ask", line=order.lines[0].id, yuan="12.5", kind="refund_only", reason="少件"
    )
    assert "售后申请已提交" in page and "售后中 ¥12.50" in page
    with tenancy.as_nobody():
        paper = person.client.get(f"/me/orders/{order.id}/receipt.pdf")
    assert paper.content.startswith(b"%PDF-")


def test_sending_the_form_twice_places_once() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id)
    assert "应付金额" in person.post("/checkout", checkout_id=number, **HOME)
    assert Line.objects.count() == 1


def test_another_person_does_not_find_the_order() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    one, other = Person(), Person()
    number = ordered(one, green.skus[0].id)
    other.post("/enter", name="小韩")
    order_id = orders.checkout(number).orders[0].id
    other.get(f"/me/orders/{order_id}", status=404)
    other.get(f"/pay/{number}", status=404)
    assert "怎么称呼您" in Person().get(f"/me/orders/{order_id}")


def test_a_share_link_shows_the_label_and_the_order_names_the_promoter() -> None:
    tea = shop("云雾茶行")
    green = goods(tea, "明前龙井", ("50g", 6_800, 10))
    promoter = active_promoter(1, at=T0 - timedelta(days=1)).id
    target = Target(TargetKind.PRODUCT, green.id, tea.id, green.title)
    link = attribution.create_link(promoter, target, Channel.MOMENTS, now=T0)

    person = Person()
    assert "广告·推广赚佣金" in person.get(f"/s/{link.code}?plain")
    ordered(person, green.skus[0].id)

    line = Line.objects.get()
    assert (line.promoter_id, bool(line.attribution_id)) == (promoter, True)
    person.get("/s/not-a-code-of-ours?plain", status=404)


@pytest.mark.parametrize("onward", ["https://evil.example", "//evil.example", "javascript:alert(1)"])
def test_no_form_leads_out_of_the_house(onward: str) -> None:
    with tenancy.as_nobody():
        answer = Client().post("/enter", {"name": "x", "next": onward})
    assert answer["Location"] == "/"


def test_pages_run_no_script_and_allow_none() -> None:
    green = goods(shop("云雾茶行"), "明前龙井<script>", ("50g", 6_800, 10))
    with tenancy.as_nobody():
        answer = Client().get(f"/p/{green.id}")
    page = answer.content.decode()
    assert "<script" not in page and "style=" not in page
    assert "明前龙井&lt;script&gt;" in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_goods_that_cannot_be_sent_back_once_opened_are_confirmed_at_the_checkout_and_not_by_default() -> None:
    cream = goods(shop("小满洗护"), "面霜", ("50 克", 12_800, 10), returns="sealed")
    sku = cream.skus[0].id
    person = Person()
    assert "经您确认后不适用七日无理由退货" in person.get(f"/p/{cream.id}")
    person.post("/enter", name="小李")
    person.post("/cart/add", sku=sku, qty=1)
    form = person.get("/checkout")
    assert f'name="confirmed" value="{sku}" required' in form and "checked" not in form
    number = re.search(r'name="checkout_id" value="(\w+)"', form)
    assert number

    refused = person.post("/checkout", checkout_id=number[1], **HOME)
    assert "请先阅读并确认" in refused and Line.objects.count() == 0
    again = re.search(r'name="checkout_id" value="(\w+)"', refused)
    assert again
    assert "应付金额" in person.post("/checkout", checkout_id=again[1], confirmed=sku, **HOME)
    assert (Line.objects.get().return_class, Line.objects.get().return_confirmed) == ("sealed", True)


def test_a_person_exchanges_a_shirt_on_the_order_page_and_reads_who_must_act_until_when() -> None:
    merchant = shop("青禾家居")
    shirt = goods(merchant, "衬衫", ("红", 9_900, 10), ("蓝", 9_900, 5))
    person = Person()
    number = ordered(person, shirt.skus[0].id, qty=1)
    orders.mark_paid([captured(orders.checkout(number))])
    (order,) = orders.checkout(number).orders
    shipped(order)
    page = f"/me/orders/{order.id}"
    assert "衬衫 · 蓝" in person.get(page)

    asked = person.post(
        page, verb="ask", line=order.lines[0].id, kind="exchange", qty=1, swap=shirt.skus[1].id, reason="换个颜色"
    )
    assert "换货 · 蓝" in asked and "商家须在 11月03日 10:00 前处理" in asked
    (sale,) = orders.order_file(order.id).after_sales
    orders.decide_after_sale(sale.id, merchant_id=merchant.id, approve=True, actor="usr01STAFF", now=T0)
    assert "我已寄回" in person.get(page)
    assert "请填写承运商和运单号" in person.post(page, verb="send_back", sale=sale.id, carrier="中通", tracking_no="?")
    assert "已登记寄回" in person.post(page, verb="send_back", sale=sale.id, carrier="中通", tracking_no="ZT1000")
    orders.ship_replacement(
        sale.id, merchant_id=merchant.id, carrier="顺丰", tracking_no="SF9000", actor="usr01STAFF", now=T0
    )
    assert "换货物流：顺丰 SF9000" in person.get(page)
    assert "换货完成" in person.post(page, verb="got_it", sale=sale.id)


def test_the_order_page_says_why_a_return_cannot_be_refused() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    person = Person()
    number = ordered(person, green.skus[0].id, qty=1)
    orders.mark_paid([captured(orders.checkout(number))])
    (order,) = orders.checkout(number).orders
    shipped(order)
    page = person.post(
        f"/me/orders/{order.id}", verb="ask", line=order.lines[0].id, kind="return_refund", yuan="68", qty=1, reason="x"
    )
    assert "七日无理由退货：商家不得拒绝（消费者权益保护法第二十五条）" in page

"""七日无理由退货: the law's table, what the buyer confirmed when buying, and refusals that do not count."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, order_now, paid, place, shipped, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import BadProduct, ReturnRule
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import rules
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleState,
    BadAfterSale,
    Order,
    PlacedDifferently,
    Protection,
    RefundPart,
    ReturnMayNotBeRefused,
)

RETURN = AfterSaleKind.RETURN_REFUND
PIECES = [RefundPart("l1", 1_000, 1)]


def bought(returns: ReturnRule = ReturnRule.FREE, *, confirmed: bool = False) -> dict[str, rules.Bought]:
    return {"l1": rules.Bought(3_000, 3, returns, confirmed)}


def judged(lines: dict[str, rules.Bought], today: str = "2026-11-08", **more: object) -> Protection:
    given = {"kind": RETURN, "parts": PIECES, "received_on": date(2026, 11, 1)} | more
    kind, parts = given.pop("kind"), given.pop("parts")
    return rules.protection(kind, parts, lines, today=date.fromisoformat(today), days=7, **given)  # type: ignore[arg-type]


def test_the_table_names_the_four_exceptions_of_the_law_and_the_three_to_confirm_each_with_its_source() -> None:
    table = {one.code: one for one in catalog.return_classes()}
    assert {code for code, one in table.items() if one.rule is ReturnRule.FREE} == {"standard"}
    assert {code for code, one in table.items() if one.rule is ReturnRule.NEVER} == {
        "custom",
        "fresh",
        "digital",
        "press",
    }
    assert {code for code, one in table.items() if one.rule is ReturnRule.CONFIRM} == {
        "sealed",
        "activated",
        "clearance",
    }
    assert all("第二十五条" in one.source and one.verified_on >= date(2026, 11, 20) for one in table.values())


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        ("2026-11-01", Protection.PROTECTED),
        ("2026-11-08", Protection.PROTECTED),  # the seventh day after the day of receipt
        ("2026-11-09", Protection.TOO_LATE),
    ],
)
def test_seven_days_run_from_the_day_after_receipt(today: str, verdict: Protection) -> None:
    assert judged(bought(), today) is verdict


def test_before_anybody_says_that_the_parcel_came_the_days_have_not_begun() -> None:
    assert judged(bought(), "2027-01-01", received_on=None) is Protection.PROTECTED


@pytest.mark.parametrize(
    ("lines", "more", "verdict"),
    [
        (bought(ReturnRule.NEVER), {}, Protection.EXCEPTED),
        (bought(ReturnRule.CONFIRM, confirmed=True), {}, Protection.CONFIRMED),
        (bought(ReturnRule.CONFIRM), {}, Protection.PROTECTED),  # nobody confirmed: it may not be refused
        (bought(confirmed=True), {}, Protection.PROTECTED),  # confirming what needs no confirmation means nothing
        (bought(), {"parts": [RefundPart("l1", 1_001, 1)]}, Protection.TOO_MUCH),
        (bought(), {"kind": AfterSaleKind.REFUND_ONLY}, Protection.NOT_A_RETURN),
        (bought(), {"kind": AfterSaleKind.EXCHANGE}, Protection.NOT_A_RETURN),
    ],
)
def test_what_the_law_protects(lines: dict[str, rules.Bought], more: dict[str, object], verdict: Protection) -> None:
    assert judged(lines, **more) is verdict


def test_a_third_of_a_price_that_does_not_divide_is_rounded_for_the_buyer() -> None:
    line = rules.Bought(1_000, 3, ReturnRule.FREE, confirmed=False)
    assert [rules.worth(line, qty) for qty in (1, 2, 3)] == [334, 667, 1_000]


@pytest.mark.django_db
class TestThroughTheShop:
    def sold(self, returns: str, *, confirmed: bool = False) -> Order:
        product = goods(shop(f"{returns}{confirmed}行"), "礼盒", ("一盒", 6_000, 10), returns=returns)
        sku = product.skus[0].id
        (order,) = paid((sku, 2), confirmed=frozenset({sku}) if confirmed else frozenset())
        shipped(order)
        return orders.receive(order.id, buyer_id=BUYER, now=T0 + timedelta(days=2))

    def asked(self, order: Order, *, after: timedelta = timedelta(days=9)) -> AfterSale:
        part = RefundPart(order.lines[0].id, 6_000, 1)
        return orders.request_after_sale(
            order.id, buyer_id=BUYER, kind=RETURN, parts=[part], reason="不喜欢", now=T0 + after
        )

    def refuse(self, sale: AfterSale, note: str = "不同意") -> AfterSale:
        return orders.decide_after_sale(
            sale.id, merchant_id=sale.merchant_id, approve=False, actor="usr01STAFF", now=T0, note=note
        )

    def test_a_merchant_cannot_refuse_within_seven_days_and_is_told_the_law(self) -> None:
        sale = self.asked(self.sold("standard"))
        assert (sale.protection, sale.protection_says[:7]) == (Protection.PROTECTED, "七日无理由退货")
        with pytest.raises(ReturnMayNotBeRefused) as refusal:
            self.refuse(sale)
        assert refusal.value.code == "orders.return_may_not_be_refused"
        assert "消费者权益保护法第二十五条" in str(refusal.value)
        assert orders.after_sale(sale.id).state is AfterSaleState.APPLIED

    def test_on_the_eighth_day_it_is_a_matter_between_the_two(self) -> None:
        sale = self.asked(self.sold("standard"), after=timedelta(days=10))
        assert sale.protection is Protection.TOO_LATE
        assert self.refuse(sale).state is AfterSaleState.REJECTED

    def test_damaged_goods_may_be_refused_when_they_are_back_but_not_without_a_word(self) -> None:
        sale = self.asked(self.sold("standard"))
        orders.decide_after_sale(sale.id, merchant_id=sale.merchant_id, approve=True, actor="x", now=T0)
        orders.send_back(sale.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=T0)
        with pytest.raises(BadAfterSale, match="不完好"):
            self.refuse(sale, note=" ")
        assert self.refuse(sale, note="包装盒已损毁").state is AfterSaleState.REJECTED

    @pytest.mark.parametrize("code", ["custom", "fresh", "digital", "press"])
    def test_the_exceptions_of_the_law_may_be_refused(self, code: str) -> None:
        sale = self.asked(self.sold(code, confirmed=True))
        assert sale.protection is Protection.EXCEPTED
        assert self.refuse(sale).state is AfterSaleState.REJECTED

    def test_a_confirmed_exception_may_be_refused_and_the_confirmation_is_kept_with_the_order(self) -> None:
        order = self.sold("sealed", confirmed=True)
        assert (order.lines[0].return_class, order.lines[0].return_confirmed) == ("sealed", True)
        timeline = [(e.verb, e.says, e.actor) for e in orders.order_file(order.id).timeline[:2]]
        assert timeline == [
            ("place", "买家提交订单", "buyer"),
            ("confirm_returns", "买家下单时确认不适用七日无理由退货：礼盒 一盒", "buyer"),
        ]
        sale = self.asked(order)
        assert sale.protection is Protection.CONFIRMED
        assert self.refuse(sale).state is AfterSaleState.REJECTED

    def test_without_the_confirmation_of_this_purchase_the_same_goods_may_not_be_refused(self) -> None:
        order = self.sold("sealed")
        assert not order.lines[0].return_confirmed
        with pytest.raises(ReturnMayNotBeRefused):
            self.refuse(self.asked(order))

    def test_confirming_ordinary_goods_is_not_even_written_down(self) -> None:
        order = self.sold("standard", confirmed=True)
        assert not order.lines[0].return_confirmed
        assert "confirm_returns" not in [e.verb for e in orders.order_file(order.id).timeline]

    def test_an_order_keeps_the_class_of_the_day_it_was_placed(self) -> None:
        merchant = shop("云雾茶行")
        product = goods(merchant, "礼盒", ("一盒", 6_000, 10))
        (order,) = paid((product.skus[0].id, 1))
        changed = catalog.set_return_class(merchant.id, product.id, "custom", actor="usr01OWNER", now=T0)
        assert changed.returns.rule is ReturnRule.NEVER
        assert order_now(order.id).lines[0].return_class == "standard"
        (newest, *_) = catalog.history(merchant.id, product.id)
        assert (newest.what, newest.before, newest.after) == ("return_class", "standard", "custom")
        with pytest.raises(BadProduct):
            catalog.set_return_class(merchant.id, product.id, "never", actor="usr01OWNER", now=T0)

    def test_the_same_checkout_with_another_confirmation_is_another_checkout(self) -> None:
        product = goods(shop("云雾茶行"), "礼盒", ("一盒", 6_000, 10), returns="sealed")
        sku = product.skus[0].id
        first = place((sku, 1))
        with pytest.raises(PlacedDifferently):
            place((sku, 1), checkout_id=first.id, confirmed=frozenset({sku}))


def test_midnight_in_shanghai_ends_the_seventh_day() -> None:
    from xintui.kernel.times import accounting_date

    received = datetime(2026, 11, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    last = datetime(2026, 11, 8, 15, 59, tzinfo=UTC)
    lines = bought()
    assert judged(lines, accounting_date(last).isoformat(), received_on=accounting_date(received)) is (
        Protection.PROTECTED
    )
    after = accounting_date(last + timedelta(minutes=1)).isoformat()
    assert judged(lines, after, received_on=accounting_date(received)) is Protection.TOO_LATE

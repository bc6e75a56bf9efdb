"""换货: pieces for pieces, no money; the stock of both moves once, and what cannot be sent becomes a refund."""

from datetime import timedelta

import pytest

from tests.commerce.world import BUYER, T0, goods, order_now, paid, settled, shipped, shop, stock
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import (
    AfterSale,
    AfterSaleKind,
    AfterSaleNotFound,
    AfterSaleState,
    BadAfterSale,
    Order,
    OrderState,
    RefundPart,
    RefundTooLarge,
)
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.kernel.states import NoSuchMove

pytestmark = pytest.mark.django_db
EXCHANGE, RETURN = AfterSaleKind.EXCHANGE, AfterSaleKind.RETURN_REFUND


def shirts(blue: int = 5) -> tuple[Order, Product]:
    """Two red shirts bought and shipped; blue ones cost the same, silk ones more."""
    product = goods(shop("青禾家居"), "衬衫", ("红", 9_900, 10), ("蓝", 9_900, blue), ("真丝", 29_900, 5))
    (order,) = paid((product.skus[0].id, 2))
    return shipped(order), product


def ask(order: Order, qty: int, sku_id: str = "", *, at: timedelta = timedelta(days=2)) -> AfterSale:
    part = RefundPart(order.lines[0].id, 0, qty)
    return orders.request_after_sale(
        order.id, buyer_id=BUYER, kind=EXCHANGE, parts=[part], reason="尺码不合", now=T0 + at, exchange_sku_id=sku_id
    )


def agree(sale: AfterSale) -> AfterSale:
    return orders.decide_after_sale(
        sale.id, merchant_id=sale.merchant_id, approve=True, actor="usr01STAFF", now=T0 + timedelta(days=3)
    )


def back(sale: AfterSale) -> AfterSale:
    return orders.send_back(sale.id, buyer_id=BUYER, carrier="中通", tracking_no="ZT1000", now=T0 + timedelta(days=4))


def reship(sale: AfterSale, *, restock: bool = True) -> AfterSale:
    return orders.ship_replacement(
        sale.id,
        merchant_id=sale.merchant_id,
        carrier="顺丰",
        tracking_no="SF2000",
        actor="usr01STAFF",
        now=T0 + timedelta(days=5),
        restock=restock,
    )


def got(sale: AfterSale) -> AfterSale:
    return orders.confirm_replacement(sale.id, buyer_id=BUYER, now=T0 + timedelta(days=7))


def test_an_exchange_moves_the_stock_of_both_and_not_a_fen() -> None:
    order, product = shirts()
    blue = product.skus[1].id
    books = ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen
    assert list(stock(product)) == [(10, 0, 2), (5, 0, 0), (5, 0, 0)]

    sale = ask(order, 2, blue)
    assert (sale.exchange_spec, sale.total_fen, order_now(order.id).refund_pending_fen) == ("蓝", 19_800, 19_800)
    assert agree(sale).state is AfterSaleState.AWAITING_RETURN
    assert list(stock(product)) == [(10, 0, 2), (5, 2, 0), (5, 0, 0)]  # kept for this buyer
    assert back(sale).state is AfterSaleState.RETURNING
    sent = reship(sale)
    assert sent.state is AfterSaleState.RESHIPPED and sent.replacement is not None
    assert (sent.replacement.carrier, sent.replacement.tracking_no) == ("顺丰", "SF2000")
    assert list(stock(product)) == [(10, 0, 0), (5, 0, 2), (5, 0, 0)]
    assert got(sale).state is AfterSaleState.EXCHANGED

    after = order_now(order.id)
    assert (after.refund_pending_fen, after.refunded_fen, after.state) == (0, 0, OrderState.SHIPPED)
    assert ledger.balance(Account(Kind.MERCHANT_PAYABLE, order.merchant_id)).posted_fen == books
    assert ledger.audit() == []
    assert [e.verb for e in orders.order_file(order.id).timeline][-5:] == [
        "apply",
        "approve_exchange",
        "send_back",
        "ship_replacement",
        "confirm_replacement",
    ]


def test_what_was_exchanged_comes_back_later_as_what_it_has_become() -> None:
    order, product = shirts()
    sale = ask(order, 2, product.skus[1].id)
    agree(sale), back(sale), reship(sale), got(sale)
    part = RefundPart(order.lines[0].id, 19_800, 2)
    again = orders.request_after_sale(order.id, buyer_id=BUYER, kind=RETURN, parts=[part], reason="不要了", now=T0)
    agree(again), back(again)
    told = orders.decide_after_sale(
        again.id, merchant_id=order.merchant_id, approve=True, actor="usr01STAFF", now=T0, restock=True
    )
    orders.settle_refund([settled(told.refund_id, order, 19_800)])
    assert list(stock(product)) == [(10, 0, 0), (5, 0, 0), (5, 0, 0)]
    assert order_now(order.id).state is OrderState.REFUNDED


def test_a_broken_piece_is_exchanged_for_the_same_and_stays_out_of_the_stock() -> None:
    order, product = shirts()
    sale = ask(order, 1)
    assert (sale.exchange_sku_id, sale.total_fen) == (product.skus[0].id, 9_900)
    agree(sale), back(sale), reship(sale, restock=False), got(sale)
    assert list(stock(product)) == [(10, 0, 3), (5, 0, 0), (5, 0, 0)]


def test_while_it_runs_the_same_pieces_and_the_same_money_cannot_be_asked_for_again() -> None:
    order, _ = shirts()
    ask(order, 2)
    with pytest.raises(BadAfterSale):
        ask(order, 1)
    with pytest.raises(RefundTooLarge):
        part = RefundPart(order.lines[0].id, 1)
        orders.request_after_sale(
            order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=[part], reason="少件", now=T0
        )


def test_without_stock_agreeing_makes_it_a_return_with_refund() -> None:
    order, product = shirts(blue=1)
    sale = agree(ask(order, 2, product.skus[1].id))
    assert (sale.kind, sale.state, sale.exchange_sku_id) == (RETURN, AfterSaleState.AWAITING_RETURN, "")
    assert list(stock(product))[1] == (1, 0, 0)
    back(sale)
    told = agree(sale)
    orders.settle_refund([settled(told.refund_id, order, 19_800)])
    assert order_now(order.id).refunded_fen == 19_800
    verbs = [e.verb for e in orders.order_file(order.id).timeline]
    assert verbs[-6:-1] == ["turn_into_refund", "approve_return", "send_back", "accept_return", "settle"]


@pytest.mark.parametrize("there", ["before", "after"])
def test_a_merchant_who_finds_the_shelf_empty_turns_it_into_a_refund_and_the_kept_pieces_are_free(there: str) -> None:
    order, product = shirts()
    sale = agree(ask(order, 2, product.skus[1].id))
    if there == "after":
        back(sale)
    turned = orders.turn_into_refund(sale.id, merchant_id=order.merchant_id, actor="usr01STAFF", now=T0, note="缺货")
    assert turned.kind is RETURN
    assert list(stock(product))[1] == (5, 0, 0)
    with pytest.raises(NoSuchMove):
        orders.turn_into_refund(sale.id, merchant_id=order.merchant_id, actor="usr01STAFF", now=T0)
    with pytest.raises(NoSuchMove):
        reship(sale)


def test_ending_it_early_frees_the_kept_pieces_and_the_money() -> None:
    order, product = shirts()
    first = agree(ask(order, 2, product.skus[1].id))
    orders.cancel_after_sale(first.id, buyer_id=BUYER, now=T0)
    second = agree(ask(order, 2, product.skus[1].id))
    back(second)
    orders.decide_after_sale(
        second.id, merchant_id=order.merchant_id, approve=False, actor="usr01STAFF", now=T0, note="寄回的不是本店商品"
    )
    assert list(stock(product)) == [(10, 0, 2), (5, 0, 0), (5, 0, 0)]
    assert order_now(order.id).refund_pending_fen == 0
    moved = [move.kind for move in catalog.stock_moves(order.merchant_id, product.skus[1].id)]
    assert sorted(moved) == ["release", "release", "reserve", "reserve"]


def test_form_is_checked() -> None:
    order, product = shirts()
    other = goods(shop("别家"), "帽子", ("均码", 9_900, 5))
    for qty, sku in [(0, ""), (3, ""), (2, product.skus[2].id), (1, product.skus[1].id), (2, other.skus[0].id)]:
        with pytest.raises(BadAfterSale):
            ask(order, qty, sku)
    part = RefundPart(order.lines[0].id, 100, 1)
    with pytest.raises(BadAfterSale):
        orders.request_after_sale(
            order.id, buyer_id=BUYER, kind=RETURN, parts=[part], reason="x", now=T0, exchange_sku_id=product.skus[1].id
        )


def test_an_exchange_before_anything_was_sent_and_by_strangers_is_refused() -> None:
    product = goods(shop("青禾家居"), "衬衫", ("红", 9_900, 10))
    (order,) = paid((product.skus[0].id, 1))
    with pytest.raises(BadAfterSale):
        ask(order, 1)
    shipped(order)
    sale = agree(ask(order, 1))
    back(sale)
    with pytest.raises(AfterSaleNotFound):
        orders.ship_replacement(sale.id, merchant_id="mch01OTHER", carrier="x", tracking_no="SF2000", actor="x", now=T0)
    with pytest.raises(AfterSaleNotFound):
        orders.confirm_replacement(sale.id, buyer_id="usr01OTHER", now=T0)
    with pytest.raises(NoSuchMove):
        got(sale)
    with pytest.raises(NoSuchMove):
        agree(sale)

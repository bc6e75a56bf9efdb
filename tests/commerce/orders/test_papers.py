"""Papers: amounts in words, masks, and a proof code that a single character changes."""

import copy

import pytest

from tests.commerce.world import BUYER, T0, goods, paid, settled, shop
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import papers
from xintui.commerce.orders.contracts import AfterSaleKind, BadAfterSale, OrderNotFound, RefundPart


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角整"),
        (21_299, "贰佰壹拾贰元玖角玖分"),
        (100_500, "壹仟零伍元整"),
        (1_000_000, "壹万元整"),
        (10_010_000, "壹拾万零壹佰元整"),
        (10_000_001_00, "壹仟万零壹元整"),
        (100_000_005_00, "壹亿零伍元整"),
        (123_456_789_01, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
    ],
)
def test_an_amount_in_words(fen: int, words: str) -> None:
    assert papers.in_words(fen) == words


def test_masks() -> None:
    assert (papers.masked_name("李雷"), papers.masked_name("李"), papers.masked_name("欧阳娜娜")) == (
        "李*",
        "李*",
        "欧***",
    )
    assert (papers.masked_phone("13800000001"), papers.masked_phone("12345")) == ("138****0001", "****")


@pytest.mark.django_db
def test_the_proof_code_is_of_the_content_and_of_nothing_else() -> None:
    green = goods(shop("云雾茶行", freight_fen=800), "明前龙井", ("50g", 6_800, 10))
    (order,) = paid((green.skus[0].id, 2))

    first, second = orders.receipt(order.id, buyer_id=BUYER), orders.receipt(order.id, buyer_id=BUYER)

    assert first == second  # the same content is the same file, byte for byte
    content = papers.receipt_content(orders.order_file(order.id))
    assert papers.proof(content) == first.proof
    assert "13800000001" not in str(content)
    altered = copy.deepcopy(content)
    altered["rows"][0][5] = "136.01"
    assert papers.proof(altered) != first.proof
    with pytest.raises(OrderNotFound):
        orders.receipt(order.id, buyer_id="usr01OTHER")


@pytest.mark.django_db
def test_a_refund_note_exists_once_the_money_is_back() -> None:
    green = goods(shop("云雾茶行"), "明前龙井", ("50g", 6_800, 10))
    (order,) = paid((green.skus[0].id, 2))
    asked = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 1_234)],
        reason="少件",
        now=T0,
    )
    told = orders.decide_after_sale(asked.id, merchant_id=order.merchant_id, approve=True, actor="s", now=T0)
    with pytest.raises(BadAfterSale):
        orders.refund_note(asked.id, buyer_id=BUYER)
    orders.settle_refund([settled(told.refund_id, order, 1_234)])

    note = orders.refund_note(asked.id, buyer_id=BUYER)

    assert note.filename == f"refund-{told.refund_id}.pdf" and note.pdf.startswith(b"%PDF-")
    content = papers.refund_content(orders.order_file(order.id), orders.after_sale(asked.id))
    assert (content["total"], content["in_words"]) == (["退款合计", "¥ 12.34"], "壹拾贰元叁角肆分")

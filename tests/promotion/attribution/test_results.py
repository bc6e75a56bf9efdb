"""What a link brought: orders and net, told once however often an event is heard, and never a promoter's own."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError

from tests.promotion.people import NOW, promoter
from xintui.commerce.orders.contracts import LineRefunded, OrderPaid, PaidLine
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, Target, TargetKind, Visitor
from xintui.promotion.attribution.models import Sale

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
TEA = Target(TargetKind.PRODUCT, "prdtea", "mchtea", "明前龙井")


def link(promoter_id: str, channel: Channel = Channel.MOMENTS, material: str = "") -> ShareLink:
    return attribution.create_link(promoter_id, TEA, channel, now=NOW, material_id=material)


def sold(made: ShareLink, order_id: str, *fens: int, buyer: str = "usrbuyer") -> OrderPaid:
    """Somebody clicked, ordered and paid; each line is worth so much."""
    attribution.touch(made.code, Visitor(f"v{buyer}", "", PHONE), now=NOW)
    found = attribution.freeze(buyer, f"v{buyer}", ["mchtea"], now=NOW)["mchtea"]
    lines = tuple(
        PaidLine(f"{order_id}{n}", "prdtea", "", "tea", 1, fen, found.promoter_id, found.attribution_id, "")
        for n, fen in enumerate(fens)
    )
    return OrderPaid(order_id, "mchtea", buyer, "CNY", NOW + timedelta(minutes=1), lines)


def refund(order_id: str, fen: int, number: str = "ref1") -> LineRefunded:
    return LineRefunded(number, order_id, f"{order_id}0", "mchtea", fen, NOW + timedelta(days=1))


def told(one: ShareLink) -> tuple[int, int, int, int]:
    found = attribution.link(one.promoter_id, one.id)
    return found.clicks, found.orders, found.paid_fen, found.net_fen


def test_a_link_brings_orders_and_their_net_and_each_event_counts_once() -> None:
    one = promoter(1)
    moments, live = link(one.id), link(one.id, Channel.LIVE)
    paid = [sold(moments, "ord1", 60_00, 40_00), sold(live, "ord2", 30_00, buyer="usrother")]
    for _ in range(2):
        attribution.on_order_paid(paid)
        attribution.record_refunds([refund("ord1", 25_00)])
    assert told(moments) == (1, 1, 100_00, 75_00)
    assert told(live) == (1, 1, 30_00, 30_00)
    assert [one.net_fen for one in attribution.links_of(moments.promoter_id).items] == [30_00, 75_00]
    attribution.record_refunds([refund("ord1", 75_00, "ref2")])
    assert told(moments) == (1, 1, 100_00, 0)


def test_a_refund_of_nobodys_order_is_not_ours() -> None:
    assert attribution.record_refunds([refund("ord9", 1_00)]) == 0


def test_what_a_promoter_buys_for_himself_is_no_result() -> None:
    one = promoter(1)
    made = link(one.id)
    attribution.on_order_paid([sold(made, "ord1", 60_00, buyer=one.user_id)])
    assert Sale.objects.get().self_purchase
    assert told(made)[1:] == (0, 0, 0)


def test_a_link_made_with_a_material_is_one_of_its_own_and_the_material_gets_what_it_brings() -> None:
    one, other = promoter(1), promoter(2)
    plain, first, second = link(one.id), link(one.id, material="mtv1"), link(other.id, material="mtv1")
    assert len({plain.id, first.id, second.id}) == 3 and link(one.id, material="mtv1") == first
    attribution.on_order_paid([sold(first, "ord1", 60_00), sold(second, "ord2", 10_00, buyer="usrother")])
    attribution.on_order_paid([sold(plain, "ord3", 5_00, buyer="usrthird")])
    attribution.record_refunds([refund("ord2", 4_00)])
    found = attribution.results_of_materials(["mtv1", "mtv2", ""])
    assert found.keys() == {"mtv1"}
    assert (found["mtv1"].links, found["mtv1"].clicks, found["mtv1"].orders, found["mtv1"].net_fen) == (2, 2, 2, 66_00)


def test_results_are_facts() -> None:
    attribution.on_order_paid([sold(link(promoter(1).id), "ord1", 60_00)])
    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
        Sale.objects.update(fen=1)

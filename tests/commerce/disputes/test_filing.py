"""Filing, taking back, handing in: who may do what until when."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.disputes.hands import (
    BOUGHT,
    HOUR,
    NOW,
    STRANGER,
    arrives,
    filed,
    held,
    now_is,
    photo,
    received,
    said,
    secured,
    seller,
    shop_of,
)
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import (
    AlreadyDisputed,
    BadComplaint,
    BadEvidence,
    Complaint,
    DisputeNotFound,
    NotYourTurn,
    Side,
    Stand,
    State,
    TooMuchWanted,
)
from xintui.commerce.orders.contracts import OrderNotFound
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints import leaving
from xintui.foundation.ledger.contracts import Kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
OWED = Kind.MERCHANT_PAYABLE


def test_a_complaint_holds_the_shops_deposit_and_waits_for_its_answer(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    found = filed(received(pot))
    one = found.dispute
    assert (one.state, one.waits_for, one.liable) == (State.ANSWERING, Side.MERCHANT, Side.MERCHANT)
    assert one.due_at == NOW + 48 * HOUR
    assert (one.wanted_fen, one.title, one.version) == (168_00, "紫砂壶", "2026-11")
    assert held(deposit) == 168_00
    assert (found.side, found.allowed) == (Side.BUYER, ("evidence", "withdraw"))
    assert [(e.verb, e.side, e.fen) for e in found.timeline] == [("file", Side.BUYER, 168_00)]


def test_what_cannot_be_complained_of_is_refused_with_its_reason(pot: Product) -> None:
    order = received(pot)
    line = order.lines[0]
    with pytest.raises(TooMuchWanted) as no:
        filed(order, fen=168_01)
    assert no.value.refundable_fen == 168_00
    with pytest.raises(OrderNotFound):
        facade.file(Complaint(order.id, line.id, "damaged", 1, "不是我的"), by=STRANGER, now=NOW)
    with pytest.raises(BadComplaint, match="订单中没有这件商品"):
        facade.file(Complaint(order.id, "lin0", "damaged", 1, "别人的行"), by=BOUGHT, now=NOW)
    filed(order, fen=10_00)
    with pytest.raises(AlreadyDisputed):
        filed(order, fen=20_00)


def test_a_buyer_takes_it_back_and_may_complain_again(pot: Product) -> None:
    deposit = secured(shop_of(pot))
    order = received(pot)
    first = filed(order)
    with pytest.raises(NotYourTurn):
        facade.withdraw(first.dispute.id, by=seller(pot.merchant_id), now=NOW)
    with pytest.raises(DisputeNotFound):
        facade.withdraw(first.dispute.id, by=STRANGER, now=NOW)
    gone = facade.withdraw(first.dispute.id, by=BOUGHT, now=NOW)
    assert (gone.dispute.state, gone.dispute.closed_at, gone.allowed) == (State.WITHDRAWN, NOW, ())
    assert held(deposit) == 0
    assert filed(order).dispute.state is State.ANSWERING


def test_both_sides_hand_in_pictures_and_fingerprints_until_it_is_decided(pot: Product) -> None:
    found = filed(received(pot))
    number = found.dispute.id
    hers = facade.add_picture(number, photo(), by=BOUGHT, now=NOW, words="壶嘴断了")
    assert facade.add_picture(number, photo(), by=BOUGHT, now=NOW).id == hers.id
    facade.add_picture(number, photo(50), by=seller(pot.merchant_id), now=NOW)
    print_ = facade.add_fingerprint(number, "开箱视频.mp4", "ab" * 32, 9_000_000, by=BOUGHT, now=NOW)
    assert (print_.kind, print_.size, print_.removed) == ("fingerprint", 9_000_000, False)
    with pytest.raises(DisputeNotFound):
        facade.add_picture(number, photo(), by=STRANGER, now=NOW)
    assert [(one.side, one.words) for one in now_is(found).files] == [
        (Side.BUYER, "壶嘴断了"), (Side.MERCHANT, ""), (Side.BUYER, ""),
    ]  # fmt: skip
    said(found, Stand.ACCEPT)
    with pytest.raises(BadEvidence):
        facade.add_picture(number, photo(9), by=BOUGHT, now=NOW)


def test_a_side_hands_in_nine_files_at_most(pot: Product) -> None:
    number = filed(received(pot)).dispute.id
    for n in range(9):
        facade.add_fingerprint(number, f"{n}.mp4", f"{n:064x}", 1, by=BOUGHT, now=NOW)
    with pytest.raises(BadEvidence, match="每一方最多提交 9 份"):
        facade.add_fingerprint(number, "9.mp4", f"{9:064x}", 1, by=BOUGHT, now=NOW)
    facade.add_fingerprint(number, "9.mp4", f"{9:064x}", 1, by=seller(pot.merchant_id), now=NOW)


def test_whoever_is_waited_for_is_reminded_once_a_step(pot: Product) -> None:
    found = filed(received(pot))
    assert facade.remind(now=NOW + 35 * HOUR) == 0
    assert facade.remind(now=NOW + 36 * HOUR) == 1
    assert facade.remind(now=NOW + 40 * HOUR) == 0
    said(found, Stand.OFFER, 10_00, at=NOW + 41 * HOUR)
    assert facade.remind(now=NOW + 80 * HOUR) == 1


# -- who is told -----------------------------------------------------------------------------------------------------


def test_both_sides_are_told_what_the_other_did_and_nobody_of_their_own_act(pot: Product) -> None:
    found = filed(received(pot))
    said(found, Stand.OFFER, 50_00)
    facade.decide_offer(found.dispute.id, True, by=BOUGHT, now=NOW)
    arrives(found)
    buyer = [(one.title, one.words) for one in notifications.mine(BOUGHT.user_id).items if "投诉" in one.title]
    assert sorted(buyer) == [
        ("投诉有新进展", "“紫砂壶”：被投诉方提出协商金额。"),
        ("投诉有新进展", "“紫砂壶”：赔付已原路退回买家。"),
    ]
    shops = [(one.title, one.words) for one in notifications.of_shop(pot.merchant_id).items if "投诉" in one.title]
    assert sorted(shops) == [
        ("投诉有新进展", "“紫砂壶”：买家接受协商金额。"),
        ("投诉有新进展", "“紫砂壶”：赔付已原路退回买家。"),
        (
            "新的投诉",
            "“紫砂壶”，破损、变质或有质量问题，请求 ¥168.00。请在 11月07日 10:00 前答复，逾期按规则先行赔付。",
        ),
    ]


def test_nobody_leaves_with_a_dispute_or_its_debt_and_who_left_leaves_only_fingerprints(pot: Product) -> None:
    found = filed(received(pot))
    facade.add_picture(found.dispute.id, photo(), by=BOUGHT, now=NOW, words="壶嘴断了")
    assert "dispute" in {one.code for one in leaving.blockers(BOUGHT.user_id)}
    facade.withdraw(found.dispute.id, by=BOUGHT, now=NOW)
    assert "dispute" not in {one.code for one in leaving.blockers(BOUGHT.user_id)}
    assert facade.forget(BOUGHT.user_id) == 1
    left = now_is(found)
    assert (left.dispute.words, [entry.words for entry in left.timeline if entry.side == "buyer"]) == ("", ["", "", ""])
    [file] = left.files
    assert (file.removed, file.words, len(file.sha256), facade.picture(file.id)) == (True, "", 64, None)


def test_a_list_costs_as_many_statements_for_five_as_for_one(pot: Product) -> None:
    asked: list[int] = []
    for _ in range(2):
        for _ in range(1 if not asked else 4):
            filed(received(pot))
        with CaptureQueriesContext(connection) as seen:
            found = facade.of_buyer(BOUGHT.user_id, limit=20).items
        asked.append(len(seen))
    assert (len(found), asked[0]) == (5, asked[1])

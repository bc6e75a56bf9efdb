"""From logins, orders and payees to a cluster, to what people decide of it, to the credit, and back by an appeal."""

from datetime import timedelta

import pytest

from tests.commerce.world import T0, captured, goods, paid, place, shop
from tests.entrypoints.test_mydata import unzipped
from tests.promotion.people import id_number
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models as order_rows
from xintui.commerce.orders.contracts import Address, OrderPaid
from xintui.entrypoints import credit_graph, leaving, sharing, violation_detectors
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock, secretbox
from xintui.infra.outbox import facade as outbox
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind
from xintui.promotion.promoters.tables import right_answers
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade as credit
from xintui.trust.graph import facade as graph
from xintui.trust.graph import models
from xintui.trust.graph.contracts import NodeKind, RingState, Shape, Verb
from xintui.trust.privacy import facade as privacy
from xintui.trust.violations import facade as violations

DAY = timedelta(days=1)
PHONE = "a" * 32
JUDGE = Principal("usrJUDGE", frozenset({Role.OPERATOR, Role.REVIEWER}), None, "审核", 1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def joined(n: int) -> Principal:
    """A person who promotes, each under a name of their own."""
    name = "张小明"
    made = identity.create_user(display_name=name, login=f"tuike{n}", roles=[(Role.BUYER, "")], now=T0)
    promoters.apply_identity(made.user_id, IdentityInfo(PromoterKind.INDIVIDUAL, name, id_number(n)), now=T0)
    promoters.apply_agreement(made.user_id, version=promoters.agreement().version, answers=right_answers(), now=T0)
    channel = PayeeChannel.WECHAT
    promoters.apply_payee(made.user_id, channel=channel, account=f"openid-{n:04}", holder=name, now=T0)
    return Principal(made.user_id, frozenset({Role.BUYER}), None, name, 1)


def number_of(who: Principal) -> str:
    return promoters.by_user(who.user_id).id


def paid_to(who: Principal, account: str, now=T0) -> None:
    promoters.change_payee(
        number_of(who), channel=PayeeChannel.WECHAT, account=account, holder="张小明", now=now + timedelta(hours=1)
    )


def gang(*numbers: int) -> list[Principal]:
    """People on one telephone who are paid to one account."""
    made = [joined(n) for n in numbers]
    for one in made:
        identity.issue_for(one.user_id, device_name="安卓手机", installation=PHONE, now=T0)
        paid_to(one, "openid-boss")
    outbox.deliver_all(SUBSCRIPTIONS)
    return made


def found():
    credit_graph.refresh(T0 + DAY)
    return [ring for ring in graph.rings().items if ring.shape is Shape.SHARED and ring.gone_at is None]


def devices_of(who: Principal) -> list[tuple[int, bool, bool]]:
    return [
        (one.total, one.lowers, one.voided)
        for one in credit.signals(number_of(who), limit=100, today=(T0 + DAY).date()).items
        if one.indicator == "devices" and one.total > 0
    ]


def test_one_telephone_and_one_payee_make_a_cluster_and_nothing_happens_to_anybody():
    people = gang(1, 2)
    joined(3)
    (ring,) = found()
    assert {one.id for one in graph.web(ring.id).members} == {number_of(one) for one in people}
    assert (ring.state, ring.promoters) == (RingState.OPEN, 2)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert [devices_of(one) for one in people] == [[], []]
    assert graph.audit() == []


def test_found_true_by_a_person_it_counts_once_and_an_appeal_won_takes_it_back():
    anna, bert = gang(1, 2)
    (ring,) = found()
    graph.decide(ring.id, Verb.CONFIRM, "同一人操作两个账号，本人承认", by=JUDGE, now=T0 + DAY)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert devices_of(anna) == devices_of(bert) == [(1, True, False)]
    (signal,) = [
        one
        for one in credit.signals(number_of(anna), limit=100, today=(T0 + DAY).date()).items
        if one.indicator == "devices"
    ]
    assert signal.ref == ring.id and "2 个账号共用安装标识 1 个、收款账户 1 个" in signal.says
    assert violation_detectors.detect(T0 + DAY) == 0 and violations.cases().items == ()
    filed = credit.appeal(signal.id, number_of(anna), "手机借给家人用过，收款账户已改回", by=anna, now=T0 + DAY)
    assert [one.id for one in appeals.appeals(state="open").items] == [filed.id]
    appeals.decide(filed.id, True, "经核对属实，撤销", by=JUDGE, now=T0 + 2 * DAY)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert devices_of(anna) == [(1, True, True)]
    assert devices_of(bert) == [(1, True, False)]
    assert graph.ring(ring.id).state is RingState.CONFIRMED


def test_opened_again_what_had_counted_is_taken_back_and_found_true_again_it_counts_again():
    anna, _ = gang(1, 2)
    (ring,) = found()
    for hours, verb in enumerate((Verb.CONFIRM, Verb.REOPEN, Verb.CONFIRM)):
        graph.decide(ring.id, verb, "再看一次这条线索", by=JUDGE, now=T0 + DAY + timedelta(hours=hours))
        outbox.deliver_all(SUBSCRIPTIONS)
    assert sorted(devices_of(anna)) == [(1, True, False), (1, True, True)]
    graph.decide(ring.id, Verb.REOPEN, "再看一次这条线索", by=JUDGE, now=T0 + 2 * DAY)
    graph.decide(ring.id, Verb.CLEAR, "是一家人，已说明", by=JUDGE, now=T0 + 2 * DAY)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert [voided for _, _, voided in devices_of(anna)] == [True, True]


def living_at(street: str, *people: Principal, payer: str = "openid-1") -> None:
    """Each has a parcel sent there."""
    merchant = shop("茶行")
    product = goods(merchant, "龙井", ("罐装", 10_000, 500))
    for one in people:
        checkout = place((product.skus[0].id, 1), buyer_id=one.user_id)
        there = {"name": one.display_name, "phone": "13800000000", "region": "浙江省杭州市西湖区", "street": street}
        order_rows.Order.objects.filter(checkout_id=checkout.id).update(address=there)
        orders.mark_paid([captured(checkout)])
    outbox.deliver_all(SUBSCRIPTIONS)


def test_a_family_at_one_door_is_no_cluster_until_they_use_one_telephone():
    people = [joined(n) for n in (1, 2, 3)]
    living_at("文三路 1 号 2 幢 301 室", *people)
    assert {one.kind for one in models.Mark.objects.all()} >= {"address", "payer", "payee"}
    assert found() == []  # they share a door and, in this test's world, the account that pays
    for one in people:
        identity.issue_for(one.user_id, device_name="安卓手机", installation=PHONE, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    (ring,) = found()
    assert {tie.kind.value for tie in graph.web(ring.id).ties} == {"installation", "address", "payer"}


@pytest.mark.parametrize("street", ["文三路1号2幢301室", "文三路　１号 ２幢３０１室", "文三路 1 号，2 幢 301 室。"])
def test_a_door_has_one_spelling(street):
    there = Address("张", "13800000000", "浙江省 杭州市 西湖区", street)
    assert sharing.spelled(there) == "浙江省杭州市西湖区文三路1号2幢301室"


def test_no_value_is_kept_and_the_same_value_has_another_mark_for_another_purpose():
    gang(1)
    held = [bytes(one) for one in models.Mark.objects.values_list("digest", flat=True)]
    assert all(len(one) == 16 and b"openid" not in one for one in held)
    assert secretbox.marks(["x"], "graph.payee") != secretbox.marks(["x"], "graph.payer")
    assert secretbox.marks(["x", "y"], "graph.payee") == [*secretbox.marks(["x"], "graph.payee"),
                                                          *secretbox.marks(["y"], "graph.payee")]  # fmt: skip


def test_a_login_at_a_shops_counter_and_one_without_a_number_leave_no_mark():
    who = joined(1)
    merchant = shop("茶行")
    identity.grant_role(JUDGE, who.user_id, Role.MERCHANT_SERVICE, merchant.id, reason="店员", now=T0)
    identity.issue_for(who.user_id, merchant_id=merchant.id, device_name="收银台", installation=PHONE, now=T0)
    identity.issue_for(who.user_id, device_name="电脑", now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert not models.Mark.objects.filter(kind="installation").exists()


def test_who_is_a_promoter_counts_as_one_a_shops_staff_as_the_shop_others_as_buyers():
    promoter, clerk = joined(1), identity.create_user(display_name="店员", roles=[(Role.BUYER, "")], now=T0)
    merchant = shop("茶行")
    identity.grant_role(JUDGE, clerk.user_id, Role.MERCHANT_SERVICE, merchant.id, reason="店员", now=T0)
    made = sharing.parts([promoter.user_id, clerk.user_id, "usrBUYER"])
    assert {one: (node.id, node.kind) for one, node in made.items()} == {
        promoter.user_id: (number_of(promoter), NodeKind.PROMOTER),
        clerk.user_id: (merchant.id, NodeKind.MERCHANT),
        "usrBUYER": ("usrBUYER", NodeKind.BUYER),
    }


def test_the_copy_of_my_data_says_what_is_kept_why_and_until_when():
    anna, _ = gang(1, 2)
    asked = privacy.ask(anna.user_id, now=T0 + DAY)
    leaving.build_exports(now=T0 + DAY)
    data, page = unzipped(privacy.open_export(asked.id, by=anna, now=T0 + DAY))
    kept = {one["what"]: one for one in data["shared_marks"]}
    assert kept.keys() == {"安装标识的摘要", "收款账户的摘要"}
    assert kept["安装标识的摘要"]["ends_at"][:10] == f"{T0 + 180 * DAY:%Y-%m-%d}"
    assert "同一部手机上登录几个账号值得看" in page
    purposes = {one.purpose.code: one.purpose for one in privacy.standings(anna.user_id, now=T0)}
    assert "由人核查" in purposes["sharing"].says and "180 天" in purposes["sharing"].retention


def test_without_the_consent_to_the_payee_its_mark_is_gone_and_who_leaves_leaves_none():
    anna, bert = gang(1, 2)
    privacy.decide(anna.user_id, "payee", given=True, now=T0)
    privacy.decide(anna.user_id, "payee", given=False, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert {one.what for one in graph.kept(anna.user_id, now=T0)} == {"安装标识的摘要"}
    privacy.ask_to_leave(bert, leaving.blockers(bert.user_id), now=T0)
    assert leaving.erase_due(now=T0 + 15 * DAY) == 1
    outbox.deliver_all(SUBSCRIPTIONS)
    assert graph.kept(bert.user_id, now=T0) == ()


def test_hearing_of_orders_asks_three_questions_and_writes_one_however_many_there_are(django_assert_num_queries):
    merchant = shop("茶行")
    product = goods(merchant, "龙井", ("罐装", 10_000, 500))
    made = [paid((product.skus[0].id, 1), buyer_id=f"usr{n:04}")[0] for n in range(5)]
    events = [OrderPaid(one.id, merchant.id, one.buyer_id, "CNY", T0, ()) for one in made]
    with django_assert_num_queries(6):  # savepoint twice among them
        sharing.on_paid(events, now=T0)

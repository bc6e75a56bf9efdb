"""F-04: everything about me in one file, only for me; leaving, what stands in the way, and what is left afterwards."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.db import connection

from tests.commerce.world import T0, captured, goods, place, settled, shipped, shop
from tests.promotion.money import earn, withdrawn
from tests.promotion.people import id_number
from xintui.commerce.addresses import facade as addresses
from xintui.commerce.addresses.contracts import AddressDraft
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, RefundPart
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import ReviewDraft
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints import leaving
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind
from xintui.promotion.promoters.tables import right_answers
from xintui.trust.privacy import facade as privacy
from xintui.trust.privacy.contracts import ErasureBlocked, ErasureNotFound, ExportNotFound, ExportPending
from xintui.trust.privacy.models import Export, Frozen

DAY = timedelta(days=1)
PHONE, NAME, STREET = "13877776666", "欧阳佳宁", "金丝雀巷七十七号"
NUMBER = id_number(77)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


@pytest.fixture
def me():
    made = identity.create_user(display_name=NAME, login="ouyang", phone=PHONE, roles=[(Role.BUYER, "")], now=T0)
    return Principal(made.user_id, frozenset({Role.BUYER}), None, NAME, 1)


def life(me):
    """Bought, received, refunded in part, reviewed; a promoter who was paid; devices, addresses, messages."""
    token = identity.issue_for(me.user_id, device_name=f"{NAME}的手机", now=T0)
    with identity.calling_from("10.0.0.7"):
        identity.audit(me, "identity.test", ("user", me.user_id))
    home = AddressDraft(NAME, PHONE, "330106", "浙江省杭州市西湖区", STREET)
    addresses.add(me.user_id, home, now=T0)
    merchant = shop("茶行")
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    checkout = place((product.skus[0].id, 2), buyer_id=me.user_id, note=f"请打{PHONE}")
    from xintui.commerce.orders import models

    models.Order.objects.filter(checkout_id=checkout.id).update(
        address={"name": NAME, "phone": PHONE, "region": "浙江省杭州市西湖区", "street": STREET}
    )
    orders.mark_paid([captured(checkout)])
    [order] = orders.checkout(checkout.id).orders
    shipped(order)
    orders.receive(order.id, buyer_id=me.user_id, now=T0 + DAY)
    asked = orders.request_after_sale(
        order.id,
        buyer_id=me.user_id,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 10_00)],
        reason="茶罐破了",
        now=T0 + DAY,
    )
    done = orders.decide_after_sale(asked.id, merchant_id=merchant.id, approve=True, actor="u", now=T0 + DAY)
    orders.settle_refund([settled(done.refund_id, order, 10_00)])
    reviews.write(ReviewDraft(order.id, order.lines[0].id, 5, "很好喝"), by=me, now=T0 + DAY)
    promoters.apply_identity(me.user_id, IdentityInfo(PromoterKind.INDIVIDUAL, NAME, NUMBER), now=T0)
    promoters.apply_agreement(me.user_id, version=promoters.agreement().version, answers=right_answers(), now=T0)
    who = promoters.apply_payee(me.user_id, channel=PayeeChannel.WECHAT, account="openid-77", holder=NAME, now=T0)
    earn(who.id, 500_00)
    withdrawn(who.id, 500_00, T0 + DAY)
    outbox.deliver_all(SUBSCRIPTIONS)
    return token, order, who


def everywhere(text):
    """Tables with a row in which this text stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text LIKE %s)", [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(name)
    assert len(names) > 50
    return found


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        return json.loads(box.read("data.json")), box.read("我的数据.html").decode()


def test_the_copy_has_everything_every_module_holds(me):
    _, order, who = life(me)
    asked = privacy.ask(me.user_id, now=T0 + DAY)
    with pytest.raises(ExportPending):
        privacy.ask(me.user_id, now=T0 + DAY)
    assert leaving.build_exports(now=T0 + DAY) == 1
    data, page = unzipped(privacy.open_export(asked.id, by=me, now=T0 + 2 * DAY))
    assert data["account"][0]["phone"] == PHONE
    assert data["addresses"][0]["street"] == STREET
    assert [one["id"] for one in data["orders"]] == [order.id]
    assert data["after_sales"][0]["reason"] == "茶罐破了"
    assert data["reviews"][0]["text"] == "很好喝"
    assert (data["promoter"][0]["id"], data["promoter"][0]["number"]) == (who.id, NUMBER)
    assert [one["amount_fen"] for one in data["withdrawals"]] == [500_00]
    assert data["agreements"][0]["code"] == "promoter"
    assert {one["code"] for one in data["messages"]} >= {"order_paid", "order_shipped", "refund_arrived"}
    for words in ("收货地址", "订单（1）", "提现（1）", STREET, "很好喝"):
        assert words in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")


def test_the_copy_is_sealed_only_its_owners_and_gone_after_seven_days(me):
    asked = privacy.ask(me.user_id, now=T0)
    privacy.finish(asked.id, b"SECRETCOPY", now=T0)
    assert b"SECRETCOPY" not in bytes(Export.objects.get().content)
    stranger = Principal("usr0", frozenset({Role.BUYER}), None, "x", 1)
    with pytest.raises(ExportNotFound):
        privacy.open_export(asked.id, by=stranger, now=T0)
    assert privacy.open_export(asked.id, by=me, now=T0 + 6 * DAY) == b"SECRETCOPY"
    with pytest.raises(ExportNotFound):
        privacy.open_export(asked.id, by=me, now=T0 + 7 * DAY)
    assert privacy.end_exports(now=T0 + 7 * DAY) == 1
    assert bytes(Export.objects.get().content) == b""
    trail = identity.audit_trail(after="", limit=5, action="privacy.download_export").items
    assert [one.actor_id for one in trail] == [me.user_id]


def test_what_stands_in_the_way_is_named_one_by_one(me):
    merchant = shop("茶行")
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    place((product.skus[0].id, 1), buyer_id=me.user_id)
    promoters.apply_identity(me.user_id, IdentityInfo(PromoterKind.INDIVIDUAL, NAME, NUMBER), now=T0)
    promoters.apply_agreement(me.user_id, version=promoters.agreement().version, answers=right_answers(), now=T0)
    who = promoters.apply_payee(me.user_id, channel=PayeeChannel.WECHAT, account="openid-77", holder=NAME, now=T0)
    earn(who.id, 500_00)
    payouts.request(who.id, 200_00, now=T0)
    found = {one.code: one.says for one in leaving.blockers(me.user_id)}
    assert found == {
        "order_placed": "有待付款的订单，请先付款或取消",
        "due": "有可提现的佣金 ¥300.00，请先提现",
        "withdrawing": "有提现正在处理（¥200.00）",
    }
    with pytest.raises(ErasureBlocked):
        privacy.ask_to_leave(me, leaving.blockers(me.user_id), now=T0)


def test_the_wish_can_be_taken_back_and_is_carried_out_only_when_its_days_are_over(me):
    made = privacy.ask_to_leave(me, [], now=T0)
    assert made.due_at == T0 + 15 * DAY
    assert leaving.erase_due(now=T0 + 14 * DAY) == 0
    privacy.stay(me, now=T0 + 14 * DAY)
    assert privacy.erasure(me.user_id) is None
    with pytest.raises(ErasureNotFound):
        privacy.stay(me, now=T0 + 14 * DAY)
    assert leaving.erase_due(now=T0 + 16 * DAY) == 0
    assert identity.user(me.user_id).is_active


def test_something_new_in_the_way_holds_it_and_says_so(me):
    privacy.ask_to_leave(me, [], now=T0)
    merchant = shop("茶行")
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    place((product.skus[0].id, 1), buyer_id=me.user_id)
    assert leaving.erase_due(now=T0 + 15 * DAY) == 0
    held = privacy.erasure(me.user_id)
    assert held is not None and held.held == "有待付款的订单，请先付款或取消"
    assert held.due_at == T0 + 16 * DAY


def test_after_leaving_nobody_finds_the_person_anywhere_and_the_books_still_hold(me):
    token, order, who = life(me)
    for text in (PHONE, NAME, STREET):
        assert everywhere(text), "the search itself finds what is there"
    orders.finish(now=T0 + 30 * DAY)
    assert leaving.blockers(me.user_id) == []
    before = ledger.balance(ledger.Account(ledger.Kind.PROMOTER_DUE, who.id))
    privacy.ask_to_leave(me, leaving.blockers(me.user_id), now=T0 + 30 * DAY)
    at = T0 + 45 * DAY
    assert leaving.erase_due(now=at) == 1
    outbox.deliver_all(SUBSCRIPTIONS)
    for text in (PHONE, NAME, STREET, NUMBER):
        assert everywhere(text) == [], text
    assert identity.authenticate(token.access_token, now=T0) is None
    assert not identity.user(me.user_id).is_active
    assert notifications.mine(me.user_id).items == ()
    # the trade stays a trade, and the law still finds whom it must
    assert orders.order_file(order.id).order.total_fen == 200_00
    assert ledger.balance(ledger.Account(ledger.Kind.PROMOTER_DUE, who.id)) == before
    assert ledger.audit() == [] if hasattr(ledger, "audit") else True
    kept = {row.kind: row for row in Frozen.objects.filter(user_id=me.user_id)}
    assert {kind: row.keep_until.year for kind, row in kept.items()} == {"trade": 2029, "tax": 2036}
    boss = Principal("usrBOSS", frozenset({Role.OPERATOR}), None, "运营", 1)
    assert privacy.look(kept["trade"].id, by=boss, reason="法院调取")["address"]["street"] == STREET
    assert promoters.tax_identities([who.id])[who.id].number == NUMBER
    # the phone may open a new account, and the document a new file
    again = identity.create_user(display_name="新用户", phone=PHONE, roles=[(Role.BUYER, "")], now=at)
    promoters.apply_identity(again.user_id, IdentityInfo(PromoterKind.INDIVIDUAL, NAME, NUMBER), now=at)
    assert privacy.end_frozen(now=at + 3 * 365 * DAY) == 1
    assert [row.kind for row in Frozen.objects.all()] == ["tax"]


def test_others_acts_on_my_account_are_shown_and_my_own_are_not(me):
    boss = Principal("usrBOSS", frozenset({Role.OPERATOR}), None, "运营", 1)
    identity.set_active(boss, me.user_id, False, reason="风控核查", now=T0)
    identity.audit(me, "identity.test", ("user", me.user_id))
    found = identity.acts_on([("user", me.user_id)], not_by=me.user_id, limit=10)
    assert [(one.action, one.reason) for one in found] == [("identity.set_active", "风控核查")]

"""E-06: what happens is told once, to whom it concerns, as they prefer it; reading costs the same always."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.world import BUYER, T0, failed, goods, paid, settled, shipped, shop
from tests.promotion.commission import sales
from tests.promotion.people import applied, promoter
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleKind, RefundPart
from xintui.engagement.notifications import facade, rules, tables
from xintui.engagement.notifications.contracts import (
    Channel,
    MessageNotFound,
    Notice,
    Quiet,
    TopicRequired,
    UnknownTopic,
)
from xintui.engagement.notifications.models import Inbox, Message, Tally
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts.contracts import WithdrawalPaid, WithdrawalReturned
from xintui.promotion.promoters import facade as promoters

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(T0 + DAY)
    yield
    clock.set_for_story(None)


def said(user_id, **more):
    return [(one.title, one.words) for one in facade.mine(user_id, **more).items]


def notice(n, to="usr1", code="order_paid"):
    return Notice(to, code, f"ord{n}", {"order_id": f"ord{n}", "goods": "龙井", "amount": "1.00"})


def test_every_template_names_a_topic_known_facts_and_fields_that_wechat_takes():
    facts = {"order_id", "line_id", "goods", "amount", "carrier", "tracking_no", "at", "note", "refund", "lines",
             "tax", "net", "why", "kind", "on", "product_id", "dispute_id", "roster_id"}  # fmt: skip
    found = tables.templates(T0.date())
    assert len(found) == 66
    for one in found.values():
        assert rules.places(one) <= facts
        assert (one.topic in tables.topics()) == (one.audience != "shop"), one.code
        assert len(one.wechat) <= 5
    for codes in tables.MOMENTS.values():
        assert len(codes) <= 3 and all(found[code].wechat for code in codes)


def test_an_order_and_its_after_sale_are_told_to_the_buyer_and_to_the_shop_once():
    merchant = shop("茶行")
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    [order] = paid((product.skus[0].id, 2))
    shipped(order)
    asked = orders.request_after_sale(
        order.id,
        buyer_id=BUYER,
        kind=AfterSaleKind.REFUND_ONLY,
        parts=[RefundPart(order.lines[0].id, 30_00)],
        reason="少件",
        now=T0 + DAY,
    )
    decided = orders.decide_after_sale(asked.id, merchant_id=merchant.id, approve=True, actor="usr01", now=T0 + DAY)
    orders.settle_refund([settled(decided.refund_id, order, 30_00)])
    outbox.deliver_all(SUBSCRIPTIONS)
    assert said(BUYER) == [
        ("退款已到账", "退款 ¥30.00 已原路退回您的付款账户。"),
        ("商家已同意退款", "退款 ¥30.00 正在原路退回，到账后再通知您。"),
        ("商家已发货", "明前龙井已由顺丰速运发出，运单号 SF1000000001。"),
        ("付款成功", "明前龙井，实付 ¥200.00。商家会尽快发货。"),
    ]
    assert {one.page for one in facade.mine(BUYER).items} == {f"/pages/orders/detail?id={order.id}"}
    told = [(one.title, one.words) for one in facade.of_shop(merchant.id).items]
    assert told == [
        ("新的售后申请", "仅退款，金额 ¥30.00，请在期限内处理，逾期按规则自动同意。"),
        ("新订单", "明前龙井，实付 ¥200.00，请尽快发货。"),
    ]
    assert facade.unread(BUYER) == 4
    assert facade.shop_unread(merchant.id) == 2


def test_a_refused_and_a_failed_after_sale_say_why_and_a_second_try_is_told_again():
    merchant = shop("茶行")
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    [order] = paid((product.skus[0].id, 1))
    part = [RefundPart(order.lines[0].id, 30_00)]
    asked = orders.request_after_sale(
        order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="x", now=T0
    )
    orders.decide_after_sale(asked.id, merchant_id=merchant.id, approve=False, actor="u", now=T0, note="已发货。")
    again = orders.request_after_sale(
        order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="x", now=T0
    )
    agreed = orders.decide_after_sale(again.id, merchant_id=merchant.id, approve=True, actor="u", now=T0)
    orders.fail_refund([failed(agreed.refund_id, order, 30_00)])
    outbox.deliver_all(SUBSCRIPTIONS)
    titles = [title for title, _ in said(BUYER)]
    assert titles == ["退款遇到问题", "商家已同意退款", "商家未同意售后申请", "付款成功"]
    assert ("商家未同意售后申请", "商家说明：已发货。您可以补充情况后再次申请。") in said(BUYER)
    assert "退款失败" in [one.title for one in facade.of_shop(merchant.id).items]


def test_a_promoter_hears_of_commission_its_correction_and_its_release_with_the_exact_amounts():
    sales.publish(at=sales.T0 - 30 * DAY)
    who = promoter(1)
    sold = sales.paid("ord01", ("lin1", 100_00), ("lin2", 40_00), promoter=who.id)
    commission.accrue([sold], now=sales.T0)
    assert facade.accrued([sold, sold], now=sales.T0) == 1
    assert facade.accrued([sold], now=sales.T0) == 0
    back = sales.refund("ref1", "ord01", "lin1", 50_00, at=sales.T0 + DAY)
    commission.refunded([back], now=sales.T0 + DAY)
    assert facade.corrected([back], now=sales.T0 + DAY) == 1
    sales.receive("ord01", "lin1", "lin2", at=sales.T0 + DAY)
    commission.release_due(now=sales.T0 + 30 * DAY)
    assert facade.tell_released(now=sales.T0 + 30 * DAY) == 1
    assert facade.tell_released(now=sales.T0 + 30 * DAY) == 0
    titles = [one.title for one in facade.mine(who.user_id, topic="earnings").items]
    # 12.5 % of 140.00 is 17.50; of the 50.00 refunded 6.25; what is left of both lines 11.25
    assert titles == ["¥11.25 佣金可以提现了", "佣金更正 −¥6.25", "新增佣金 ¥17.50"]


def test_old_releases_are_no_news_when_the_module_arrives():
    sales.publish(at=sales.T0 - 30 * DAY)
    who = promoter(1)
    commission.accrue([sales.paid("ord01", ("lin1", 100_00), promoter=who.id)], now=sales.T0)
    sales.receive("ord01", "lin1", at=sales.T0)
    commission.release_due(now=sales.T0 + 10 * DAY)
    assert facade.tell_released(now=sales.T0 + 100 * DAY) == 0
    assert facade.tell_released(now=sales.T0 + 11 * DAY) == 0  # the watch has passed it


def test_withdrawals_and_decisions_are_told_one_by_one():
    who = promoter(2)
    outbox.deliver_all(SUBSCRIPTIONS)
    at = T0 + DAY
    facade.withdrawal_paid([WithdrawalPaid("wdr1", who.id, 100_00, 10_00, 88_00, at, vat_fen=2_00)], now=at)
    returned = [WithdrawalReturned(f"wdr{state}", who.id, 50_00, state, "", at) for state in ("failed", "cancelled")]
    assert facade.withdrawal_returned(returned, now=at) == 1
    assert said(who.user_id) == [
        ("提现未成功", "提现 ¥50.00 没有完成（微信支付未能付款），金额已退回可提现余额。"),
        ("提现已到账", "提现 ¥100.00，扣除税款 ¥12.00 后，¥88.00 已到您的收款账户。"),
        ("推客申请已通过", "现在可以生成专属链接。每次分享都会带上“广告·推广赚佣金”标识。"),
    ]
    promoters.suspend(who.id, reason="own_request", actor="usr01OPS", now=at)
    outbox.deliver_all(SUBSCRIPTIONS)
    why = promoters.reasons()["own_request"]
    assert said(who.user_id)[0] == (
        "推客资格已暂停",
        f"原因：{why}。已获得的佣金不受影响，有异议请联系平台。",
    )


def test_a_refused_application_says_the_reason():
    first, second = promoter(3), applied(4)
    assert first.is_active and second.is_active
    young = promoters.review(applied_in_review().id, approve=False, reason="under_age", actor="usr01OPS", now=T0 + DAY)
    outbox.deliver_all(SUBSCRIPTIONS)
    title, words = said(young.user_id)[0]
    assert title == "推客申请未通过"
    assert promoters.reasons()["under_age"] in words


def applied_in_review():
    from xintui.promotion.promoters.contracts import PromoterKind

    return applied(6, kind=PromoterKind.COMPANY)


def test_a_parcel_that_will_count_as_received_is_announced_a_day_ahead_once():
    merchant = shop("茶行", auto_receipt_days=10)
    product = goods(merchant, "明前龙井", ("250 克", 100_00, 9))
    [order] = paid((product.skus[0].id, 1))
    shipped(order, at=T0)
    assert facade.remind_receipts(now=T0 + 8 * DAY) == 0
    assert facade.remind_receipts(now=T0 + 9 * DAY + timedelta(minutes=5)) == 1
    assert facade.remind_receipts(now=T0 + 9 * DAY + timedelta(minutes=15)) == 0
    assert said(BUYER)[0] == (
        "即将自动确认收货",
        "明前龙井将在 11-11 10:00 自动确认收货。还没收到或有问题，请先联系商家或申请售后。",
    )


def test_reading_counts_down_once_and_read_all_counts_to_nothing():
    facade.tell([notice(n) for n in range(5)], now=T0)
    assert facade.tell([notice(n) for n in range(5)], now=T0) == 0
    assert facade.unread("usr1") == 5
    one = facade.mine("usr1").items[0]
    for _ in range(2):
        opened = facade.open_message("usr1", one.id, via=Channel.IN_APP, now=T0)
    assert opened.read_at == T0
    assert facade.unread("usr1") == 4
    with pytest.raises(MessageNotFound):
        facade.open_message("usr2", one.id, via=Channel.IN_APP, now=T0)
    with pytest.raises(UnknownTopic):
        facade.read_all("usr1", topic="nonsense", now=T0)
    assert facade.read_all("usr1", topic="earnings", now=T0) == 4
    assert facade.read_all("usr1", now=T0) == 0
    assert facade.mine("usr1", unread_only=True).items == ()
    assert Inbox.objects.get(id="usr1").unread == 0


def test_pages_follow_each_other_and_the_number_of_queries_is_fixed():
    facade.tell([notice(n) for n in range(30)], now=T0)
    seen, after = [], ""
    while True:
        page = facade.mine("usr1", after=after, limit=12)
        seen += [one.id for one in page.items]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == 30 and seen == sorted(set(seen), reverse=True)
    for ask in (lambda: facade.mine("usr1", limit=20), lambda: facade.unread("usr1")):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask()
        assert len(asked) == 1
    with CaptureQueriesContext(connection) as told:
        facade.tell([notice(n, to=f"usr{n}") for n in range(200)], now=T0)
    assert len([one for one in told if "SAVEPOINT" not in one["sql"]]) == 3


def test_a_topic_that_is_turned_off_is_silent_and_a_required_one_cannot_be():
    with pytest.raises(TopicRequired):
        facade.prefer("usr1", "order", Channel.IN_APP, on=False, now=T0)
    with pytest.raises(UnknownTopic):
        facade.prefer("usr1", "nonsense", Channel.IN_APP, on=False, now=T0)
    for channel in Channel:
        facade.prefer("usr1", "earnings", channel, on=False, now=T0)
    earned = {"order_id": "o", "line_id": "l", "amount": "1.00"}
    assert facade.tell([Notice("usr1", "commission_accrued", "o", earned)], now=T0) == 0
    assert facade.tell([notice(1)], now=T0) == 1
    facade.prefer("usr1", "earnings", Channel.IN_APP, on=True, now=T0)
    assert facade.tell([Notice("usr1", "commission_accrued", "o2", earned)], now=T0) == 1
    assert facade.unread("usr1") == 2


def at(hour, minute=0, day=20):
    """In Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("quiet", "when", "loud"),
    [
        (Quiet(22 * 60, 8 * 60), at(21, 59), at(21, 59)),
        (Quiet(22 * 60, 8 * 60), at(22), at(8, day=21)),
        (Quiet(22 * 60, 8 * 60), at(0), at(8)),
        (Quiet(22 * 60, 8 * 60), at(7, 59), at(8)),
        (Quiet(22 * 60, 8 * 60), at(8), at(8)),
        (Quiet(12 * 60, 14 * 60), at(13), at(14)),
        (Quiet(12 * 60, 14 * 60), at(14), at(14)),
        (Quiet(0, 0), at(3), at(3)),
    ],
)
def test_quiet_hours_end_where_they_end(quiet, when, loud):
    assert rules.loud_from(when, quiet) == loud


def test_ones_own_quiet_hours_stand_before_the_platforms():
    assert facade.settings("usr1", now=T0).quiet == Quiet(22 * 60, 8 * 60)
    mine = facade.keep_quiet("usr1", Quiet(0, 0), now=T0)
    assert (mine.quiet, mine.own_quiet) == (Quiet(0, 0), True)
    assert facade.keep_quiet("usr1", None, now=T0).own_quiet is False


def test_shown_and_opened_are_counted_by_day_and_template():
    facade.tell([notice(n) for n in range(4)], now=T0)
    ids = [one.id for one in facade.mine("usr1").items]
    assert facade.shown("usr1", ids[:3], now=T0) == 3
    assert facade.shown("usr1", ids[:3], now=T0) == 0
    assert facade.shown("usr2", ids, now=T0) == 0
    facade.open_message("usr1", ids[0], via=Channel.WECHAT, now=T0)
    for _ in range(2):
        facade.count(now=T0 + timedelta(hours=1))
    [row] = Tally.objects.all()
    assert (row.made, row.shown, row.opened, row.opened_there) == (4, 3, 1, 1)
    [rate] = facade.rates(T0.date(), T0.date())
    assert (rate.title, rate.made, rate.shown, rate.opened) == ("付款成功", 4, 3, 1)


def test_what_is_kept_no_longer_goes_and_no_longer_counts_as_unread():
    facade.tell([notice(1)], now=T0)
    facade.tell([notice(2)], now=T0 + 100 * DAY)
    assert facade.purge(now=T0 + 181 * DAY) == 1
    assert facade.unread("usr1") == 1
    assert Message.objects.count() == 1

"""T-17: after-sales gather, a case opens by itself, what they earned waits, somebody decides, and all comes free."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.commerce.concentration.hands import DAY, NOW, START, Street, alike, heard, look, sold
from tests.commerce.world import goods, shop
from tests.promotion.commission.sales import money
from xintui.commerce.concentration import facade as concentration
from xintui.commerce.concentration import models
from xintui.commerce.concentration.contracts import (
    About,
    CaseNotFound,
    CaseOver,
    ConcentrationCleared,
    ConcentrationFound,
    State,
)
from xintui.commerce.orders.contracts import LineRefunded
from xintui.commerce.orders.models import AfterSale
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.concentration import hold, let_go
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock, tenancy
from xintui.kernel.states import NoSuchMove
from xintui.promotion.commission import facade as commission
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import AlreadyAppealed, Party, PartyKind

pytestmark = pytest.mark.django_db
REVIEWER = Principal("usr01REVIEWER", frozenset({Role.REVIEWER}), None, "赵审核", 0)
OWNER = Principal("usr01OWNER", frozenset({Role.MERCHANT_OWNER}), None, "王店长", 0)
SAYS = "近 14 天 30 件中有 12 件申请了售后（40%），同店其余商品 2.9%；若与别处无异，碰巧这么多的可能性不到十万分之一"
RIPE = START + 9 * DAY + timedelta(hours=1)
"""Received after two days, frozen for seven."""


@pytest.fixture(autouse=True)
def _still() -> Any:
    yield
    clock.set_for_story(None)


@pytest.fixture
def street() -> Street:
    return Street()


def told(user_id: str) -> list[str]:
    return [one.words for one in notifications.mine(user_id).items if "核查" in one.title]


def books_are_right() -> None:
    assert commission.audit() == [] and ledger.audit() == []


def test_a_case_says_who_what_and_why_and_everything_it_touches_waits(street: Street) -> None:
    pending, due = (sum(sums) for sums in zip(*(money(who.id)[:2] for who in (street.anna, street.bert)), strict=True))
    assert look() == 1
    case = street.case()
    assert (case.about, case.subject_id, case.title, case.says) == (
        About.PRODUCT, street.pears.id, "砀山酥梨", SAYS,
    )  # fmt: skip
    assert (case.lines, case.asked, case.held_lines, case.held_fen) == (30, 12, 30, 30 * 500)
    assert case.until == NOW + 30 * DAY
    assert [(d.day.isoformat(), d.lines, d.asked) for d in concentration.days(case.id) if d.lines] == [
        ("2026-11-12", 30, 12)
    ]
    assert concentration.reasons(case.id) == [("打开就有异味", 12)]
    assert len(concentration.lines(case.id, asked=True, limit=50).items) == 12
    assert sum(sum(money(who.id)[:2]) for who in (street.anna, street.bert)) == pending + due
    assert commission.release(now=RIPE).released_lines == 70
    assert {one.promoter_id: one.fen for one in commission.held_for([case.id])} == {
        street.anna.id: 15 * 500, street.bert.id: 15 * 500,
    }  # fmt: skip
    books_are_right()


def test_looking_again_opens_nothing_twice_and_reaches_what_was_sold_since(street: Street) -> None:
    look()
    assert look(NOW + DAY) == 0
    later = sold(street.pears, 500, street.bert.id, NOW + DAY)
    heard(NOW + DAY)
    assert look(NOW + 2 * DAY) == 0
    case = street.case()
    assert (case.lines, case.held_lines, case.seen_on.isoformat()) == (31, 31, "2026-11-18")
    assert commission.earning(later.id, later.lines[0].id, now=NOW + 2 * DAY).held
    assert concentration.look_due(now=NOW + 3 * DAY) == concentration.look_due(now=NOW + 3 * DAY) == 0


def test_cleared_by_a_person_with_a_reason_everything_comes_with_the_next_release(street: Street) -> None:
    look()
    case = street.case()
    commission.release(now=RIPE)
    concentration.clear(case.id, "同一批次快递压坏，已补发", by=REVIEWER, now=RIPE)
    heard(RIPE)
    assert concentration.one(case.id).state is State.CLEARED
    assert commission.release_due(now=RIPE + timedelta(minutes=1)).released_lines == 30
    assert sum(money(who.id)[1] for who in (street.anna, street.bert)) == 30 * 500 + 70 * 375
    assert look(RIPE + DAY) == 0  # looked into already: not again for a while
    with pytest.raises(NoSuchMove):
        concentration.confirm(case.id, "又想了想", by=REVIEWER, now=RIPE)
    books_are_right()


def test_held_then_cleared_ends_in_the_books_of_a_street_that_was_never_looked_at(street: Street) -> None:
    """The same street twice, in two savepoints."""

    def end() -> list[tuple[int, int, int]]:
        back = [
            LineRefunded(f"asl{n}", one.id, one.lines[0].id, street.shop.id, 40_00, NOW + DAY)
            for n, one in enumerate(street.bad[:12])
        ]
        commission.refunded(back, now=NOW + DAY)
        heard(NOW + 2 * DAY)
        commission.release(now=RIPE)
        for one in concentration.cases(state="open").items:
            concentration.clear(one.id, "处理完毕", by=REVIEWER, now=RIPE)
        heard(RIPE)
        commission.release(now=RIPE + DAY)
        books_are_right()
        return [money(who.id) for who in (street.anna, street.bert)]

    never = transaction.savepoint()
    plain = end()
    transaction.savepoint_rollback(never)
    clock.set_for_story(NOW)
    assert look() == 1
    assert end() == plain
    assert sum(due for _, due, _ in plain) == 18 * 500 + 70 * 375


def test_it_clears_itself_when_the_window_is_quiet(street: Street) -> None:
    look()
    case = street.case()
    alike(street.bad[0], 90, [street.bert.id], NOW)  # the pears are good again: what was bad drowns
    for day in range(1, 7):
        look(NOW + day * DAY)
        assert concentration.one(case.id).state is State.OPEN
    look(NOW + 7 * DAY)
    ended = concentration.one(case.id)
    assert (ended.state, ended.reason) == (State.CALM, "连续多日不再集中，自动结束")
    assert commission.held_for([case.id]) == ()


def test_nobodys_money_waits_for_ever_and_a_persons_word_makes_it_longer_not_endless(street: Street) -> None:
    look()
    case = street.case()
    concentration.confirm(case.id, "抽检不合格，供货方确认", by=REVIEWER, now=NOW + DAY)
    heard(NOW + DAY)
    assert {one.until for one in commission.held_for([case.id])} == {NOW + 91 * DAY}
    models.Case.objects.update(seen_on=NOW.date() + timedelta(days=90))
    look(NOW + 90 * DAY)
    assert concentration.one(case.id).state is State.CONFIRMED
    look(NOW + 91 * DAY)
    assert concentration.one(case.id).state is State.OVER
    assert commission.held_for([case.id]) == ()
    assert commission.release(now=NOW + 91 * DAY).released_lines == 100


def test_who_is_touched_is_told_why_how_much_and_until_when(street: Street) -> None:
    look()
    look(NOW + DAY)
    assert told(street.anna.user_id) == [
        f"「砀山酥梨」售后集中：{SAYS}。您的 15 笔佣金 ¥75.00 暂缓释放，不扣减，"
        "最晚 12-16 10:00 自动恢复。有异议可以申诉。"
    ]
    (shop_told,) = [one for one in notifications.of_shop(street.shop.id).items if one.code.startswith("shop_conc")]
    assert SAYS in shop_told.words
    concentration.clear(street.case().id, "已处理", by=REVIEWER, now=NOW + DAY)
    heard(NOW + DAY)
    assert {one for one in told(street.bert.user_id) if "恢复释放" in one} == {
        "「砀山酥梨」已处理。您的 15 笔佣金 ¥75.00 按原定时间恢复释放，已过期的随下一次释放到账。"
    }


def test_an_appeal_of_one_promoter_frees_hers_and_the_shops_frees_all(street: Street) -> None:
    look()
    case = street.case()
    hers = Party(PartyKind.PROMOTER, street.anna.id)
    filed = concentration.appeal(case.id, hers, "我卖的这几单都签收好评", by=OWNER, now=NOW)
    with pytest.raises(AlreadyAppealed):
        concentration.appeal(case.id, hers, "再说一次", by=OWNER, now=NOW)
    appeals.decide(filed.id, True, "核对属实", by=REVIEWER, now=NOW)
    heard(NOW)
    assert [one.promoter_id for one in commission.held_for([case.id])] == [street.bert.id]
    assert concentration.one(case.id).held_lines == 15
    look(NOW + DAY)  # and what she sells later does not wait either
    assert [one.promoter_id for one in commission.held_for([case.id])] == [street.bert.id]
    own = concentration.appeal(case.id, Party(PartyKind.MERCHANT, street.shop.id), "冷链故障已赔", by=OWNER, now=NOW)
    appeals.decide(own.id, True, "属实", by=REVIEWER, now=NOW + DAY)
    heard(NOW + DAY)
    assert concentration.one(case.id).reason == "申诉成立"
    assert commission.held_for([case.id]) == ()
    with pytest.raises(CaseOver):
        concentration.appeal(case.id, hers, "还有话说", by=OWNER, now=NOW + DAY)


def test_a_case_that_ended_before_its_event_was_heard_holds_nothing(street: Street) -> None:
    concentration.look(now=NOW)
    concentration.clear(street.case().id, "误报", by=REVIEWER, now=NOW)
    heard(NOW)
    assert commission.held_of(street.anna.id) == ()


def test_events_may_be_heard_twice(street: Street) -> None:
    look()
    case = street.case()
    again = ConcentrationFound(
        case.id, case.about, case.merchant_id, case.subject_id, "", case.says, True, case.until, NOW
    )
    hold([again, again], now=NOW)
    assert [one.lines for one in commission.held_for([case.id])] == [15, 15]
    concentration.clear(case.id, "误报", by=REVIEWER, now=NOW)
    heard(NOW)
    over = ConcentrationCleared(case.id, case.about, case.merchant_id, case.subject_id, "", "cleared", "", "", NOW)
    let_go([over], now=NOW)
    hold([again], now=NOW)
    assert commission.held_for([case.id]) == ()
    books_are_right()


def test_the_buyer_who_took_it_back_does_not_count_and_the_shop_that_refuses_hides_nothing(street: Street) -> None:
    AfterSale.objects.filter(order_id__in=[one.id for one in street.bad[:10]]).update(state="rejected")
    AfterSale.objects.filter(order_id__in=[one.id for one in street.bad[10:12]]).update(state="cancelled")
    assert look() == 1
    assert street.case().figures[0].count == 10


def test_an_honest_street_is_let_be() -> None:
    fair = Street()
    with transaction.atomic():
        AfterSale.objects.filter(order_id__in=[one.id for one in fair.bad]).update(state="cancelled")
    assert look() == 0 and concentration.cases().items == ()


def test_looking_costs_the_same_for_ten_orders_and_for_a_hundred(street: Street) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            concentration.look(now=NOW + DAY)
        return len(seen)

    look()
    before = statements()
    other = goods(shop("云雾茶行"), "毛尖", ("一罐", 90_00, 900))
    alike(sold(other, 0, street.bert.id, NOW), 25, [street.bert.id], NOW)
    heard(NOW + DAY)
    assert statements() == before


def test_one_live_case_a_subject_and_a_confirmed_one_has_a_person_behind_it(street: Street) -> None:
    look()
    row = models.Case.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Case.objects.filter(id=row.id).update(state="confirmed")
    row.id = "csc2"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_shop_sees_its_own_cases_only(street: Street) -> None:
    look()
    case = street.case()
    other = shop("云雾茶行")
    with pytest.raises(CaseNotFound):
        concentration.one(case.id, merchant_id=other.id)
    with tenancy.as_merchant(other.id):
        assert models.Case.objects.count() == models.Line.objects.count() == 0
    with tenancy.as_merchant(street.shop.id):
        assert models.Line.objects.count() == 30

"""P-15 跟进任务: made once when due, for whom it may be made, and what a promoter does with it."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce import world
from tests.engagement.followups.people import DAY, LABEL, OPERATOR, SEVEN, T0, WORDS, buys, customer, mei, running
from tests.promotion.commission.sales import give_back, paid, sell
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.orders import facade as orders
from xintui.engagement.followups import facade
from xintui.engagement.followups.contracts import PlanDraft, Priority, TaskNotFound, TaskOver, TaskState, Trigger
from xintui.entrypoints import portability
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import MaterialDraft, MaterialKind
from xintui.promotion.promoters import facade as promoters
from xintui.trust.privacy import facade as privacy

pytestmark = pytest.mark.django_db
DUE = T0 + 7 * DAY
REVIEWER = dataclasses.replace(OPERATOR, user_id="usr01REV")
IDLE = PlanDraft("六十天没有再买", Trigger.IDLE, 60, WORDS)
RECEIVED = PlanDraft("收货三天", Trigger.RECEIVED, 3, WORDS)


def reasons(promoter_id, now=DUE):
    return [one.why for one in facade.open_tasks(promoter_id, now=now).items]


def test_a_first_purchase_seven_days_ago_makes_one_task_however_often_it_is_asked():
    me = mei()
    buys("ordA", customer(1), me)
    running()
    assert facade.make_due(now=DUE - DAY) == 0
    assert facade.make_due(now=DUE) == 1
    assert facade.make_due(now=DUE) == facade.make_due(now=DUE + DAY) == 0
    (one,) = facade.open_tasks(me, now=DUE).items
    assert one.why == "王** 7 天前第一次在你这里买了「商品」"
    assert one.words == f"{LABEL} 王先生/女士您好，上次的商品喝得还习惯吗？有新到的可以给您留一份。"
    assert (one.order_id, one.product_id, one.state) == ("ordA", "prd-tea", TaskState.OPEN)
    assert reasons(me, DUE + DAY) == ["王** 8 天前第一次在你这里买了「商品」"]
    assert facade.waiting(me, now=DUE) == 1


def test_the_second_purchase_is_not_the_first_and_a_purchase_given_back_is_none():
    me, wang, li = mei(), customer(1), customer(2, "李雷")
    buys("ordA", wang, me, at=T0 - 20 * DAY)
    buys("ordB", wang, me)
    buys("ordC", li, me)
    give_back("rfd1", "ordC", "ordCL", 100_00, at=T0 + DAY)
    running()
    assert facade.make_due(now=DUE) == 0


def test_days_on_which_nobody_asked_are_made_up_but_not_the_whole_past():
    me = mei()
    buys("ordA", customer(1), me)
    running()
    late = T0 + 9 * DAY
    buys("ordB", customer(2), me, at=T0 - DAY)
    assert facade.make_due(now=late) == 1
    assert [one.order_id for one in facade.open_tasks(me, now=late).items] == ["ordA"]


def bought(me, buyer):
    """A real order of tea through her, so that there is a title and a parcel."""
    tea = world.goods(world.shop("云雾茶行"), "明前龙井", ("250 克", 100_00, 9))
    (order,) = world.paid((tea.skus[0].id, 1), buyer_id=buyer)
    sale = paid(order.id, (order.lines[0].id, 100_00), promoter=me, shop=order.merchant_id)
    line = dataclasses.replace(sale.lines[0], product_id=tea.id)
    sell(dataclasses.replace(sale, buyer_id=buyer, lines=(line,)))
    return order, tea


def test_received_and_idle_count_from_the_receipt_and_from_the_last_purchase():
    me, wang = mei(), customer(1)
    order, _ = bought(me, wang)
    world.shipped(order)
    orders.receive(order.id, buyer_id=wang, now=T0 + 2 * DAY)
    running(RECEIVED)
    running(IDLE)
    assert facade.make_due(now=T0 + 4 * DAY) == 0
    assert facade.make_due(now=T0 + 5 * DAY) == 1
    assert reasons(me, T0 + 5 * DAY) == ["王** 3 天前收到了在你这里买的「明前龙井」"]
    assert facade.make_due(now=T0 + 60 * DAY) == 1
    assert reasons(me, T0 + 60 * DAY) == ["王** 有 60 天没有再买了，上次买的是「明前龙井」"]


def test_who_bought_again_is_not_idle():
    me, wang = mei(), customer(1)
    buys("ordA", wang, me)
    buys("ordB", wang, me, at=T0 + 30 * DAY)
    running(IDLE)
    assert facade.make_due(now=T0 + 60 * DAY) == 0
    assert facade.make_due(now=T0 + 90 * DAY) == 1


def test_nobody_is_brought_up_who_has_left_or_said_no_and_nobody_gets_a_task_who_may_not_promote():
    me, other = mei(), mei(2)
    left, refuser, wang = customer(1), customer(2), customer(3)
    for order, buyer in (("ordA", left), ("ordB", refuser)):
        buys(order, buyer, me)
    buys("ordC", wang, other)
    running()
    identity.forget(left, now=DUE)
    privacy.decide(refuser, "follow_up", given=False, now=DUE)
    promoters.suspend(other, reason="own_request", actor="usr01OPS", now=DUE)
    assert facade.make_due(now=DUE) == 0
    privacy.decide(refuser, "follow_up", given=True, now=DUE)
    assert facade.make_due(now=DUE) == 0  # once a day
    assert facade.make_due(now=DUE + DAY) == 1


def test_ones_own_purchase_makes_no_task():
    me = mei()
    sell(dataclasses.replace(paid("ordS", ("ordSL", 9_00), promoter=me, buyer_is=me), buyer_id=customer(9)))
    running()
    assert facade.make_due(now=DUE) == 0


def test_a_customer_is_brought_up_three_times_in_thirty_days_at_most_whoever_asks():
    me, other, wang = mei(), mei(2), customer(1)
    buys("ordA", wang, me)
    buys("ordB", wang, other)
    plans = [running(dataclasses.replace(SEVEN, name=f"方案 {n}")) for n in range(3)]
    assert facade.make_due(now=DUE) == 3
    assert facade.waiting(me, now=DUE) + facade.waiting(other, now=DUE) == 3
    month = T0 + 38 * DAY
    buys("ordC", customer(2), me, at=month - 7 * DAY)
    assert facade.make_due(now=month) == len(plans)


def test_what_a_customer_refuses_later_is_gone_at_once_and_so_is_everything_of_who_leaves():
    me, wang = mei(), customer(1)
    buys("ordA", wang, me)
    running()
    facade.make_due(now=DUE)
    privacy.decide(wang, "follow_up", given=False, now=DUE)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert reasons(me) == []
    privacy.decide(wang, "follow_up", given=True, now=DUE)
    assert facade.make_due(now=DUE + DAY) == 1
    facade.forget(wang)
    assert reasons(me, DUE + DAY) == []


def test_done_skipped_and_taken_back_within_the_day():
    me = mei()
    for n in (1, 2):
        buys(f"ord{n}", customer(n), me)
    running()
    facade.make_due(now=DUE)
    first, second = facade.open_tasks(me, now=DUE).items
    facade.done(me, first.id, now=DUE)
    told = facade.skip(me, second.id, now=DUE + timedelta(minutes=1))
    assert (told.state, told.undoable) == (TaskState.SKIPPED, True)
    assert [one.state for one in facade.acted_tasks(me, now=DUE + timedelta(hours=1)).items] == ["skipped", "done"]
    with pytest.raises(NoSuchMove):
        facade.done(me, first.id, now=DUE)
    assert facade.undo(me, first.id, now=DUE).state is TaskState.OPEN
    with pytest.raises(TaskOver):
        facade.undo(me, second.id, now=DUE + DAY)  # yesterday's
    with pytest.raises(TaskNotFound):
        facade.done(mei(2), first.id, now=DUE)


def test_what_has_expired_is_gone_from_the_list_and_can_no_longer_be_done():
    me = mei()
    buys("ordA", customer(1), me)
    running()
    facade.make_due(now=DUE)
    (one,) = facade.open_tasks(me, now=DUE).items
    after = one.expires_at
    assert after - DUE <= 3 * DAY and facade.waiting(me, now=after) == 0 and reasons(me, after) == []
    with pytest.raises(TaskOver):
        facade.done(me, one.id, now=after)


def test_pages_go_on_where_the_last_one_ended_the_urgent_first_and_cost_the_same():
    me = mei()
    for n in range(1, 8):
        buys(f"ord{n}", customer(n), me)
    running()
    running(dataclasses.replace(SEVEN, name="先做这个", priority=Priority.HIGH, words="先问候一声：{称呼}好"))
    assert facade.make_due(now=DUE) == 14
    facade.open_tasks(me, now=DUE, limit=1)
    seen, after, asked = [], "", []
    for _ in range(4):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = facade.open_tasks(me, now=DUE, after=after, limit=4)
        seen += page.items
        asked.append(len(queries))
        after = page.next or ""
    assert len({one.id for one in seen}) == 14 and after == ""
    assert [one.priority for one in seen] == [Priority.HIGH] * 7 + [Priority.NORMAL] * 7
    assert set(asked) == {4}  # tasks, plans, hints, orders (no lines: these orders are told by commission only)


def test_the_tasks_about_one_customer_are_found_by_any_of_her_orders():
    me, wang = mei(), customer(1)
    buys("ordA", wang, me)
    buys("ordB", customer(2), me)
    buys("ordC", wang, me, at=T0 + DAY)
    running()
    facade.make_due(now=DUE)
    for order, n in (("ordA", 1), ("ordC", 1), ("ordX", 0)):
        assert len(facade.open_tasks(me, now=DUE, order_id=order).items) == n
    assert facade.open_tasks(mei(2), now=DUE, order_id="ordA").items == ()


def test_one_tap_gives_the_words_with_the_label_and_a_link_to_what_was_bought():
    me, wang = mei(), customer(1)
    _, tea = bought(me, wang)
    running()
    facade.make_due(now=DUE)
    (one,) = facade.open_tasks(me, now=DUE).items
    assert one.why == "王** 7 天前第一次在你这里买了「明前龙井」"
    kit = facade.kit(promoters.one(me), one.id, now=DUE)
    assert kit.text == one.words == f"{LABEL} 王先生/女士您好，上次的明前龙井喝得还习惯吗？有新到的可以给您留一份。"
    assert kit.link.target.id == tea.id and kit.path == f"/s/{kit.link.code}"
    assert "13800000001" not in repr(one) and wang not in repr(one)


def test_the_link_is_made_with_the_plans_material_while_that_is_in_force():
    me, wang = mei(), customer(1)
    _, tea = bought(me, wang)
    draft = MaterialDraft(MaterialKind.COPY, "春茶文案", "今年的头采，清香回甘", product_id=tea.id)
    made = materials.create(draft, merchant_id="", by=OPERATOR, now=T0)
    materials.submit(made.id, merchant_id="", by=OPERATOR, now=T0)
    materials.approve(made.id, by=REVIEWER, now=T0)
    running(dataclasses.replace(SEVEN, material_id=made.id))
    facade.make_due(now=DUE)
    (one,) = facade.open_tasks(me, now=DUE).items
    assert facade.kit(promoters.one(me), one.id, now=DUE).link.material_id == made.id
    materials.withdraw(made.id, by=OPERATOR, reason="换季")
    kit = facade.kit(promoters.one(me), one.id, now=DUE)
    assert (kit.link.material_id, kit.link.target.id, kit.text) == ("", tea.id, one.words)


def test_for_goods_that_are_gone_the_link_leads_to_the_first_page():
    me, wang = mei(), customer(1)
    order, tea = bought(me, wang)
    running()
    facade.make_due(now=DUE)
    catalog.unlist_product(order.merchant_id, tea.id, actor="usr01OWNER", now=DUE)
    (one,) = facade.open_tasks(me, now=DUE).items
    assert facade.kit(promoters.one(me), one.id, now=DUE).link.target.id == "home"


def test_a_customer_reads_in_her_own_data_what_promoters_were_reminded_of():
    me, wang = mei(), customer(1)
    buys("ordA", wang, me)
    running()
    facade.make_due(now=DUE)
    assert [(one.order_id, one.state) for one in facade.about(wang).items] == [("ordA", TaskState.OPEN)]
    assert facade.about(customer(2)).items == ()
    told = {name: rows for name, _, rows in portability.parts(wang, DUE)}
    assert [row["order_id"] for row in told["followups"]] == ["ordA"]


def test_what_is_old_is_gone():
    me = mei()
    buys("ordA", customer(1), me)
    plan = running()
    facade.make_due(now=DUE)
    assert facade.purge(now=DUE + 179 * DAY) == 0
    assert facade.purge(now=DUE + 181 * DAY) == 1
    assert facade.figures([plan.id], now=DUE)[plan.id].made == 0
    assert OPERATOR.user_id == plan.author_id

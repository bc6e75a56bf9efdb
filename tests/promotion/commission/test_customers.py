"""脱敏客户: who bought through her, each once, with what may be known of them and nothing more."""

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce import world
from tests.promotion.commission.sales import DAY, T0, give_back, paid, publish, sell
from xintui.commerce.orders.contracts import OrderPaid
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.models import User
from xintui.infra.paging import BadCursor
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import NoSuchCustomer
from xintui.promotion.commission.contracts.customers import Customer, CustomerSort, Recency

pytestmark = pytest.mark.django_db
NOW = T0 + 100 * DAY


def person(n: int, name: str, phone: str | None) -> str:
    return User.objects.create(id=f"usr{n}", display_name=name, phone=phone, created_at=T0).id


def buys(order: str, buyer: str, fen: int, *, day: int = 0, promoter: str = "pro1") -> OrderPaid:
    return dataclasses.replace(paid(order, (f"{order}L", fen), promoter=promoter, at=T0 + day * DAY), buyer_id=buyer)


def three() -> tuple[str, str, str]:
    """王 bought twice and gave a part back, 李 once for much, 张 long ago; 赵 bought through somebody else."""
    publish()
    wang, li, zhang = person(1, "王小美", "13800008888"), person(2, "李雷", None), person(3, "张三丰", "13900008888")
    sell(buys("ordZ", zhang, 20_00))
    sell(buys("ordA", wang, 100_00, day=60), buys("ordB", wang, 60_00, day=99), buys("ordC", li, 500_00, day=80))
    sell(buys("ordD", person(4, "赵四", "13700008888"), 70_00, promoter="pro2"))
    sell(dataclasses.replace(paid("ordE", ("ordEL", 90_00), buyer_is="pro1"), buyer_id="usr9"))
    give_back("rfd1", "ordA", "ordAL", 40_00, at=T0 + 70 * DAY)
    return wang, li, zhang


def names(**asked: object) -> list[str]:
    return [one.name for one in commission.customers("pro1", now=NOW, **asked).items]  # type: ignore[arg-type]


def test_each_buyer_stands_once_with_net_commission_and_the_last_purchase() -> None:
    three()
    wang, li, zhang = commission.customers("pro1", now=NOW).items
    assert wang == Customer("ordA", "王**", "138****8888", 2, 120_00, 15_00, T0 + 60 * DAY, T0 + 99 * DAY)
    assert li == Customer("ordC", "李**", "", 1, 500_00, 62_50, T0 + 80 * DAY, T0 + 80 * DAY)
    assert (zhang.name, zhang.net_fen, zhang.commission_fen) == ("张**", 20_00, 2_50)
    told = commission.customers_summary("pro1", now=NOW)
    assert (told.customers, told.again, told.lately) == (3, 1, 2)


def test_order_filter_and_search() -> None:
    three()
    assert names(sort=CustomerSort.NET) == ["李**", "王**", "张**"]
    assert names(sort=CustomerSort.ORDERS) == ["王**", "张**", "李**"]
    assert names(recency=Recency.WEEK) == ["王**"]
    assert names(recency=Recency.MONTH) == ["王**", "李**"]
    assert names(recency=Recency.DORMANT) == ["张**"]
    assert names(text="8888") == ["王**", "张**"]
    assert names(text="王**") == names(text="王") == ["王**"]
    assert names(text="13800008888") == names(text="王小美") == names(text="赵") == []  # a hint shows none of this


def test_a_page_goes_on_where_the_last_one_ended_whatever_the_order() -> None:
    three()
    for sort in CustomerSort:
        whole, found, after = names(sort=sort), [], ""
        for _ in range(3):
            page = commission.customers("pro1", now=NOW, sort=sort, after=after, limit=1)
            found += [one.name for one in page.items]
            after = page.next or ""
        assert (found, after) == (whole, "")
    with pytest.raises(BadCursor):
        commission.customers("pro1", now=NOW, after="nonsense")


def test_nothing_that_identifies_anybody_leaves() -> None:
    wang, _, _ = three()
    told = repr(commission.customers("pro1", now=NOW)) + repr(commission.customer("pro1", "ordA", now=NOW))
    told += commission.customers_csv("pro1")
    assert "王**" in told and "138****8888" in told
    for secret in (wang, "王小美", "13800008888", "文三路"):
        assert secret not in told


def test_a_customers_file_is_what_was_bought_through_her_and_opens_by_any_of_the_orders() -> None:
    three()
    found = commission.customer("pro1", "ordB", now=NOW)
    assert found.customer.id == "ordA"
    assert [(one.order_id, one.paid_fen, one.refunded_fen, one.commission_fen) for one in found.purchases] == [
        ("ordB", 60_00, 0, 7_50),
        ("ordA", 100_00, 40_00, 7_50),
    ]
    first = commission.customer("pro1", "ordA", now=NOW, limit=1)
    assert [one.order_id for one in first.purchases] == ["ordB"] and first.next
    rest = commission.customer("pro1", "ordA", now=NOW, limit=1, after=first.next)
    assert [one.order_id for one in rest.purchases] == ["ordA"] and rest.next is None


@pytest.mark.parametrize("order", ["ordD", "ordE", "ord404"])
def test_an_order_of_another_promoter_or_her_own_purchase_is_no_customer(order: str) -> None:
    three()
    with pytest.raises(NoSuchCustomer):
        commission.customer("pro1", order, now=NOW)


def test_who_has_left_stays_as_a_figure_without_a_hint_of_who() -> None:
    wang, _, _ = three()
    identity.forget(wang, now=NOW)
    one = commission.customers("pro1", now=NOW).items[0]
    assert (one.name, one.phone, one.orders) == ("已注销", "", 2)
    assert names(text="8888") == ["张**"]


def test_the_file_for_spreadsheets() -> None:
    three()
    person(5, "=1+1", None)
    sell(buys("ordF", "usr5", 1_00, day=99))
    lines = commission.customers_csv("pro1").splitlines()
    assert lines[0] == "\ufeff客户,手机号（脱敏）,订单数,成交净额（元）,我的佣金（元）,首次购买,最近购买"
    assert lines[2] == "王**,138****8888,2,120.00,15.00,2027-01-01,2027-02-09"
    assert lines[1].startswith("'=**,")


def test_fifty_customers_cost_as_many_statements_as_one() -> None:
    publish()
    sell(buys("ord0", person(100, "王小美", None), 10_00))

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            commission.customers("pro1", now=NOW, limit=50)
        with CaptureQueriesContext(connection) as filed:
            commission.customer("pro1", "ord0", now=NOW, limit=50)
        return len(listed), len(filed)

    few = cost()
    sell(*(buys(f"ord{n:03d}", person(100 + n, "王小美", None), 10_00) for n in range(1, 51)))
    sell(*(buys(f"ore{n:03d}", "usr100", 10_00) for n in range(1, 51)))
    assert few == cost() == (2, 5)


def test_a_purchase_bears_the_title_and_the_state_of_its_order() -> None:
    publish()
    tea = world.goods(world.shop("云雾茶行"), "明前龙井", ("50g", 68_99, 10))
    (order,) = world.paid((tea.skus[0].id, 1), buyer_id=person(1, "王小美", None))
    line = order.lines[0]
    sell(dataclasses.replace(paid(order.id, (line.id, line.paid_fen)), buyer_id="usr1"))
    (one,) = commission.customer("pro1", order.id, now=NOW).purchases
    assert (one.title, one.order_state, one.paid_fen) == ("明前龙井 50g", "paid", 68_99)

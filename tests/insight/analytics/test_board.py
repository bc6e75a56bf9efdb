"""The figures of a small known world: exact, the same as the order tables say, and the same counted again from zero."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from tests.insight.analytics.world import T0, WEEK, first_day, later_days, nov, ordered, seen, told
from xintui.commerce.orders.contracts import OrderPaid
from xintui.commerce.orders.models import AfterSale, Order
from xintui.infra import tenancy
from xintui.insight.analytics import facade as analytics
from xintui.insight.analytics.contracts import Figures, Period
from xintui.insight.analytics.models import Daily, Stale

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    return sorted(Daily.objects.values_list(*(f.attname for f in Daily._meta.concrete_fields)))


def test_every_number_of_the_small_world_is_the_one_that_was_lived() -> None:
    street = first_day()
    later_days(street)
    told()
    board = seen()

    assert board.as_of == T0 + timedelta(days=3, hours=1)
    assert board.days[nov(1)] == Figures(
        placed=3, bought=2, received=1, kept=1, orders=1, units=2, paid_fen=14_400
    )  # ¥136.00 + ¥8.00
    assert board.days[nov(2)] == Figures(orders=1, units=1, paid_fen=3_990)  # placed on the day before
    assert board.days[nov(3)] == Figures()
    assert board.days[nov(4)] == Figures(refunds=2, refunded_fen=4_490)
    assert board.now.net_fen == 14_400 + 3_990 - 4_490 == 13_900
    assert board.before == Figures() and len(board.days) == 14

    assert board.promoted == Figures(
        placed=1,
        bought=1,
        received=1,
        kept=1,
        orders=1,
        units=2,
        paid_fen=14_400,
        refunds=1,
        refunded_fen=500,
        clicks=1,
    )
    assert (board.natural.placed, board.natural.bought, board.natural.kept) == (2, 1, 0)

    assert [(row.key, row.figures.net_fen, row.figures.units) for row in board.products] == [
        (street.green.id, 13_600 - 500, 2),  # lines, without freight
        (street.apple.id, 0, 1),
    ]
    assert [(row.key, row.figures.net_fen, row.figures.orders) for row in board.promoters] == [
        (street.red.id, 13_100, 1)
    ]
    assert [(row.key, row.figures.net_fen) for row in board.shops] == [(street.tea.id, 13_900), (street.fruit.id, 0)]
    assert [(row.key, row.figures.net_fen, row.figures.orders) for row in board.provinces] == [
        ("浙江", 13_900, 1),
        ("广东", 0, 1),
    ]
    assert [(row.key, row.figures.net_fen, row.figures.clicks) for row in board.channels] == [
        ("group", 13_900, 1),
        ("natural", 0, 0),
    ]


def test_the_figures_are_those_of_the_order_tables() -> None:
    later_days(first_day())
    told()
    board = seen()
    paid = Order.objects.exclude(paid_at=None).aggregate(fen=Sum("total_fen"), back=Sum("refunded_fen"))
    assert board.now.paid_fen == paid["fen"]
    assert board.now.refunded_fen == paid["back"] == AfterSale.objects.aggregate(fen=Sum("total_fen"))["fen"]
    assert board.now.orders == Order.objects.exclude(paid_at=None).count()
    assert board.now.placed == Order.objects.count()
    assert sum(row.figures.net_fen for row in board.shops) == board.now.net_fen
    assert sum(row.figures.net_fen for row in board.provinces) == board.now.net_fen
    assert sum(row.figures.net_fen for row in board.channels) == board.now.net_fen


def test_counted_step_by_step_or_from_zero_the_rows_are_the_same() -> None:
    street = first_day()
    told(T0 + timedelta(hours=20))
    early = rows()
    later_days(street)
    told()
    grown = rows()
    assert grown != early and not Stale.objects.exists()

    Daily.objects.all().delete()
    analytics.rebuild(now=T0 + timedelta(days=3, hours=1))
    assert rows() == grown
    Daily.objects.filter(part="shop").update(paid_fen=1)  # whatever went wrong is put right in place
    analytics.rebuild(now=T0 + timedelta(days=3, hours=1))
    assert rows() == grown


def test_an_order_that_nobody_announces_is_counted_when_it_is_placed() -> None:
    street = first_day()
    told(T0 + timedelta(hours=20))
    at = T0 + timedelta(hours=21)
    ordered("usr01DING", street.green.skus[0].id, 1, "上海市徐汇区", at=at)
    analytics.refresh(now=at + timedelta(minutes=1))
    assert seen().days[nov(2)].placed == 1
    assert analytics.refresh(now=at + timedelta(hours=3)).shop_days == 1  # once more: the hour of overlap
    assert analytics.refresh(now=at + timedelta(hours=6)).shop_days == 0  # nothing new, nothing counted


def test_hearing_an_event_twice_changes_nothing() -> None:
    street = first_day()
    told()
    before = rows()
    assert street.sold.paid_at is not None
    paid = OrderPaid(street.sold.id, street.tea.id, "usr01JIA", "CNY", street.sold.paid_at, ())
    analytics.on_paid([paid, paid])
    analytics.refresh(now=T0 + timedelta(days=3, hours=2))
    assert rows() == before


def test_a_shop_sees_its_own_figures_by_its_filter_and_by_the_wall() -> None:
    street = first_day()
    later_days(street)
    told()
    asked = seen(street.tea.id)  # as the platform, with the filter alone
    assert asked.now.paid_fen == 14_400 and asked.now.placed == 2 and asked.shops == ()
    assert [row.key for row in asked.products] == [street.green.id]
    assert asked.promoted.clicks == 1
    assert seen(street.fruit.id).promoted.clicks == 0
    with transaction.atomic(), tenancy.as_merchant(street.tea.id):  # with the wall alone: asking for everything
        walled = seen("")
        assert walled.now == asked.now and walled.days == asked.days
        assert [row.key for row in walled.shops] == [street.tea.id]
        assert seen(street.fruit.id).now == Figures()  # and for the neighbour's
        assert set(Daily.objects.values_list("merchant_id", flat=True)) == {street.tea.id}
        assert not Stale.objects.exists()
    with transaction.atomic(), tenancy.as_nobody():
        assert seen("").now == Figures()


def test_a_page_costs_the_same_number_of_questions_however_much_there_is() -> None:
    def asked(period: Period) -> int:
        with CaptureQueriesContext(connection) as caught:
            seen("", period)
        return len(caught)

    empty = asked(WEEK)
    later_days(first_day())
    told()
    assert asked(WEEK) == asked(Period(date(2026, 8, 7), nov(4))) == empty == 6

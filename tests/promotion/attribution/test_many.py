"""A day's clicks and checkouts judged together are judged as one by one, in a fixed number of statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promotion.attribution.test_attribution import HOUR, PHONE, link
from tests.promotion.people import NOW, promoter
from xintui.kernel.errors import DomainError
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution import models
from xintui.promotion.attribution.contracts import BadCode, Cart, Channel, NewLink, Opened, Target, TargetKind, Visitor
from xintui.promotion.promoters.contracts import NotAPromoter

pytestmark = pytest.mark.django_db


def test_a_days_clicks_and_checkouts_are_judged_together_as_one_by_one() -> None:
    one, two = promoter(1), promoter(2)
    tea, more = link(one.id), link(two.id, Target(TargetKind.PRODUCT, "prd-rice", "mch-rice", "大米"))
    clicks = [
        Opened(tea.code, Visitor("v1", "", PHONE), NOW),
        Opened(more.code, Visitor("v1", "", PHONE), NOW + HOUR),
        Opened(tea.code[:-1] + ("A" if tea.code[-1] != "A" else "B"), Visitor("v1", "", PHONE), NOW),
        Opened(tea.code, Visitor("v1", "", PHONE), NOW + timedelta(seconds=4)),  # a double tap
        Opened(tea.code, Visitor("v1", "", PHONE), NOW + timedelta(seconds=11)),
        Opened(tea.code, Visitor("v2", "usr2", PHONE), NOW),
        Opened(tea.code, Visitor("v3", "", "curl/8"), NOW),
    ]
    said = attribution.touch_many(clicks)
    assert isinstance(said[2], BadCode)
    counted = [one.counted for one in said if not isinstance(one, DomainError)]
    assert counted == [True, True, False, True, True, False]
    assert models.Touch.objects.count() == 4
    assert len({one.touch_id for one in said if not isinstance(one, DomainError) and one.counted}) == 4

    shops = frozenset({"mch-tea", "mch-rice"})
    carts = [
        Cart("usr1", "v1", shops, NOW + 2 * HOUR),
        Cart("usr2", "", shops, NOW + 2 * HOUR),
        Cart("usr3", "v9", shops, NOW + 2 * HOUR),
        Cart("usr1", "", shops, NOW + timedelta(seconds=1)),  # his device is known since the first of the batch
        Cart("usr2", "v2", shops, NOW - HOUR),  # before anybody clicked
    ]
    frozen = attribution.freeze_many(carts)
    assert [{shop: one.promoter_id for shop, one in found.items()} for found in frozen] == [
        {"mch-tea": one.id, "mch-rice": two.id},
        {"mch-tea": one.id},
        {},
        {"mch-tea": one.id},
        {},
    ]
    kept = [(row.buyer_id, row.merchant_id, len(row.candidates)) for row in models.Attribution.objects.order_by("id")]
    assert sorted(kept) == sorted(
        [("usr1", "mch-tea", 2), ("usr1", "mch-rice", 1), ("usr2", "mch-tea", 1), ("usr1", "mch-tea", 1)]
    )
    assert all(attribution.why(one.attribution_id).agrees for found in frozen for one in found.values())


def test_fifty_clicks_or_checkouts_cost_as_many_statements_as_one() -> None:
    made = link(promoter(1).id)

    def cost(n: int, name: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as clicks:
            attribution.touch_many([Opened(made.code, Visitor(f"{name}{k}", "", PHONE), NOW) for k in range(n)])
        with CaptureQueriesContext(connection) as carts:
            attribution.freeze_many(
                [Cart(f"usr{name}{k}", f"{name}{k}", frozenset({"mch-tea"}), NOW + HOUR) for k in range(n)]
            )
        return len(clicks), len(carts)

    assert cost(1, "a") == cost(50, "b")


def _things(n: int) -> list[Target]:
    return [Target(TargetKind.PRODUCT, f"prd-{k}", "mch-tea", f"茶 {k}") for k in range(n)]


def test_links_made_together_are_those_made_one_by_one_with_their_branches() -> None:
    makers = [promoter(n) for n in (1, 2, 3)]
    first = link(makers[0].id)
    attribution.touch(first.code, Visitor("v2", makers[1].user_id, PHONE), now=NOW)
    second = attribution.create_link(makers[1].id, first.target, Channel.MOMENTS, now=NOW + HOUR)
    attribution.touch(second.code, Visitor("v3", makers[2].user_id, PHONE), now=NOW + 2 * HOUR)
    at, things = NOW + 3 * HOUR, _things(2)
    alone = [attribution.create_link(one.id, things[0], Channel.MOMENTS, now=at) for one in makers]
    asked = [NewLink(one.id, things[1], Channel.MOMENTS, at) for one in makers]
    stranger = NewLink("pro-nobody", things[1], Channel.MOMENTS, at)
    said = attribution.create_links([*asked[:2], stranger, asked[2], asked[0]])  # the last is asked for again
    assert isinstance(said[2], NotAPromoter)
    made = [one for one in said if not isinstance(one, DomainError)]
    assert made[3] == made[0]
    assert attribution.create_links(asked) == made[:3]

    def branches(link_id: str) -> list[tuple[str, int, str]]:
        found = models.Branch.objects.filter(link_id=link_id).order_by("depth", "promoter_id")
        return list(found.values_list("promoter_id", "depth", "channel"))

    assert [branches(one.id) for one in made[:3]] == [branches(one.id) for one in alone]
    assert [[(who, depth) for who, depth, _ in branches(one.id)] for one in made[:3]] == [
        [],
        [(makers[0].id, 1)],
        [(makers[1].id, 1), (makers[0].id, 2)],
    ]


def test_twenty_links_cost_as_many_statements_as_one() -> None:
    one = promoter(1)

    def cost(things: list[Target]) -> int:
        with CaptureQueriesContext(connection) as seen:
            said = attribution.create_links([NewLink(one.id, thing, Channel.GROUP, NOW) for thing in things])
        assert not [no for no in said if isinstance(no, DomainError)]
        return len(seen)

    assert cost(_things(1)) == cost(_things(21)[1:])

"""Reviews written together are those written one by one: texts, scores, refusals; in a fixed number of statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.commerce.reviews.test_reviews import received
from tests.commerce.world import T0, goods, paid, shipped, shop
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders.contracts import Order
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import Review, ReviewDraft, Writing
from xintui.foundation.identity.contracts import Principal, Role

pytestmark = pytest.mark.django_db
DAY = T0 + timedelta(days=5)


def _green() -> Product:
    return goods(shop("云雾茶行"), "明前龙井", ("50g", 68_00, 999))


def _by(order: Order, stars: int = 5, text: str = "香", *, buyer: str = "") -> Writing:
    who = Principal(buyer or order.buyer_id, frozenset({Role.BUYER}), None, "李小龙", 0)
    return Writing(ReviewDraft(order.id, order.lines[0].id, stars, text), who, DAY)


def _codes(said: list[Any]) -> list[str]:
    return ["" if isinstance(one, Review) else one.code for one in said]


def test_a_batch_is_written_and_refused_like_each_alone() -> None:
    green = _green()
    got = [received(green, f"usr{n}") for n in range(4)]
    waiting = shipped(paid((green.skus[0].id, 1), buyer_id="usr9")[0])
    asked = [
        _by(got[0], 5, "  很好  "),
        _by(got[1], 2),
        _by(got[1], 4),  # the same line again
        _by(got[2], 7),  # no such number of stars
        _by(got[3], 4, buyer="usr-stranger"),
        _by(waiting),
        Writing(ReviewDraft(got[3].id, "lin-none", 5), _by(got[3]).by, DAY),
        _by(got[3], 3),
    ]
    said = reviews.write_many(asked)
    assert _codes(said) == [
        "",
        "",
        "reviews.already_reviewed",
        "reviews.bad_review",
        "orders.not_found",
        "reviews.not_received",
        "reviews.bad_review",
        "",
    ]
    made = [one for one in said if isinstance(one, Review)]
    assert [(one.stars, one.text, one.author, one.spec, one.written_at) for one in made] == [
        (5, "很好", "李**", "50g", DAY),
        (2, "香", "李**", "50g", DAY),
        (3, "香", "李**", "50g", DAY),
    ]
    assert reviews.score_of(green.id).stars == (0, 1, 1, 0, 1)
    assert _codes(reviews.write_many(asked)) == [
        "reviews.already_reviewed",
        "reviews.already_reviewed",
        "reviews.already_reviewed",
        "reviews.bad_review",
        "orders.not_found",
        "reviews.not_received",
        "reviews.bad_review",
        "reviews.already_reviewed",
    ]
    assert reviews.score_of(green.id).count == 3


def test_twelve_reviews_cost_as_many_statements_as_one() -> None:
    green = _green()

    def cost(n: int, name: str) -> int:
        asked = [_by(received(green, f"usr{name}{k}")) for k in range(n)]
        with CaptureQueriesContext(connection) as seen:
            assert _codes(reviews.write_many(asked)) == [""] * n
        return len(seen)

    assert cost(1, "one") == cost(12, "many")

"""A promoter from zero to 金牌推客 by real orders, judged, found innocent, and what she would have been without it.

Two live the same life, order for order. One of them is reported, found guilty by a second person, and appeals. When the
appeals are won, the two are the same again: every point, every value, every day that counts.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.cast import (
    Buyer,
    at_cashier,
    buyer,
    goods,
    link,
    placed,
    promoter,
    shop,
    touched,
    turn,
    work,
)
from tests.support.gateway import Gateway
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.reviews import facade as reviews
from xintui.commerce.reviews.contracts import ReviewDraft
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.infra import clock
from xintui.promotion.attribution.contracts import ShareLink
from xintui.promotion.growth import facade as growth
from xintui.promotion.growth.contracts import Outcome, Review
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.appeals import facade as appeals
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale, Score
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Case, Limited, State, Subject, SubjectKind

DESK, SECOND = (Principal(f"usr01{name}", frozenset({Role.REVIEWER}), None, "", 0) for name in ("DESK", "SECOND"))
FIRST_OF_JUNE, FIRST_OF_JULY, FIRST_OF_AUGUST = (
    datetime(2026, month, day, 17, 0, tzinfo=UTC) for month, day in ((5, 31), (6, 30), (7, 31))
)
"""One in the morning in Shanghai."""
ROUNDS = 7
"""Each customer buys from both shops each time: of each promoter two customers, two orders, seven rounds."""


@dataclass
class Twin:
    """A promoter with customers of her own."""

    who: Promoter
    customers: list[Buyer]
    links: list[ShareLink] = field(default_factory=list)


@pytest.fixture
def shelf(gateway: Gateway) -> list[Product]:
    return [
        goods(shop(name), title, "tea", fen=300_00, stock=500)
        for name, title in (("云雾茶行", "龙井"), ("山里人家", "红茶"))
    ]


@pytest.fixture
def twins(shelf: list[Product]) -> list[Twin]:
    """Both join on the same day; nobody has bought anything."""
    made = [
        Twin(promoter(name, n), [buyer(f"{name}的客人{i}") for i in range(2)]) for n, name in ((7, "安娜"), (8, "贝贝"))
    ]
    work()
    return made


def a_round(gateway: Gateway, twins: list[Twin], shelf: list[Product], *, stars: int = 5) -> None:
    """Every customer opens the links, buys one of each, gets it two days later and says what it was like."""
    paying = []
    for twin in twins:
        twin.links = twin.links or [link(twin.who, product) for product in shelf]
        for person in twin.customers:
            for share in twin.links:
                touched(share, person)
            checkout = placed(person, *((product, 1) for product in shelf))
            paying.append((checkout, person))
    for checkout, person in paying:
        gateway.pay(at_cashier(checkout, person), person.openid)
    turn(gateway)
    for checkout, _ in paying:
        for order in checkout.orders:
            orders.ship(
                order.id, merchant_id=order.merchant_id, carrier="顺丰速运", tracking_no="SF1000000001",
                actor="usr01STAFF", now=clock.now(),
            )  # fmt: skip
    at = gateway.clock(hours=48)
    for checkout, person in paying:
        for order in checkout.orders:
            orders.receive(order.id, buyer_id=person.id, now=at)
            said = ReviewDraft(order.id, order.lines[0].id, stars)
            reviews.write(said, by=Principal(person.id, frozenset({Role.BUYER}), None, "", 0), now=at)
    work()


def same_day(gateway: Gateway, at: datetime) -> None:
    """Time passes, and the worker's turn of that day comes."""
    gateway.clock(minutes=(at - clock.now()).total_seconds() / 60)
    work()


def scored(twin: Twin, scale: Scale = Scale.CREDIT) -> Score:
    return credit.score(twin.who.id, scale)


def found(twin: Twin, code: str) -> Case:
    """One of the desk writes it down, another finds it true."""
    case = violations.report(Subject(SubjectKind.PROMOTER, twin.who.id), code, "截图 A-17", by=DESK, now=clock.now())
    done = violations.confirm(case.id, "核对原文", by=SECOND, now=clock.now())
    work()
    return done


def alike(one: Twin, other: Twin) -> bool:
    """Both scores, with every point and value, and their explanations, are the same to the last digit."""
    for scale in (Scale.CREDIT, Scale.SERVICE):
        mine, yours = scored(one, scale), scored(other, scale)
        told = credit.explain(one.who.id, scale)
        if mine != replace(yours, subject_id=one.who.id) or not told.agrees:
            return False
        if told != replace(credit.explain(other.who.id, scale), subject_id=one.who.id):
            return False
    return True


def level(twin: Twin) -> str:
    return promoters.one(twin.who.id).level


def reviewed(twin: Twin) -> tuple[Review, ...]:
    """Her monthly reviews, the last first."""
    return growth.path(promoters.one(twin.who.id), now=clock.now()).reviews


def outcomes(twin: Twin) -> list[Outcome]:
    return [one.outcome for one in reviewed(twin)]


def test_from_zero_to_gold_wrongly_judged_and_back_to_what_it_would_have_been(
    gateway: Gateway, twins: list[Twin], shelf: list[Product]
) -> None:
    anna, bert = twins
    began = scored(anna).score
    assert level(anna) == "junior" and alike(anna, bert)

    # Eleven weeks of honest work; the first of June comes.
    for _ in range(ROUNDS):
        a_round(gateway, twins, shelf)
        gateway.clock(hours=9 * 24)
    same_day(gateway, FIRST_OF_JUNE)
    assert scored(anna).score >= began + 100 and alike(anna, bert)
    assert (level(anna), level(bert)) == ("gold", "gold")
    assert outcomes(anna) == outcomes(bert) == [Outcome.STAYS, Outcome.UP, Outcome.STAYS]

    # At the end of June things are said of Anna and found true: points, and no new links.
    same_day(gateway, FIRST_OF_JULY - timedelta(days=2))
    before = scored(anna).score
    cases = [found(anna, code) for code in ("fake_orders", "medical_claim", "undisclosed", "undisclosed")]
    assert (before - scored(anna).score, scored(bert).score) == (120 + 25, before), (
        "22 points are 20 at most; two times"
    )
    assert [case.times for case in cases] == [0, 0, 0, 1]
    with pytest.raises(Limited):
        link(anna.who, shelf[0])
    same_day(gateway, FIRST_OF_JULY)
    assert scored(anna).score < 690 < scored(bert).score
    assert (outcomes(anna)[0], outcomes(bert)[0]) == (Outcome.WARNED, Outcome.STAYS)
    a_round(gateway, twins, shelf)  # the links that exist go on counting

    # She says why not; a human looks again and agrees, about one after the other.
    for case in cases:
        assert not alike(anna, bert)
        filed = violations.appeal(case.id, case.subject, "订单都是老客户的复购", by=SYSTEM, now=clock.now())
        gateway.clock(hours=20)
        appeals.decide(filed.id, True, "核实有误，撤销", by=SECOND, now=clock.now())
        work()
        assert violations.one(case.id).state is State.REVOKED
    assert alike(anna, bert) and link(anna.who, shelf[1]).code

    # Nothing of it is left: not in the score, not in a point, not in the next review.
    same_day(gateway, FIRST_OF_AUGUST)
    assert alike(anna, bert) and (level(anna), outcomes(anna)[0]) == ("gold", Outcome.STAYS)
    assert [one.outcome for one in reviewed(anna)][1] is Outcome.WARNED, "what was said then stays on record"
    assert credit.audit()[1] == []
    as_it_was = {scale: scored(anna, scale) for scale in (Scale.CREDIT, Scale.SERVICE)}
    assert credit.rebuild(now=clock.now())[1] == 0
    assert {scale: scored(anna, scale) for scale in as_it_was} == as_it_was and alike(anna, bert)

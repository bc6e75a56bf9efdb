"""The graph in its tables: counted again as a whole, stored as counted, explained, and rings judged by people."""

from dataclasses import replace

import pytest

from tests.trust.graph.markets import DAY, T0, market, named, ringed
from tests.trust.graph.worlds import honest
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.identity.models import AuditEntry
from xintui.kernel.states import NoSuchMove
from xintui.trust.graph import facade, models
from xintui.trust.graph.contracts import (
    Market,
    NodeKind,
    NotAMarket,
    NotInGraph,
    Pair,
    RingNotFound,
    RingState,
    Shape,
    Verb,
)

pytestmark = pytest.mark.django_db


def members() -> set[frozenset[str]]:
    found = facade.rings(limit=50).items
    return {frozenset(one.id for one in facade.picture(ring.id).members) for ring in found if ring.gone_at is None}


def test_what_is_stored_is_what_the_rules_make_of_it_and_the_rings_are_those_that_were_planted() -> None:
    world, planted = ringed()
    done = facade.refresh(market(world), now=T0)
    assert (done.nodes, done.pairs, done.seeds) == (len(world.kinds), len(world.deals), len(world.seeds))
    assert (done.rings, done.fresh_rings) == (3, 3)
    assert members() == {frozenset(group) for group in planted}
    assert facade.audit() == []
    made = world.trust()
    stored = dict(models.Score.objects.values_list("subject_id", "score"))
    assert stored == {named(world, n): score for n, score in enumerate(made.score.tolist())}


def test_the_order_in_which_a_market_is_told_changes_no_digit() -> None:
    whole = market(ringed()[0])
    first = facade.refresh(whole, now=T0)
    again = facade.refresh(Market(whole.nodes[::-1], whole.pairs[::-1]), now=T0 + DAY)
    assert (again.market_digest, again.result_digest) == (first.market_digest, first.result_digest)
    assert again.fresh_rings == 0


def test_a_stored_score_that_was_tampered_with_is_found() -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    models.Score.objects.filter(subject_id="pro00010").update(score=9_999)
    assert [line.split("，")[0] for line in facade.audit()] == ["pro00010：存储的信任分 9999"]


def test_a_relation_that_was_slipped_in_is_found() -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    models.Pair.objects.filter(left="buy00100").update(orders=40)
    assert "成交关系与最近一次计算的输入摘要不符" in facade.audit()


def test_a_smaller_market_leaves_nothing_of_the_larger_behind() -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    small = market(honest(5, buyers=60, promoters=10, merchants=4))
    facade.refresh(small, now=T0 + DAY)
    assert set(models.Score.objects.values_list("subject_id", flat=True)) == {node.id for node in small.nodes}
    assert models.Pair.objects.count() == len(small.pairs)
    assert facade.audit() == []
    assert {ring.gone_at for ring in facade.rings().items} == {T0 + DAY}


def test_a_ring_that_has_changed_a_little_is_the_same_ring_with_what_people_decided_of_it() -> None:
    world, planted = ringed()
    facade.refresh(market(world), now=T0)
    (tight,) = [ring for ring in facade.rings().items if ring.shape is Shape.BLOCK and ring.merchants == 0]
    facade.decide(tight.id, Verb.CLEAR, "一家人，经核实", by=SYSTEM, now=T0)
    newcomer = world.many(0, 1)[0]
    for seller in (n for n, kind in enumerate(world.kinds) if kind == 1 and named(world, n) in planted[0]):
        world.deal(newcomer, seller, 4)
    done = facade.refresh(market(world), now=T0 + DAY)
    after = facade.ring(tight.id)
    assert done.fresh_rings == 0
    assert (after.state, after.reason, after.buyers) == (RingState.CLEARED, "一家人，经核实", tight.buyers + 1)
    assert (after.found_at, after.seen_at, after.gone_at) == (T0, T0 + DAY, None)


def test_a_person_confirms_clears_or_opens_again_and_it_is_on_record() -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    ring = facade.rings(state=RingState.OPEN).items[0]
    facade.decide(ring.id, Verb.CONFIRM, "买家均为推客本人的小号", by=SYSTEM, now=T0 + DAY)
    done = facade.ring(ring.id)
    assert (done.state, done.reason, done.decided_at) == (RingState.CONFIRMED, "买家均为推客本人的小号", T0 + DAY)
    with pytest.raises(NoSuchMove):
        facade.decide(ring.id, Verb.CLEAR, "再看一次", by=SYSTEM, now=T0 + DAY)
    facade.decide(ring.id, Verb.REOPEN, "有新的材料", by=SYSTEM, now=T0 + DAY)
    assert facade.ring(ring.id).state is RingState.OPEN
    told = AuditEntry.objects.filter(object_type="ring", object_id=ring.id).order_by("id")
    assert [(line.action, line.reason) for line in told] == [
        ("graph.confirm", "买家均为推客本人的小号"), ("graph.reopen", "有新的材料"),
    ]  # fmt: skip


def test_no_ring_no_decision() -> None:
    with pytest.raises(RingNotFound):
        facade.decide("grg0", Verb.CLEAR, "没有这条", by=SYSTEM, now=T0)
    with pytest.raises(RingNotFound):
        facade.ring("grg0")


def test_a_score_says_who_gave_how_much_and_it_adds_up() -> None:
    world, _ = ringed()
    facade.refresh(market(world), now=T0)
    told = facade.explain(NodeKind.PROMOTER, "pro00012")
    given = told.own_bp + sum(one.share_bp for one in told.sources) + told.rest_bp
    assert given == 10_000
    assert told.sources[0].share_bp == max(one.share_bp for one in told.sources)
    assert f"信任分 {told.score.score:,} = 到达程度 × 往来广度（满分 10,000）" in told.says
    seed = facade.explain(NodeKind.MERCHANT, "mer00000")
    assert seed.own_bp > 0
    assert seed.says[0] == "本身是信任起点：成交时间长、对象多、退款少"


def test_whom_trust_does_not_reach_is_told_so() -> None:
    world, planted = ringed()
    facade.refresh(market(world), now=T0)
    (shop,) = [one for one in planted[2] if one.startswith("mer")]
    told = facade.explain(NodeKind.MERCHANT, shop)
    assert (told.score.score, told.sources[0].share_bp, told.rest_bp) == (0, 0, 0)
    assert told.says[0].startswith("信任没有到达")


def test_scores_are_asked_for_by_kind_in_one_query(django_assert_num_queries) -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    with django_assert_num_queries(1):
        found = facade.scores(NodeKind.PROMOTER, ["pro00010", "pro00011", "buy00100", "nobody"])
    assert set(found) == {"pro00010", "pro00011"}
    with pytest.raises(NotInGraph):
        facade.explain(NodeKind.BUYER, "pro00010")


def test_a_neighbourhood_shows_whom_somebody_deals_most_with_and_says_how_many_are_left_out() -> None:
    facade.refresh(market(ringed()[0]), now=T0)
    picture = facade.neighbourhood(NodeKind.MERCHANT, "mer00000")
    assert len(picture.members) == 25
    assert picture.more == facade.scores(NodeKind.MERCHANT, ["mer00000"])["mer00000"].partners - 24
    about = [pair for pair in picture.pairs if "mer00000" in (pair.left, pair.right)]
    assert len(about) == 24


def turned(pair: Pair) -> Pair:
    return replace(pair, left=pair.right, right=pair.left)


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (lambda m: replace(m, nodes=[*m.nodes, m.nodes[0]]), "重复的对象"),
        (lambda m: replace(m, nodes=m.nodes[1:]), "不在对象之中"),
        (lambda m: replace(m, pairs=[*m.pairs, turned(m.pairs[0])]), "重复的成交关系"),
        (lambda m: replace(m, pairs=[replace(m.pairs[0], orders=0)]), "应有留存订单"),
    ],
)  # fmt: skip
def test_what_is_no_market_is_refused_and_nothing_changes(break_it, why: str) -> None:
    whole = market(honest(1, buyers=30, promoters=5, merchants=6))
    facade.refresh(whole, now=T0)
    with pytest.raises(NotAMarket, match=why):
        facade.refresh(break_it(whole), now=T0 + DAY)
    assert models.Run.objects.count() == 1


def test_an_empty_market_is_a_market() -> None:
    done = facade.refresh(Market([], []), now=T0)
    assert (done.nodes, done.rings) == (0, 0)
    assert facade.audit() == []

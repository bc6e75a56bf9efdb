"""Trust flows from seeds along deals: groups that only deal with themselves have none, repetition buys little."""

import numpy as np
import pytest

from tests.trust.graph.worlds import World, honest, plant
from xintui.trust.graph.rules.adjacency import weights
from xintui.trust.graph.rules.terms import BEST, BUYER, MERCHANT, ONE, PROMOTER, REST_PERCENT, given


def test_the_first_orders_of_a_pair_count_and_the_fiftieth_adds_less_than_a_thousandth():
    assert weights(np.array([0, 1, 2, 10, 49, 50])).tolist() == [0, 333, 500, 833, 960, 961]


def test_a_group_that_only_deals_with_itself_has_no_trust_however_much_it_trades():
    world = honest(1)
    buyers, sellers, shop = world.many(BUYER, 20), world.many(PROMOTER, 5), world.many(MERCHANT, 1)
    for seller in sellers:
        world.deal(seller, shop[0], 10_000)
        for buyer in buyers:
            world.deal(buyer, seller, 1_000)
    made = world.trust()
    assert made.reach[[*buyers, *sellers, *shop]].tolist() == [0] * 26
    assert made.score[[*buyers, *sellers, *shop]].tolist() == [0] * 26


def test_fake_buyers_do_not_lift_a_promoter_but_real_ones_do():
    def score(fakes: int, real: int) -> int:
        world = honest(2)
        people = [n for n, kind in enumerate(world.kinds) if kind == BUYER][:real]
        seller = world.many(PROMOTER, 1)[0]
        for person in people:
            world.deal(person, seller, 1)
        for fake in world.many(BUYER, fakes):
            world.deal(fake, seller, 20)
        return int(world.trust().reach[seller])

    assert score(0, 10) > score(10, 10) > score(40, 10) > 0
    assert score(0, 10) > 8 * score(200, 1)


def test_a_ring_hanging_on_an_honest_shop_is_trusted_less_than_those_who_deal_with_everybody():
    world = honest(3)
    sellers = [n for n, kind in enumerate(world.kinds) if kind == PROMOTER]
    tight, star, own = (sorted(members) for _, members in plant(world))
    made = world.trust()
    assert made.score[tight].max() < np.percentile(made.score[sellers], 5)
    assert made.score[star].max() < np.percentile(made.score[sellers], 5)
    assert made.score[own].max() == 0


def test_what_neighbours_and_ones_own_seed_give_adds_up_to_the_reach():
    """Three in a row, the first a seed."""
    world = World()
    shop, seller, buyer = world.many(MERCHANT, 1)[0], world.many(PROMOTER, 1)[0], world.many(BUYER, 1)[0]
    world.deal(seller, shop, 2)
    world.deal(buyer, seller, 1)
    world.seeds = {shop}
    made = world.trust()
    assert made.strength.tolist() == [500, 833, 333]
    of_seller = given(int(made.before[shop]), 500, 833) + given(int(made.before[buyer]), 333, 833)
    assert of_seller == pytest.approx(made.reach[seller], abs=2)
    of_shop = ONE * REST_PERCENT // 100 + given(int(made.before[seller]), 500, 500)
    assert of_shop == pytest.approx(made.reach[shop], abs=2)


def test_breadth_counts_whom_one_effectively_deals_with():
    world = World()
    shop, seller = world.many(MERCHANT, 1)[0], world.many(PROMOTER, 1)[0]
    buyers = world.many(BUYER, 4)
    for buyer in buyers[:3]:
        world.deal(buyer, seller, 5)
    world.deal(seller, shop, 5)
    world.deal(buyers[3], shop, 500)
    world.seeds = {shop}
    breadth = world.trust().breadth
    assert breadth[seller] == 4 * BEST // 7
    assert breadth[buyers[0]] == BEST // 4
    assert breadth[shop] < BEST * 26 // 100, "one who buys five hundred times is hardly more than one"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_and_the_order_of_rows_change_no_digit(seed):
    world = honest(seed, buyers=200)
    plant(world)
    names = np.random.default_rng(seed).permutation(len(world.kinds))
    made, again = world.trust(), world.renamed(names.tolist()).trust()
    for column in ("reach", "before", "score", "closeness", "breadth"):
        assert (getattr(again, column)[names] == getattr(made, column)).all()


def test_without_a_seed_or_a_deal_nobody_is_trusted():
    world = honest(1, buyers=50)
    world.seeds = set()
    assert world.trust().score.max() == 0
    alone = World()
    alone.many(BUYER, 2)
    alone.seeds = {0}
    assert alone.trust().score.tolist() == [0, 0]

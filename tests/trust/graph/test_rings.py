"""Rings are found as they were planted, honest trade is left alone, and a ring is a question, so it says why."""

import numpy as np
import pytest

from tests.trust.graph.worlds import World, honest, plant
from xintui.trust.graph.rules.rings import Ring, rings
from xintui.trust.graph.rules.terms import BUYER, MERCHANT, PROMOTER
from xintui.trust.graph.rules.trust import trust_scores


def found(world: World) -> list[Ring]:
    near, pairs, facts, seeds = world.arrays()
    return rings(near, pairs, facts, trust_scores(near, pairs, seeds))


@pytest.mark.parametrize("seed", range(6))
def test_planted_rings_are_found_whole_and_nothing_else_is(seed):
    world = honest(seed)
    planted = plant(world)
    assert {(ring.shape, ring.members) for ring in found(world)} == {
        (shape, tuple(sorted(members))) for shape, members in planted
    }


@pytest.mark.parametrize("seed", range(6))
def test_an_honest_world_has_no_rings(seed):
    assert found(honest(seed)) == []


def test_a_ring_says_how_tight_it_is_and_how_much_money_went_round():
    world = honest(1)
    plant(world)
    tight, own, star = found(world)
    assert (tight.density, tight.core, tight.orders, tight.money) == (100, 3, 84, 420_000)
    assert (star.density, star.core, star.orders, star.money) == (100, 1, 60, 300_000)
    assert (own.density, own.core, own.orders, own.money) == (86, 3, 64, 320_000)


def test_camouflage_does_not_hide_a_ring():
    """Each fake buyer also buys from the most popular shop, which everybody does."""
    world = honest(2)
    shape, members = plant(world)[0]
    for member in sorted(members):
        if world.kinds[member] == BUYER:
            world.deal(member, 0, 3)
    assert (shape, tuple(sorted(members))) in {(ring.shape, ring.members) for ring in found(world)}


def test_regulars_who_also_buy_elsewhere_are_no_star():
    world = honest(3)
    centre = world.many(PROMOTER, 1)[0]
    for buyer in world.many(BUYER, 12):
        world.deal(buyer, centre, 5)
        world.deal(buyer, 1, 1)
    assert found(world) == []


def test_a_promoter_with_many_one_time_buyers_is_no_star():
    world = honest(3)
    centre = world.many(PROMOTER, 1)[0]
    for buyer in world.many(BUYER, 30):
        world.deal(buyer, centre, 1)
    assert found(world) == []


def test_names_and_the_order_of_rows_change_no_ring():
    world = honest(4)
    plant(world)
    names = np.random.default_rng(4).permutation(len(world.kinds)).tolist()
    made = {(ring.shape, frozenset(names[n] for n in ring.members), ring.money) for ring in found(world)}
    assert {(ring.shape, frozenset(ring.members), ring.money) for ring in found(world.renamed(names))} == made


def test_a_market_of_nobody_has_no_rings():
    world = World()
    assert found(world) == []
    world.many(MERCHANT, 1)
    assert found(world) == []

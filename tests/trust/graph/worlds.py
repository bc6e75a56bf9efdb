"""Small made-up worlds for the rules of the graph: honest trade, and rings planted into it."""

from dataclasses import dataclass, field

import numpy as np

from xintui.trust.graph.rules.adjacency import Adjacency, Pairs, adjacency
from xintui.trust.graph.rules.rings import Facts
from xintui.trust.graph.rules.terms import BUYER, MERCHANT, PROMOTER
from xintui.trust.graph.rules.trust import Trust, trust_scores


@dataclass
class World:
    kinds: list[int] = field(default_factory=list)
    deals: dict[tuple[int, int], int] = field(default_factory=dict)
    seeds: set[int] = field(default_factory=set)

    def many(self, kind: int, count: int) -> list[int]:
        self.kinds += [kind] * count
        return list(range(len(self.kinds) - count, len(self.kinds)))

    def deal(self, left: int, right: int, orders: int = 1) -> None:
        self.deals[left, right] = self.deals.get((left, right), 0) + orders

    def arrays(self) -> tuple[Adjacency, Pairs, Facts, np.ndarray]:
        ends = np.array(sorted(self.deals), dtype=np.int64).reshape(-1, 2)
        orders = np.array([self.deals[left, right] for left, right in ends.tolist()], dtype=np.int64)
        pairs = Pairs(ends[:, 0].copy(), ends[:, 1].copy(), orders)
        seeds = np.zeros(len(self.kinds), bool)
        seeds[sorted(self.seeds)] = True
        return adjacency(len(self.kinds), pairs), pairs, Facts(np.array(self.kinds, np.int8), orders * 5_000), seeds

    def trust(self) -> Trust:
        near, pairs, _, seeds = self.arrays()
        return trust_scores(near, pairs, seeds)

    def renamed(self, names: list[int]) -> "World":
        """The same world, node n called names[n]."""
        kinds = [0] * len(names)
        for old, new in enumerate(names):
            kinds[new] = self.kinds[old]
        deals = {(names[left], names[right]): orders for (left, right), orders in self.deals.items()}
        return World(kinds, deals, {names[seed] for seed in self.seeds})


def honest(seed: int, buyers: int = 600, promoters: int = 60, merchants: int = 12) -> World:
    """Buyers buy here and there, by themselves and through one to three promoters; some of them often, from one."""
    world, random = World(), np.random.default_rng(seed)
    shops = world.many(MERCHANT, merchants)
    sellers, people = world.many(PROMOTER, promoters), world.many(BUYER, buyers)
    for seller in sellers:
        for shop in random.choice(shops, int(random.integers(1, 5)), replace=False):
            world.deal(seller, int(shop), int(random.integers(1, 30)))
    for person in people:
        for shop in random.choice(shops, int(random.integers(0, 4)), replace=False):
            world.deal(person, int(shop), int(random.geometric(0.5)))
        for seller in random.choice(sellers, int(random.integers(1, 4)), replace=False):
            world.deal(person, int(seller), int(random.geometric(0.4)))
    world.seeds = set(shops) | set(people[::20])
    return world


def plant(world: World) -> list[tuple[str, set[int]]]:
    """Three rings of the kinds that are met: a tight one, a star, and one that has a shop of its own."""
    shop = 0
    buyers, sellers = world.many(BUYER, 7), world.many(PROMOTER, 3)
    for seller in sellers:
        world.deal(seller, shop, 15)
        for buyer in buyers:
            world.deal(buyer, seller, 4)
    centre, fakes = world.many(PROMOTER, 1), world.many(BUYER, 12)
    world.deal(centre[0], shop, 60)
    for fake in fakes:
        world.deal(fake, centre[0], 5)
    own, pair, crowd = world.many(MERCHANT, 1), world.many(PROMOTER, 2), world.many(BUYER, 9)
    for seller in pair:
        world.deal(seller, own[0], 30)
        for buyer in crowd:
            world.deal(buyer, seller, 3)
    for buyer in crowd[:5]:
        world.deal(buyer, own[0], 2)
    return [("block", {*buyers, *sellers}), ("star", {*centre, *fakes}), ("block", {*own, *pair, *crowd})]

"""The made-up worlds of the rules, as markets with names."""

from datetime import UTC, datetime, timedelta

from tests.trust.graph.worlds import World, honest, plant
from xintui.trust.graph.contracts import Market, Node, NodeKind, Pair
from xintui.trust.graph.rules.terms import BUYER, MERCHANT, PROMOTER

T0 = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS = {BUYER: NodeKind.BUYER, PROMOTER: NodeKind.PROMOTER, MERCHANT: NodeKind.MERCHANT}


def named(world: World, number: int) -> str:
    return f"{KINDS[world.kinds[number]].value[:3]}{number:05d}"


def market(world: World) -> Market:
    nodes = [Node(named(world, n), KINDS[kind], n in world.seeds) for n, kind in enumerate(world.kinds)]
    pairs = [
        Pair(named(world, left), named(world, right), orders, orders * 5_000)
        for (left, right), orders in world.deals.items()
    ]
    return Market(nodes, pairs)


def ringed(seed: int = 1, buyers: int = 200) -> tuple[World, list[set[str]]]:
    """An honest world with three rings, and who is in them."""
    world = honest(seed, buyers=buyers, promoters=30, merchants=8)
    planted = plant(world)
    return world, [{named(world, n) for n in members} for _, members in planted]

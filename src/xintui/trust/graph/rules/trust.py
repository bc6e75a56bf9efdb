"""Trust that flows from seeds: the chance that a walk along deals, started at somebody, comes to rest at a seed.

Personalised PageRank with chosen seeds is how TrustRank (Gyöngyi 2004) and EigenTrust (Kamvar 2003) keep cliques from
praising themselves up; SybilRank (Cao, NSDI 2012) adds that few steps and division by degree make a region that hangs
on the honest one by few edges stay poor. In the form divided by degree the rule is an average, which explains itself:

    reach(v) = REST * seed(v) + (1 - REST) * sum over neighbours u of w(u, v) * reach(u) / sum of w(u, v)

A group that deals only with itself and holds no seed has reach 0. `score` is reach as a share of the graph's mean, at
most 1, times breadth: with how many counterparties somebody effectively deals (1 / sum of squared shares), n / (n + 3).
All sums are of whole numbers: names and the order of rows change no digit.
"""

from typing import Final, NamedTuple

import numpy as np

from xintui.trust.graph.rules.adjacency import Adjacency, Bits, Ints, Pairs
from xintui.trust.graph.rules.compiled import compiled
from xintui.trust.graph.rules.terms import BEST, ENOUGH, FULL, HALF_AT, ONE, REST_PERCENT, STEPS

_HEADROOM: Final = 10


class Trust(NamedTuple):
    """Per node: `reach` in billionths and what it was a step `before` (what neighbours gave is counted with that),
    `score` 0 to 10,000, `closeness` and `breadth` the factors of it in 1/10,000, `strength` the weight of its pairs."""

    reach: Ints
    before: Ints
    score: Ints
    closeness: Ints
    breadth: Ints
    strength: Ints


class Node(NamedTuple):
    strength: Ints
    seed: Bits


def trust_scores(near: Adjacency, pairs: Pairs, seeds: Bits) -> Trust:
    """How far trust reaches everybody. `seeds` says of each node whether it is one."""
    nodes, edges = len(seeds), len(pairs.left)
    weight, sums = np.empty(edges, np.int16), np.zeros((nodes, 3), np.int64)
    _prepare(pairs, weight, sums)
    strength, orders, squares = (np.ascontiguousarray(column) for column in sums.T)
    along = weight[near.edge]
    now, spare = np.where(seeds, ONE, 0).astype(np.int32), np.zeros(nodes, np.int32)
    for _ in range(STEPS):
        _step(near, along, Node(strength, seeds), now, spare)
        now, spare = spare, now
    reach, before = now.astype(np.int64), spare.astype(np.int64)
    total = int(strength.sum())
    mean = int((strength * (reach >> _HEADROOM)).sum()) * (1 << _HEADROOM) / total if total else 0.0
    closeness = np.minimum(reach / max(mean, 1.0), 1.0)
    effective = np.divide(orders.astype(np.float64) ** 2, squares, out=np.zeros(nodes), where=squares > 0)
    breadth = effective / (effective + ENOUGH)
    return Trust(
        reach=reach,
        before=before,
        score=np.floor(closeness * breadth * BEST).astype(np.int64),
        closeness=np.floor(closeness * BEST).astype(np.int64),
        breadth=np.floor(breadth * BEST).astype(np.int64),
        strength=strength,
    )


@compiled
def _step(near, along, node, reach, out):  # type: ignore[no-untyped-def]
    start, to = near.start, near.to
    for one in range(len(out)):
        total = np.int64(0)
        for place in range(np.uint64(start[one]), np.uint64(start[one + 1])):
            total += np.int64(along[place]) * np.int64(reach[np.uint64(to[place])])
        flow = total // node.strength[one] if node.strength[one] > 0 else 0
        out[one] = (REST_PERCENT * (ONE if node.seed[one] else 0) + (100 - REST_PERCENT) * flow) // 100


@compiled
def _prepare(pairs, weight, sums):  # type: ignore[no-untyped-def]
    """The weight of each pair; of each node the sums of weights, of orders and of squared orders."""
    for edge in range(len(weight)):
        orders = pairs.orders[edge]
        heavy = FULL * orders // (orders + HALF_AT)
        weight[edge] = heavy
        for node in (pairs.left[edge], pairs.right[edge]):
            sums[node, 0] += heavy
            sums[node, 1] += orders
            sums[node, 2] += orders * orders

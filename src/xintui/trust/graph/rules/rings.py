"""Rings: small groups that deal with each other far more than with the world that trust reaches.

Two shapes, each with its reason:

- block. As in FRAUDAR (Hooi et al., KDD 2016) an edge is as suspicious as it is heavy, less where its shop or promoter
  is popular (1 / log2(degree + 5)): buying from whom everybody buys from is camouflage and costs a ring nothing. Added
  here: less where trust reaches its ends. Peeling away whoever has least left gives weighted cores (Batagelj and
  Zaversnik 2011); the parts into which the cores of rising levels fall, small enough to be a group, are the blocks.
- star. Buyers who buy again and again, through one promoter and nowhere else, and bring most of what she sells.

A ring is a question to a person, never a verdict. Cores do not depend on the order of peeling, so neither do rings.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import networkit as nk
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from xintui.trust.graph.rules.adjacency import Adjacency, Bits, Ints, Pairs, node_sums, weights
from xintui.trust.graph.rules.compiled import compiled
from xintui.trust.graph.rules.terms import BEST, BUYER, FULL, HALF_AT, MERCHANT, PROMOTER
from xintui.trust.graph.rules.trust import Trust

LEVELS: Final = (250, 350, 500, 700, 900)
"""Suspicion that everybody of a block has left in it, in thousandths of a full edge."""
POPULAR: Final = 5
LEAST_MEMBERS, MOST_MEMBERS = 5, 60
LEAST_BUYERS, LEAST_CORE, LEAST_DENSITY = 3, 2, 40
"""Of a block everybody deals with at least two others of it, and two in five of all possible deals took place."""
HOME_PERCENT: Final = 30
"""A shop or promoter with less of its weight inside the group is used by it, not of it."""
STAR_BUYERS, STAR_ORDERS, STAR_PERCENT = 4, 3, 60
TRUSTED: Final = 5_000
"""Whoever has this score is left out of a star: many kept orders of many people stand behind her."""


class Facts(NamedTuple):
    """What the rules see: the kind of every node, and of every pair the money that was kept."""

    kind: NDArray[np.int8]
    money: Ints


@dataclass(frozen=True, slots=True)
class Ring:
    """Members are numbers of nodes, ascending. `density` is the share of possible deals that took place, in percent;
    `core` in how many deals with each other everybody of it is at least."""

    shape: str
    members: tuple[int, ...]
    density: int
    core: int
    orders: int
    money: int


def rings(near: Adjacency, pairs: Pairs, facts: Facts, trust: Trust) -> list[Ring]:
    """All rings, the heaviest first; nobody is in two."""
    taken = np.zeros(len(facts.kind), bool)
    found = [("block", group) for group in _blocks(near, pairs, facts, trust, taken)]
    found += [("star", group) for group in _stars(near, pairs, facts, trust, taken)]
    made = [_ring(near, pairs, facts, shape, group) for shape, group in found]
    return sorted(made, key=lambda ring: (-ring.money, -len(ring.members), ring.members))


def suspicion(pairs: Pairs, facts: Facts, trust: Trust, degree: Ints) -> NDArray[np.int32]:
    """How suspicious each pair is, 0 to 1000."""
    discount = np.floor(FULL * np.log2(1 + POPULAR) / np.log2(degree + POPULAR)).astype(np.int64)
    out = np.empty(len(pairs.left), np.int32)
    _suspicion(pairs, facts.kind, trust.score, discount, out)
    return out


def _blocks(near: Adjacency, pairs: Pairs, facts: Facts, trust: Trust, taken: Bits) -> list[tuple[int, ...]]:
    suspicious = suspicion(pairs, facts, trust, np.diff(near.start))
    has, alive = node_sums(len(taken), pairs, suspicious), np.ones(len(taken), bool)
    found: list[tuple[int, ...]] = []
    inside = np.arange(len(pairs.left))
    # From the loosest core in: a part that is small is a group as it is; a part too large falls apart further in.
    for level in LEVELS:
        _prune(near, suspicious, level, has, alive)
        inside = inside[(alive[pairs.left[inside]]) & (alive[pairs.right[inside]])]
        for part in _parts(pairs.left[inside], pairs.right[inside], alive & ~taken, MOST_MEMBERS):
            group = _tight(near, pairs, facts, part)
            if len(group):
                found.append(tuple(group.tolist()))
                taken[group] = True
    return found


def _tight(near: Adjacency, pairs: Pairs, facts: Facts, part: tuple[int, ...]) -> Ints:
    """Of a part, those who deal with at least two others of it, if they are a block; else nobody."""
    if len(part) > len(_within(near, np.array(part))):  # a tree has no core
        return np.zeros(0, np.int64)
    group = _at_home(near, pairs, facts, np.array(part))
    group = group[_cores(pairs, group, _within(near, group)) >= LEAST_CORE]
    enough = np.count_nonzero(facts.kind[group] == BUYER) >= LEAST_BUYERS and len(group) >= LEAST_MEMBERS
    dense = enough and _density(facts, group, len(_within(near, group))) >= LEAST_DENSITY
    return group if dense else group[:0]


def _at_home(near: Adjacency, pairs: Pairs, facts: Facts, nodes: Ints) -> Ints:
    """Without the shops and promoters who do most of their business elsewhere: a ring uses them, they are not in it.
    Buyers stay: to buy a lot elsewhere is how one would hide."""
    inside = np.zeros(len(nodes), np.int64)
    edges = _within(near, nodes)
    for ends in (pairs.left[edges], pairs.right[edges]):
        np.add.at(inside, np.searchsorted(nodes, ends), weights(pairs.orders[edges]))
    every = (near.edge[near.start[node] : near.start[node + 1]] for node in nodes)
    whole = np.array([weights(pairs.orders[edges]).sum() for edges in every])
    home: Ints = nodes[(facts.kind[nodes] == BUYER) | (HOME_PERCENT * whole <= 100 * inside)]
    return home


def _cores(pairs: Pairs, nodes: Ints, edges: Ints) -> Ints:
    """Of each node, in how tight a core of this small group it is."""
    nk.setNumberOfThreads(1)  # small graphs: threads would wait for each other
    graph = nk.Graph(len(nodes))
    for edge in edges:
        graph.addEdge(*np.searchsorted(nodes, (pairs.left[edge], pairs.right[edge])).tolist())
    return np.array(nk.centrality.CoreDecomposition(graph).run().scores(), dtype=np.int64)


def _density(facts: Facts, nodes: Ints, edges: int) -> int:
    """How many of the deals that could be between them there are, in percent."""
    kinds = np.bincount(facts.kind[nodes], minlength=3).tolist()
    possible = kinds[BUYER] * (kinds[PROMOTER] + kinds[MERCHANT]) + kinds[PROMOTER] * kinds[MERCHANT]
    return int(100 * edges // max(possible, 1))


def _parts(left: Ints, right: Ints, alive: Bits, most: int) -> list[tuple[int, ...]]:
    """The connected parts of what is alive, of a size that may be a ring."""
    nodes = np.flatnonzero(alive)
    small = np.cumsum(alive, dtype=np.int32) - 1
    both = alive[left] & alive[right]
    ends = (small[left[both]], small[right[both]])
    joined = coo_matrix((np.ones(len(ends[0]), np.int8), ends), (len(nodes), len(nodes)))
    _, label = connected_components(joined, directed=False)
    order = np.argsort(label, kind="stable")
    _, starts, counts = np.unique(label[order], return_index=True, return_counts=True)
    return [
        tuple(nodes[order[start : start + count]].tolist())
        for start, count in zip(starts, counts, strict=True)
        if LEAST_MEMBERS <= count <= most
    ]


def _stars(near: Adjacency, pairs: Pairs, facts: Facts, trust: Trust, taken: Bits) -> list[tuple[int, ...]]:
    buyers, orders = np.zeros(len(taken), np.int64), np.zeros(len(taken), np.int64)
    only = _only(near, pairs.orders, facts.kind, taken)
    held = only[facts.kind == BUYER]
    np.add.at(buyers, held[held >= 0], 1)
    edges = facts.kind[pairs.right] == PROMOTER
    edges &= facts.kind[pairs.left] == BUYER
    sold = np.zeros(len(taken), np.int64)
    np.add.at(sold, pairs.right[edges], pairs.orders[edges])
    inside = edges & (only[pairs.left] == pairs.right)
    np.add.at(orders, pairs.right[inside], pairs.orders[inside])
    centres = (buyers >= STAR_BUYERS) & (100 * orders >= STAR_PERCENT * sold) & (trust.score < TRUSTED) & ~taken
    found = []
    for centre in np.flatnonzero(centres).tolist():
        group = (centre, *np.flatnonzero(only == centre).tolist())
        if len(group) <= MOST_MEMBERS:
            found.append(tuple(sorted(group)))
    return found


def _ring(near: Adjacency, pairs: Pairs, facts: Facts, shape: str, members: tuple[int, ...]) -> Ring:
    nodes = np.array(members)
    edges = _within(near, nodes)
    bought = edges[(facts.kind[pairs.left[edges]] == BUYER) | (facts.kind[pairs.right[edges]] == BUYER)]
    return Ring(
        shape=shape,
        members=members,
        density=_density(facts, nodes, len(edges)),
        core=int(_cores(pairs, nodes, edges).max(initial=0)),
        orders=int(pairs.orders[bought].sum()),
        money=int(facts.money[bought].sum()),
    )


@compiled
def _within(near, nodes):  # type: ignore[no-untyped-def]
    """The pairs between these nodes (ascending)."""
    found = []
    for node in nodes:
        for place in range(near.start[node], near.start[node + 1]):
            other = near.to[place]
            if other > node:
                at = np.searchsorted(nodes, other)
                if at < len(nodes) and nodes[at] == other:
                    found.append(near.edge[place])
    return np.array(found, dtype=np.int64)


@compiled
def _suspicion(pairs, kind, score, discount, out):  # type: ignore[no-untyped-def]
    for edge in range(len(out)):
        left, right, orders = pairs.left[edge], pairs.right[edge], pairs.orders[edge]
        sold = right if kind[left] == BUYER else left
        doubt = (BEST - score[left]) * (BEST - score[right]) // BEST
        weight = FULL * orders // (orders + HALF_AT)
        out[edge] = weight * doubt // BEST * discount[sold] // FULL


@compiled
def _prune(near, suspicious, level, has, left):  # type: ignore[no-untyped-def]
    """Take away whoever has less than `level` left, until nobody has: what stays is the weighted core."""
    waiting, end = np.empty(len(left), np.int64), 0
    for node in range(len(left)):
        if left[node] and has[node] < level:
            left[node] = False
            waiting[end] = node
            end += 1
    at = 0
    while at < end:
        node = waiting[at]
        at += 1
        for place in range(near.start[node], near.start[node + 1]):
            other = near.to[place]
            if left[other]:
                has[other] -= suspicious[near.edge[place]]
                if has[other] < level:
                    left[other] = False
                    waiting[end] = other
                    end += 1


@compiled
def _only(near, orders, kind, taken):  # type: ignore[no-untyped-def]
    """For each buyer the one promoter through whom alone, and often, she buys; else -1."""
    out = np.full(len(kind), -1, np.int64)
    for node in range(len(kind)):
        if kind[node] != BUYER or taken[node] or near.start[node + 1] - near.start[node] != 1:
            continue
        place = near.start[node]
        if kind[near.to[place]] == PROMOTER and orders[near.edge[place]] >= STAR_ORDERS:
            out[node] = near.to[place]
    return out

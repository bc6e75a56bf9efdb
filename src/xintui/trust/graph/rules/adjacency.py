"""The graph as arrays: who dealt with whom, each pair once, weighed so that repetition says ever less."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xintui.trust.graph.rules.compiled import compiled
from xintui.trust.graph.rules.terms import FULL, HALF_AT

Ints = NDArray[np.int64]
Bits = NDArray[np.bool_]


class Pairs(NamedTuple):
    """Edges: numbers of the two nodes, and how many orders were kept (not wholly refunded). Each pair at most once."""

    left: Ints
    right: Ints
    orders: Ints


class Adjacency(NamedTuple):
    """Both directions: neighbours of node v are `to[start[v]:start[v + 1]]`; `edge` says which pair it is."""

    start: Ints
    to: NDArray[np.int32]
    edge: NDArray[np.int32]


def weights(orders: Ints) -> Ints:
    """k orders weigh 1000 * k / (k + 2): the 50th order of a pair adds less than a thousandth."""
    return FULL * orders // (orders + HALF_AT)


def adjacency(nodes: int, pairs: Pairs) -> Adjacency:
    """The neighbours of every node."""
    degree = np.bincount(pairs.left, minlength=nodes) + np.bincount(pairs.right, minlength=nodes)
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(degree, out=start[1:])
    made = Adjacency(start, np.empty(start[-1], np.int32), np.empty(start[-1], np.int32))
    _fill(pairs, made, start[:-1].copy())
    return made


def node_sums(nodes: int, pairs: Pairs, values: Any) -> Ints:
    """What the values of its pairs add up to, for each node; exact."""
    out = np.zeros(nodes, np.int64)
    _add(pairs, values, out)
    return out


@compiled
def _fill(pairs, out, place):  # type: ignore[no-untyped-def]
    for edge in range(len(pairs.left)):
        left, right = pairs.left[edge], pairs.right[edge]
        out.to[place[left]], out.edge[place[left]] = right, edge
        out.to[place[right]], out.edge[place[right]] = left, edge
        place[left] += 1
        place[right] += 1


@compiled
def _add(pairs, values, out):  # type: ignore[no-untyped-def]
    for edge in range(len(pairs.left)):
        out[pairs.left[edge]] += values[edge]
        out[pairs.right[edge]] += values[edge]

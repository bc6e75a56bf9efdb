"""Clusters: people who share more identifiers than a household or a dormitory does.

Everybody is a node, and so is every identifier that two or more were seen with. What an identifier is worth between
two of them falls with the number of people who share it, to nothing: whom a pick-up point's address ties together is
nobody's business. Between two people each kind counts once, by its best identifier, so that ten parcels to two
addresses are no more than one address. Where enough of different kinds comes together there is an edge; clusters are
what edges connect. A cluster is a question to a person, never a verdict.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from xintui.trust.graph.rules.adjacency import Bits, Ints


class Shares(NamedTuple):
    """Rows: this node was seen with this identifier; `kind` of every identifier. The same row twice is one."""

    mark: Ints
    node: Ints
    kind: Ints


class Terms(NamedTuple):
    """`worth[kind, people]`: what an identifier shared by so many is worth; of more than the last column, nothing."""

    worth: Ints
    enough: int
    least_kinds: int
    least_people: int
    pair_kinds: Bits
    party: Bits
    """Of every node: whether it is somebody who promotes or sells. A group without any is left alone."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Members ascending; `ties`: the kind of each identifier they share, and who of them does; `weight`: the least
    that holds an edge of it together."""

    members: tuple[int, ...]
    weight: int
    ties: tuple[tuple[int, tuple[int, ...]], ...]


class _Edges(NamedTuple):
    left: Ints
    right: Ints
    weight: Ints
    strong: Bits


def clusters(shares: Shares, terms: Terms) -> list[Cluster]:
    """All clusters, the largest first; nobody is in two."""
    nodes = len(terms.party)
    rows = np.unique(shares.mark * nodes + shares.node)
    mark, node = np.divmod(rows, nodes)
    ids, start, people = np.unique(mark, return_index=True, return_counts=True)
    most = terms.worth.shape[1] - 1
    worth = np.where(people <= most, terms.worth[shares.kind[ids], np.minimum(people, most)], 0)
    worth[people < 2] = 0
    telling = worth > 0
    edges = _edges(node, start[telling], people[telling], (shares.kind[ids[telling]], worth[telling]), terms)
    label = _parts(nodes, edges)
    kept = np.repeat(telling, people)
    ties = _ties(label, np.repeat(shares.kind[ids], people)[kept], mark[kept], node[kept])
    return _judged(label, edges, ties, terms)


def _edges(node: Ints, start: Ints, people: Ints, what: tuple[Ints, Ints], terms: Terms) -> _Edges:
    """Pairs with enough evidence of different kinds. All identifiers shared by equally many are one step."""
    kinds, nodes = len(terms.pair_kinds), len(terms.party)
    key, weight = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for many in np.unique(people).tolist():
        mine = people == many
        group = node[start[mine][:, None] + np.arange(many)]
        one, other = np.triu_indices(many, 1)
        pair = (group[:, one] * nodes + group[:, other]) * kinds + what[0][mine][:, None]
        key.append(pair.ravel())
        weight.append(np.repeat(what[1][mine], len(one)))
    keys, at = np.unique(np.concatenate(key), return_inverse=True)
    best = np.zeros(len(keys), np.int64)
    np.maximum.at(best, at, np.concatenate(weight))
    pairs, kind = np.divmod(keys, kinds)
    each, first, different = np.unique(pairs, return_index=True, return_counts=True)
    if not len(each):
        return _Edges(each, each, each, each.astype(bool))
    total = np.add.reduceat(best, first)
    strong = np.logical_or.reduceat(terms.pair_kinds[kind], first)
    holds = (total >= terms.enough) & (different >= terms.least_kinds)
    left, right = np.divmod(each[holds], nodes)
    return _Edges(left, right, total[holds], strong[holds])


def _parts(nodes: int, edges: _Edges) -> Ints:
    """The number of everybody's cluster; -1: in none."""
    joined = coo_matrix((np.ones(len(edges.left), np.int8), (edges.left, edges.right)), (nodes, nodes))
    _, label = connected_components(joined, directed=False)
    out = np.full(nodes, -1, np.int64)
    inside = np.concatenate([edges.left, edges.right])
    out[inside] = label[inside]
    return out


def _ties(label: Ints, kind: Ints, mark: Ints, node: Ints) -> dict[int, list[tuple[int, tuple[int, ...]]]]:
    """Of each cluster the identifiers that two or more of it share."""
    inside = np.flatnonzero(label[node] >= 0)
    inside = inside[np.lexsort((node[inside], mark[inside], label[node[inside]]))]
    found: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    cuts = np.flatnonzero(np.diff(label[node[inside]]) | np.diff(mark[inside])) + 1
    for rows in np.split(inside, cuts):
        if len(rows) > 1:
            found.setdefault(int(label[node[rows[0]]]), []).append((int(kind[rows[0]]), tuple(node[rows].tolist())))
    return found


def _judged(
    label: Ints, edges: _Edges, ties: dict[int, list[tuple[int, tuple[int, ...]]]], terms: Terms
) -> list[Cluster]:
    """Those large enough in which somebody promotes or sells."""
    inside = np.flatnonzero(label >= 0)
    inside = inside[np.argsort(label[inside], kind="stable")]
    numbers, start, people = np.unique(label[inside], return_index=True, return_counts=True)
    of_edge = np.searchsorted(numbers, label[edges.left])
    least = np.full(len(numbers), np.iinfo(np.int64).max)
    np.minimum.at(least, of_edge, edges.weight)
    strong, party = np.zeros(len(numbers), bool), np.zeros(len(numbers), bool)
    np.logical_or.at(strong, of_edge, edges.strong)
    np.logical_or.at(party, np.searchsorted(numbers, label[inside]), terms.party[inside])
    listed = party & ((people >= terms.least_people) | strong)
    found = [
        Cluster(
            tuple(inside[start[at] : start[at] + people[at]].tolist()), int(least[at]),
            tuple(sorted(ties[int(numbers[at])])),
        )
        for at in np.flatnonzero(listed)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-len(one.members), one.members))

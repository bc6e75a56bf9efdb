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


_Ties = dict[int, list[tuple[int, tuple[int, ...]]]]


class _Rows(NamedTuple):
    """Telling identifiers and who shares them, ordered by identifier and person, each row once."""

    mark: Ints
    node: Ints
    kind: Ints
    worth: Ints


def clusters(shares: Shares, terms: Terms) -> list[Cluster]:
    """All clusters, the largest first; nobody is in two."""
    rows = _telling(shares, terms)
    edges = _edges(rows, terms)
    label = _parts(len(terms.party), edges)
    return _judged(label, edges, _ties(label, rows), terms)


def _telling(shares: Shares, terms: Terms) -> _Rows:
    """What several share and not too many, of people who share things of different kinds: the others have no edge."""
    nodes, most = len(terms.party), terms.worth.shape[1] - 1
    several = np.bincount(shares.mark, minlength=len(shares.kind))[shares.mark] > 1
    mark, node = np.divmod(np.unique(shares.mark[several] * nodes + shares.node[several]), nodes)
    people = np.bincount(mark, minlength=len(shares.kind))
    worth = np.where((people > 1) & (people <= most), terms.worth[shares.kind, np.minimum(people, most)], 0)
    kept = worth[mark] > 0
    mark, node = mark[kept], node[kept]
    kind = shares.kind[mark]
    different = np.zeros(nodes, np.int8)
    for one in range(len(terms.pair_kinds)):
        different[np.unique(node[kind == one])] += 1
    kept = different[node] >= terms.least_kinds
    return _Rows(mark[kept], node[kept], kind[kept], worth[mark[kept]])


def _edges(rows: _Rows, terms: Terms) -> _Edges:
    """Pairs with enough evidence of different kinds. All identifiers shared by equally many are one step."""
    kinds, nodes = len(terms.pair_kinds), len(terms.party)
    key, weight = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    _, start, people = np.unique(rows.mark, return_index=True, return_counts=True)
    for many in np.unique(people[people > 1]).tolist():
        first = start[people == many]
        group = rows.node[first[:, None] + np.arange(many)]
        one, other = np.triu_indices(many, 1)
        pair = (group[:, one] * nodes + group[:, other]) * kinds + rows.kind[first][:, None]
        key.append(pair.ravel())
        weight.append(np.repeat(rows.worth[first], len(one)))
    keys, at = np.unique(np.concatenate(key), return_inverse=True)
    best = np.zeros(len(keys), np.int64)
    np.maximum.at(best, at, np.concatenate(weight))
    pairs, kind = np.divmod(keys, kinds)
    each, begin, different = np.unique(pairs, return_index=True, return_counts=True)
    if not len(each):
        return _Edges(each, each, each, each.astype(bool))
    total = np.add.reduceat(best, begin)
    strong = np.logical_or.reduceat(terms.pair_kinds[kind], begin)
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


def _ties(label: Ints, rows: _Rows) -> _Ties:
    """Of each cluster the identifiers that two or more of it share."""
    found: _Ties = {}
    inside = np.flatnonzero(label[rows.node] >= 0)
    if not len(inside):
        return found
    inside = inside[np.lexsort((rows.node[inside], rows.mark[inside], label[rows.node[inside]]))]
    cluster, mark = label[rows.node[inside]], rows.mark[inside]
    for some in np.split(inside, np.flatnonzero((np.diff(cluster) != 0) | (np.diff(mark) != 0)) + 1):
        if len(some) > 1:
            tie = (int(rows.kind[some[0]]), tuple(rows.node[some].tolist()))
            found.setdefault(int(label[rows.node[some[0]]]), []).append(tie)
    return found


def _judged(label: Ints, edges: _Edges, ties: _Ties, terms: Terms) -> list[Cluster]:
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

"""Shared identifiers as arrays and back, beside `counting`: names become numbers in an order nobody can influence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xintui.trust.graph.contracts import MarkKind, NodeKind, Shape, Share, Tie
from xintui.trust.graph.rules import sharing
from xintui.trust.graph.tables import Sharing

KINDS: Final = tuple(MarkKind)
PARTIES: Final = frozenset({NodeKind.PROMOTER, NodeKind.MERCHANT})


@dataclass(frozen=True, slots=True)
class Found:
    """A cluster by the names of its members; what they dealt is not asked."""

    members: frozenset[str]
    weight: int
    ties: tuple[Tie, ...]
    shape: Shape = Shape.SHARED
    density: int = 0
    core: int = 0
    orders: int = 0
    money_fen: int = 0


def count(shares: Sequence[Share], terms: Sharing) -> list[Found]:
    """The clusters of what is shared: a function of what it is told and of nothing else."""
    if not shares:
        return []
    names = sorted({one.subject_id for one in shares})
    number = {name: at for at, name in enumerate(names)}
    marks = {mark: at for at, mark in enumerate(sorted({(one.kind.value, one.digest) for one in shares}))}
    rows = sharing.Shares(
        np.array([marks[one.kind.value, one.digest] for one in shares], np.int64),
        np.array([number[one.subject_id] for one in shares], np.int64),
        np.array([KINDS.index(MarkKind(kind)) for kind, _ in marks], np.int64),
    )
    party = np.zeros(len(names), bool)
    party[[number[one.subject_id] for one in shares if one.subject_kind in PARTIES]] = True
    return [
        Found(frozenset(names[at] for at in one.members), one.weight, _ties(one.ties, names))
        for one in sharing.clusters(rows, arrays(terms, party))
    ]


def arrays(terms: Sharing, party: NDArray[np.bool_]) -> sharing.Terms:
    """The dated terms as the rules read them."""
    worth = np.zeros((len(KINDS), max(map(terms.most, KINDS)) + 1), np.int64)
    for kind in KINDS:
        for people, points in reversed(terms.worth[kind]):
            worth[KINDS.index(kind), : people + 1] = points
    pair_kinds = np.array([kind in terms.pair_kinds for kind in KINDS])
    return sharing.Terms(worth, terms.enough, terms.least_kinds, terms.least_people, pair_kinds, party)


def _ties(ties: Sequence[tuple[int, tuple[int, ...]]], names: Sequence[str]) -> tuple[Tie, ...]:
    """Numbered within their kind, by who shares them: the identifier itself leaves no trace in the order."""
    found: list[Tie] = []
    for kind in range(len(KINDS)):
        mine = [members for one, members in ties if one == kind]
        found += [Tie(KINDS[kind], n, tuple(names[at] for at in who)) for n, who in enumerate(mine, 1)]
    return tuple(found)

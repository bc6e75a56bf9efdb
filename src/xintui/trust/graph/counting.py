"""A market as arrays and back: the one place where names become numbers, in an order that no caller can influence."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from xintui.trust.graph.contracts import Market, Node, NodeKind, NotAMarket, Pair, Shape, Tie
from xintui.trust.graph.rules import rings as ring_rules
from xintui.trust.graph.rules.adjacency import Pairs, adjacency
from xintui.trust.graph.rules.terms import BUYER, MERCHANT, PROMOTER
from xintui.trust.graph.rules.trust import trust_scores

NUMBER: Final = {NodeKind.BUYER: BUYER, NodeKind.PROMOTER: PROMOTER, NodeKind.MERCHANT: MERCHANT}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A row of `graph_score`."""

    subject_id: str
    kind: str
    score: int
    closeness: int
    breadth: int
    seed: bool
    partners: int
    reach: int
    before: int
    strength: int


@dataclass(frozen=True, slots=True)
class Found:
    """A ring by the names of its members."""

    shape: Shape
    members: frozenset[str]
    density: int
    core: int
    orders: int
    money_fen: int
    weight: int = 0
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """Everybody's score, in the order of ids, and the rings, the heaviest first."""

    scores: Sequence[ScoreRow]
    rings: Sequence[Found]
    market_digest: str
    result_digest: str


def count(market: Market) -> Counted:
    """Scores and rings of a market: a function of what it is told and of nothing else. Raises `NotAMarket`."""
    nodes = sorted(market.nodes, key=lambda node: node.id)
    pairs = sorted(market.pairs, key=lambda pair: (pair.left, pair.right))
    number = {node.id: at for at, node in enumerate(nodes)}
    _judge(market, number, pairs)
    ends = Pairs(
        np.array([number[pair.left] for pair in pairs], np.int64),
        np.array([number[pair.right] for pair in pairs], np.int64),
        np.array([pair.orders for pair in pairs], np.int64),
    )
    near = adjacency(len(nodes), ends)
    trust = trust_scores(near, ends, np.array([node.seed for node in nodes], bool))
    partners = np.diff(near.start)
    made = (trust.score, trust.closeness, trust.breadth, partners, trust.reach, trust.before, trust.strength)
    scores = [
        ScoreRow(node.id, node.kind.value, score, closeness, breadth, node.seed, many, reach, before, strength)
        for node, (score, closeness, breadth, many, reach, before, strength) in zip(
            nodes, zip(*(column.tolist() for column in made), strict=True), strict=True
        )
    ]
    kinds = np.array([NUMBER[node.kind] for node in nodes], np.int8)
    facts = ring_rules.Facts(kinds, np.array([pair.money_fen for pair in pairs], np.int64))
    rings = [
        Found(Shape(one.shape), frozenset(nodes[at].id for at in one.members), *_figures(one))
        for one in ring_rules.rings(near, ends, facts, trust)
    ]
    return Counted(scores, rings, _market_digest(nodes, pairs), _result_digest(scores, rings))


def _figures(ring: ring_rules.Ring) -> tuple[int, int, int, int]:
    return ring.density, ring.core, ring.orders, ring.money


def _judge(market: Market, number: dict[str, int], pairs: Sequence[Pair]) -> None:
    if len(number) != len(market.nodes):
        raise NotAMarket("有重复的对象")
    if any(pair.left not in number or pair.right not in number for pair in pairs):
        raise NotAMarket("成交关系的一方不在对象之中")
    both = {(min(pair.left, pair.right), max(pair.left, pair.right)) for pair in pairs}
    if len(both) != len(pairs) or any(pair.left == pair.right for pair in pairs):
        raise NotAMarket("有重复的成交关系")
    if any(pair.orders < 1 or pair.money_fen < 0 for pair in pairs):
        raise NotAMarket("成交关系应有留存订单")


def _market_digest(nodes: Sequence[Node], pairs: Sequence[Pair]) -> str:
    said: list[tuple[object, ...]] = [(node.id, node.kind.value, int(node.seed)) for node in nodes]
    return _digest([*said, *((pair.left, pair.right, pair.orders, pair.money_fen) for pair in pairs)])


def _result_digest(scores: Iterable[ScoreRow], rings: Iterable[Found]) -> str:
    said: list[tuple[object, ...]] = [
        (row.subject_id, row.kind, row.score, row.closeness, row.breadth, row.reach, row.before, row.strength)
        for row in scores
    ]
    groups = sorted((one.shape.value, *sorted(one.members), one.density, one.orders, one.money_fen) for one in rings)
    return _digest([*said, *groups])


def _digest(rows: Iterable[tuple[object, ...]]) -> str:
    made = hashlib.sha256()
    for row in rows:
        made.update("\t".join(map(str, row)).encode() + b"\n")
    return made.hexdigest()

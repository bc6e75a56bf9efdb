"""Who shares what on a large platform: everybody has telephones, doors and accounts; households, dormitories, pick-up
points and shop counters share some of them honestly, and groups of promoters share what they should not.

How often a household has everything in common is assumed, not measured: two in a thousand use one telephone as well.
"""

from datetime import date
from typing import Final

import numpy as np

from xintui.trust.graph.contracts import MarkKind
from xintui.trust.graph.rules.adjacency import Ints
from xintui.trust.graph.rules.sharing import Shares, Terms
from xintui.trust.graph.rules.terms import BUYER, PROMOTER
from xintui.trust.graph.sharing import KINDS, arrays
from xintui.trust.graph.tables import sharing

ON: Final = date(2026, 11, 29)
PHONE, PAYEE, PAYER, DOOR = (
    KINDS.index(kind) for kind in (MarkKind.INSTALLATION, MarkKind.PAYEE, MarkKind.PAYER, MarkKind.ADDRESS)
)
PROMOTERS_PER_GROUP: Final = 4_000
GROUP: Final = 4
HOME: Final = 3
AT_HOME, PAYS, ONE_PHONE = 0.4, 0.05, 0.002
"""So many live in households of three; in so many of these one pays for another, or all use one telephone."""
SECOND_PHONE, SECOND_DOOR = 0.3, 0.2
CROWDS: Final = ((DOOR, 50, 0.02), (DOOR, 2_000, 0.08), (PHONE, 100, 0.02))
"""Dormitories, pick-up points, counters: (kind, people at one, share of everybody who is seen at some)."""


def platform(seed: int, kind: np.ndarray) -> tuple[Shares, Terms, set[tuple[int, ...]]]:
    """What these people (by their kinds) are seen with, the terms in force, and the groups that were planted."""
    random = np.random.default_rng(seed + 1)
    people = len(kind)
    everybody = np.arange(people)
    promoters = np.flatnonzero(kind == PROMOTER)
    made = _Made()
    made.add(PHONE, everybody)
    made.add(PHONE, everybody[random.random(people) < SECOND_PHONE])
    made.add(DOOR, everybody)
    made.add(DOOR, everybody[random.random(people) < SECOND_DOOR])
    made.add(PAYER, everybody[kind == BUYER])
    made.add(PAYEE, promoters)
    homes = random.permutation(people)[: int(people * AT_HOME) // HOME * HOME].reshape(-1, HOME)
    made.together(DOOR, homes)
    made.together(PAYER, homes[random.random(len(homes)) < PAYS][:, :2])
    made.together(PHONE, homes[random.random(len(homes)) < ONE_PHONE])
    for what, many, part in CROWDS:
        made.together(what, random.permutation(people)[: int(people * part) // many * many].reshape(-1, many))
    groups = random.permutation(promoters)[: max(len(promoters) // PROMOTERS_PER_GROUP, 2) * GROUP].reshape(-1, GROUP)
    made.together(PHONE, groups)
    made.together(PAYEE, groups)
    planted = {tuple(sorted(group)) for group in groups.tolist()}
    return made.shares(), arrays(sharing(ON), kind != BUYER), planted


class _Made:
    """Identifiers as they are handed out, numbered from 0."""

    def __init__(self) -> None:
        self.marks: list[Ints] = []
        self.nodes: list[Ints] = []
        self.kinds: list[Ints] = []
        self.count = 0

    def add(self, kind: int, people: Ints) -> None:
        """Each of these has one alone."""
        self.together(kind, people[:, None])

    def together(self, kind: int, groups: Ints) -> None:
        """Each group has one in common."""
        many, size = groups.shape
        self.marks.append(np.repeat(np.arange(self.count, self.count + many), size))
        self.nodes.append(groups.ravel())
        self.kinds.append(np.full(many, kind))
        self.count += many

    def shares(self) -> Shares:
        return Shares(np.concatenate(self.marks), np.concatenate(self.nodes), np.concatenate(self.kinds))

"""What other modules may know of the graph: who deals with whom, how far trust reaches, and which groups were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind


class NodeKind(StrEnum):
    BUYER = "buyer"
    PROMOTER = "promoter"
    MERCHANT = "merchant"


KIND_NAMES: Mapping[NodeKind, str] = {
    NodeKind.BUYER: "买家",
    NodeKind.PROMOTER: "推客",
    NodeKind.MERCHANT: "商家",
}


class Shape(StrEnum):
    """Blocks and stars are found in who deals with whom; `SHARED` in what accounts have in common."""

    BLOCK = "block"
    STAR = "star"
    SHARED = "shared"


SHAPE_NAMES: Mapping[Shape, str] = {
    Shape.BLOCK: "互相成交密集",
    Shape.STAR: "围绕一位推客",
    Shape.SHARED: "共用标识",
}


class MarkKind(StrEnum):
    """What several accounts may have in common."""

    INSTALLATION = "installation"
    PAYEE = "payee"
    PAYER = "payer"
    ADDRESS = "address"


MARK_NAMES: Mapping[MarkKind, str] = {
    MarkKind.INSTALLATION: "安装标识",
    MarkKind.PAYEE: "收款账户",
    MarkKind.PAYER: "付款账户",
    MarkKind.ADDRESS: "收货地址",
}


class RingState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


STATE_NAMES: Mapping[RingState, str] = {
    RingState.OPEN: "待核查",
    RingState.CONFIRMED: "属实",
    RingState.CLEARED: "排除",
}


class Verb(StrEnum):
    CONFIRM = "confirm"
    CLEAR = "clear"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody who deals. `seed`: trust starts here, because the caller has verified it."""

    id: str
    kind: NodeKind
    seed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who dealt with each other: orders kept (not wholly refunded) and the money kept. Each pair once."""

    left: str
    right: str
    orders: int
    money_fen: int


@dataclass(frozen=True, slots=True)
class Market:
    """Everything the graph is told. Who is in no pair may be left out; every end of a pair is a node."""

    nodes: Sequence[Node]
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Mark:
    """A person was seen with an identifier. `digest` is a keyed hash made by the caller: the graph sees no value."""

    person_id: str
    kind: MarkKind
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptMark:
    """What is kept of somebody, for that person to read; `why` says what it is worth and what it is not."""

    what: str
    first_at: datetime
    last_at: datetime
    ends_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Share:
    """One end of a shared identifier, as a run counts it: a person by the part played here."""

    kind: MarkKind
    digest: bytes
    subject_id: str
    subject_kind: NodeKind


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a run has seen and found. The same market gives the same digests, whoever counts it and whenever."""

    run_id: str
    at: datetime
    version: str
    nodes: int
    pairs: int
    seeds: int
    rings: int
    fresh_rings: int
    market_digest: str
    result_digest: str
    shares: int = 0
    clusters: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 10,000. `closeness` and `breadth` are its two factors in 1/10,000."""

    id: str
    kind: NodeKind
    score: int
    closeness: int
    breadth: int
    seed: bool
    partners: int


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody trust came from, and how much of the reach (in 1/10,000) came this way."""

    id: str
    kind: NodeKind
    orders: int
    share_bp: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is: sentences, and who gave how much; `rest_bp` came from all the others together."""

    score: Score
    says: tuple[str, ...]
    own_bp: int
    sources: tuple[Source, ...]
    rest_bp: int


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    kind: NodeKind
    score: int


@dataclass(frozen=True, slots=True)
class Tie:
    """An identifier that members of a group share: the `n`-th of its kind there. Which one it is nobody can tell."""

    kind: MarkKind
    n: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Web:
    """Who shares what in a group, to be drawn. `unknown`: members who have no score, having dealt with nobody."""

    members: tuple[Member, ...]
    ties: tuple[Tie, ...]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ring:
    """A group that was found. `gone_at`: the last run no longer finds it."""

    id: str
    shape: Shape
    state: RingState
    says: str
    buyers: int
    promoters: int
    merchants: int
    density: int
    core: int
    orders: int
    money_fen: int
    found_at: datetime
    seen_at: datetime
    gone_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Some members and what is between them, to be drawn. `about`: around whom, if around somebody."""

    members: tuple[Member, ...]
    pairs: tuple[Pair, ...]
    about: str = ""
    more: int = 0


@dataclass(frozen=True)
class RingDecided:
    """People have judged a group, or opened the question again; `members` are (kind, id)."""

    topic: ClassVar[str] = "graph.decided"
    ring_id: str
    shape: str
    state: str
    says: str
    members: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(eq=False)
class RingNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "graph.ring_not_found"
    says: ClassVar[str] = "没有找到这条团伙线索"

    ring_id: str


@dataclass(eq=False)
class NotInGraph(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "graph.not_in_graph"
    says: ClassVar[str] = "信用图谱里还没有这个对象：还没有成交，或最近一次计算在此之前"

    subject_id: str


@dataclass(eq=False)
class NotAMarket(DomainError):
    """A pair names nobody, or the same two twice: a bug of the caller."""

    code: ClassVar[str] = "graph.not_a_market"
    says: ClassVar[str] = "图谱的输入不完整：{what}"

    what: str

"""Reading: scores, why they are what they are, rings, and what is to be drawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from xintui.infra import sql
from xintui.infra.paging import Page, page
from xintui.kernel.times import accounting_date
from xintui.trust.graph import models, tables
from xintui.trust.graph.contracts import (
    MARK_NAMES,
    Explanation,
    KeptMark,
    MarkKind,
    Member,
    Node,
    NodeKind,
    NotInGraph,
    Pair,
    Picture,
    Refreshed,
    Ring,
    RingNotFound,
    RingState,
    Score,
    Shape,
    Share,
    Source,
    Tie,
    Web,
)
from xintui.trust.graph.rules import terms

SOURCES: Final = 10
NEIGHBOURS: Final = 24


def scores(kind: NodeKind, ids: Collection[str]) -> dict[str, Score]:
    """The scores of those that have dealt with anybody; one query."""
    rows = models.Score.objects.filter(kind=kind, subject_id__in=ids)
    return {row.subject_id: _score(row) for row in rows}


def _score(row: models.Score) -> Score:
    factors = (row.score, row.closeness, row.breadth)
    return Score(row.subject_id, NodeKind(row.kind), *factors, row.seed, row.partners)


def _row(kind: NodeKind, subject_id: str) -> models.Score:
    row = models.Score.objects.filter(kind=kind, subject_id=subject_id).first()
    if row is None:
        raise NotInGraph(subject_id)
    return row


def explain(kind: NodeKind, subject_id: str) -> Explanation:
    """Who gave how much of the trust, and the factors in words. Raises `NotInGraph`."""
    row = _row(kind, subject_id)
    pairs = {_other(pair, subject_id): pair for pair in _pairs_of(subject_id)}
    sources = []
    for other in models.Score.objects.filter(subject_id__in=pairs):
        heavy = terms.weight(pairs[other.subject_id].orders)
        came = terms.given(other.before, heavy, row.strength)
        share = terms.BEST * came // row.reach if row.reach else 0
        sources.append(Source(other.subject_id, NodeKind(other.kind), pairs[other.subject_id].orders, share))
    sources.sort(key=lambda one: (-one.share_bp, one.id))
    own = terms.BEST * terms.ONE * terms.REST_PERCENT // 100 // row.reach if row.seed and row.reach else 0
    shown = tuple(sources[:SOURCES])
    rest = max(terms.BEST - own - sum(one.share_bp for one in shown), 0) if row.reach else 0
    return Explanation(_score(row), _says(row), own, shown, rest)


def _says(row: models.Score) -> tuple[str, ...]:
    effective = terms.ENOUGH * row.breadth / max(terms.BEST - row.breadth, 1)
    if row.reach == 0:
        near = "信任没有到达：往来对象之中，没有人与可信的买家或商家有直接或间接的成交"
    elif row.closeness == terms.BEST:
        near = "信任到达程度达到或高于全图平均"
    else:
        near = f"信任到达程度是全图平均的 {row.closeness // 100}%"
    wide = f"与 {row.partners} 个对象有成交，按订单分布相当于 {effective:.1f} 个同等往来的对象"
    seed = ("本身是信任起点：成交时间长、对象多、退款少",) if row.seed else ()
    return (*seed, near, wide, f"信任分 {row.score:,} = 到达程度 × 往来广度（满分 10,000）")


def _pairs_of(subject_id: str) -> Iterable[models.Pair]:
    return models.Pair.objects.filter(Q(left=subject_id) | Q(right=subject_id))


def _other(pair: models.Pair, subject_id: str) -> str:
    return pair.right if pair.left == subject_id else pair.left


def neighbourhood(kind: NodeKind, subject_id: str) -> Picture:
    """Somebody, whom she deals most with, and what is between those. Raises `NotInGraph`."""
    row = _row(kind, subject_id)
    pairs = sorted(_pairs_of(subject_id), key=lambda one: (-one.money_fen, one.id))
    near = [_other(pair, subject_id) for pair in pairs[:NEIGHBOURS]]
    picture = _picture([subject_id, *near], about=subject_id)
    return Picture(picture.members, picture.pairs, subject_id, max(row.partners - len(near), 0))


def picture(ring_id: str) -> Picture:
    """A ring's members and every deal between them."""
    return _picture(list(models.Member.objects.filter(ring_id=ring_id).values_list("subject_id", flat=True)))


def _picture(ids: Sequence[str], about: str = "") -> Picture:
    known = {row.subject_id: row for row in models.Score.objects.filter(subject_id__in=ids)}
    members = sorted(
        (Member(row.subject_id, NodeKind(row.kind), row.score) for row in known.values()),
        key=lambda one: (list(NodeKind).index(one.kind), one.id),
    )
    pairs = models.Pair.objects.filter(left__in=ids, right__in=ids).order_by("id")
    return Picture(tuple(members), tuple(Pair(p.left, p.right, p.orders, p.money_fen) for p in pairs), about)


def web(ring_id: str) -> Web:
    """A cluster's members and what they share."""
    who = dict(models.Member.objects.filter(ring_id=ring_id).values_list("subject_id", "kind"))
    known = dict(models.Score.objects.filter(subject_id__in=who).values_list("subject_id", "score"))
    members = sorted(
        (Member(one, NodeKind(kind), known.get(one, 0)) for one, kind in who.items()),
        key=lambda one: (-list(NodeKind).index(one.kind), one.id),
    )
    return Web(tuple(members), ties_of([ring_id]).get(ring_id, ()), frozenset(who.keys() - known.keys()))


def ties_of(ring_ids: Collection[str]) -> dict[str, tuple[Tie, ...]]:
    """What is shared in each of these groups."""
    held: dict[str, dict[tuple[str, int], list[str]]] = {}
    rows = models.Tie.objects.filter(ring_id__in=ring_ids).order_by("ring_id", "n", "subject_id")
    for ring_id, kind, n, subject_id in rows.values_list("ring_id", "kind", "n", "subject_id"):
        held.setdefault(ring_id, {}).setdefault((kind, n), []).append(subject_id)
    order = list(MarkKind)
    return {
        ring_id: tuple(
            Tie(MarkKind(kind), n, tuple(who))
            for (kind, n), who in sorted(ties.items(), key=lambda one: (order.index(MarkKind(one[0][0])), one[0][1]))
        )
        for ring_id, ties in held.items()
    }


def kept(person_id: str, *, now: datetime) -> tuple[KeptMark, ...]:
    """What is kept of somebody, for that person: the kinds, since when, until when and why; newest first."""
    terms = tables.sharing(accounting_date(now))
    rows = models.Mark.objects.filter(person_id=person_id, ends_at__gt=now).order_by("-last_at", "id")
    return tuple(
        KeptMark(
            f"{MARK_NAMES[MarkKind(row.kind)]}的摘要", row.first_at, row.last_at, row.ends_at,
            terms.why[MarkKind(row.kind)],
        )
        for row in rows
    )  # fmt: skip


def shared(now: datetime) -> list[tuple[MarkKind, bytes, str]]:
    """Which identifiers several people share at this moment, and who: (kind, digest, person)."""
    terms = tables.sharing(accounting_date(now))
    mosts = {"kinds": [kind.value for kind in MarkKind], "mosts": [terms.most(kind) for kind in MarkKind]}
    rows = sql.tuples("xintui.trust.graph", "shared", {"now": now, **mosts})
    return [(MarkKind(kind), bytes(digest), person) for kind, digest, person in rows]


def stored_shares() -> list[Share]:
    """What the last run has counted."""
    rows = models.Share.objects.order_by("kind", "digest", "subject_id")
    return [Share(MarkKind(row.kind), bytes(row.digest), row.subject_id, NodeKind(row.subject_kind)) for row in rows]


def rings(*, state: str = "", member: str = "", after: str = "", limit: int = 20) -> Page[Ring]:
    """Rings, the newest first: those in a state, those that somebody is in."""
    rows = models.Ring.objects.all()
    if state:
        rows = rows.filter(state=state)
    if member:
        rows = rows.filter(member__subject_id=member)
    return page(rows, contract, keys=["id"], kinds=[str], after=after, limit=limit)


def ring(ring_id: str) -> Ring:
    """Raises `RingNotFound`."""
    row = models.Ring.objects.filter(id=ring_id).first()
    if row is None:
        raise RingNotFound(ring_id)
    return contract(row)


def last_run() -> Refreshed | None:
    """The newest run."""
    row = models.Run.objects.order_by("-at", "-id").first()
    return run_contract(row) if row else None


def run_contract(row: models.Run) -> Refreshed:
    counts = (row.nodes, row.pairs, row.seeds, row.rings, row.fresh)
    digests = (row.market_digest, row.result_digest)
    return Refreshed(row.id, row.at, row.version, *counts, *digests, row.shares, row.clusters)


def ring_says(shape: Shape, buyers: int, density: int, core: int) -> str:
    """Why the group was found, in a sentence."""
    if shape is Shape.STAR:
        return f"{buyers} 位买家反复购买，且只经同一位推客、不在别处购买，占这位推客成交的大部分"
    dense = f"可能的往来中 {density}% 已发生，每个成员至少与 {core} 个成员往来"
    return f"{buyers} 位买家与同一组推客、商家成交密集：{dense}，外部的信任很少到达"


def shared_says(people: int, marks: Mapping[str, int], weight: int) -> str:
    """The same for people who share something."""
    shared = "、".join(f"{MARK_NAMES[kind]} {marks[kind]} 个" for kind in MarkKind if kind in marks)
    return f"{people} 个账号共用{shared}；把他们连在一起的每一条线，不同种类的证据合计至少 {weight} 分"


def _says_of(row: models.Ring) -> str:
    if row.shape == Shape.SHARED:
        return shared_says(row.buyers + row.promoters + row.merchants, row.marks, row.weight)
    return ring_says(Shape(row.shape), row.buyers, row.density, min(row.core, 2) if row.shape == Shape.BLOCK else 1)


def contract(row: models.Ring) -> Ring:
    return Ring(
        id=row.id,
        shape=Shape(row.shape),
        state=RingState(row.state),
        says=_says_of(row),
        buyers=row.buyers,
        promoters=row.promoters,
        merchants=row.merchants,
        density=row.density,
        core=row.core,
        orders=row.orders,
        money_fen=row.money_fen,
        found_at=row.found_at,
        seen_at=row.seen_at,
        gone_at=row.gone_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def stored() -> tuple[list[Node], list[Pair], list[models.Score]]:
    """The last run's market as it stands in the tables, and its scores in the order of ids."""
    rows = list(models.Score.objects.all())
    rows.sort(key=lambda row: row.subject_id)
    pairs = [Pair(p.left, p.right, p.orders, p.money_fen) for p in models.Pair.objects.all()]
    return [Node(row.subject_id, NodeKind(row.kind), row.seed) for row in rows], pairs, rows

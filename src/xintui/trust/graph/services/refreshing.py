"""The graph is counted again from what the market is today."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.trust.graph import models, queries
from xintui.trust.graph.contracts import Market, NodeKind, Refreshed
from xintui.trust.graph.rules.flow import SAME_PERCENT, same
from xintui.trust.graph.rules.terms import VERSION

if TYPE_CHECKING:
    from xintui.trust.graph.counting import Counted, Found, ScoreRow

PACKAGE: Final = "xintui.trust.graph"
RUN, RING = "ggr", "grg"
KEPT_RUNS: Final = 400
SCORES: Final = (
    "COPY graph_fresh_score (subject_id, kind, score, closeness, breadth, seed, partners, reach, before, strength)"
    " FROM STDIN"
)
PAIRS: Final = "COPY graph_fresh_pair (id, left_id, right_id, orders, money_fen) FROM STDIN"


def refresh(market: Market, *, now: datetime) -> Refreshed:
    """Count scores and rings and store them, all or nothing. Counting is done outside the transaction.

    A ring that is found again keeps its number and what people decided of it. Raises `NotAMarket`.
    """
    from xintui.trust.graph.counting import count

    return _store(market, count(market), now)


@transaction.atomic
def _store(market: Market, counted: "Counted", now: datetime) -> Refreshed:
    locks.exclusive("graph.refresh")
    sql.run(PACKAGE, "fresh")
    _copy(SCORES, map(_score, counted.scores))
    _copy(PAIRS, ((f"{p.left}.{p.right}", p.left, p.right, p.orders, p.money_fen) for p in market.pairs))
    for name in ("gone_scores", "keep_scores", "gone_pairs", "keep_pairs"):
        sql.run(PACKAGE, name)
    fresh = _rings(counted.rings, {node.id: node.kind for node in market.nodes}, now)
    run = models.Run.objects.create(
        id=new_id(RUN), at=now, version=VERSION, nodes=len(market.nodes), pairs=len(market.pairs),
        seeds=sum(node.seed for node in market.nodes), rings=len(counted.rings), fresh=fresh,
        market_digest=counted.market_digest, result_digest=counted.result_digest,
    )  # fmt: skip
    kept = models.Run.objects.order_by("-at", "-id").values("id")[:KEPT_RUNS]
    models.Run.objects.exclude(id__in=kept).delete()
    return queries.run_contract(run)


def _score(row: "ScoreRow") -> tuple[object, ...]:
    factors = (row.score, row.closeness, row.breadth, row.seed)
    return (row.subject_id, row.kind, *factors, row.partners, row.reach, row.before, row.strength)


def _copy(statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _rings(found: Sequence["Found"], kinds: dict[str, NodeKind], now: datetime) -> int:
    """Store what was found; how many groups are new. Who shares most with an earlier group is that group, once."""
    before = list(models.Ring.objects.select_for_update().order_by("id"))
    members: dict[str, set[str]] = {}
    for ring_id, subject_id in models.Member.objects.values_list("ring_id", "subject_id"):
        members.setdefault(ring_id, set()).add(subject_id)
    likeness = sorted(
        (-same(one.members, frozenset(members.get(row.id, set()))), row.id, at)
        for at, one in enumerate(found)
        for row in before
        if not one.members.isdisjoint(members.get(row.id, set()))
    )
    earlier: dict[int, str] = {}
    for unlike, ring_id, at in likeness:
        if -unlike >= SAME_PERCENT and at not in earlier and ring_id not in earlier.values():
            earlier[at] = ring_id
    rows = {row.id: row for row in before}
    for at, one in enumerate(found):
        row = rows.get(earlier.get(at, "")) or models.Ring(id=new_id(RING), found_at=now)
        _describe(row, one, kinds, now)
        if members.get(row.id) != set(one.members):
            models.Member.objects.filter(ring=row).delete()
            models.Member.objects.bulk_create(
                models.Member(ring=row, subject_id=name, kind=kinds[name]) for name in sorted(one.members)
            )
    models.Ring.objects.filter(id__in=rows.keys() - set(earlier.values()), gone_at=None).update(gone_at=now)
    return len(found) - len(earlier)


def _describe(row: models.Ring, one: "Found", kinds: dict[str, NodeKind], now: datetime) -> None:
    counts = {kind: sum(kinds[name] is kind for name in one.members) for kind in NodeKind}
    row.shape, row.seen_at, row.gone_at = one.shape, now, None
    row.buyers, row.promoters, row.merchants = (counts[kind] for kind in NodeKind)
    row.density, row.core, row.orders, row.money_fen = one.density, one.core, one.orders, one.money_fen
    row.save()

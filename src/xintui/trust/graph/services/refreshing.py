"""The graph is counted again from what the market is today."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.graph import models, queries, tables
from xintui.trust.graph.contracts import Market, Node, NodeKind, Refreshed, Shape, Share
from xintui.trust.graph.rules.terms import VERSION
from xintui.trust.graph.services import groups

if TYPE_CHECKING:
    from xintui.trust.graph import sharing
    from xintui.trust.graph.counting import Counted, ScoreRow

PACKAGE: Final = "xintui.trust.graph"
RUN: Final = "ggr"
KEPT_RUNS: Final = 400
SCORES: Final = (
    "COPY graph_fresh_score (subject_id, kind, score, closeness, breadth, seed, partners, reach, before, strength)"
    " FROM STDIN"
)
PAIRS: Final = "COPY graph_fresh_pair (id, left_id, right_id, orders, money_fen) FROM STDIN"
SHARES: Final = "COPY graph_share (kind, digest, subject_id, subject_kind) FROM STDIN"


DEALT: Final = frozenset({Shape.BLOCK, Shape.STAR})
SHARED: Final = frozenset({Shape.SHARED})
Who = Callable[[Collection[str]], Mapping[str, Node]]
"""Of these people, the part each plays here; who is left out is not counted."""


def buyers(people: Collection[str]) -> Mapping[str, Node]:
    """Everybody is a buyer and nothing else."""
    return {one: Node(one, NodeKind.BUYER) for one in people}


def refresh(market: Market, who: Who = buyers, *, now: datetime) -> Refreshed:
    """Count scores, rings and clusters and store them, all or nothing. Counting is done outside the transaction.

    What is found again keeps its number and what people decided of it. Raises `NotAMarket`.
    """
    from xintui.trust.graph import sharing
    from xintui.trust.graph.counting import count

    shares = _shares(who, now)
    clusters = sharing.count(shares, tables.sharing(accounting_date(now)))
    return _store(market, count(market), shares, clusters, now)


def _shares(who: Who, now: datetime) -> list[Share]:
    """What people share today, by the part each plays: the staff of a shop are one, and whoever left nobody."""
    rows = queries.shared(now)
    parts = who({person for _, _, person in rows})
    found = {
        (kind, digest, parts[person].id): Share(kind, digest, parts[person].id, parts[person].kind)
        for kind, digest, person in rows
        if person in parts
    }
    return list(found.values())


@transaction.atomic
def _store(
    market: Market, counted: "Counted", shares: Sequence[Share], clusters: "Sequence[sharing.Found]", now: datetime
) -> Refreshed:
    locks.exclusive("graph.refresh")
    sql.run(PACKAGE, "fresh")
    _copy(SCORES, map(_score, counted.scores))
    _copy(PAIRS, ((f"{p.left}.{p.right}", p.left, p.right, p.orders, p.money_fen) for p in market.pairs))
    for name in ("gone_scores", "keep_scores", "gone_pairs", "keep_pairs"):
        sql.run(PACKAGE, name)
    models.Mark.objects.filter(ends_at__lte=now).delete()
    models.Share.objects.all().delete()
    _copy(SHARES, ((one.kind, one.digest, one.subject_id, one.subject_kind) for one in shares))
    fresh = groups.keep(counted.rings, {node.id: node.kind for node in market.nodes}, DEALT, now)
    fresh += groups.keep(clusters, {one.subject_id: one.subject_kind for one in shares}, SHARED, now)
    run = models.Run.objects.create(
        id=new_id(RUN), at=now, version=VERSION, nodes=len(market.nodes), pairs=len(market.pairs),
        seeds=sum(node.seed for node in market.nodes), rings=len(counted.rings), fresh=fresh,
        shares=len(shares), clusters=len(clusters),
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

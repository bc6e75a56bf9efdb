"""信用图谱: the market as orders know it is handed to the graph; trust stands under commerce and never looks itself.

Edges are what was bought: buyer and promoter, promoter and shop; buyer and shop only where no promoter stood between,
so that buying through one promoter alone gives nobody a footing in the wider market. A promoter's purchases through
her own link are left out. Trust knows nothing of addresses, devices and payees: what people share is another question
with another purpose (`sharing`), asked in the same run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import MerchantState
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Deal
from xintui.entrypoints import credit_signals, sharing
from xintui.promotion.screening import facade as screening
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import Market, Node, NodeKind, Pair, Refreshed

EVERY: Final = timedelta(hours=20)


@dataclass
class _Life:
    """What adds up to a history."""

    first: datetime
    last: datetime
    orders: int = 0
    others: set[str] = field(default_factory=set)
    alone: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0

    def add(self, deal: Deal, other: str) -> None:
        self.first, self.last = min(self.first, deal.first_at), max(self.last, deal.last_at)
        self.orders += deal.kept
        self.alone += 0 if deal.promoter_id else deal.kept
        self.paid_fen += deal.paid_fen
        self.refunded_fen += deal.paid_fen - deal.kept_fen
        if deal.kept:
            self.others.add(other)

    def history(self) -> graph.History:
        days = (self.last - self.first).days
        return graph.History(days, self.orders, len(self.others), self.alone, self.paid_fen, self.refunded_fen)


@transaction.atomic
def refresh(now: datetime) -> Refreshed:
    """Count the graph again, from every order that was paid until now; credit hears of the scores that moved.

    What shops see of promoters is counted anew with it, by the next sweep.
    """
    done = graph.refresh(market(now), sharing.parts, now=now)
    credit_signals.on_graph(now)
    screening.again()
    return done


def refresh_due(now: datetime) -> int:
    """Once a day; how many runs that were."""
    last = graph.last_run()
    if last and now - last.at < EVERY:
        return 0
    refresh(now)
    return 1


@transaction.atomic
def market(now: datetime) -> Market:
    """Everybody who bought, recommended or sold, and what was kept between them. The tenant is set per transaction."""
    deals = orders.deals(until=now)
    lives: dict[str, _Life] = {}
    for deal in deals:
        for one, other in ((deal.buyer_id, deal.merchant_id), (deal.merchant_id, deal.buyer_id)):
            lives.setdefault(one, _Life(deal.first_at, deal.last_at)).add(deal, other)
    pairs = _pairs(deals)
    ends = {end for pair in pairs for end in (pair.left, pair.right)}
    shops = sorted({deal.merchant_id for deal in deals} & ends)
    trading = {key for key, one in merchants.get_many(shops).items() if one.state is MerchantState.ACTIVE}
    people = sorted({deal.buyer_id for deal in deals} & ends)
    sellers = sorted({deal.promoter_id for deal in deals if deal.promoter_id} & ends)
    nodes = [
        *(Node(key, NodeKind.BUYER, graph.buyer_is_seed(lives[key].history())) for key in people),
        *(Node(key, NodeKind.PROMOTER) for key in sellers),
        *(
            Node(key, NodeKind.MERCHANT, graph.shop_is_seed(lives[key].history(), verified=key in trading))
            for key in shops
        ),
    ]
    return Market(nodes, pairs)


def _pairs(deals: Iterable[Deal]) -> Sequence[Pair]:
    kept: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for deal in deals:
        if not deal.kept:
            continue
        through = ((deal.buyer_id, deal.promoter_id), (deal.promoter_id, deal.merchant_id))
        for pair in through if deal.promoter_id else ((deal.buyer_id, deal.merchant_id),):
            count, fen = kept[pair]
            kept[pair] = (count + deal.kept, fen + deal.kept_fen)
    return [Pair(left, right, count, fen) for (left, right), (count, fen) in sorted(kept.items())]

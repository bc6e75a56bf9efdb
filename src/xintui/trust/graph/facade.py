"""信用图谱 graph: the public face."""

from xintui.trust.graph.jobs import audit
from xintui.trust.graph.queries import explain, last_run, neighbourhood, picture, ring, rings, scores
from xintui.trust.graph.rules.seeds import History
from xintui.trust.graph.rules.seeds import buyer as buyer_is_seed
from xintui.trust.graph.rules.seeds import shop as shop_is_seed
from xintui.trust.graph.services.deciding import decide
from xintui.trust.graph.services.refreshing import refresh

__all__ = [
    "History", "audit", "buyer_is_seed", "decide", "explain", "last_run", "neighbourhood", "picture", "refresh", "ring",
    "rings", "scores", "shop_is_seed",
]  # fmt: skip

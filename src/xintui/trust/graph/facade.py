"""信用图谱 graph: the public face."""

from xintui.trust.graph.jobs import audit
from xintui.trust.graph.queries import explain, kept, last_run, neighbourhood, picture, ring, rings, scores, web
from xintui.trust.graph.rules.seeds import History
from xintui.trust.graph.rules.seeds import buyer as buyer_is_seed
from xintui.trust.graph.rules.seeds import shop as shop_is_seed
from xintui.trust.graph.services.deciding import decide
from xintui.trust.graph.services.marking import drop, forget, note
from xintui.trust.graph.services.refreshing import refresh
from xintui.trust.graph.tables import sharing

__all__ = [
    "History", "audit", "buyer_is_seed", "decide", "drop", "explain", "forget", "kept", "last_run", "neighbourhood",
    "note", "picture", "refresh", "ring", "rings", "scores", "sharing", "shop_is_seed", "web",
]  # fmt: skip

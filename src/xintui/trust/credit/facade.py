"""信用 credit: the public face."""

from xintui.trust.credit.queries import audit, explain, refs, score, scores, signals, trend
from xintui.trust.credit.services.rebuilding import rebuild
from xintui.trust.credit.services.scoring import observe, rescore_due
from xintui.trust.credit.services.voiding import appeal, record, void

__all__ = [
    "appeal", "audit", "explain", "observe", "rebuild", "record", "refs", "rescore_due", "score", "scores", "signals",
    "trend", "void",
]  # fmt: skip

"""信用 credit: the public face."""

from xintui.trust.credit.queries import explain, score, scores, signals, subjects, trend, wrong
from xintui.trust.credit.services.rebuilding import rebuild
from xintui.trust.credit.services.scoring import observe, rescore_due
from xintui.trust.credit.services.voiding import appeal, record, void

__all__ = [
    "appeal", "explain", "observe", "rebuild", "record", "rescore_due", "score", "scores", "signals", "subjects",
    "trend", "void", "wrong",
]  # fmt: skip

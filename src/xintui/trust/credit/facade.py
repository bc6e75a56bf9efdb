"""信用 credit: the public face."""

from xintui.trust.credit.queries import audit, explain, last_words, refs, score, scores, signals, subjects, trend
from xintui.trust.credit.services.rebuilding import rebuild
from xintui.trust.credit.services.scoring import observe, rescore_due
from xintui.trust.credit.services.voiding import appeal, record, take_back, void

__all__ = [
    "appeal", "audit", "explain", "last_words", "observe", "rebuild", "record", "refs", "rescore_due", "score",
    "scores", "signals", "subjects", "take_back", "trend", "void",
]  # fmt: skip

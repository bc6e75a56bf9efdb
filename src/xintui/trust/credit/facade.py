"""信用 credit: the public face."""

from xintui.trust.credit.past import Told, heard_between, scores_before, since
from xintui.trust.credit.queries import (
    audit,
    explain,
    imagine,
    last_words,
    ref_of,
    refs,
    score,
    scores,
    signal,
    signals,
    subjects,
    trend,
)
from xintui.trust.credit.services.rebuilding import rebuild
from xintui.trust.credit.services.scoring import observe, rescore_due
from xintui.trust.credit.services.voiding import appeal, take_back, void

__all__ = [
    "Told", "appeal", "audit", "explain", "heard_between", "imagine", "last_words", "observe", "rebuild", "ref_of",
    "refs", "rescore_due", "score", "scores", "scores_before", "signal", "signals", "since", "subjects", "take_back",
    "trend", "void",
]  # fmt: skip

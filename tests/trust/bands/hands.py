"""A version as a training leaves it, without the two thousand holders."""

from datetime import datetime
from typing import Any

from xintui.kernel.ids import new_id
from xintui.trust.bands.models import Model
from xintui.trust.bands.rules import FEATURES, SHARES
from xintui.trust.deposits.contracts import HolderKind


def stored(at: datetime, *, kind: HolderKind = HolderKind.PROMOTER, says: str = "此后 90 天内有一起投诉成立") -> str:
    """One that only minds complaints: none is about 2 %, four are about 27 %."""
    usual = dict.fromkeys(SHARES, 0.02) | {f"seen.{one.code}": 0.0 for one in FEATURES}
    card: dict[str, Any] = {
        "intercept": -3.9, "weights": dict.fromkeys((one.code for one in FEATURES), 0.0) | {"complaints_90": 1.8},
        "usual": usual, "cuts_bp": {"A": 300, "B": 800, "C": 2000}, "label": says, "terms": "2026-11",
        "limits": ["只从本平台已经发生的事中学习"],
        "data": {
            "train": {"from": "2025-06-01", "to": "2026-02-26", "moments": 19_800, "holders": 2200, "positives": 940},
            "test": {"from": "2026-05-27", "to": "2026-06-26", "moments": 4400, "holders": 2200, "positives": 214},
        },
        "quality": {
            "moments": 4400, "holders": 2200, "share": 0.0486,
            "auc": {"value": 0.783, "low": 0.741, "high": 0.822},
            "average_precision": {"value": 0.301, "low": 0.242, "high": 0.368},
            "baselines": {"规则表的档位": {"auc": 0.5, "ap": 0.049}, "只看加入时间": {"auc": 0.51, "ap": 0.05}},
            "calibration": [{"said": n / 40, "came": n / 40 + (0.012, -0.008)[n % 2], "count": 440} for n in range(10)],
        },
    }  # fmt: skip
    row = Model(id=new_id("bnm"), holder_kind=kind, trained_at=at, trained_by="system", digest="0" * 64, card=card)
    row.save(force_insert=True)
    return row.id

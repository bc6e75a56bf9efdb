"""风险档 bands: the public face."""

from xintui.trust.bands.queries import adoptions, by_card, in_force, judge, models, one
from xintui.trust.bands.services.adopting import adopt, appeal, appeal_decided, go_back
from xintui.trust.bands.services.training import train
from xintui.trust.bands.tables import terms

__all__ = [
    "adopt", "adoptions", "appeal", "appeal_decided", "by_card", "go_back", "in_force", "judge", "models", "one",
    "terms", "train",
]  # fmt: skip

"""Who deals with whom."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """What a buyer bought at a shop through a promoter or ("") without one: orders paid, and what was kept of them."""

    buyer_id: str
    promoter_id: str
    merchant_id: str
    kept: int
    orders: int
    kept_fen: int
    paid_fen: int
    first_at: datetime
    last_at: datetime

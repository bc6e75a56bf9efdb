"""What both sides read."""

from datetime import datetime

from xintui.infra.http import Out
from xintui.promotion.rosters.contracts import SeatState, State


class RosterOut(Out):
    """`early_seats`: how many may go before `opens_at`; `use_hours`: a seat is used within so many, or goes back."""

    id: str
    merchant_id: str
    merchant_name: str
    product_id: str
    product_title: str
    note: str
    seats: int
    early_seats: int
    taken: int
    early: int
    waiting: int
    state: State
    opens_at: datetime
    ends_at: datetime
    public_at: datetime
    announced_at: datetime | None
    use_hours: int
    ended_at: datetime | None
    reason: str
    version: str


class SeatOut(Out):
    """`score`, `level` and `hours` are what was true when it was taken."""

    id: str
    roster_id: str
    promoter_id: str
    name: str
    state: SeatState
    early: bool
    since: datetime
    seated_at: datetime | None
    use_by: datetime | None
    used_at: datetime | None
    ended_at: datetime | None
    score: int
    level: str
    hours: int

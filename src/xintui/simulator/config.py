"""The terms this gateway is run under. WeChat gives each merchant other ones, so every number can be set."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xintui.simulator.keys import Keys

RETRIES: Final = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
"""Seconds between one callback attempt and the next: 15 retries over a day and four minutes."""


@dataclass(frozen=True)
class Config:
    """One gateway. Money in fen, rates in basis points, times in seconds of the virtual clock."""

    keys: Keys
    state_file: Path | None = None
    seed: int = 0
    clock_rate: float = 1.0
    start: float | None = None  # where the virtual clock begins; None: now
    opening_fen: int = 1_000_000_000
    fee_bp: int = 60
    refund_seconds: int = 0
    split_seconds: int = 0
    transfer_seconds: int = 0
    split_wait_seconds: int = 60
    split_max_bp: int = 3000
    split_person_month_fen: int = 20_000_000
    transfer_min_fen: int = 10
    transfer_single_max_fen: int = 2_000_000
    transfer_person_day_fen: int = 2_000_000
    transfer_day_fen: int = 10_000_000
    bill_ready_hour: int = 10
    callback_timeout: float = 5.0

"""Virtual time: what a day of retries or a 24-hour expiry costs a test is one call."""

import time
from datetime import datetime
from typing import Literal

from xintui.kernel.times import SHANGHAI

SignWith = Literal["wall", "virtual"]


class Clock:
    """Virtual seconds since 1970. They run `rate` times as fast as the wall's and can be advanced, never turned back.

    Signatures carry the wall's time unless `sign_with` says otherwise: the platform under test
    compares them with its own clock, which a test that only advances the gateway has not moved.
    """

    def __init__(self, rate: float = 1.0, start: float | None = None) -> None:
        assert rate > 0
        self.rate = rate
        self.sign_with: SignWith = "wall"
        self._wall = time.time()
        self._base = self._wall if start is None else start

    def now(self) -> float:
        return self._base + (time.time() - self._wall) * self.rate

    def stamp(self) -> int:
        """The timestamp a message is signed with."""
        return int(self.now() if self.sign_with == "virtual" else time.time())

    def advance(self, seconds: float) -> None:
        assert seconds >= 0, "the gateway's clock never goes back"
        self._rebase(self.now() + seconds)

    def run_at(self, rate: float) -> None:
        assert rate > 0
        self._rebase(self.now())
        self.rate = rate

    def resume_at(self, virtual: float) -> None:
        """After a restart: never earlier than what the snapshot had already seen."""
        self._rebase(max(virtual, self.now()))

    def wall_seconds_until(self, due: float) -> float:
        return max(0.0, (due - self.now()) / self.rate)

    def _rebase(self, virtual: float) -> None:
        self._wall, self._base = time.time(), virtual


def rfc3339(at: float) -> str:
    """`2026-11-23T09:00:00+08:00`, as every v3 field is written."""
    return datetime.fromtimestamp(int(at), SHANGHAI).isoformat()


def day_of(at: float) -> str:
    return datetime.fromtimestamp(at, SHANGHAI).strftime("%Y-%m-%d")


def clock_face(at: float) -> str:
    """`2026-11-23 09:00:00`, as the bills write it."""
    return datetime.fromtimestamp(at, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

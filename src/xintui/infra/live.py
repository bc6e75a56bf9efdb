"""Telling people who are looking that something of theirs has changed, at the moment it has.

Whoever changes it calls `tell` inside the transaction; PostgreSQL sends the name on when, and only if, that transaction
commits. Each server process has one connection that listens and passes names on to the seats that wait for them: a
thousand people looking ask the database nothing while nothing happens. What has changed is not told, only that: the
reader asks again, so a lost name costs a delay and never a wrong figure. ADR 0009 has the measurements.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final

import psycopg
from django.db import connection, connections

from xintui.kernel.errors import DomainError, Kind

log = logging.getLogger("xintui.live")
CHANNEL: Final = "xintui_live"
EVERYBODY: Final = "*"
STREAMS: Final = int(os.environ.get("XINTUI_LIVE_STREAMS", "32"))
"""Open streams a process allows: each occupies one of its threads, which `xintui serve` adds to those that answer."""
PER_PERSON: Final = 3
RETRY_S: Final = 2.0
MANY: Final = 500
_AGAIN_S: Final = 30


@dataclass(eq=False)
class Full(DomainError):
    """Every stream is taken; the page asks from time to time instead."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "live.full"
    says: ClassVar[str] = "实时连接已满，页面会定时刷新"

    retry_after_s: int


def tell(*names: str) -> None:
    """Something of these people has changed, if this transaction commits. Very many at once are told as everybody."""
    wanted = [EVERYBODY] if len(names) > MANY else sorted({name for name in names if name})
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, name) FROM unnest(%s::text[]) name", [CHANNEL, wanted])


@dataclass(eq=False)
class Seat:
    """Somebody who is looking, and the names that concern them."""

    person: str
    names: frozenset[str]
    over: bool = False
    _told: set[str] = field(default_factory=set)
    _bell: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, seconds: float) -> frozenset[str]:
        """The names told since the last time; empty after `seconds` of quiet. Names that came together are one."""
        with self._bell:
            self._bell.wait_for(lambda: self._told or self.over, timeout=seconds)
            told, self._told = frozenset(self._told), set()
            return told

    def ring(self, name: str, *, over: bool = False) -> None:
        with self._bell:
            self._told.add(name)
            self.over = self.over or over
            self._bell.notify_all()


class Hub:
    """The seats of one process. The listener starts with the first seat and stays."""

    def __init__(self, most: int = STREAMS, listen: "Callable[[Hub], None] | None" = None) -> None:
        self.most = most
        self._seats: list[Seat] = []
        self._lock = threading.Lock()
        self._listen = listen or _listen
        self._thread: threading.Thread | None = None

    def join(self, person: str, names: Iterable[str]) -> Seat:
        """A seat. A person's fourth ends their first: tabs are forgotten, not closed. Raises `Full`."""
        seat = Seat(person, frozenset(names))
        with self._lock:
            own = [one for one in self._seats if one.person == person]
            if len(own) >= PER_PERSON:
                self._seats.remove(own[0])
                own[0].ring("", over=True)
            if len(self._seats) >= self.most:
                raise Full(_AGAIN_S)
            self._seats.append(seat)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, args=(self,), name="xintui-live", daemon=True)
                self._thread.start()
        return seat

    def leave(self, seat: Seat) -> None:
        """The seat is free. Twice does no harm."""
        with self._lock:
            if seat in self._seats:
                self._seats.remove(seat)

    def told(self, name: str) -> None:
        """A name has come: ring for whom it concerns."""
        with self._lock:
            seats = [seat for seat in self._seats if name == EVERYBODY or name in seat.names]
        for seat in seats:
            seat.ring(name)

    @property
    def taken(self) -> int:
        return len(self._seats)


def _listen(hub: Hub) -> None:
    """For as long as the process lives. After a break everybody is told, because names may have been lost in it."""
    while True:
        try:
            params = connections["default"].get_connection_params()
            with psycopg.connect(**params, autocommit=True) as line:
                line.execute(f"LISTEN {CHANNEL}")
                hub.told(EVERYBODY)
                for notice in line.notifies():
                    hub.told(notice.payload)
        except Exception as problem:
            log.warning("the live line broke: %s", type(problem).__name__)
        time.sleep(RETRY_S)


HUB: Final = Hub()

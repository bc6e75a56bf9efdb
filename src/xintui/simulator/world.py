"""The running gateway: books, virtual clock, agenda and courier behind one lock."""

import hashlib
import heapq
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from xintui.simulator import books as paper
from xintui.simulator.books import Books, FundLine
from xintui.simulator.clock import Clock, day_of
from xintui.simulator.config import Config
from xintui.simulator.courier import Courier
from xintui.simulator.faults import Faults

Action = Callable[["World", str], None]


class World:
    """Every handler runs while holding `lock`; only signing, sleeping and posting callbacks happen outside it."""

    def __init__(self, config: Config, actions: dict[str, Action]) -> None:
        self.config, self.keys = config, config.keys
        self.clock = Clock(config.clock_rate, config.start)
        self.faults = Faults(config.seed)
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.courier = Courier(self)
        self._actions = actions | {"notice.attempt": self.courier.attempt, "notice.release": self.courier.release}
        self._open, self._dirty, self._next_save = True, False, 0.0
        self.books = self._first_books()
        with self.lock:
            self.courier.resume()
        self._thread = threading.Thread(target=self._run, name="gateway-clock", daemon=True)
        self._thread.start()

    def _first_books(self) -> Books:
        path = self.config.state_file
        if path is not None and path.exists():
            found = paper.load(path)
            self.clock.resume_at(found.clock)
            return found
        # The salt keeps the bill numbers of two lives of one gateway apart, as WeChat's never repeat.
        salt = self.config.seed or int(hashlib.sha256(repr(self.clock.now()).encode()).hexdigest()[:8], 16)
        return Books(balance=self.config.opening_fen, salt=salt % 10**8)

    # -- the agenda ---------------------------------------------------------------------------

    def schedule(self, due: float, action: str, key: str) -> None:
        """Do `action` on `key` when the virtual clock reaches `due`. It survives a restart with the books."""
        heapq.heappush(self.books.agenda, (due, self.count(), action, key))
        self.touch()

    def run_due(self) -> None:
        """Do everything whose time has come, in order of due time."""
        with self.lock:
            while self.books.agenda and self.books.agenda[0][0] <= self.clock.now():
                _, _, action, key = heapq.heappop(self.books.agenda)
                self._actions[action](self, key)
                self.touch()

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is due and no callback is under way. False: it still was after `timeout` wall seconds."""
        with self.changed:
            return self.changed.wait_for(self._idle, timeout)

    def _idle(self) -> bool:
        agenda = self.books.agenda
        return self.courier.in_flight == 0 and not (agenda and agenda[0][0] <= self.clock.now())

    def touch(self) -> None:
        """Something changed: wake the clock thread and whoever waits; snapshot soon."""
        self._dirty = True
        self.changed.notify_all()

    def _run(self) -> None:
        """The clock thread: do what is due, snapshot at most twice a second, sleep until the next date."""
        while self._open:
            self.run_due()
            with self.changed:
                # Signing in virtual time means that a story is being told: one cut off is told anew, not resumed.
                due = self._dirty and self.clock.sign_with == "wall"
                if due and time.monotonic() >= self._next_save:
                    started, self._dirty, due = time.monotonic(), False, False
                    self._snapshot()
                    # Big books are saved less often: writing them never takes more than a tenth of our time.
                    self._next_save = time.monotonic() + max(0.5, 10 * (time.monotonic() - started))
                agenda = self.books.agenda
                wait = self.clock.wall_seconds_until(agenda[0][0]) if agenda else 60.0
                if self._open and wait > 0:
                    self.changed.wait(min(wait, max(0.05, self._next_save - time.monotonic()) if due else 60.0))

    def _snapshot(self) -> None:
        if self.config.state_file is not None:
            self.books.clock = self.clock.now()
            paper.save(self.books, self.config.state_file)

    def reset(self) -> None:
        """Forget every bill and fault. The keys and the clock stay."""
        with self.lock:
            self.books = Books(balance=self.config.opening_fen, salt=self.books.salt, serial=self.books.serial)
            self.faults = Faults(self.config.seed)
            self.courier.forget()
            self.touch()

    def close(self) -> None:
        with self.changed:
            self._open = False
            self.changed.notify_all()
        self._thread.join(5)
        self.courier.close()
        with self.lock:
            self._snapshot()

    # -- numbers and money --------------------------------------------------------------------

    def now(self) -> float:
        return self.clock.now()

    def count(self) -> int:
        self.books.serial += 1
        return self.books.serial

    def number(self, prefix: str) -> str:
        """A WeChat-like bill number: prefix, salt, the day, a counter."""
        day = day_of(self.now()).replace("-", "")
        return f"{prefix}{self.books.salt:08d}{day}{self.count():08d}"

    def available(self) -> int:
        return self.books.balance - self.books.frozen

    def book(self, name: str, kind: str, fen: int, *, of: str, voucher: str, remark: str = "") -> None:
        """Write one signed change of the balance; the fund-flow bill is made of these."""
        if fen:
            self.books.balance += fen
            line = FundLine(
                self.now(), of, self.number(self.keys.mchid), name, kind, fen, self.books.balance, remark, voucher
            )
            self.books.lines.append(line)


def terms_of(body: Any) -> str:
    """A digest of what was asked, to tell a repeated request from a changed one."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

"""Everybody, a stretch of subjects at a time: two hands beside each other, each on a connection of its own.

A stretch is a range of ids and one transaction. Which hand does which changes no byte: a score is a function of its own
subject's signals alone. Inside a caller's transaction, and where there is one stretch only, one hand does the same.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db import connection, connections, transaction
from django.db.models import Model, QuerySet

from xintui.infra import sql
from xintui.trust.credit.contracts import StretchFailed

HOME: Final = "xintui.trust.credit"
AT_ONCE: Final = 20_000
"""Subjects in one transaction."""
HANDS: Final = 2
M = TypeVar("M", bound=Model)
R = TypeVar("R")
Tell = Callable[[int, int], None]
"""Called with the stretches done and their number."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Ids after `after`, up to and with `until`; None: all that follow, also who has come since."""

    after: str
    until: str | None

    def of(self, rows: QuerySet[M], column: str) -> QuerySet[M]:
        found = rows.filter(**{f"{column}__gt": self.after})
        return found if self.until is None else found.filter(**{f"{column}__lte": self.until})


def stretches(size: int = AT_ONCE) -> list[Stretch]:
    """All subjects that there are or will be, in ranges of `size` of those there are."""
    ends = [row[0] for row in sql.tuples(HOME, "stretches", {"size": size})]
    return [Stretch(*ends_) for ends_ in zip(["", *ends], [*ends, None], strict=True)]


def in_each(work: Callable[[Stretch], R], *, tell: Tell | None = None) -> list[R]:
    """What `work` answers of every stretch, in their order. Raises `StretchFailed`: the others under way are finished,
    no new one is begun; what was finished stays and is true.
    """
    todo = stretches()
    run = _Run(work, todo, tell)
    hands = 1 if connection.in_atomic_block else min(HANDS, len(todo))
    if hands == 1:
        run.hand()
    else:
        with ThreadPoolExecutor(hands, thread_name_prefix="xintui-credit") as pool:
            for one in [pool.submit(copy_context().run, run.visiting_hand) for _ in range(hands)]:
                one.result()
    if run.failed is not None:
        stretch, why = run.failed
        raise StretchFailed(stretch.after, stretch.until or "", f"{type(why).__name__}: {why}".splitlines()[0]) from why
    return [run.answers[n] for n in range(len(todo))]


class _Run(Generic[R]):
    """One run over all stretches: whose turn is next, what was answered, what went wrong first."""

    def __init__(self, work: Callable[[Stretch], R], todo: Sequence[Stretch], tell: Tell | None) -> None:
        self.work, self.todo, self.tell = work, todo, tell
        self.answers: dict[int, R] = {}
        self.failed: tuple[Stretch, Exception] | None = None
        self._turn, self._next = threading.Lock(), 0

    def visiting_hand(self) -> None:
        """In a thread of its own: its connection is closed after it."""
        try:
            self.hand()
        finally:
            connections.close_all()

    def hand(self) -> None:
        while (n := self._take()) is not None:
            try:
                with transaction.atomic():
                    answer = self.work(self.todo[n])
            except Exception as error:
                self._fail(self.todo[n], error)
                return
            self._done(n, answer)

    def _take(self) -> int | None:
        with self._turn:
            if self.failed is not None or self._next == len(self.todo):
                return None
            self._next += 1
            return self._next - 1

    def _done(self, n: int, answer: R) -> None:
        with self._turn:
            self.answers[n] = answer
            if self.tell:
                self.tell(len(self.answers), len(self.todo))

    def _fail(self, stretch: Stretch, error: Exception) -> None:
        with self._turn:
            self.failed = self.failed or (stretch, error)

"""The record of calls: a row before the first byte leaves, completed when the answer is in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from xintui.foundation.payments import models
from xintui.foundation.payments.gateway import Absent, Refused, Unknown
from xintui.infra import sql
from xintui.infra.rows import plain

PACKAGE = "xintui.foundation.payments"


class Call:
    """One call under way. Opened inside the transaction that takes the work, closed inside the one that records it."""

    def __init__(self, kind: str, number: str, verb: str, now: datetime, *, attempt: int | None = None) -> None:
        self.kind, self.number, self.verb, self._now = kind, number, verb, now
        self._started, self._took_s = monotonic(), 0.0
        self._id = attempt or models.Attempt.objects.create(kind=kind, number=number, verb=verb, started_at=now).pk

    def close(self, answer: object) -> None:
        """`answer` is any of the gateway's four kinds."""
        self.hung_up()
        close([(self, answer)])

    def started(self) -> None:
        """The first byte leaves only now: the call had waited in a batch."""
        self._started = monotonic()

    def hung_up(self) -> None:
        """The answer is in; it may be written down later, with others."""
        self._took_s = monotonic() - self._started

    def ending(self, answer: object) -> tuple[int, datetime, str, str, str]:
        """The row's id, and when and how the call ended."""
        outcome, code, message = "ok", "", ""
        if isinstance(answer, Refused | Unknown):
            outcome, code, message = type(answer).__name__.lower(), answer.code, answer.message
        elif isinstance(answer, Absent):
            outcome, code = "absent", answer.code
        return self._id, self._now + timedelta(seconds=self._took_s), outcome, code[:64], message


def open_many(kind: str, verb: str, asked: Sequence[tuple[str, datetime]]) -> list[Call]:
    """A call for each (number, time), in one statement."""
    rows = models.Attempt.objects.bulk_create(
        plain(models.Attempt(kind=kind, number=number, verb=verb, started_at=now) for number, now in asked)
    )
    return [Call(kind, number, verb, now, attempt=row.pk) for row, (number, now) in zip(rows, asked, strict=True)]


def close(answered: Sequence[tuple[Call, object]]) -> None:
    """Complete the rows of calls that have hung up, in one statement."""
    ids, at, outcomes, codes, messages = zip(*(call.ending(answer) for call, answer in answered), strict=True)
    sql.run(
        PACKAGE,
        "close_calls",
        {
            "ids": list(ids),
            "finished_at": list(at),
            "outcomes": list(outcomes),
            "codes": list(codes),
            "messages": list(messages),
        },
    )

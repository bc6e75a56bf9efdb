"""The record of calls: a row before the first byte leaves, completed when the answer is in."""

from datetime import datetime, timedelta
from time import monotonic

from xintui.foundation.payments import models
from xintui.foundation.payments.gateway import Absent, Refused, Unknown


class Call:
    """One call under way. Opened inside the transaction that takes the work, closed inside the one that records it."""

    def __init__(self, kind: str, number: str, verb: str, now: datetime) -> None:
        self.kind, self.number, self.verb, self._now = kind, number, verb, now
        self._started = monotonic()
        self._id = models.Attempt.objects.create(kind=kind, number=number, verb=verb, started_at=now).pk

    def close(self, answer: object) -> None:
        """`answer` is any of the gateway's four kinds."""
        outcome, code, message = "ok", "", ""
        if isinstance(answer, Refused | Unknown):
            outcome, code, message = type(answer).__name__.lower(), answer.code, answer.message
        elif isinstance(answer, Absent):
            outcome, code = "absent", answer.code
        models.Attempt.objects.filter(pk=self._id).update(
            finished_at=self._now + timedelta(seconds=monotonic() - self._started),
            outcome=outcome,
            code=code[:64],
            message=message,
        )

"""Count first, judge after: a counter that is read before it is raised lets a burst through."""

import hashlib
from datetime import datetime

from xintui.infra import sql
from xintui.infra.throttle.models import ThrottleBucket


def _digest(key: str) -> bytes:
    """Keys hold addresses and login names; the table does not."""
    return hashlib.sha256(key.encode()).digest()


def hit(key: str, *, limit: int, seconds: int, now: datetime) -> int:
    """Count one use of `key`: 0, or after how many seconds to come back when this was more than `limit` in the window.

    Call it outside the transaction whose failure must not undo the count.
    """
    window, passed = divmod(int(now.timestamp()), seconds)
    row = sql.one(__package__, "hit", {"digest": _digest(key), "window": window})
    assert row is not None
    return seconds - passed if row["hits"] > limit else 0


def forget(key: str) -> None:
    """Start over, after a success."""
    ThrottleBucket.objects.filter(digest=_digest(key)).delete()

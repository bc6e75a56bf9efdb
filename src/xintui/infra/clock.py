"""The one place that asks what time it is. Everything below an entrance gets `now` as an argument."""

from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The present instant, aware; or the one that a story, a demo or a settlement run has set."""
    return _fixed.get() or datetime.now(UTC)


def set_for_story(at: datetime | None) -> None:
    """Let the following entrances believe it is `at` (None: the real time again). For stories and demo worlds only."""
    _fixed.set(at)

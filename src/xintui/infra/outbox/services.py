"""Publish in the cause's transaction; deliver a thousand at a time in the effects' transaction.

Because handlers only touch the database, an event's row leaves in the same transaction as its effect: a crash between
the two cannot happen. A handler that talks to the outside world writes an instruction row instead.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol, TypeVar

from django.db import connection, transaction
from django.db.models import Count

from xintui.infra import sql
from xintui.infra.outbox.models import OutboxEvent

if TYPE_CHECKING:
    from pydantic import TypeAdapter

BATCH: Final = 1000
MAX_ATTEMPTS: Final = 5
log = logging.getLogger("xintui.outbox")


class Event(Protocol):
    """A frozen dataclass in some module's `contracts.py` with a `topic`."""

    topic: ClassVar[str]


E = TypeVar("E", bound=Event)
Handler = Callable[[Sequence[Any]], object]
"""Takes all events of a kind at once; idempotent by the business keys inside them."""
Subscriptions = Mapping[type[Any], Sequence[Handler]]


def publish(*events: Event) -> None:
    """Say what happened. Part of the caller's transaction: it is heard if and only if the cause is committed."""
    assert connection.in_atomic_block, "an event is published inside the transaction of its cause"
    if events:
        payloads = [_adapter(type(event)).dump_json(event).decode() for event in events]
        sql.run(__package__, "publish", {"topics": [event.topic for event in events], "payloads": payloads})


def dead() -> dict[str, int]:
    """How many events were given up, by topic; a person has to look at each."""
    stopped = OutboxEvent.objects.filter(dead=True).values_list("topic").annotate(n=Count("id")).order_by("topic")
    return dict(stopped)


def deliver(subscriptions: Subscriptions, *, limit: int = BATCH) -> int:
    """Deliver up to `limit` due events in one transaction; how many rows were taken (0: nothing is due)."""
    kinds = {kind.topic: kind for kind in subscriptions}
    with transaction.atomic():
        taken = sql.rows(__package__, "take", {"limit": limit})
        for topic, group in groupby(taken, key=lambda row: row["topic"]):
            rows = list(group)
            handlers = subscriptions[kinds[topic]] if topic in kinds else ()
            _deliver_group(kinds.get(topic), handlers, rows)
    return len(taken)


def deliver_all(subscriptions: Subscriptions) -> int:
    """Deliver until nothing is due; the number of deliveries made."""
    total = 0
    while taken := deliver(subscriptions):
        total += taken
    return total


def _deliver_group(kind: type[Any] | None, handlers: Iterable[Handler], rows: list[dict[str, Any]]) -> None:
    """All of a group at once; if that fails, one by one, so that a poisoned event harms only itself."""
    try:
        with transaction.atomic():
            _handle(kind, handlers, rows)
    except Exception as error:
        if len(rows) == 1:
            _postpone(rows[0], error)
            return
        for row in rows:
            _deliver_group(kind, handlers, [row])


def _handle(kind: type[Any] | None, handlers: Iterable[Handler], rows: list[dict[str, Any]]) -> None:
    if kind is not None:
        adapter = _adapter(kind)
        events = [adapter.validate_python(_parsed(row["payload"])) for row in rows]
        for handler in handlers:
            handler(events)
    OutboxEvent.objects.filter(id__in=[row["id"] for row in rows]).delete()


_ADAPTERS: "dict[type[Any], TypeAdapter[Any]]" = {}


def _adapter(kind: type[Any]) -> "TypeAdapter[Any]":
    """Made once a kind: it costs as much as many statements."""
    from pydantic import TypeAdapter  # dear to load, and only who delivers needs it

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _parsed(payload: Any) -> Any:
    return json.loads(payload) if isinstance(payload, str) else payload


def _postpone(row: dict[str, Any], error: Exception) -> None:
    attempts = row["attempts"] + 1
    dead = attempts >= MAX_ATTEMPTS
    log.log(logging.ERROR if dead else logging.WARNING, "event %s (%s) failed: %s", row["id"], row["topic"], error)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_event SET attempts = %s, dead = %s, last_error = %s,"
            " due_at = statement_timestamp() + make_interval(secs => (power(4, %s) * (0.5 + random()))::float8)"
            " WHERE id = %s",
            [attempts, dead, f"{type(error).__name__}: {error}"[:2000], attempts, row["id"]],
        )

"""What is published is heard once its cause is committed, a thousand at a time, and poison harms only itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import transaction

from xintui.infra.outbox import facade as outbox
from xintui.infra.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class KettleBoiled:
    topic: ClassVar[str] = "test.kettle_boiled"
    litres: int


def test_handlers_hear_all_events_of_a_kind_in_one_call() -> None:
    heard: list[list[int]] = []
    with transaction.atomic():
        outbox.publish(*(KettleBoiled(n) for n in range(1200)))

    delivered = outbox.deliver_all({KettleBoiled: [lambda events: heard.append([e.litres for e in events])]})

    assert delivered == 1200
    assert [len(call) for call in heard] == [1000, 200]
    assert [n for call in heard for n in call] == list(range(1200))
    assert OutboxEvent.objects.count() == 0


def test_a_poisoned_event_waits_alone_and_dies_after_five_tries() -> None:
    good: list[int] = []

    def handle(events: Sequence[KettleBoiled]) -> None:
        if any(event.litres == 7 for event in events):
            raise ValueError("cannot boil seven litres")
        good.extend(event.litres for event in events)

    with transaction.atomic():
        outbox.publish(*(KettleBoiled(n) for n in range(10)))
    for _ in range(6):
        outbox.deliver_all({KettleBoiled: [handle]})
        OutboxEvent.objects.update(due_at="2020-01-01T00:00:00Z")

    assert sorted(good) == [0, 1, 2, 3, 4, 5, 6, 8, 9]
    (poison,) = OutboxEvent.objects.all()
    assert (poison.attempts, poison.dead) == (5, True)
    assert poison.last_error == "ValueError: cannot boil seven litres"

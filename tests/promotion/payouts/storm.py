"""F4: many withdrawals of one promoter at once. Run by pytest in small and by `python -m bench…` in full."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

from django.db import connections

from tests.promotion.people import NOW
from xintui.infra import tenancy
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import AboveDue


@dataclass(frozen=True)
class Storm:
    """What happened."""

    accepted: int
    refused: int
    other: tuple[str, ...]
    seconds: float


def withdraw_at_once(promoter_id: str, fen: int, *, requests: int, connections_at_once: int, seed: int) -> Storm:
    """`requests` withdrawals of `fen` each, released together by a barrier on as many real connections."""
    chance = random.Random(seed)
    shares = [requests // connections_at_once] * connections_at_once
    for n in range(requests % connections_at_once):
        shares[n] += 1
    chance.shuffle(shares)
    barrier = threading.Barrier(connections_at_once)
    outcomes: Counter[str] = Counter()
    lock = threading.Lock()

    def client(share: int) -> None:
        mine: Counter[str] = Counter()
        try:
            with tenancy.as_platform():
                connections["default"].ensure_connection()
                barrier.wait(60)
                for _ in range(share):
                    try:
                        payouts.request(promoter_id, fen, now=NOW)
                        mine["accepted"] += 1
                    except AboveDue:
                        mine["refused"] += 1
                    except Exception as error:
                        mine[f"{type(error).__name__}: {error}"] += 1
        finally:
            connections.close_all()
            with lock:
                outcomes.update(mine)

    started = time.monotonic()
    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other = tuple(key for key in outcomes if key not in ("accepted", "refused"))
    return Storm(outcomes["accepted"], outcomes["refused"], other, time.monotonic() - started)

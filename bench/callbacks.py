"""F3: many deliveries of few events, duplicated, shuffled, concurrent, refunds before their payments.

    python bench/callbacks.py --seed 7 --events 1000 --deliveries 20000 --connections 32

Real letters, signed with the simulated platform's keys, go over real HTTP into the real view, while two workers take
the inbox and the outbox starts refunds. Every event must have exactly one effect. Exit status 1 if not.
"""

import argparse
import http.client
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

BUYER = "o_buyer_of_the_bench"
REPEATS = 15
"""How often WeChat Pay tells an event that nobody confirms."""


@dataclass(frozen=True)
class Figures:
    """What one run saw."""

    seed: int
    events: int
    deliveries: int
    connections: int
    accepted: int
    busy: int
    """Answers that asked to be told again."""
    refused: int
    inbox_rows: int
    refunds_told_first: int
    parked: int
    effects: int
    twice: int
    missing: int
    captured_fen: int
    refunded_fen: int
    expected_captured_fen: int
    expected_refunded_fen: int
    seconds: float

    @property
    def good(self) -> bool:
        return (
            self.effects == self.events == self.inbox_rows
            and (self.twice, self.missing, self.refused) == (0, 0, 0)
            and self.accepted == self.deliveries
            and self.captured_fen == self.expected_captured_fen
            and self.refunded_fen == self.expected_refunded_fen
        )


@dataclass(frozen=True)
class Plan:
    """Payments with their amounts, refunds with theirs, and every letter in the order it will be sent."""

    payments: dict[str, int]
    refunds: dict[str, tuple[str, int]]
    letters: list[Any]
    refunds_told_first: int


def run(seed: int, events: int = 1000, deliveries: int = 20_000, connections: int = 32) -> Figures:
    """On the database that Django is set up with. Half of the events are payments, half their refunds."""
    from xintui.foundation.payments import models
    from xintui.infra import clock

    with _keys() as keys:
        plan = _plan(keys, random.Random(seed), events, deliveries)
        started = time.monotonic()
        with _serving() as port, _working(plan) as parked:
            statuses = _send(plan.letters, port, connections)
        _finish(plan, clock.now() + timedelta(hours=1))
        seconds = time.monotonic() - started
    done = Counter(models.Log.objects.filter(to_state__in=["captured", "succeeded"]).values_list("number", flat=True))
    rows = list(models.Payment.objects.filter(id__in=plan.payments).values_list("captured_fen", "refunded_fen"))
    return Figures(
        seed=seed,
        events=events,
        deliveries=deliveries,
        connections=connections,
        accepted=statuses[204],
        busy=statuses[503],
        refused=sum(statuses.values()) - statuses[204] - statuses[503],
        inbox_rows=models.InboxEvent.objects.count(),
        refunds_told_first=plan.refunds_told_first,
        parked=parked["parked"],
        effects=sum(done.values()),
        twice=sum(count - 1 for count in done.values()),
        missing=len({*plan.payments, *plan.refunds} - set(done)),
        captured_fen=sum(captured for captured, _ in rows),
        refunded_fen=sum(refunded for _, refunded in rows),
        expected_captured_fen=sum(plan.payments.values()),
        expected_refunded_fen=sum(fen for _, fen in plan.refunds.values()),
        seconds=round(seconds, 2),
    )


@contextmanager
def _keys() -> Iterator[Any]:
    """Keys of a gateway that nobody can call: the run needs none."""
    import os

    from xintui.simulator.keys import make_keys

    names = ("XINTUI_WECHATPAY_DIR", "XINTUI_WECHATPAY_BASE")
    kept = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XINTUI_WECHATPAY_DIR": folder, "XINTUI_WECHATPAY_BASE": "http://127.0.0.1:9"}
        try:
            yield make_keys(Path(folder))
        finally:
            for name, value in kept.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def _plan(keys: Any, dice: random.Random, events: int, deliveries: int) -> Plan:
    from tests.support import letters as write
    from xintui.foundation.payments import models
    from xintui.infra import clock

    now, pairs = clock.now(), events // 2
    payments = {f"pay{dice.getrandbits(64):020d}{n:06d}": dice.randint(2, 500_000) for n in range(pairs)}
    refunds = {"rfd" + number[3:]: (number, dice.randint(1, fen)) for number, fen in payments.items()}
    models.Payment.objects.bulk_create(
        models.Payment(
            id=number, subject=number, amount_fen=fen, channel="jsapi", payer_openid=BUYER, description="茶",
            state="prepaid", attempts=1, mchid=keys.mchid, appid=keys.appid, created_at=now,
            expires_at=now + timedelta(hours=2), due_at=now + timedelta(hours=2),
        )
        for number, fen in payments.items()
    )  # fmt: skip
    told = {
        n: write.letter(keys, "TRANSACTION.SUCCESS", write.trade(keys, n, fen, BUYER)) for n, fen in payments.items()
    }
    for number, (payment, fen) in refunds.items():
        said = write.refund(keys, number, payment, fen, payments[payment])
        told[number] = write.letter(keys, "REFUND.SUCCESS", said)
    order = [*told, *dice.choices(list(told), k=deliveries - len(told))]
    dice.shuffle(order)
    first = {number: at for at, number in reversed(list(enumerate(order)))}
    early = sum(first[number] < first[payment] for number, (payment, _) in refunds.items())
    return Plan(payments, refunds, [told[number] for number in order], early)


@contextmanager
def _serving() -> Iterator[int]:
    """The whole application behind a threaded HTTP/1.1 server: a thread and a database connection for each client."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            return None

        def handle(self) -> None:
            try:
                super().handle()
            finally:
                connections.close_all()

    server = ThreadedWSGIServer("127.0.0.1", 0, get_wsgi_application(), handler=Quiet)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _send(letters: Sequence[Any], port: int, connections: int) -> Counter[int]:
    """Each connection takes every n-th letter and repeats it, as the gateway does, until it is answered with a yes."""
    statuses: Counter[int] = Counter()
    lock = threading.Lock()

    def client(nth: int) -> None:
        mine: Counter[int] = Counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for letter in letters[nth::connections]:
            for _ in range(REPEATS):
                connection.request("POST", "/callbacks/wechat", body=letter.body, headers=letter.headers)
                answer = connection.getresponse()
                answer.read()
                mine[answer.status] += 1
                if answer.status == 204:
                    break
        connection.close()
        with lock:
            statuses.update(mine)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@contextmanager
def _working(plan: Plan) -> Iterator[Counter[str]]:
    """Two workers, as `xintui work` would run them, until the letters are all sent."""
    from django.db import connections

    from xintui.foundation.payments import facade
    from xintui.infra import clock

    stop, seen, lock = threading.Event(), Counter[str](), threading.Lock()

    def worker() -> None:
        while not stop.is_set():
            taken = facade.take_inbox(clock.now(), limit=200)
            with lock:
                seen.update(asdict(taken))
            if not _refund_captured(plan) and not taken.total:
                stop.wait(0.02)
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _refund_captured(plan: Plan) -> int:
    """Whoever hears that money came in asks for its refund: only then can the refund's news be understood."""
    from xintui.foundation.payments import facade
    from xintui.foundation.payments.contracts import PaymentCaptured
    from xintui.infra import clock
    from xintui.infra.outbox import facade as outbox

    def ask(events: Sequence[PaymentCaptured]) -> None:
        for event in sorted(events, key=lambda one: one.payment_id):
            number = "rfd" + event.payment_id[3:]
            facade.request_refund(number, event.payment_id, plan.refunds[number][1], "", now=clock.now())

    return outbox.deliver({PaymentCaptured: [ask]})


def _finish(plan: Plan, later: datetime) -> None:
    """What was parked is due again a little later; no delivery is needed for it."""
    from xintui.foundation.payments import facade

    while _refund_captured(plan) or facade.take_inbox(later).total:
        later += timedelta(hours=1)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--deliveries", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args(argv)
    from xintui.entrypoints.setup import prepare
    from xintui.infra import database

    with database.serving(owner=True):
        prepare()
        figures = run(given.seed, given.events, given.deliveries, given.connections)
    for name, value in asdict(figures).items():
        print(f"{name:24} {value}")
    print("GOOD" if figures.good else "BAD")
    return 0 if figures.good else 1


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
    sys.exit(main())

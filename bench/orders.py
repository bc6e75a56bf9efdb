"""Orders and payment callbacks a second over HTTP: granian, the real application, durable commits.

The floor is /healthz through the same server and clients: what HTTP costs before the shop does anything.
"""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench.cluster import CHECKOUT, cluster, say, seconds
from bench.figures import Bench, Figure

CLIENTS = 8
BUYERS = 100
SKUS = 20
HOME = {"name": "李雷", "phone": "13800000001", "region": "浙江省杭州市", "street": "文三路 1 号"}
Request = tuple[str, str, bytes, dict[str, str]]


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` checkouts of one or two lines by 100 buyers, then the payment callback of each."""
    from bench.callbacks import _keys

    bench, chance = Bench("orders", seed), random.Random(seed)
    with cluster(), _keys() as keys:
        tokens, skus = _street(chance)
        asked = [_checkout(chance, n, tokens, skus) for n in range(count)]
        with _served() as port:
            _send(port, [("GET", "/healthz", b"", {})] * 200)
            health, _ = _send(port, [("GET", "/healthz", b"", {})] * count)
            placed, statuses = _send(port, asked)
            say(f"orders: {dict(statuses)}")
            yield bench.beside("下单 POST /checkouts", placed, "次/s", count, floor=health)
            yield bench.count("下单成功（201）", statuses[201], count, exactly=count)
            letters = _letters(keys, asked)
            paid, statuses = _send(port, letters)
            say(f"orders: {dict(statuses)}")
            yield bench.beside("支付回调", paid, "次/s", count, floor=health)
            yield bench.count("回调被受理（204）", statuses[204], count, exactly=count)
        yield from _worked_off(bench, count)


def _worked_off(bench: Bench, count: int) -> Iterator[Figure]:
    """The worker's part: what was told becomes paid orders."""
    from django.db import transaction

    from xintui.commerce.orders import models
    from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.payments import facade as payments
    from xintui.infra import clock
    from xintui.infra.outbox import facade as outbox

    def work() -> None:
        while payments.take_inbox(clock.now()).total:
            pass
        while outbox.deliver_all(SUBSCRIPTIONS):
            pass

    took = seconds(work)
    yield bench.plain("后台入账（收件到已支付）", count / took, "单/s", count)
    with transaction.atomic():
        paid = models.Order.objects.filter(state="paid").count()
    yield bench.count("已支付订单", paid, count, exactly=count)
    yield bench.count("审计发现", len(ledger.audit()), count, exactly=0)


def _street(chance: random.Random) -> tuple[list[str], list[str]]:
    """One shop with goods in plenty, and buyers with tokens."""
    from tests.commerce.world import goods, shop
    from xintui.foundation.identity import facade as identity
    from xintui.foundation.identity.contracts import Role
    from xintui.infra import clock

    merchant, now = shop("云雾茶行"), clock.now()
    skus = [
        goods(merchant, f"明前龙井 {n}", ("50g", chance.randint(100, 30_000), 1_000_000)).skus[0].id
        for n in range(SKUS)
    ]
    tokens = []
    for n in range(BUYERS):
        made = identity.create_user(display_name=f"买家{n}", login=f"buyer{n}", roles=[(Role.BUYER, "")], now=now)
        tokens.append(identity.issue_for(made.user_id, merchant_id="", device_name="bench", now=now).access_token)
    return tokens, skus


def _checkout(chance: random.Random, n: int, tokens: Sequence[str], skus: Sequence[str]) -> Request:
    items = [{"sku_id": sku, "qty": 1} for sku in chance.sample(list(skus), chance.randint(1, 2))]
    body = {"checkout_id": f"chk{n:012}", "items": items, "address": HOME}
    headers = {"Authorization": f"Bearer {tokens[n % len(tokens)]}", "Content-Type": "application/json"}
    return "POST", "/api/v1/checkouts", json.dumps(body).encode(), headers


def _letters(keys: Any, asked: Sequence[Request]) -> list[Request]:
    """The buyer has pressed pay: a payment opened and prepaid, and the gateway's signed callback about it."""
    from django.db import transaction

    from tests.support import letters as write
    from xintui.commerce.orders import facade as orders
    from xintui.foundation.payments import models
    from xintui.infra import clock

    made = []
    for _, _, body, _ in asked:
        with transaction.atomic():
            checkout = orders.checkout(json.loads(body)["checkout_id"])
            payment = orders.open_payment(
                checkout.id, buyer_id=checkout.buyer_id, payer_openid="o_buyer", channel="jsapi", now=clock.now()
            )
        trade = write.trade(keys, payment.id, payment.amount_fen, "o_buyer")
        letter = write.letter(keys, "TRANSACTION.SUCCESS", trade)
        made.append(("POST", "/callbacks/wechat", letter.body, letter.headers))
    models.Payment.objects.update(state="prepaid", attempts=1, mchid=keys.mchid, appid=keys.appid)
    return made


@contextlib.contextmanager
def _served() -> Iterator[int]:
    """granian as `xintui serve` starts it, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "xintui.entrypoints.wsgi:application",
    ]  # fmt: skip
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "xintui.entrypoints.settings"}
    server = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=sys.stderr)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise SystemExit("granian did not come up")


def _send(port: int, requests: Sequence[Request]) -> tuple[float, Counter[int]]:
    """Requests a second over a few kept-alive connections, and the statuses answered."""
    statuses, lock = Counter[int](), threading.Lock()

    def client(nth: int) -> None:
        mine = Counter[int]()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for method, path, body, headers in requests[nth::CLIENTS]:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            mine[answer.status] += 1
        connection.close()
        with lock:
            statuses.update(mine)

    return len(requests) / seconds(lambda: _threads(client)), statuses


def _threads(client: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

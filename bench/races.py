"""F4 and F5: many at once on real connections, released together by a barrier; no limit is ever passed."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.cluster import cluster, say
from bench.figures import Bench, Figure

AT_ONCE = 64
PARALLEL = 200
Task = Callable[[], object]


def withdrawals(seed: int, count: int) -> Iterator[Figure]:
    """F4: `count` withdrawals on 64 connections; exactly ⌊balance / amount⌋ succeed."""
    bench = Bench("F4", seed)
    with cluster():
        from tests.promotion.money import earn
        from tests.promotion.payouts.storm import withdraw_at_once
        from tests.promotion.people import promoter
        from xintui.foundation.ledger import facade as ledger
        from xintui.promotion.payouts import facade as payouts

        fen, expected = 100, count // 10
        one = promoter(seed).id
        earn(one, fen * expected + 99)
        storm = withdraw_at_once(one, fen, requests=count, connections_at_once=AT_ONCE, seed=seed)
        yield bench.count("成功的提现（⌊余额/金额⌋）", storm.accepted, count, exactly=expected)
        yield bench.count("被拒的提现", storm.refused, count, exactly=count - expected)
        yield bench.count("其他结果", len(storm.other), count, exactly=0)
        yield bench.count("剩余可用（分）", payouts.wallet(one).available_fen, count, exactly=99)
        yield bench.count("审计发现", len(ledger.audit()), count, exactly=0)
        yield bench.plain("每秒请求", count / storm.seconds, "次/s", count)


def limits(seed: int, count: int) -> Iterator[Figure]:
    """F5: `count` rounds of 200 parallel attempts on each limit: stock, an order line's refunds, a ledger floor."""
    bench, chance = Bench("F5", seed), random.Random(seed)
    with cluster(max_connections="230"):
        for name, contest in (("库存", _stock), ("退款额度", _refunds), ("账户下限（冻结）", _holds)):
            passed = reached = other = 0
            for round_ in range(count):
                limit, tasks, inside = contest(chance, round_)
                ends = together(tasks)
                used = inside()
                passed += max(0, used - limit, ends["ok"] - limit)
                reached += used == limit == ends["ok"]
                other += sum(n for end, n in ends.items() if end.startswith("bug"))
                for end in ends:
                    if end.startswith("bug"):
                        say(f"F5 {name}: {end}")
            yield bench.count(f"{name}：超限", passed, count * PARALLEL, exactly=0)
            yield bench.count(f"{name}：恰好用尽的轮次", reached, count * PARALLEL, exactly=count)
            yield bench.count(f"{name}：意外结果", other, count * PARALLEL, exactly=0)


def together(tasks: Sequence[Task]) -> Counter[str]:
    """Run the tasks at once, each on its own connection; how they ended, by refusal code."""
    from django.db import connection

    from xintui.infra import tenancy
    from xintui.kernel.errors import DomainError

    barrier, ends, lock = threading.Barrier(len(tasks)), Counter[str](), threading.Lock()

    def run(task: Task) -> None:
        with tenancy.as_platform():
            try:
                connection.ensure_connection()
                barrier.wait(60)
                task()
                end = "ok"
            except DomainError as refusal:
                end = refusal.code
            except Exception as bug:
                end = f"bug: {bug!r}"
            finally:
                connection.close()
        with lock:
            ends[end] += 1

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def _stock(chance: random.Random, round_: int) -> tuple[int, list[Task], Callable[[], int]]:
    from tests.commerce.world import goods, request, shop, stock
    from xintui.commerce.orders import facade as orders

    pieces = chance.randint(1, PARALLEL - 1)
    product = goods(shop(f"云雾茶行{round_}"), "明前龙井", ("50g", 6_800, pieces))
    asked = [request((product.skus[0].id, 1), buyer_id=f"usr{round_}B{n}") for n in range(PARALLEL)]
    return pieces, [lambda r=r: orders.place(r) for r in asked], lambda: stock(product)[0][1]


def _refunds(chance: random.Random, round_: int) -> tuple[int, list[Task], Callable[[], int]]:
    """One paid line of which each attempt asks a fixed part back: what is pending never exceeds what was paid."""
    from tests.commerce.world import BUYER, T0, goods, order_now, paid, shop
    from xintui.commerce.orders import facade as orders
    from xintui.commerce.orders.contracts import AfterSaleKind, RefundPart

    parts = chance.randint(1, 9)
    product = goods(shop(f"退款茶行{round_}"), "明前龙井", ("50g", 900 * parts + 899, 10))
    (order,) = paid((product.skus[0].id, 1))
    part = [RefundPart(order.lines[0].id, 900)]

    def ask() -> object:
        return orders.request_after_sale(
            order.id, buyer_id=BUYER, kind=AfterSaleKind.REFUND_ONLY, parts=part, reason="r", now=T0
        )

    return parts, [ask] * PARALLEL, lambda: order_now(order.id).refund_pending_fen // 900


def _holds(chance: random.Random, round_: int) -> tuple[int, list[Task], Callable[[], int]]:
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

    holds = chance.randint(1, PARALLEL - 1)
    due = Account(Kind.PROMOTER_DUE, f"race{round_}")
    day = datetime(2026, 11, 23, tzinfo=UTC)
    shop = Account(Kind.MERCHANT_PAYABLE, "mch1")
    ledger.post(Posting(f"bench.race/{round_}", (Move(shop, due, 100 * holds + 99),), day.date()))
    tasks: list[Any] = [
        lambda n=n: ledger.hold(f"race{round_}/{n}", due, 100, until=day + timedelta(days=1)) for n in range(PARALLEL)
    ]
    return holds, tasks, lambda: ledger.balance(due).held_fen // 100

"""One sweep over a million frozen lines of 100,000 promoters, beside one INSERT … SELECT of a million rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.cluster import cluster, say, seconds, superuser
from bench.figures import Bench, Figure

PAID = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
BATCH = 100_000


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` lines for count / 10 promoters; received within one day, so that one day's sweep finds them all."""
    bench = Bench("release", seed)
    with cluster() as server:
        from xintui.foundation.ledger import facade as ledger
        from xintui.promotion.commission import facade as commission

        _sell(seed, count)
        floors = [_insert(server, count, "before")]
        done: list[Any] = []
        took = seconds(lambda: done.append(commission.release(now=PAID + timedelta(days=9))))
        floors.append(_insert(server, count, "after"))
        floor = sum(floors) / 2
        yield bench.beside("一次释放", took, "s", count, floor=floor, at_most=5)
        yield bench.count("释放的行", done[0].released_lines, count, exactly=count)
        yield bench.count("账本入账", done[0].postings, count, exactly=count // 10)
        yield bench.count("审计发现", len(ledger.audit()) + len(commission.audit()), count, exactly=0)


def held(seed: int, count: int) -> Iterator[Figure]:
    """The same sweep while one line in twenty waits for a case: the same floor and the same aim as without any."""
    bench = Bench("holds", seed)
    with cluster() as server:
        from xintui.foundation.ledger import facade as ledger
        from xintui.promotion.commission import facade as commission

        _sell(seed, count)
        lines = [(f"ord{n:08}", "1") for n in range(0, count, 20)]
        until, now = PAID + timedelta(days=40), PAID + timedelta(days=9)
        took = seconds(lambda: commission.hold_lines("case", lines, says="bench", until=until, now=PAID))
        yield bench.plain("暂缓", took, "s", len(lines))
        floors = [_insert(server, count, "before")]
        done: list[Any] = []
        took = seconds(lambda: done.append(commission.release(now=now)))
        floors.append(_insert(server, count, "after"))
        yield bench.beside("一次释放，二十行中一行核查中", took, "s", count, floor=sum(floors) / 2, at_most=5)
        yield bench.count("释放的行", done[0].released_lines, count, exactly=count - len(lines))
        took = seconds(lambda: commission.let_go("case", ending="cleared", now=now))
        yield bench.plain("恢复", took, "s", len(lines))
        yield bench.count("恢复后释放的行", commission.release(now=now).released_lines, count, exactly=len(lines))
        yield bench.count("审计发现", len(ledger.audit()) + len(commission.audit()), count, exactly=0)


def _sell(seed: int, count: int) -> None:
    from xintui.promotion.commission import facade as commission

    plan = _plan()
    took = 0.0
    for start in range(0, count, BATCH):
        sales = (_sale(seed, n, count // 10) for n in range(start, min(count, start + BATCH)))
        took += seconds(lambda sales=sales: commission.settle(now=PAID, sales=sales, plan=plan))
        say(f"release: 已建 {min(count, start + BATCH):,} 行，{took:.0f} s")


def _plan() -> Any:
    from xintui.promotion.commission import facade as commission

    rule = {"id": "all", "priority": 0, "match": {}, "rate_bp": 1000}
    return commission.parse_plan(
        {"version": "bench", "auto_receipt_days": 10, "freeze_days": 7, "rules": [rule], "tiers": []}
    )


def _sale(seed: int, n: int, promoters: int) -> Any:
    from xintui.promotion.commission.facade import Sale

    fen, promoter = 1_000 + (n * 7919 + seed) % 90_000, f"pro{n % promoters:06}"
    received = PAID + timedelta(seconds=n % 40_000)
    return Sale(
        n,
        f"ord{n:08}",
        "1",
        f"mch{n % 50}",
        f"usr{n % 1000}",
        "prd1",
        "tea",
        1,
        fen,
        "CNY",
        promoter,
        "",
        PAID,
        received,
    )


def _insert(server: Any, count: int, name: str) -> float:
    with superuser(server) as connection:
        connection.execute(
            f"CREATE TABLE bench_{name} (id text PRIMARY KEY, promoter_id text, fen bigint, on_date date)"
        )
        return seconds(
            lambda: connection.execute(
                f"INSERT INTO bench_{name} SELECT 'ord' || n, 'pro' || n %% 100000, n, '2026-11-23'"
                " FROM generate_series(1, %s) n",
                [count],
            )
        )

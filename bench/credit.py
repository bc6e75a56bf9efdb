"""The scores of 800,000 promoters computed again, from days and from signals, beside one scan of those signals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

from bench.cluster import cluster, say, seconds, superuser
from bench.figures import Bench, Figure

NOW: Final = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
TODAY: Final = "2026-11-28"
EACH: Final = 12
"""Signals of one promoter: sales, receipts, reviews, a refund now and then, over a year."""
WRITES: Final = 400


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` promoters with twelve signals each; then single signals, each with the score that follows it."""
    bench = Bench("credit", seed)
    with cluster() as server:
        from xintui.trust.credit import facade as credit

        took = seconds(lambda: _fill(server, count, seed))
        say(f"credit: 已建 {count:,} 位推客、{count * EACH:,} 条记录，{took:.0f} s")
        floor = seconds(lambda: _scan(server))
        done: list[Any] = []
        took = seconds(lambda: done.append(credit.rebuild(now=NOW)))
        yield bench.beside("由记录全部重算", took, "s", count, floor=floor, value_at_most=120)
        took = seconds(lambda: done.append(credit.rescore_due(now=NOW + timedelta(days=1))))
        yield bench.beside("每日衰减重算", took, "s", count, floor=floor, value_at_most=120)
        yield bench.count("重算的推客", done[0][0], count, exactly=count)
        again = credit.rebuild(now=NOW + timedelta(days=1))
        yield bench.count("再次由零重算的不符", again[1], count, exactly=0)
        times = sorted(_one(seed, n, count) for n in range(WRITES))
        yield bench.plain("一条记录后更新分数 p50", median(times) * 1000, "ms", WRITES)
        p95 = quantiles(times, n=20)[-1] * 1000
        yield bench.plain("一条记录后更新分数 p95", p95, "ms", WRITES, aim="≤ 50 ms", met=p95 <= 50)


def _fill(server: Any, count: int, seed: int) -> None:
    """Signals and their days' sums as `observe` leaves them; no scores yet."""
    with superuser(server) as connection:
        connection.execute(
            "INSERT INTO credit_subject (id, kind, since) SELECT 'pro' || lpad(n::text, 8, '0'), 'promoter',"
            f" date '{TODAY}' - (n %% 700)::int FROM generate_series(1, %s) n",
            [count],
        )
        connection.execute(
            "INSERT INTO credit_signal (subject_id, key, indicator, day, at, good, total, says, ref)"
            " SELECT 'pro' || lpad(n::text, 8, '0'), i.code || '/' || k, i.code, d.day, d.day, "
            "        CASE WHEN hashint8(n * 31 + k + %s) %% 9 = 0 THEN 0 ELSE i.unit END, i.unit, '', ''"
            "   FROM generate_series(1, %s) n, generate_series(1, %s) k,"
            "        LATERAL (SELECT (ARRAY['fulfilment','returns','complaints','content','genuine','repeat'])"
            "                        [1 + k %% 6] AS code, CASE WHEN k %% 6 = 1 THEN 10000 ELSE 1 END AS unit) i,"
            f"       LATERAL (SELECT date '{TODAY}' - (abs(hashint8(n * 17 + k)) %% 300)::int AS day) d",
            [seed, count, EACH],
        )
        connection.execute(
            "INSERT INTO credit_tally SELECT subject_id, indicator, day, sum(good), sum(total)"
            " FROM credit_signal GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        connection.execute("VACUUM ANALYZE credit_signal, credit_tally, credit_subject")


def _scan(server: Any) -> None:
    """The floor: read every signal once and sum it, with no judgement and nothing written."""
    with superuser(server) as connection:
        connection.execute("SELECT indicator, sum(good), sum(total) FROM credit_signal GROUP BY 1").fetchall()


def _one(seed: int, n: int, count: int) -> float:
    from xintui.trust.credit import facade as credit
    from xintui.trust.credit.contracts import Signal

    subject = f"pro{1 + (n * 7919 + seed) % count:08}"
    now = NOW + timedelta(days=1)
    signal = Signal(subject, f"one/{n}", "fulfilment", now.date(), now, 1, 1)
    began = perf_counter()
    credit.observe([signal], now=now)
    return perf_counter() - began

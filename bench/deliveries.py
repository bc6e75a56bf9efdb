"""F3: many deliveries of few events over real HTTP; each event has exactly one effect (see `callbacks`)."""

from collections.abc import Iterator

from bench import callbacks
from bench.cluster import cluster
from bench.figures import Bench, Figure


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` deliveries of count / 20 events."""
    bench, events = Bench("F3", seed), max(count // 20, 2)
    with cluster():
        seen = callbacks.run(seed, events, count, 32)
    yield bench.count("送达", seen.accepted, count, exactly=count)
    yield bench.count("未答复（请求重发除外）", seen.refused, count, exactly=0)
    yield bench.plain("因忙请求重发", seen.busy, "次", count)
    yield bench.count("事件", seen.inbox_rows, count, exactly=seen.events)
    yield bench.count("退款先于支付送达", seen.refunds_told_first, count, least=1)
    yield bench.count("生效", seen.effects, count, exactly=seen.events)
    yield bench.count("重复生效", seen.twice, count, exactly=0)
    yield bench.count("遗漏", seen.missing, count, exactly=0)
    wrong = abs(seen.captured_fen - seen.expected_captured_fen) + abs(seen.refunded_fen - seen.expected_refunded_fen)
    yield bench.count("金额偏差（分）", wrong, count, exactly=0)
    yield bench.plain("每秒送达（经 HTTP）", count / seen.seconds, "次/s", count)

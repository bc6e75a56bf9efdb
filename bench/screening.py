"""找推客 over 800,000 promoters: every three of the 18 fields as filters, and what other ways of finding would take.

`run` is the house's own search as the API calls it, beside a page fetched by primary key. `ways` is what ADR 0012
compares: the same questions asked of PostgreSQL with different indexes. Both draw the same thresholds by seed.
"""

import random
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Final

from bench.cluster import cluster, say, seconds, superuser
from bench.figures import Bench, Figure

NOW: Final = datetime(2026, 11, 29, 4, 0, tzinfo=UTC)
TODAY: Final = NOW.date()
PAGE: Final = 50
CHECKED: Final = 40
BATCHES: Final = 40
AT_ONCE: Final = 2_000
SLOW_MS: Final = 50
SECONDS: Final = 2
"""So long a way of `ways` is given per question; most need far less."""


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` promoters; all 816 triples twice (by service, by another field), pages, pictures, batches."""
    bench = Bench("screening", seed)
    with cluster(shared_buffers="1GB") as server:
        from xintui.promotion.screening import facade

        took = seconds(lambda: fill(server, count, seed))
        say(f"screening: 已建 {count:,} 位推客的档案，{took:.0f} s")
        draw = random.Random(seed)
        searches = list(questions(server, draw))
        floor = _floor(server, count, draw)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        took = seconds(lambda: facade.find(searches[0], today=TODAY))
        yield bench.plain("一个进程第一次搜索（装入全部档案）", took, "s", count)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        yield bench.plain("每个进程因此多用的内存，峰值", grown, "MB", count)
        times = [seconds(lambda one=one: facade.find(one, limit=PAGE, today=TODAY)) * 1000 for one in searches]
        yield from _said(bench, f"任取 3 项筛选，{len(times):,} 问", times, floor, count)
        wide = [seconds(lambda key=key: facade.find(_by(key), limit=PAGE, today=TODAY)) * 1000 for key in keys() * 3]
        yield from _said(bench, "不筛选，按各项排序", wide, floor, count)
        deep = [_deep(one) for one in searches[:100]]
        yield from _said(bench, "第 5 页", [one for one in deep if one], floor, count)
        drawn = [seconds(lambda one=one: facade.cells(one, today=TODAY)) * 1000 for one in searches[:200]]
        yield from _said(bench, "保证金 × 服务分图", drawn, floor, count)
        late = [_after_a_batch(server, n, count) for n in range(BATCHES)]
        yield from _said(bench, f"有一批 {AT_ONCE:,} 行更新后的第一次搜索", late, floor, count)
        wrong = sum(not _agrees(server, one) for one in draw.sample(searches, CHECKED))
        yield bench.count("与 PostgreSQL 逐行查询不符的搜索", wrong, CHECKED, exactly=0)


def ways(seed: int, count: int) -> Iterator[Figure]:
    """What PostgreSQL itself takes for a sample of the same questions, by indexes; the count up to 1,000 included."""
    bench = Bench("screening_ways", seed)
    with cluster(shared_buffers="1GB", work_mem="64MB", jit="off") as server:
        fill(server, count, seed)
        draw = random.Random(seed)
        asked = draw.sample(list(questions(server, draw)), 120)
        with superuser(server) as connection:
            for name, statements in WAYS.items():
                connection.execute("SET enable_seqscan = on")
                took = seconds(lambda made=statements: [connection.execute(one) for one in made])
                connection.execute("VACUUM ANALYZE screening_profile")
                size = connection.execute("SELECT pg_indexes_size('screening_profile') / 1048576").fetchone()
                times = [_ask(connection, one) for one in asked]
                say(f"screening: {name}：建 {took:.0f} s，索引共 {size[0]} MB")
                yield from _said(bench, name, times, None, count)


INDEXED: Final = "CREATE INDEX ways_{0}_{1} ON screening_profile {2}"


def keys() -> list[str]:
    from xintui.promotion.screening import facade

    return list(facade.book(TODAY).fields)


def _each(kind: str, shape: str) -> list[str]:
    return [INDEXED.format(kind, n, shape.format(key)) for n, key in enumerate(_KEYS)]


_KEYS: Final = (
    "deposit_fen", "deposit_bp", "deposit_class", "deposit_band", "service", "credit", "graph", "level", "tenure_days",
    "net_fen", "orders", "return_bp", "complaint_bp", "repeat_bp", "prompt_bp", "weeks", "category", "violations",
)  # fmt: skip
_AMOUNTS: Final = "17000, 27200, 40800, 50000, 80000, 120000, 200000, 300000, 500000"
_DROP: Final = (
    "DO $$ DECLARE one text; BEGIN FOR one IN SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ways%' LOOP"
    " EXECUTE format('DROP INDEX %I', one); END LOOP; END $$"
)
WAYS: Final = {
    "无索引（顺序扫描，两核）": [],
    "BRIN 每项一个": _each("brin", "USING brin ({0})"),
    "btree 每项一个（位图与）": [_DROP, *_each("bt", "({0}) WHERE listed")],
    "btree 每项 (值 DESC, slot)，按序走": [_DROP, *_each("srt", "({0} DESC NULLS LAST, slot) WHERE listed")],
    "覆盖 btree：每种排序带全部 18 项": [
        _DROP,
        *[
            INDEXED.format(
                "cov", n, f"({key} DESC NULLS LAST, slot) INCLUDE ({', '.join(k for k in _KEYS if k != key)})"
            )
            for n, key in enumerate(_KEYS)
        ],
    ],
}


def fill(server: Any, count: int, seed: int) -> None:
    """Profiles as the daily count leaves them: half without a deposit, a third who never sold, some hide something."""
    draw = f"(abs(hashint8extended(n, {seed}::bigint * 64 + %s)) %% %s)"

    def r(salt: int, size: int) -> str:
        return draw % (salt, size)

    bell = f"(({r(1, 250)} + {r(2, 250)} + {r(3, 250)} + {r(4, 250)}))"
    columns = {
        "deposit_fen": f"CASE WHEN {r(5, 2)} = 0 THEN (ARRAY[{_AMOUNTS}])[1 + {r(6, 9)}] END",
        "deposit_bp": f"CASE WHEN {r(5, 2)} = 0 THEN (ARRAY[3400,6700,10000,10000])[1 + {r(7, 4)}] END",
        "deposit_class": f"CASE WHEN {r(5, 2)} = 0 THEN (ARRAY['medium','medium','high'])[1 + {r(8, 3)}] END",
        "deposit_band": f"CASE WHEN {r(5, 2)} = 0 AND {r(9, 5)} = 0 THEN (ARRAY['A','B','C','D'])[1 + {r(10, 4)}] END",
        "service": f"400 + {bell} / 2", "credit": f"CASE WHEN {r(11, 20)} > 0 THEN 380 + {bell} / 2 + {r(12, 40)} END",
        "graph": f"CASE WHEN {r(13, 3)} > 0 THEN {r(14, 10000)} END",
        "level": f"CASE WHEN {r(15, 10)} < 7 THEN 'junior' WHEN {r(15, 10)} < 9 THEN 'gold' ELSE 'partner' END",
        "tenure_days": r(16, 1200),
        "net_fen": f"CASE WHEN {r(13, 3)} > 0 AND {r(17, 3)} = 0 THEN (exp({r(18, 1400)} / 100.0) * 10)::bigint END",
        "orders": f"CASE WHEN {r(13, 3)} > 0 THEN (exp({r(19, 600)} / 100.0) - 1)::int END",
        "return_bp": f"CASE WHEN {r(13, 3)} > 0 THEN {r(20, 60)} * {r(21, 60)} END",
        "complaint_bp": f"CASE WHEN {r(13, 3)} > 0 THEN CASE WHEN {r(22, 4)} = 0 THEN {r(23, 600)} ELSE 0 END END",
        "repeat_bp": f"CASE WHEN {r(13, 3)} > 0 THEN {r(24, 7000)} END",
        "prompt_bp": f"CASE WHEN {r(25, 12)} = 0 THEN {r(26, 5)} * 2500 END",
        "weeks": f"CASE WHEN {r(13, 3)} > 0 THEN {r(27, 13)} END",
        "category": f"CASE WHEN {r(13, 3)} > 0 AND {r(28, 4)} > 0 THEN 'cat' || {r(29, 30)} END",
        "violations": f"CASE WHEN {r(30, 200)} = 0 THEN 1 ELSE 0 END",
    }  # fmt: skip
    with superuser(server) as connection:
        connection.execute(
            "INSERT INTO catalog_category (id, name, parent_id, position)"
            " SELECT 'cat' || n, '类目' || n, '', n FROM generate_series(0, 29) n"
        )
        connection.execute(
            f"INSERT INTO screening_profile (promoter_id, listed, name, as_of, version, {', '.join(columns)})"
            f" SELECT 'pro' || lpad(n::text, 8, '0'), true, '张**', date '{TODAY}', 1, {', '.join(columns.values())}"
            f"   FROM generate_series(1, {count}) n"
        )
        connection.execute("UPDATE screening_profile SET featured = true WHERE credit >= 770 AND level <> 'junior'")
        connection.execute("UPDATE screening_progress SET version = 1, recent = '{1}'")
        connection.execute("SELECT setval('screening_batch', 1)")
        connection.execute("VACUUM ANALYZE screening_profile")


def questions(server: Any, draw: random.Random) -> Iterator[Any]:
    """Each of the 816 triples twice: by service, best first, and by another field; thresholds between true values."""
    from xintui.promotion.screening import facade
    from xintui.promotion.screening.contracts import Search, Sort

    fields, marks = facade.book(TODAY).fields, {}
    with superuser(server) as connection:
        for key in fields:
            rows = connection.execute(
                f"SELECT {key} FROM screening_profile TABLESAMPLE BERNOULLI (5) REPEATABLE (1)"
                f" WHERE {key} IS NOT NULL ORDER BY 1"
            ).fetchall()
            marks[key] = [row[0] for row in rows]
    for triple in combinations(fields, 3):
        for sort in (Sort("service", True), Sort(draw.choice(list(fields)), draw.random() < 0.5)):
            yield Search(tuple(_filter(fields[key], marks[key], draw) for key in triple), sort)


def _filter(field: Any, marks: list[Any], draw: random.Random) -> Any:
    """A stretch of at least a tenth of those known, a value or three, or merely known."""
    from xintui.promotion.screening.contracts import FieldKind, Known, OneOf, Range

    if draw.random() < 0.08:
        return Known(field.key, draw.random() < 0.7)
    if field.kind is not FieldKind.NUMBER:
        values = sorted(set(marks))
        return OneOf(field.key, tuple(draw.sample(values, min(draw.randint(1, 3), len(values)))))
    low = draw.randrange(len(marks) * 9 // 10)
    high = draw.randrange(low + len(marks) // 10, len(marks))
    shape = draw.random()
    if shape < 0.6:
        return Range(field.key, marks[low], None)
    return Range(field.key, None, marks[high]) if shape < 0.8 else Range(field.key, marks[low], marks[high])


def _by(key: str) -> Any:
    from xintui.promotion.screening.contracts import Search, Sort

    return Search((), Sort(key, True))


def _floor(server: Any, count: int, draw: random.Random) -> float:
    """A page by primary key: the least that any search has to do."""
    from xintui.promotion.screening.models import Profile

    def fetch() -> None:
        slots = [draw.randint(1, count) for _ in range(PAGE)]
        assert list(Profile.objects.filter(slot__in=slots))

    fetch()
    return median(seconds(fetch) * 1000 for _ in range(200))


def _deep(search: Any) -> float | None:
    """The fifth page, if there is one."""
    from xintui.promotion.screening import facade

    after = ""
    for _ in range(4):
        found = facade.find(search, after=after, limit=PAGE, today=TODAY)
        if not found.next:
            return None
        after = found.next
    return seconds(lambda: facade.find(search, after=after, limit=PAGE, today=TODAY)) * 1000


def _after_a_batch(server: Any, n: int, count: int) -> float:
    """A batch as a refresh writes it, then a search that has to follow it."""
    from django.db import connection, transaction

    from xintui.infra import sql
    from xintui.promotion.screening import facade
    from xintui.promotion.screening.services.refreshing import HOME

    with transaction.atomic():
        version = sql.one(HOME, "tick", {"now": NOW + timedelta(minutes=n)})["version"]  # type: ignore[index]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE screening_profile SET service = 400 + (slot + %s) %% 500, version = %s"
                " WHERE slot > %s AND slot <= %s",
                [n, version, n * AT_ONCE % count, n * AT_ONCE % count + AT_ONCE],
            )
    began = perf_counter()
    facade.find(_by("service"), limit=PAGE, today=TODAY)
    return (perf_counter() - began) * 1000


def _where(search: Any) -> tuple[str, list[Any]]:
    from xintui.promotion.screening.contracts import Known, OneOf, Range

    words, values = ["listed"], []
    for one in search.filters:
        match one:
            case Range(key, low, high):
                if low is not None:
                    words, values = [*words, f"{key} >= %s"], [*values, low]
                if high is not None:
                    words, values = [*words, f"{key} <= %s"], [*values, high]
            case OneOf(key, given):
                words, values = [*words, f"{key} = ANY (%s)"], [*values, list(given)]
            case Known(key, known):
                words = [*words, f"{key} IS {'NOT ' if known else ''}NULL"]
    return " AND ".join(words), values


def _ask(connection: Any, search: Any) -> float:
    """A page and the count up to 1,000, as one would ask PostgreSQL."""
    where, values = _where(search)
    way = "DESC" if search.sort.descending else "ASC"
    began = perf_counter()
    order = f"{search.sort.key} {way} NULLS LAST, featured DESC, slot"
    page = f"SELECT * FROM screening_profile WHERE {where} ORDER BY {order} LIMIT {PAGE}"
    connection.execute(page, values).fetchall()
    connection.execute(
        f"SELECT count(*) FROM (SELECT FROM screening_profile WHERE {where} LIMIT 1001) c", values
    ).fetchall()
    return (perf_counter() - began) * 1000


def _agrees(server: Any, search: Any) -> bool:
    """The same page by a plain query, row by row; by an enum, whose order is its own, the same rows in any order."""
    from xintui.promotion.screening import facade
    from xintui.promotion.screening.contracts import FieldKind

    where, values = _where(search)
    ours = [one.promoter_id for one in facade.find(search, limit=PAGE, today=TODAY).items]
    way = "DESC" if search.sort.descending else "ASC"
    with superuser(server) as connection:
        number = facade.book(TODAY).fields[search.sort.key].kind is FieldKind.NUMBER
        order = f"ORDER BY {search.sort.key} {way} NULLS LAST, featured DESC, slot LIMIT {PAGE}" if number else ""
        rows = connection.execute(f"SELECT promoter_id FROM screening_profile WHERE {where} {order}", values).fetchall()
    theirs = [row[0] for row in rows]
    return ours == theirs if number else set(ours) <= set(theirs) and len(ours) == min(PAGE, len(theirs))


def _said(bench: Bench, what: str, times: list[float], floor: float | None, count: int) -> Iterator[Figure]:
    p95 = quantiles(times, n=20)[-1]
    yield bench.plain(f"{what} p50", median(times), "ms", count)
    if floor is None:
        yield bench.plain(f"{what} p95", p95, "ms", count)
    else:
        yield bench.beside(f"{what} p95", p95, "ms", count, floor=floor, value_at_most=SLOW_MS)
    yield bench.plain(f"{what} 最慢", max(times), "ms", count)

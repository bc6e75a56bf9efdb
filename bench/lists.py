"""Every list of the API at a million orders: how long a page takes, first and deep, and by which index it is found.

The rows are a fixture (tests/support/crowd.py), multiplied inside the database; the requests go through the whole API
in this process. One figure a list and place; the plans of what was asked go to stderr, the violations are a figure.
"""

import random
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.cluster import cluster, say, seconds, superuser
from bench.figures import Bench, Figure

TIMES, DEEP, SLOW_MS = 20, 20, 200.0
BIG = 5_000
"""A table with more rows is not read from end to end for a page."""
WAYS: dict[str, list[dict[str, str]]] = {
    "orders_my_orders": [{"state": "done"}],
    "orders_shop_orders": [{"state": "paid"}, {"text": "SF77000"}, {"placed_from": "2026-11-20T00:00:00+08:00"}],
    "orders_shop_after_sales": [{"state": "applied"}],
    "catalog_window": [{"category": "tea"}, {"text": "龙井"}, {"sort": "price_up"}, {"in_stock": "true"}],
    "payments_list_payments": [{"state": "captured"}],
    "reviews_of_product": [{"stars": "5"}],
    "reviews_of_shop": [{"unanswered": "true"}],
    "promoters_list_promoters": [{"state": "active"}],
    "payouts_list_withdrawals": [{"state": "paid"}],
    "notifications_mine": [{"unread": "true"}],
}
"""Filters that the pages really use, beside the plain list."""


@dataclass
class Found:
    """One list as it answered: milliseconds by place, statements, and plans that read a big table from end to end."""

    first: list[float] = field(default_factory=list)
    deep: list[float] = field(default_factory=list)
    statements: int = 0
    whole: list[str] = field(default_factory=list)
    indexes: set[str] = field(default_factory=set)
    items: int = 0


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` orders; the victim of the tests' world owns every fiftieth row of everything."""
    bench = Bench("lists", seed)
    with cluster() as server:
        from django.conf import settings

        settings.API_PER_MINUTE = 10**6
        made = _world(server, count, random.Random(seed))
        violations: list[str] = []
        unread: list[str] = []
        for name, path, query in _asked():
            found = _measured(made, path, query)
            if found is None:
                unread.append(name)
                continue
            label = name + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
            yield from _figures(bench, label, found, count)
            violations += [f"{label}: {plan}" for plan in found.whole]
        say(f"lists: 无人可读 {', '.join(unread) or '—'}")
        yield bench.count("无人可读的列表", len(unread), count, exactly=0)
        for line in violations:
            say(f"lists: 整表读取 {line}")
        yield bench.count("整表读取大表的列表", len({line.split(": ")[0] for line in violations}), count, exactly=0)


def _figures(bench: Bench, label: str, found: Found, count: int) -> Iterator[Figure]:
    for place, took in (("首页", found.first), (f"第 {DEEP} 页后", found.deep)):
        if not took:
            continue
        p50, p95 = statistics.median(took), sorted(took)[max(0, round(len(took) * 0.95) - 1)]
        aim = f"p95 ≤ {SLOW_MS:g} ms"
        said = f"{label} {place} p95（p50 {p50:.1f} ms，{found.statements} 条语句，{found.items} 项）"
        yield bench.plain(said, p95, "ms", count, aim=aim, met=p95 <= SLOW_MS)
    say(f"lists: {label} 索引 {', '.join(sorted(found.indexes)) or '—'}")


def _world(server: Any, count: int, chance: random.Random) -> Any:
    """The small world of the API's tests, and a crowd around it."""
    from django.db import transaction

    from tests.api import world
    from tests.support.crowd import Crowd
    from xintui.infra import clock

    with transaction.atomic():
        made = world.build(clock.now())
    with superuser(server) as connection:
        connection.execute("SET synchronous_commit TO off")
        crowd = Crowd(connection.execute, made.ids, every=50)
        for kind, rows in (("orders", count), ("promotion", count), ("shelves", count // 50), ("words", count // 5)):
            took = seconds(lambda kind=kind, rows=rows: getattr(crowd, kind)(rows))
            say(f"lists: {kind} {rows:,} 行，{took:.0f} s")
        say(f"lists: ANALYZE {seconds(lambda: connection.execute('VACUUM ANALYZE')):.0f} s")
    chance.shuffle(WHO)
    return made


WHO = ["CANARYQZXbuyer", "CANARYQZXowner", "CANARYQZXpromoter", "Boss", "BossNoOne"]


def _asked() -> Iterator[tuple[str, str, dict[str, str]]]:
    from xintui.entrypoints import api

    for path, methods in api.build().get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        names = {one["name"] for one in methods.get("get", {}).get("parameters", []) if one["in"] == "query"}
        if "limit" not in names:
            continue
        name = methods["get"]["operationId"]
        for query in [{}, *WAYS.get(name, [])]:
            yield name, path, query


def _measured(made: Any, path: str, query: dict[str, str]) -> Found | None:
    from django.test import Client

    from tests.support.crowd import needed

    client, address = Client(SERVER_NAME="localhost"), re.sub(r"\{(\w+)\}", lambda match: made.ids[match[1]], path)
    query = needed(path, made, 20) | query
    for who in WHO:
        headers = {"Authorization": f"Bearer {made.tokens[who]}"}
        if client.get(address, query, headers=headers).status_code == 200:
            return _timed(client, address, query, headers)
    return None


def _timed(client: Any, address: str, query: dict[str, str], headers: dict[str, str]) -> Found:
    found = Found()

    def ask(more: dict[str, str]) -> tuple[Any, float]:
        started = time.perf_counter()
        answer = client.get(address, query | more, headers=headers)
        return answer.json(), 1000 * (time.perf_counter() - started)

    body = _explained(lambda: ask({})[0], found)
    found.items = len(body.get("items", ())) if isinstance(body, dict) else len(body)
    found.first = [ask({})[1] for _ in range(TIMES)]
    mark = body.get("next") if isinstance(body, dict) else None
    for _ in range(DEEP):
        if not mark:
            return found
        mark = ask({"after": mark})[0].get("next")
    if mark:
        _explained(lambda: ask({"after": mark})[0], found)
        found.deep = [ask({"after": mark})[1] for _ in range(TIMES)]
    return found


def _explained(ask: Any, found: Found) -> Any:
    """Ask, count the statements, and have each explained by the server as it was asked."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        body = ask()
    found.statements = max(found.statements, len(seen))
    for one in seen.captured_queries:
        if not one["sql"].lstrip().upper().startswith(("SELECT", "WITH")) or "set_config" in one["sql"]:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + one["sql"].replace("%", "%%"), [])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        found.indexes |= set(re.findall(r"Index (?:Only )?Scan(?: Backward)? using (\w+)", plan))
        for table in re.findall(r"Seq Scan on (\w+)", plan):
            if _rows(table) > BIG:
                found.whole.append(f"{table} ← {one['sql'][:160]}")
    return body


def _rows(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(reltuples), 0)::bigint FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])

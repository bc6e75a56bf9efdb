"""The whole UCI Online Retail file through `xintui settle`, beside COPY of the same rows into an indexed table."""

import csv
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.cluster import CHECKOUT, cluster, renewed, say, seconds, superuser, timed_process
from bench.figures import Bench, Figure

SHIPPED = CHECKOUT / "src/xintui/promotion/imports/data/online_retail.parquet"
TURNS = 3
"""The machine is shared and changes by the minute: the median turn is told."""
AS_OF = "2012-03-01T00:00:00+08:00"
_FLOOR = """
DROP TABLE IF EXISTS bench_orders;
CREATE TABLE bench_orders (
  order_id text, line_id text, merchant_id text, buyer_id text, product_id text, category text, qty bigint,
  paid_fen bigint, promoter_id text, paid_at timestamptz, received_at timestamptz, currency text,
  PRIMARY KEY (order_id, line_id));
CREATE INDEX ON bench_orders (promoter_id);
CREATE INDEX ON bench_orders (paid_at);
"""


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count`: how many order rows of the file (0: all)."""
    bench = Bench("settle", seed)
    with cluster() as server, tempfile.TemporaryDirectory(prefix="xintui-settle-") as place:
        full, quarter = Path(place) / "full", Path(place) / "quarter"
        rows = _convert(full, count)
        say(f"settle: {rows:,} 个订单行")
        turns = sorted((_turn(server, full) for _ in range(TURNS)), key=lambda turn: turn[0] / turn[1])
        took, floor, rss = turns[TURNS // 2]
        yield bench.beside("结算全文件（子进程，端到端）", took, "s", rows, floor=floor, at_most=6)
        yield bench.plain("每秒订单行", rows / took, "行/s", rows)
        few = _first(full, quarter, rows // 4)
        _, small = _settle(quarter, "quarter")
        yield bench.plain("结算进程峰值内存", rss / 2**20, "MB", rows)
        flat = rss <= small * 1.25
        yield bench.plain("峰值内存，四分之一文件", small / 2**20, "MB", few, aim="全文件 ≤ 1.25×", met=flat)


def _turn(server: Any, files: Path) -> tuple[float, float, int]:
    """Seconds and peak bytes of a run on an empty database, and the seconds of COPY, taken before and after it."""
    renewed(server)
    with superuser(server) as connection:
        floors = [_copy_floor(connection, files / "orders.csv")]
        took, rss = _settle(files, "full")
        floors.append(_copy_floor(connection, files / "orders.csv"))
    floor = sum(floors) / len(floors)
    say(f"  COPY {floors[0]:.2f} s，结算 {took:.1f} s，COPY {floors[1]:.2f} s：{took / floor:.2f}×")
    return took, floor, rss


def _convert(out: Path, count: int) -> int:
    # In a process of its own: a child's peak RSS starts from its parent's.
    timed_process(
        sys.executable, "-m", "xintui.entrypoints.cli", "import", "online-retail", str(SHIPPED), "--out", str(out)
    )
    if count:
        whole = out.with_name("whole")
        out.rename(whole)
        return _first(whole, out, count)
    with (out / "orders.csv").open(newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _first(source: Path, target: Path, count: int) -> int:
    """The same files with only the first `count` orders; refunds of the others will be rejects, as they should."""
    target.mkdir()
    for name in ("promoters.csv", "refunds.csv", "plan.json"):
        (target / name).write_bytes((source / name).read_bytes())
    with (source / "orders.csv").open() as old, (target / "orders.csv").open("w") as new:
        lines = list(islice(old, count + 1))
        new.writelines(lines)
    return len(lines) - 1


def _settle(files: Path, name: str) -> tuple[float, int]:
    options = ["--as-of", AS_OF, "--out", str(files / "out"), "--books", f"bench-{name}"]
    for option in ("orders", "refunds", "promoters"):
        options += [f"--{option}", str(files / f"{option}.csv")]
    return timed_process(
        sys.executable, "-m", "xintui.entrypoints.cli", "settle", *options, "--plan", str(files / "plan.json")
    )


def _copy_floor(connection: Any, orders: Path) -> float:
    """COPY into a table with a primary key and two indexes, committed durably."""
    connection.execute(_FLOOR)

    def load() -> None:
        with connection.cursor() as cursor, orders.open("rb") as file:
            columns = orders.open().readline().strip()
            statement = f"COPY bench_orders ({columns}) FROM STDIN (FORMAT csv, HEADER true)"
            with cursor.copy(statement) as copy:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)

    return seconds(load)

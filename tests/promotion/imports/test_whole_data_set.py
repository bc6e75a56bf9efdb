"""The whole public data set: 541,909 rows, checked against a second, plain reading of the rules."""

import csv
import os
from collections import Counter
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.oracles.settlement import settle
from xintui.promotion.imports.contracts import ImportSummary
from xintui.promotion.imports.online_retail import COLUMNS, SHIPPED, convert

ROOT = Path(__file__).parents[3]


def find() -> Path:
    """The shipped copy, else the shared one."""
    folders = [os.environ.get("XINTUI_SHARED_DATA"), ROOT / "../shared/data", ROOT / "../../shared/data"]
    places = [SHIPPED, *[Path(folder) / "online_retail/online_retail.parquet" for folder in folders if folder]]
    for place in places:
        if place.is_file():
            return place
    pytest.skip(f"Online Retail is in none of {[str(place) for place in places]}")


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> tuple[ImportSummary, Path]:
    out = tmp_path_factory.mktemp("online-retail")
    return convert(find(), out, "hash:200"), out


def test_every_one_of_the_541909_rows_is_accounted_for(imported):
    summary, out = imported
    assert (summary.rows, summary.order_lines, summary.rows_refused) == (541_909, 530_103, 4_236)
    assert (summary.cancellations_matched, summary.cancellations_matched_in_part) == (7_516, 54)
    assert 530_103 + 7_516 + 54 + 4_236 == 541_909
    assert (summary.refund_rows, summary.rejects) == (7_727, 4_290)
    assert summary.rejects_by_code == {
        "invoice.prefix": 3,
        "price.not_positive": 2_515,
        "refund.no_customer": 383,
        "refund.unmatched": 1_389,
    }
    assert (summary.paid_fen, summary.refunded_fen) == (1_065_562_248, 51_617_035)
    assert (summary.cancelled_units, summary.refunded_units, summary.unmatched_units) == (274_808, 250_838, 23_970)
    assert (summary.buyers, summary.promoters) == (5_765, 200)
    lines = {name: sum(1 for _ in (out / f"{name}.csv").open(encoding="utf-8")) - 1 for name in ("orders", "refunds")}
    assert lines == {"orders": 530_103, "refunds": 7_727}


@pytest.mark.slow
def test_orders_and_refunds_are_those_of_a_plain_reading_of_the_rules(imported):
    _, out = imported
    table = pyarrow.parquet.read_table(find(), columns=list(COLUMNS))
    orders: list[tuple[str, str, str, str]] = []
    refunds: list[tuple[str, str, str, str]] = []
    sold: dict[tuple[int, str], list[list]] = {}
    position: Counter[str] = Counter()
    for invoice, stock, quantity, at, price, customer in zip(*[c.to_pylist() for c in table.columns], strict=True):
        position[invoice] += 1
        pounds = Decimal(repr(price))
        if invoice.isdigit() and quantity > 0 and price > 0:
            paid = int((quantity * pounds * 100).quantize(Decimal(1), ROUND_HALF_UP))
            orders.append((invoice, str(position[invoice]), str(quantity), str(paid)))
            if customer:
                sold.setdefault((customer, stock), []).append([invoice, position[invoice], quantity, paid, pounds, at])
        elif invoice.startswith("C") and customer:
            wanted, k = -quantity, 0
            for line in reversed(sold.get((customer, stock), [])):
                pieces = min(wanted, line[2])
                if pieces:
                    assert line[5] <= at
                    fen = int((pieces * line[4] * 100).quantize(Decimal(1), ROUND_HALF_UP))
                    fen = line[3] if pieces == line[2] else fen
                    k += 1
                    refunds.append((f"{invoice}-{position[invoice]}-{k}", line[0], str(line[1]), str(fen)))
                    line[2], line[3], wanted = line[2] - pieces, line[3] - fen, wanted - pieces
    with (out / "orders.csv").open(encoding="utf-8", newline="") as file:
        assert [(r[0], r[1], r[6], r[7]) for r in islice(csv.reader(file), 1, None)] == orders
    with (out / "refunds.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(r[:4]) for r in islice(csv.reader(file), 1, None)] == refunds


@pytest.mark.slow
def test_the_same_invoices_as_the_original_latin1_csv_give_the_same_files(imported, tmp_path):
    _, out = imported
    table = pyarrow.parquet.read_table(find())
    with (tmp_path / "data.csv").open("w", encoding="latin-1", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for row in zip(*[c.to_pylist() for c in table.columns], strict=True):
            at = row[4]
            writer.writerow((*row[:4], f"{at.month}/{at.day}/{at.year} {at.hour}:{at.minute:02d}", *row[5:]))
    convert(tmp_path / "data.csv", tmp_path / "out", "hash:200")
    for name in ("orders.csv", "refunds.csv", "promoters.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes(), name


def test_settlement_refuses_none_of_the_first_days_rows(imported, tmp_path):
    _, out = imported
    (tmp_path / "plan.json").write_bytes((out / "plan.json").read_bytes())
    (tmp_path / "promoters.csv").write_bytes((out / "promoters.csv").read_bytes())
    known: set[tuple[str, str]] = set()
    for name, many in (("orders", 5_000), ("refunds", 1_000)):
        with (out / f"{name}.csv").open(encoding="utf-8") as whole, (tmp_path / f"{name}.csv").open("w") as part:
            for row in islice(whole, many):
                if name == "orders":
                    known.add(tuple(row.split(",")[:2]))
                if name == "orders" or row.startswith("refund_id") or tuple(row.split(",")[1:3]) in known:
                    part.write(row)
    got = settle(tmp_path, datetime.fromisoformat("2011-03-01T00:00:00+00:00"))
    assert (len(got.lines), got.rejects) == (4_999, [])

"""Every rule of `xintui import online-retail` on tables small enough to work out by hand."""

import csv
import hashlib
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from tests.oracles.settlement import settle
from xintui.promotion.imports import contracts
from xintui.promotion.imports.online_retail import COLUMNS, convert

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def sheet(folder: Path, *rows: str, name: str = "in.csv") -> Path:
    """Rows `invoice,stock,quantity,day hour:minute of December 2010,price,customer` as the original writes them."""
    lines = [HEADER]
    for row in rows:
        invoice, stock, quantity, at, price, customer = row.split(",")
        day, time = at.split(" ")
        lines.append(f"{invoice},{stock},A GIFT,{quantity},12/{day}/2010 {time},{price},{customer},United Kingdom")
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture
def run(tmp_path):
    def go(*rows: str, promoter_by: str = "none") -> Path:
        convert(sheet(tmp_path, *rows), tmp_path / "out", promoter_by)
        return tmp_path / "out"

    return go


def refunds(out: Path) -> list[list[str]]:
    """Without the times."""
    return [row[:4] for row in table(out / "refunds.csv")]


def rejects(out: Path) -> list[tuple[int, str, str]]:
    return [(int(row), column, code) for _, row, column, code, _ in table(out / "rejects.csv")]


def test_a_sale_becomes_an_order_line_in_pence_and_uk_time(run):
    out = run("536365,85123A,6,1 8:26,2.55,17850", "536365,71053,3,1 8:26,0.335,17850")
    assert (out / "orders.csv").read_text(encoding="utf-8").splitlines() == [
        "order_id,line_id,merchant_id,buyer_id,product_id,category,qty,paid_fen,promoter_id,paid_at,received_at,currency",
        "536365,1,online-retail,17850,85123A,85,6,1530,,2010-12-01T08:26:00+00:00,,GBP",
        "536365,2,online-retail,17850,71053,71,3,101,,2010-12-01T08:26:00+00:00,,GBP",  # 100.5 pence, half up
    ]


def test_summer_orders_are_an_hour_ahead_of_utc(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n1,A1,,1,7/26/2011 10:13,0.004,9,\n", encoding="utf-8")
    convert(tmp_path / "in.csv", tmp_path / "out")
    ((*_, paid, promoter, paid_at, received_at, currency),) = table(tmp_path / "out" / "orders.csv")
    assert (paid, promoter, paid_at, received_at, currency) == ("0", "", "2011-07-26T10:13:00+01:00", "", "GBP")


@pytest.mark.parametrize(
    ("quantity", "price", "fen"),
    [(1, "0.005", 1), (1, "0.0049", 0), (3, "1.115", 335), (7, "0.145", 102), (100, "1.1", 11000), (1, "2.675", 268)],
)
def test_money_is_rounded_half_up_once_from_the_decimal_that_was_written(run, quantity, price, fen):
    out = run(f"1,A1,{quantity},1 9:00,{price},9")
    assert table(out / "orders.csv")[0][7] == str(fen)


def test_positions_count_every_row_of_an_invoice_even_refused_and_separated_ones(run):
    out = run("1,A1,1,1 9:00,1,9", "1,A2,1,1 9:00,0,9", "2,A1,1,1 9:00,1,9", "1,A3,1,1 9:00,1,9")
    assert [row[:2] for row in table(out / "orders.csv")] == [["1", "1"], ["2", "1"], ["1", "3"]]


def test_a_guest_is_the_buyer_of_one_invoice(run):
    out = run("536544,A1,1,1 9:00,1,")
    assert table(out / "orders.csv")[0][3] == "guest:536544"


def test_a_cancellation_takes_back_the_latest_line_first(run):
    out = run(
        "1,A1,5,1 9:00,1.00,9",
        "2,A1,5,2 9:00,2.00,9",
        "3,A1,5,2 9:00,9.00,8",  # another customer
        "4,A2,5,2 9:00,9.00,9",  # another article
        "C5,A2,-1,3 9:00,9.00,9",
        "C5,A1,-7,3 10:00,7.77,9",
        "C6,A1,-3,4 9:00,1.00,9",
        "2,A1,1,5 9:00,3.00,9",  # sold again, later
    )
    assert table(out / "refunds.csv") == [
        ["C5-1-1", "4", "1", "900", "2010-12-03T09:00:00+00:00"],
        ["C5-2-1", "2", "1", "1000", "2010-12-03T10:00:00+00:00"],
        ["C5-2-2", "1", "1", "200", "2010-12-03T10:00:00+00:00"],
        ["C6-1-1", "1", "1", "300", "2010-12-04T09:00:00+00:00"],
    ]
    assert rejects(out) == []


def test_what_cannot_be_matched_is_refused_by_name_and_number(run):
    out = run("1,A1,5,1 9:00,1.00,9", "C2,A1,-7,2 9:00,1.00,9", "C3,A1,-1,2 9:00,1.00,9", "C4,A9,-1,2 9:00,1.00,7")
    assert refunds(out) == [["C2-1-1", "1", "1", "500"]]
    assert table(out / "rejects.csv") == [
        ["in.csv", "3", "Quantity", "refund.unmatched", "取消数量中有 2 件找不到更早的同客户同商品订单行"],
        ["in.csv", "4", "Quantity", "refund.unmatched", "取消数量中有 1 件找不到更早的同客户同商品订单行"],
        ["in.csv", "5", "Quantity", "refund.unmatched", "取消数量中有 1 件找不到更早的同客户同商品订单行"],
    ]


def test_the_last_piece_takes_what_is_left_so_that_rounding_keeps_no_penny(run):
    out = run("1,A1,3,1 9:00,0.335,9", *[f"C{n},A1,-1,2 9:00,0.335,9" for n in (2, 3, 4)])
    assert [row[3] for row in refunds(out)] == ["34", "34", "33"]  # 33.5 each, of 101 paid


def test_rounded_pieces_never_exceed_what_was_paid(run):
    out = run("1,A1,4,1 9:00,0.005,9", *[f"C{n},A1,-1,2 9:00,0.005,9" for n in (2, 3, 4, 5)])
    assert [row[3] for row in refunds(out)] == ["1", "1", "0", "0"]  # half a penny each, of 2 paid


def test_a_cancellation_never_reaches_a_line_below_it_or_sold_after_it(run):
    out = run(
        "C1,A1,-1,5 9:00,1.00,9",  # nothing above it
        "2,A1,1,1 9:00,1.00,9",
        "3,A1,1,4 9:00,2.00,9",
        "C4,A1,-1,3 9:00,2.00,9",  # invoice 3 stands above, but was sold the day after
        "C5,A1,-1,4 9:00,2.00,9",  # at the same minute is fine
        "C6,A1,-1,9 9:00,2.00,9",
    )
    assert refunds(out) == [["C4-1-1", "2", "1", "100"], ["C5-1-1", "3", "1", "200"]]
    assert [row for row, _, _ in rejects(out)] == [2, 7]


def test_everything_else_is_refused_with_its_reason_and_no_row_disappears(run, tmp_path):
    out = run(
        "C1,A1,-1,1 9:00,1.00,",
        "A563185,B,1,1 9:00,11062.06,",
        "2,A1,1,1 9:00,0,9",
        "3,A1,1,1 9:00,-5.5,9",
        "4,A1,-1,1 9:00,1.00,9",
        "5,A1,0,1 9:00,1.00,9",
        "C6,A1,1,1 9:00,1.00,9",
        "C7,A1,-1,1 9:00,0,9",
        ",A1,1,1 9:00,1.00,9",
        "8,,1,1 9:00,1.00,9",
        "9,A1,1.5,1 9:00,1.00,9",
        "10,A1,1,32 9:00,1.00,9",
        "11,A1,1,1 9:00,nan,9",
        "12,A1,1,1 9:00,1e15,9",
        "13,A1,9" + "9" * 14 + ",1 9:00,999,9",
        "14,A1,1,1 9:00,1.00,9",
    )
    assert rejects(out) == [
        (2, "CustomerID", "refund.no_customer"),
        (3, "InvoiceNo", "invoice.prefix"),
        (4, "UnitPrice", "price.not_positive"),
        (5, "UnitPrice", "price.not_positive"),
        (6, "Quantity", "quantity.not_positive"),
        (7, "Quantity", "quantity.not_positive"),
        (8, "Quantity", "refund.quantity"),
        (9, "UnitPrice", "price.not_positive"),
        (10, "InvoiceNo", "row.invalid"),
        (11, "StockCode", "row.invalid"),
        (12, "Quantity", "row.invalid"),
        (13, "InvoiceDate", "row.invalid"),
        (14, "UnitPrice", "row.invalid"),
        (15, "UnitPrice", "amount.out_of_range"),
        (16, "UnitPrice", "amount.out_of_range"),
    ]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["rows"], summary["order_lines"], summary["rows_refused"]) == (16, 1, 15)


def test_the_summary_counts_every_row_and_every_unit(tmp_path):
    rows = (
        "1,A1,5,1 9:00,1.00,9",
        "C2,A1,-2,2 9:00,1,9",
        "C3,A1,-9,2 9:00,1,9",
        "C4,A1,-1,2 9:00,1,",
        "5,B,1,3 9:00,0.5,",
    )
    summary = convert(sheet(tmp_path, *rows), tmp_path / "out", "hash:5")  # the two buyers leave 2 and 3
    assert summary.as_dict() == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary.as_dict() == {
        "source": "in.csv",
        "rows": 5,
        "order_lines": 2,
        "cancellations_matched": 1,
        "cancellations_matched_in_part": 1,
        "rows_refused": 1,
        "refund_rows": 2,
        "rejects": 2,
        "rejects_by_code": {"refund.no_customer": 1, "refund.unmatched": 1},
        "currency": "GBP",
        "paid_fen": 550,
        "refunded_fen": 500,
        "cancelled_units": 11,
        "refunded_units": 5,
        "unmatched_units": 6,
        "buyers": 2,
        "promoters": 2,
        "promoter_rule": "hash:5",
        "promoter_note": "原始数据没有推广员。此处按规则分配："
        "买家编号的 SHA-256（大端整数）除以 5 取余数；并非真实推广关系",
        "time_note": "InvoiceDate 没有时区，按 Europe/London（英国当地时间）理解",
    }


def test_promoters_are_assigned_by_the_hash_of_the_buyer_and_each_is_in_the_file(run):
    buyers = [str(12346 + n) for n in range(30)]
    rows = [f"{n},A1,1,{30 - n} 9:00,1,{buyer}" for n, buyer in enumerate(buyers)]
    out = run(*rows, "99,A1,1,31 9:00,1,", promoter_by="hash:11")
    numbers = [int(hashlib.sha256(b.encode()).hexdigest(), 16) % 11 for b in [*buyers, "guest:99"]]
    assert [row[8] for row in table(out / "orders.csv")] == [f"promoter-{n:02d}" for n in numbers]
    promoters = table(out / "promoters.csv")
    assert [row[0] for row in promoters] == [f"promoter-{n:02d}" for n in sorted(set(numbers))]
    first = {f"promoter-{n:02d}": f"2010-12-{30 - at:02d}T09:00:00+00:00" for at, n in enumerate(numbers[:30])}
    assert {row[0]: row[1:] for row in promoters} == {p: ["standard", "individual", at] for p, at in first.items()}


def test_without_a_rule_nobody_is_a_promoter(run):
    out = run("1,A1,1,1 9:00,1,9")
    assert (table(out / "promoters.csv"), table(out / "orders.csv")[0][8]) == ([], "")


@pytest.mark.parametrize(
    "spec", ["", "hash", "hash:", "hash:0", "hash:-1", "hash:1.5", "hash:1000001", "hash:１", "random:3"]
)
def test_an_unknown_promoter_rule_is_refused_before_anything_is_read(tmp_path, spec):
    with pytest.raises(contracts.UnknownPromoterRule) as refusal:
        convert(tmp_path / "nowhere.csv", tmp_path / "out", spec)
    assert refusal.value.code == "imports.promoter_rule"


def test_settlement_takes_the_files_as_they_are(run):
    out = run("1,22A,10,1 9:00,10,9", "2,POST,1,1 9:00,5,8", "C3,22A,-4,2 9:00,10,9", promoter_by="hash:1")
    got = settle(out, datetime.fromisoformat("2011-02-01T00:00:00+00:00"))
    assert got.rejects == []
    assert [list(row.values()) for row in got.lines] == [
        [
            "1",
            "1",
            "promoter-0",
            "bags-and-kitchen",
            "10000",
            "4000",
            "6000",
            "720",
            "due",
            "2010-12-18T17:00:00+08:00",
        ],
        ["2", "1", "promoter-0", "postage", "500", "0", "500", "0", "due", "2010-12-18T17:00:00+08:00"],
    ]


# --- the same table in other clothes

ROWS = ["536365,85123A,6,1 8:26,2.55,17850", "536366,71053,1,1 8:28,0.335,", "C536367,85123A,-1,2 9:00,2.55,17850"]


@pytest.fixture
def wanted(tmp_path):
    convert(sheet(tmp_path, *ROWS), tmp_path / "wanted", "hash:5")
    return {name: (tmp_path / "wanted" / f"{name}.csv").read_bytes() for name in ("orders", "refunds", "promoters")}


def same(source: Path, wanted: dict[str, bytes]) -> bool:
    out = source.parent / "out"
    convert(source, out, "hash:5")
    return {name: (out / f"{name}.csv").read_bytes() for name in wanted} == wanted


def typed() -> list[list[object]]:
    found: list[list[object]] = []
    for row in ROWS:
        invoice, stock, quantity, at, price, customer = row.split(",")
        time = datetime.strptime(f"2010 12 {at}", "%Y %m %d %H:%M")
        found.append([invoice, stock, int(quantity), time, float(price), int(customer) if customer else None])
    return found


def test_a_parquet_file_gives_the_same(tmp_path, wanted):
    columns = dict(zip(COLUMNS, map(list, zip(*typed(), strict=True)), strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "table.bin")
    assert same(tmp_path / "table.bin", wanted)


def test_a_workbook_with_numbers_for_ids_and_columns_in_another_order_gives_the_same(tmp_path, wanted):
    book = openpyxl.Workbook()
    book.active.append(["Country", *reversed(COLUMNS)])
    for invoice, stock, *cells in typed():
        ids = [int(name) if name.isdigit() else name for name in (invoice, stock)]
        book.active.append(["UK", *reversed([*ids, *cells])])
        book.active.append([])
    book.save(tmp_path / "in.xlsx")
    assert same(tmp_path / "in.xlsx", wanted)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_csv_in_utf8_or_latin1_gives_the_same(tmp_path, wanted, encoding):
    text = (
        (tmp_path / "in.csv").read_text(encoding="utf-8").replace("A GIFT", '"CAFÉ, £1"').replace("17850,", "17850.0,")
    )
    (tmp_path / "other.csv").write_text(text, encoding=encoding)
    assert same(tmp_path / "other.csv", wanted)


def test_iso_times_give_the_same_and_times_with_an_offset_are_refused(tmp_path, wanted):
    text = (tmp_path / "in.csv").read_text(encoding="utf-8")
    text = text.replace("12/1/2010 8:", "2010-12-01 08:").replace("12/2/2010 9:00", "2010-12-02T09:00:00")
    (tmp_path / "iso.csv").write_text(text, encoding="utf-8")
    assert same(tmp_path / "iso.csv", wanted)
    (tmp_path / "iso.csv").write_text(text.replace("T09:00:00", "T09:00:00Z"), encoding="utf-8")
    convert(tmp_path / "iso.csv", tmp_path / "out", "hash:5")
    assert rejects(tmp_path / "out") == [(4, "InvoiceDate", "row.invalid")]

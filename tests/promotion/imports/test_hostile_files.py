"""Files that are missing, cut off, wrongly encoded or no table: one clear sentence, and nothing half-written."""

import codecs
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from xintui.kernel.errors import DomainError
from xintui.promotion.imports.online_retail import COLUMNS, convert

HEADER = ",".join(COLUMNS)
ROW = "1,A1,1,12/1/2010 9:00,1.00,9"


def refused(source: Path, out: Path | None = None) -> tuple[str, str]:
    out = out or source.parent / "out"
    with pytest.raises(DomainError) as refusal:
        convert(source, out)
    assert not out.exists() or not list(out.glob("*.csv")), "a refused import writes nothing"
    return refusal.value.code, str(refusal.value)


def parquet(path: Path, **columns: list[object]) -> Path:
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def good_columns(rows: int) -> dict[str, list[object]]:
    values = ["1", "A1", 1, "12/1/2010 9:00", 1.0, 9]
    return {
        name: [f"{n}" if name == "InvoiceNo" else value for n in range(rows)] for name, value in zip(COLUMNS, values)
    }


def test_a_missing_file_and_a_folder_are_missing(tmp_path):
    assert refused(tmp_path / "no.csv") == ("imports.missing", f"找不到文件「{tmp_path / 'no.csv'}」")
    assert refused(tmp_path, tmp_path / "out")[0] == "imports.missing"


def test_an_empty_file_is_empty(tmp_path):
    (tmp_path / "e.csv").touch()
    assert refused(tmp_path / "e.csv") == ("imports.unreadable", "文件「e.csv」读不出来：文件是空的")


def test_wrong_columns_are_named_in_every_format(tmp_path):
    (tmp_path / "a.csv").write_text("InvoiceNo,StockCode,Quantity,UnitPrice,UnitPrice,InvoiceDate\n", encoding="utf-8")
    wanted = "imports.columns", "文件「a.csv」缺少或重复这些列：UnitPrice、CustomerID"
    assert refused(tmp_path / "a.csv") == wanted
    columns = good_columns(1)
    del columns["StockCode"]
    assert refused(parquet(tmp_path / "a.parquet", **columns))[1] == "文件「a.parquet」缺少或重复这些列：StockCode"
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    assert refused(tmp_path / "a.xlsx")[0] == "imports.columns"


@pytest.mark.parametrize("keep", [4, 100, 0.5, -1])
def test_a_parquet_file_that_was_cut_off_is_refused(tmp_path, keep):
    whole = parquet(tmp_path / "whole", **good_columns(50_000)).read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    assert refused(tmp_path / "cut") == ("imports.unreadable", "文件「cut」读不出来：Parquet 文件已损坏或不完整")


def test_a_parquet_file_damaged_in_the_middle_is_refused_or_read_but_never_half_written(tmp_path):
    whole = bytearray(parquet(tmp_path / "whole", **good_columns(50_000)).read_bytes())
    whole[50:3000] = bytes(2950)
    (tmp_path / "damaged").write_bytes(whole)
    assert refused(tmp_path / "damaged")[0] == "imports.unreadable"
    assert not (tmp_path / "out").exists()


def test_a_parquet_file_of_lists_is_refused(tmp_path):
    assert refused(parquet(tmp_path / "l", **(good_columns(1) | {"Quantity": [[1]]})))[0] == "imports.unreadable"


@pytest.mark.parametrize("keep", [10, 0.5, -10])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path, keep):
    book = openpyxl.Workbook()
    for _ in range(500):
        book.active.append(list(COLUMNS))
    book.save(tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(keep * len(whole)) if isinstance(keep, float) else keep])
    assert refused(tmp_path / "cut") == ("imports.unreadable", "文件「cut」读不出来：不是完整的 XLSX 工作簿")


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF16_LE + f"{HEADER}\n{ROW}\n".encode("utf-16-le"),
        f"{HEADER}\n{ROW}\n".encode("utf-16-be"),
        f"{HEADER}\n1,A1,1,12/1/2010 9:00,1.00,“漢”\n".encode("cp932"),
        f"{HEADER}\n{ROW}\n".encode() + b"\x00\xff\xfe",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    ],
)
def test_text_that_is_neither_utf8_nor_latin1_is_refused_in_one_sentence(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    sentence = "文件「x.csv」的文字编码不是 UTF-8 也不是 Latin-1，请另存为 UTF-8 后重试"
    assert refused(tmp_path / "x.csv") == ("imports.encoding", sentence)


def test_prose_and_an_endless_quote_are_no_tables(tmp_path):
    (tmp_path / "p.csv").write_text("Dear customer,\nthank you.\n", encoding="utf-8")
    assert refused(tmp_path / "p.csv")[0] == "imports.columns"
    (tmp_path / "q.csv").write_text(f'{HEADER}\n"' + "x" * 200_000, encoding="utf-8")
    assert refused(tmp_path / "q.csv") == ("imports.unreadable", "文件「q.csv」读不出来：不是逗号分隔的表格")


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    (tmp_path / "h.csv").write_text(HEADER, encoding="utf-8")
    assert convert(tmp_path / "h.csv", tmp_path / "out", "hash:3").rows == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *["orders.csv", "plan.json", "promoters.csv", "refunds.csv", "rejects.csv", "summary.json"]
    ]


def test_a_place_that_takes_no_files_is_refused(tmp_path):
    (tmp_path / "h.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "file").touch()
    with pytest.raises(DomainError) as refusal:
        convert(tmp_path / "h.csv", tmp_path / "file" / "out")
    assert refusal.value.code == "imports.output"


def test_a_refused_import_leaves_the_results_of_the_last_one_alone(tmp_path):
    (tmp_path / "good.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    convert(tmp_path / "good.csv", tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (tmp_path / "bad.csv").write_bytes(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 50_000 + b'"' + b"x" * 200_000)
    with pytest.raises(DomainError):
        convert(tmp_path / "bad.csv", tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_watcher_that_stops_the_import_leaves_nothing_behind(tmp_path):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(parquet(tmp_path / "p", **good_columns(5)), tmp_path / "out", "none", stop)
    assert not (tmp_path / "out").exists()


def test_progress_ends_at_the_total(tmp_path):
    heard: list[tuple[int, int]] = []
    convert(parquet(tmp_path / "p", **good_columns(40_000)), tmp_path / "out", "none", lambda *far: heard.append(far))
    assert heard == [(16_384, 40_000), (32_768, 40_000), (40_000, 40_000)]
    (tmp_path / "c.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    heard.clear()
    convert(tmp_path / "c.csv", tmp_path / "out", "none", lambda *far: heard.append(far))
    size = (tmp_path / "c.csv").stat().st_size
    assert heard == [(size, size)]


@pytest.mark.parametrize("value", ["1e-99", "1" * 31, "١", "1_000", "--1", "0x10", "1,5", "9" * 5000, "1e99", "inf"])
def test_strange_numbers_are_refused_rows_not_errors(tmp_path, value):
    quoted = f'{HEADER}\n2,A1,"{value}",12/1/2010 9:00,1.00,9\n'
    (tmp_path / "n.csv").write_text(quoted, encoding="utf-8")
    assert convert(tmp_path / "n.csv", tmp_path / "out").rejects_by_code == {"row.invalid": 1}

"""A stretch taken by columns is exactly what the row rules would have made of it; any other stretch is theirs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xintui.infra import sheets as files
from xintui.infra.sheets import FileUnreadable, Judge, stretches
from xintui.promotion.commission.facade import Plan, Sale, SaleBlock
from xintui.promotion.imports import settlement

HEADER = ",".join((*settlement.ORDER_COLUMNS, "currency"))
PROMOTERS = (
    "promoter_id,level,kind,joined_at\np1,金牌,individual,2026-01-01T00:00:00+08:00\np2,,company,2026-01-01T00:00:00Z\n"
)
GOOD = {
    "order_id": "A1", "line_id": "1", "merchant_id": "m", "buyer_id": "b", "product_id": "茶", "category": "",
    "qty": "2", "paid_fen": "1999", "promoter_id": "p1", "paid_at": "2026-03-01T10:00:00+08:00",
    "received_at": "", "currency": "CNY",
}  # fmt: skip
ODD = {
    "order_id": ["", "订单\u20281", "x" * 600, "a\\N", "a b", '"A,1"'],
    "qty": ["0", "-1", "1.5", "", "²", "007", "٣", "9" * 40],
    "paid_fen": ["0", "000", "-5", "1e3", "900000000000000000", "9" * 19, " 5"],
    "promoter_id": ["", "p2", "p9"],
    "paid_at": [
        "2026-03-01",
        "2026-03-01T10:00:00",
        "2026-03-01T10:00:00Z",
        "20260301T100000Z",
        "0001-01-01T00:00:00Z",
    ],
    "received_at": ["2026-03-08T10:00:00+08:00", "soon"],
    "currency": ["", "EUR", "cny"],
}
CELLS = [(column, cell) for column, cells in ODD.items() for cell in cells]
LINES = ["", "\r", "A1,1", "A1,1,m,b,p,c,1,5,p1,2026-03-01T10:00:00Z,,CNY,more", '"open']


def a_row(changes: dict[str, str]) -> str:
    return ",".join((GOOD | changes).values())


some_rows = st.lists(
    st.one_of(
        st.just(a_row({})),
        st.sampled_from(CELLS).map(lambda odd: a_row(dict([odd]))),
        st.sampled_from(LINES),
    ),
    max_size=12,
)


def taken(path: Path, stretch: int) -> tuple[list[tuple[str, ...]], list[tuple[object, ...]], int, str]:
    """Sales in COPY's words, refusals, rows read, and the file's refusal if any."""
    refused: list[tuple[object, ...]] = []
    job = settlement.Job(
        orders=path, refunds=path, promoters=path.with_name("promoters.csv"), plan=path, out=path.parent,
        as_of=datetime(2026, 6, 1, tzinfo=UTC), books="t",
    )  # fmt: skip
    rejects = settlement._Rejects(type("W", (), {"writerow": lambda _, row: refused.append(tuple(row))})())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "STRETCH", max(stretch, 1))
        if not stretch:
            patch.setattr(settlement._Reader, "_sale_block", lambda reader, stretch: None)
        reader = settlement._Reader(job, Plan("v1", 7, 7, (), currency="CNY"), rejects, lambda what, n: None)
        sales: list[tuple[str, ...]] = []
        told = ""
        try:
            for made in reader.sales():
                sales += words(made)
        except FileUnreadable as error:
            told = error.why.split("（")[0]
    return sales, refused, reader.counts()["orders"], told


def words(made: Sale | SaleBlock) -> list[tuple[str, ...]]:
    if isinstance(made, SaleBlock):
        lines = made.text.decode().removesuffix("\n").split("\n")
        assert len(lines) == made.rows
        return [tuple(line.split("\t")) for line in lines]
    return [tuple("\\N" if cell is None else str(cell) for cell in made)]


@settings(max_examples=300, deadline=None)
@given(some_rows, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([1, 90, 400, 1 << 19]))
def test_columns_and_rows_agree(tmp_path_factory, lines, ending, ends, stretch):
    folder = tmp_path_factory.mktemp("plain")
    (folder / "promoters.csv").write_text(PROMOTERS)
    text = ending.join([HEADER, *lines]) + (ending if ends else "")
    (folder / "orders.csv").write_bytes(text.encode())
    assert taken(folder / "orders.csv", stretch) == taken(folder / "orders.csv", 0)


def test_a_dull_file_is_taken_as_blocks_and_an_odd_row_is_named(tmp_path):
    (tmp_path / "promoters.csv").write_text(PROMOTERS)
    good, bad = a_row({}), a_row({"qty": "none"})
    (tmp_path / "orders.csv").write_text("\n".join([HEADER, *[good] * 20, bad, *[good] * 20]) + "\n")
    made: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "STRETCH", 400)
        own = settlement._Reader._sale_block
        patch.setattr(
            settlement._Reader, "_sale_block", lambda r, s: made.append(0 if (b := own(r, s)) is None else b.rows) or b
        )
        sales, refused, read, told = taken(tmp_path / "orders.csv", 400)
    assert (len(sales), read, told) == (40, 41, "")
    assert refused[1:] == [("orders.csv", 22, "qty", "orders.not_whole", "qty 列：应为非负整数（最小货币单位）")]
    assert made.count(0) == 1, "one stretch went to the row rules"
    assert sum(made) > 30


def all_rows(path: Path) -> list[tuple[int, files.Cells]]:
    return [row for stretch in stretches(path, ("a", "b")) for row in stretch.rows()]


def test_a_byte_that_is_no_utf8_is_found_where_it_is(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 200_000 + b"1,\xff\n")
    with pytest.raises(FileUnreadable) as refusal:
        all_rows(path)
    assert refusal.value.why == f"不是 UTF-8 编码（第 {4 + 4 * 200_000 + 2} 字节附近）"


def test_a_bom_and_a_quoted_header_change_nothing(tmp_path):
    path = tmp_path / "x.csv"
    for head in (b"\xef\xbb\xbfa,b\n", b'\xef\xbb\xbf"a","b"\n', b"a,b\r\n"):
        path.write_bytes(head + b"1,2\n\n3\n")
        assert all_rows(path) == [(2, ["1", "2"]), (4, ["3", ""])]


def test_the_reader_counts_rows_whoever_judges_them(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n3\n")
    judge = Judge(lambda *_: None)
    list(judge.rows(path, ("a",), (), lambda number, cells: cells, name="x"))
    assert judge.read == 3

"""Settling files: worked lines by hand, repeats, conflicts, spreadsheets, and files made to hurt."""

import csv
import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openpyxl import Workbook

from xintui.foundation.evidence.proof_file import verify
from xintui.foundation.ledger import facade as ledger
from xintui.infra import tenancy
from xintui.infra.sheets import FileUnreadable
from xintui.kernel.errors import DomainError
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import PlanConflict, PlanInvalid, SettledBeyond
from xintui.promotion.imports.settlement import Job, Settled, settle

pytestmark = pytest.mark.django_db

PLAN: dict[str, Any] = {
    "version": "t1",
    "auto_receipt_days": 10,
    "freeze_days": 7,
    "rules": [{"id": "base", "priority": 0, "match": {}, "rate_bp": 1250}],
}
ORDERS = "order_id,line_id,merchant_id,buyer_id,product_id,category,qty,paid_fen,promoter_id,paid_at,received_at\n"
REFUNDS = "refund_id,order_id,line_id,refund_fen,refunded_at\n"
PROMOTERS = "promoter_id,level,kind,joined_at\np1,gold,individual,2026-01-01T00:00:00+08:00\n"
PAID = "2026-11-01T10:00:00+08:00"


def line(order: str, paid_fen: int, promoter: str = "p1") -> str:
    return f"{order},1,m1,b1,sku1,tea,1,{paid_fen},{promoter},{PAID},\n"


def refund(number: str, order: str, fen: int, day: int = 5) -> str:
    return f"{number},{order},1,{fen},2026-11-{day:02d}T10:00:00+08:00\n"


class Desk:
    """A folder of input files and the runs made on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(orders="", refunds="")
        (folder / "promoters.csv").write_text(PROMOTERS)
        self.plan(PLAN)

    def write(self, **bodies: str) -> None:
        for name, body in bodies.items():
            header = ORDERS if name == "orders" else REFUNDS
            (self.folder / f"{name}.csv").write_text(header + body, "utf-8")

    def plan(self, plan: object) -> None:
        (self.folder / "plan.json").write_text(json.dumps(plan), "utf-8")

    def settle(self, as_of: str = "2026-12-31T00:00:00+08:00", **other: Path) -> Settled:
        paths = {name: self.folder / f"{name}.csv" for name in ("orders", "refunds", "promoters")} | other
        job = Job(
            **paths, plan=self.folder / "plan.json", out=self.out, as_of=datetime.fromisoformat(as_of), books="desk"
        )
        return settle(job)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def read(self, name: str) -> list[dict[str, str]]:
        with (self.out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_may_name_the_size_sold_and_the_plan_may_ask_for_it(desk: Desk) -> None:
    box = {"id": "box", "priority": 1, "match": {"sku_id": ["box"]}, "rate_bp": 3000}
    desk.plan(PLAN | {"rules": [*PLAN["rules"], box]})
    head, rows = (
        ORDERS.strip() + ",sku_id\n",
        [line("o1", 100_00).strip() + ",box\n", line("o2", 100_00).strip() + ",\n"],
    )
    (desk.folder / "orders.csv").write_text(head + "".join(rows))
    desk.settle()
    assert [(row["rule_id"], row["commission_fen"]) for row in desk.read("lines")] == [
        ("box", "3000"),
        ("base", "1250"),
    ]


@pytest.mark.parametrize(
    ("paid", "refunds", "base", "target"),
    [
        (100_00, [], 10000, 1250),
        (100_00, [33_33], 6667, 833),
        (100_00, [33_33, 33_33], 3334, 416),
        (100_00, [66_66], 3334, 416),
        (100_00, [33_33, 33_33, 33_34], 0, 0),
        (7, [], 7, 0),
    ],
)
@pytest.mark.parametrize("day", [5, 25], ids=["before release", "after release"])
def test_the_worked_lines_of_the_design(
    desk: Desk, paid: int, refunds: list[int], base: int, target: int, day: int
) -> None:
    rows = "".join(refund(f"r{n}", "o1", fen, day) for n, fen in enumerate(refunds))
    desk.write(orders=line("o1", paid), refunds=rows)
    desk.settle()
    (row,) = desk.read("lines")
    assert (int(row["base_fen"]), int(row["commission_fen"])) == (base, target)
    assert row["state"] == ("due" if base else "void")
    assert row["release_at"] == "2026-11-18T10:00:00+08:00"
    (balance,) = desk.read("balances")
    assert balance == {
        "promoter_id": "p1",
        "pending_fen": "0",
        "due_fen": str(target),
        "debt_fen": "0",
        "withdrawn_fen": "0",
    }


def test_a_second_run_changes_nothing_and_writes_the_same_files(desk: Desk) -> None:
    desk.write(orders=line("o1", 10000) + line("o2", 5000), refunds=refund("r1", "o1", 3333))
    assert desk.settle().outcome.changed
    first = {p.name: p.read_bytes() for p in desk.out.iterdir() if p.name != "summary.json"}
    moves = ledger.totals(ledger="desk")
    again = desk.settle()
    assert not again.outcome.changed
    assert (again.outcome.sales_known, again.outcome.refunds_known) == (2, 1)
    assert {p.name: p.read_bytes() for p in desk.out.iterdir() if p.name != "summary.json"} == first
    assert ledger.totals(ledger="desk") == moves


def test_a_changed_row_under_a_known_id_is_a_conflict_and_the_rest_goes_on(desk: Desk) -> None:
    desk.write(orders=line("o1", 10000), refunds=refund("r1", "o1", 100))
    desk.settle()
    desk.write(orders=line("o1", 10001) + line("o2", 700), refunds=refund("r1", "o1", 101))
    settled = desk.settle()
    assert [(r["file"], r["row"], r["code"]) for r in desk.read("rejects")] == [
        ("orders.csv", "2", "orders.conflict"),
        ("refunds.csv", "2", "refunds.conflict"),
    ]
    assert (settled.outcome.sales_new, settled.rejects) == (1, 2)
    assert [r["paid_fen"] for r in desk.read("lines")] == ["10000", "700"]


def test_other_terms_under_the_same_version_and_an_earlier_instant_are_refused_whole(desk: Desk) -> None:
    desk.write(orders=line("o1", 10000))
    desk.settle()
    before = {p.name: p.read_bytes() for p in desk.out.iterdir()}
    with pytest.raises(SettledBeyond):
        desk.settle("2026-12-30T00:00:00+08:00")
    desk.plan(PLAN | {"freeze_days": 8})
    with pytest.raises(PlanConflict):
        desk.settle()
    assert {p.name: p.read_bytes() for p in desk.out.iterdir()} == before


def test_the_proof_verifies_offline_and_a_changed_statement_does_not(desk: Desk) -> None:
    desk.write(orders=line("o1", 10000))
    desk.settle()
    assert verify(desk.out / "proof.json").exit_code == 0
    body = (desk.out / "proof.json").read_text()
    assert '"net_fen": 10000' in body
    (desk.out / "proof.json").write_text(body.replace('"net_fen": 10000', '"net_fen": 10001'))
    assert verify(desk.out / "proof.json").exit_code == 1


def test_a_spreadsheet_with_the_same_columns_settles_the_same(desk: Desk) -> None:
    desk.write(orders=line("o1", 10000) + line("o2", 333))
    book = Workbook()
    for row in csv.reader((desk.folder / "orders.csv").open(encoding="utf-8")):
        book.active.append([int(c) if c.isdigit() and n in (6, 7) else c for n, c in enumerate(row)])
    book.save(desk.folder / "orders.xlsx")
    desk.settle(orders=desk.folder / "orders.xlsx")
    assert [r["commission_fen"] for r in desk.read("lines")] == ["1250", "41"]


HOSTILE = {
    "empty": b"",
    "not utf-8": ORDERS.encode() + "o1,1,m1,b1,茶,tea".encode("gbk") + b"\xff\xfe\n",
    "utf-16": ORDERS.encode("utf-16"),
    "missing column": b"order_id,line_id\n1,2\n",
    "unclosed quote": ORDERS.encode() + b'o1,"1,m1\n',
    "binary": bytes(random.Random(7).randbytes(4096)),
    "huge cell": ORDERS.encode() + b"o" * 200_000 + b",1,m1,b1,s,t,1,1,p1,x,\n",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_table_is_refused_in_one_sentence_and_nothing_is_written(desk: Desk, body: bytes) -> None:
    (desk.folder / "orders.csv").write_bytes(body)
    with pytest.raises(FileUnreadable) as refusal:
        desk.settle()
    assert "\n" not in str(refusal.value)
    assert list(desk.out.iterdir()) == []
    assert ledger.totals(ledger="desk") == (0, 0)


@pytest.mark.parametrize("cut", [100, 2000], ids=["header", "half"])
def test_a_truncated_spreadsheet_is_refused_in_one_sentence(desk: Desk, cut: int) -> None:
    book = Workbook()
    book.active.append(ORDERS.strip().split(","))
    book.save(desk.folder / "whole.xlsx")
    (desk.folder / "orders.xlsx").write_bytes((desk.folder / "whole.xlsx").read_bytes()[:cut])
    with pytest.raises(FileUnreadable):
        desk.settle(orders=desk.folder / "orders.xlsx")


def bad(**cells: str) -> str:
    good = dict(zip(ORDERS.strip().split(","), line("o9", 100).strip().split(","), strict=True)) | cells
    return ",".join(f'"{value}"' for value in good.values()) + "\n"


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"paid_fen": "-1"}, "paid_fen", "orders.not_whole"),
        ({"paid_fen": "1.5"}, "paid_fen", "orders.not_whole"),
        ({"paid_fen": "１００"}, "paid_fen", "orders.not_whole"),
        ({"paid_fen": "1000000000000001"}, "paid_fen", "orders.out_of_range"),
        ({"paid_fen": "9" * 400}, "paid_fen", "orders.not_whole"),
        ({"paid_at": "2026-11-01T10:00:00"}, "paid_at", "orders.no_offset"),
        ({"paid_at": "昨天"}, "paid_at", "orders.not_a_time"),
        ({"paid_at": "0001-01-01T00:00:00+08:00"}, "paid_at", "orders.out_of_range"),
        ({"received_at": "x"}, "received_at", "orders.not_a_time"),
        ({"promoter_id": "nobody"}, "promoter_id", "orders.unknown_promoter"),
        ({"merchant_id": ""}, "merchant_id", "orders.empty"),
        ({"product_id": "a\x00b"}, "product_id", "orders.unstorable"),
        ({"qty": "0"}, "qty", "orders.out_of_range"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_the_others_are_settled(
    desk: Desk, cells: dict[str, str], column: str, code: str
) -> None:
    desk.write(orders=line("o1", 10000) + bad(**cells) + line("o2", 20000))
    settled = desk.settle()
    (reject,) = desk.read("rejects")
    assert (reject["file"], reject["row"], reject["column"], reject["code"]) == ("orders.csv", "3", column, code)
    assert reject["message"]
    assert settled.outcome.sales_new == 2


def test_formulas_quotes_and_separators_in_ids_come_back_as_they_went_in(desk: Desk) -> None:
    ids = ["=1+1", "a,b", 'say ""hi""', "行\u2028分", "x" * 300, "'; DROP TABLE ledger_move; --"]
    rows = "".join(f'"{i}",1,m1,b1,s1,tea,1,100,p1,{PAID},\n' for i in ids)
    desk.write(orders=rows)
    desk.settle()
    wanted = sorted((i.replace('""', '"') for i in ids), key=str.encode)
    assert [r["order_id"] for r in desk.read("lines")] == wanted


@pytest.mark.parametrize(
    "plan",
    [
        [],
        {},
        PLAN | {"rules": [{"id": "a", "rate_bp": 10001}]},
        PLAN | {"rules": [{"id": "a", "rate_bp": "800"}]},
        PLAN | {"rules": [{"id": "a", "rate_bp": 1, "match": {"colour": "red"}}]},
        PLAN | {"freeze_days": -1},
        PLAN | {"rules": [{"id": "a", "rate_bp": 1}, {"id": "a", "rate_bp": 2}]},
    ],
)
def test_a_plan_that_is_no_plan_is_refused_naming_the_place(desk: Desk, plan: object) -> None:
    desk.plan(plan)
    with pytest.raises(PlanInvalid):
        desk.settle()


def test_a_plan_that_is_no_json_is_refused(desk: Desk) -> None:
    (desk.folder / "plan.json").write_text("{" * 100_000)
    with pytest.raises(DomainError) as refusal:
        desk.settle()
    assert refusal.value.code == "imports.file_unreadable"


@pytest.mark.django_db(transaction=True)
def test_the_audit_sees_every_line_wherever_it_is_asked_from(desk: Desk, superuser_url: str) -> None:
    desk.write(orders=line("o1", 10000))
    desk.settle()
    with tenancy.as_nobody():
        assert commission.audit(books="desk") == []
        with psycopg.connect(superuser_url) as admin:
            admin.execute("UPDATE commission_month SET net_fen = net_fen + 1")
        (found,) = commission.audit(books="desk")
    assert (found["check"], found["subject"]) == ("month", "desk p1 2026-11")

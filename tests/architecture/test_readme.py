"""Documents say what is true: the README's order is settled, named files exist, tables are those of the code."""

import csv
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from xintui.promotion.imports.facade import Job, settle

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
FILES = {
    "orders.csv": "order_id,line_id,merchant_id,buyer_id,product_id,category,qty,paid_fen,promoter_id,paid_at,"
    "received_at\n"
    "ord1,1,tea-shop,wang,longjing,tea,1,10000,chen,2026-09-01T10:00:00+08:00,2026-09-04T18:00:00+08:00\n",
    "refunds.csv": "refund_id,order_id,line_id,refund_fen,refunded_at\n"
    "rfd1,ord1,1,3333,2026-09-06T09:00:00+08:00\nrfd2,ord1,1,1000,2026-09-20T09:00:00+08:00\n",
    "promoters.csv": "promoter_id,level,kind,joined_at\nchen,gold,individual,2026-01-01T00:00:00+08:00\n",
    "withdrawals.csv": "withdrawal_id,promoter_id,amount_fen,withdrawn_at\nwdr1,chen,800,2026-09-15T12:00:00+08:00\n",
    "plan.json": '{"version": "2026-09", "auto_receipt_days": 10, "freeze_days": 7,'
    ' "rules": [{"id": "base", "priority": 0, "match": {}, "rate_bp": 1250}], "tiers": []}',
}


@pytest.mark.django_db(transaction=True)
def test_the_order_of_the_readme_is_what_settle_answers(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    inputs = {name.split(".")[0]: tmp_path / name for name in FILES}
    settle(
        Job(**inputs, out=tmp_path / "out", as_of=datetime.fromisoformat("2026-10-01T00:00:00+08:00"), books="readme")  # type: ignore[arg-type]
    )
    with open(tmp_path / "out" / "moves.csv", encoding="utf-8") as file:
        _, *moves = list(csv.reader(file))
    table = (ROOT / "README.md").read_text("utf-8").split("<!-- ledger")[1].split("<!-- /ledger")[0]
    told = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in re.findall(r"^\| `.*\|$", table, re.M)]
    assert told == moves
    chinese = (ROOT / "README.zh-CN.md").read_text("utf-8")
    for reason, _, _, fen, on in moves:
        assert re.search(rf"\| `{re.escape(reason)}` \| \S+ \| \S+ \| {fen} \| {on} \|", chinese), reason


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_path_a_document_names_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    named = set(re.findall(r"`((?:src|tests|docs|bench|tools)/[\w./*-]+)`", text))
    missing = [path for path in sorted(named) if not list(ROOT.glob(path.rstrip("/")))]
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing += [link for link in links if not (document.parent / link).exists()]
    assert not missing


def test_every_feature_of_the_first_release_has_its_row() -> None:
    wanted = (
        "F-01 F-02 F-04 F-05 F-06 F-07 F-08 F-09 F-11 C-01 C-02 C-03 C-05 C-06 C-07 C-09 C-10 C-11 C-13"
        " T-01 T-02 T-03 T-04 T-05 T-06 T-07 T-08 T-09 T-10 T-11 T-14 T-15 T-17 T-22"
        " P-01 P-02 P-03 P-04 P-05 P-06 P-07 P-08 P-09 P-10 P-12 P-15 P-18"
        " I-03 I-08 E-01 E-06 S-01 S-02 S-03 S-04 S-05"
    ).split()
    rows = re.findall(r"^\| ([A-Z]-\d\d) \|(.*)\|$", (ROOT / "docs" / "features.md").read_text("utf-8"), re.M)
    assert [number for number, _ in rows] == wanted
    for number, row in rows:
        assert "`tests/" in row, f"{number} names no test"


def test_every_operation_and_command_the_feature_map_names_exists() -> None:
    from xintui.entrypoints import api
    from xintui.entrypoints.cli import main

    text = (ROOT / "docs" / "features.md").read_text("utf-8")
    built = api.build()
    operations = {built.get_openapi_operation_id(operation) for operation in api.operations(built)}
    prefixes = {name.split("_")[0] for name in operations}
    named = {name for name in re.findall(r"`([a-z]+_[a-z_]+)`", text) if name.split("_")[0] in prefixes}
    assert named <= operations, named - operations
    assert len(named) > 30
    assert set(re.findall(r"`xintui ([a-z-]+)", text)) <= set(main.commands)


def test_the_state_tables_are_those_of_the_rules() -> None:
    done = subprocess.run(
        [sys.executable, "tools/states.py", "--check"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr

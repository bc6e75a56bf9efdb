"""A day is closed once, in order, only when it is over and adds up; its proofs hold without us."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tests.foundation.evidence.books import DAY, NEXT, NOW, SHOP, pending, sale, sell, tampering
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.rules.blocks import GENESIS
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind

pytestmark = pytest.mark.django_db(transaction=True)


def saved(path: Path, lines: object) -> Path:
    path.write_text("".join(lines), "utf-8")  # type: ignore[call-overload]
    return path


def offline(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """`xintui verify` in a process that has neither settings nor a database."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XINTUI_", "DJANGO_", "PG"))}
    program = "import sys; from xintui.entrypoints.cli import main; main(prog_name='xintui')"
    return subprocess.run(
        [sys.executable, "-c", program, "verify", str(path), *more],
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"DJANGO_SETTINGS_MODULE": "no.such.settings", "PYTHONIOENCODING": "utf-8"},
    )


def test_a_day_is_closed_once_and_takes_no_more_postings() -> None:
    sell(1, 2)
    closed = evidence.close_day(DAY, now=NOW)
    assert (closed.day, closed.count, closed.sum_fen, closed.previous) == (DAY, 6, 20003 + 200 + 2000, GENESIS)
    assert closed.postings_root == evidence.bulk_root(ledger.leaves(day=DAY))
    assert (closed.chain_n, closed.chain_head) == (1, evidence.last_block().hash)
    with pytest.raises(ledger.DayClosed):
        sell(3)
    with pytest.raises(evidence.DayAlreadyClosed) as refusal:
        evidence.close_day(DAY, now=NOW)
    assert refusal.value.facts == {"day": "2026-11-20", "last": "2026-11-20"}
    with pytest.raises(evidence.DayAlreadyClosed):
        evidence.close_day(DAY - timedelta(days=1), now=NOW)
    assert ledger.audit() == []
    assert evidence.verify_chain().holds


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 24), date(2030, 1, 1)])
def test_a_day_that_is_not_over_in_shanghai_stays_open(day: date) -> None:
    with pytest.raises(evidence.DayNotOver):
        evidence.close_day(day, now=NOW)
    sell(1, on=day)
    assert ledger.totals(day=day)[0] == 3


def test_the_day_ends_at_midnight_in_shanghai() -> None:
    sell(1)
    before, after = datetime(2026, 11, 20, 15, 59, tzinfo=UTC), datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    with pytest.raises(evidence.DayNotOver):
        evidence.close_day(DAY, now=before)
    assert evidence.close_day(DAY, now=after).count == 3


def test_without_a_given_time_the_database_says_what_time_it_is() -> None:
    with pytest.raises(evidence.DayNotOver):
        evidence.close_day(date(2200, 1, 1))
    assert evidence.close_day(date(2001, 2, 3)).day == date(2001, 2, 3)


def test_days_left_open_are_closed_first_and_each_names_the_one_before() -> None:
    sell(1, on=date(2026, 11, 17))
    sell(2, on=date(2026, 11, 19))
    last = evidence.close_day(DAY, now=NOW)
    days = evidence.days()
    assert [(d.day.day, d.count) for d in days] == [(20, 0), (19, 3), (18, 0), (17, 3)]
    assert days[0] == last
    assert [d.previous for d in days] == [d.proof_root for d in days[1:]] + [GENESIS]
    assert evidence.verify_chain().holds


def test_books_are_closed_apart() -> None:
    sell(1)
    sell(2, books="files-a")
    evidence.close_day(DAY, "files-a", now=NOW)
    sell(3)
    assert evidence.days() == []
    assert [d.count for d in evidence.days(ledger="files-a")] == [3]


def test_books_that_do_not_add_up_are_not_closed(superuser_url: str) -> None:
    sell(1)
    with tampering(superuser_url) as admin:
        admin.execute("UPDATE ledger_account SET posted_fen = posted_fen + 1 WHERE code LIKE 'promoter.pending%'")
    with pytest.raises(evidence.BooksDoNotClose) as refusal:
        evidence.close_day(DAY, now=NOW)
    assert refusal.value.facts["subject"] == "promoter.pending:pro1@CNY"
    assert evidence.days() == []
    sell(2)  # the day stayed open


def test_a_day_does_not_open_with_other_balances_than_yesterday_closed_with(superuser_url: str) -> None:
    sell(1)
    evidence.close_day(DAY, now=NOW)
    sell(2, on=NEXT)
    with tampering(superuser_url) as admin:  # balanced, and the balance rows agree with it
        admin.execute("UPDATE ledger_move SET fen = fen + 7 WHERE on_date = %s AND seq IN (0, 2)", [DAY])
        admin.execute("UPDATE ledger_account SET posted_fen = posted_fen + 7 WHERE code LIKE 'promoter.pending%'")
    with pytest.raises(evidence.BooksDoNotClose, match="上次关账余额"):
        evidence.close_day(NEXT, now=NOW)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ledger_move SET fen = fen + 1 WHERE seq = 1",
        "DELETE FROM ledger_move WHERE seq = 2",
        "UPDATE ledger_move SET on_date = '2026-11-19'",
        "UPDATE evidence_day SET proof_root = postings_root",
        "UPDATE evidence_day SET chain_head = previous",
        "UPDATE evidence_day SET count = 4",
    ],
)
def test_a_closed_day_that_was_changed_is_found_and_proves_nothing_any_more(edit: str, superuser_url: str) -> None:
    sell(1)
    evidence.close_day(DAY, now=NOW)
    with tampering(superuser_url) as admin:
        admin.execute(edit)
    report = evidence.verify_chain()
    assert "shop 2026-11-20" in {fault.subject for fault in report.faults}
    with pytest.raises(evidence.RecordsChanged):
        evidence.proof_for_day(DAY)


def test_the_database_refuses_a_day_out_of_order() -> None:
    sell(1)
    evidence.close_day(DAY, now=NOW)
    with pytest.raises(DatabaseError, match="does not follow"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT evidence_close('shop', '2026-11-19', %s, 1, 1, %s, 0, %s, %s, %s, '{}')", [bytes(32)] * 5
        )


def test_a_whole_days_proof_holds_offline_against_the_published_root(tmp_path: Path) -> None:
    sell(*range(1, 8))
    closed = evidence.close_day(DAY, now=NOW)
    path = saved(tmp_path / "day.json", evidence.proof_for_day(DAY, issued_at=NOW))
    assert len(json.loads(path.read_text("utf-8"))["records"]) == 22

    done = offline(path, "--root", closed.proof_root.hex())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "全部记录 22 条（树共 22 片叶），证明成立",
        f"根 {closed.proof_root.hex()}，与给定的公布值已比对",
    ]
    assert offline(path, "--root", "00" * 32).returncode == 1
    assert offline(path, "--root", "beef").returncode == 2


def test_an_accounts_proof_carries_exactly_its_moves() -> None:
    sell(1, 2, promoter="pro1")
    sell(3, promoter="pro2")
    evidence.close_day(DAY, now=NOW)
    document = json.loads("".join(evidence.proof_for_account(pending("pro2"), day=DAY)))
    head, *moves = document["records"]
    assert head["what"] == "day" and document["tree_size"] == 10
    assert [move["record"] for move in moves] == [
        {
            "reason": "orders.paid/ord0003",
            "debit": "merchant.payable:mch1@CNY",
            "credit": "promoter.pending:pro2@CNY",
            "amount_fen": 1000,
            "accounting_date": "2026-11-20",
        }
    ]


def test_a_months_proof_needs_one_published_root(tmp_path: Path) -> None:
    sell(1, on=date(2026, 11, 17), promoter="pro1")
    sell(2, on=date(2026, 11, 18), promoter="pro2")
    sell(3, 4, on=date(2026, 11, 19), promoter="pro1")
    last = evidence.close_day(DAY, now=NOW)
    path = saved(tmp_path / "m.json", evidence.proof_for_account(pending("pro1"), month="2026-11", issued_at=NOW))
    proofs = json.loads(path.read_text("utf-8"))["proofs"]
    assert [len(proof["records"]) for proof in proofs] == [2, 1, 3, 1]

    done = offline(path, "--root", last.proof_root.hex())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "摘录 7 条（树共 16 片叶），证明成立"

    document = json.loads(path.read_text("utf-8"))
    del document["proofs"][1]
    cut = saved(tmp_path / "cut.json", json.dumps(document))
    assert offline(cut).returncode == 1  # a day cannot be left out
    document["proofs"].reverse()
    assert offline(saved(tmp_path / "turned.json", json.dumps(document))).returncode == 1


def test_a_bundle_too_large_to_parse_is_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xintui.foundation.evidence import proof_file

    sell(1, on=date(2026, 11, 18))
    sell(2, on=date(2026, 11, 19))
    last = evidence.close_day(DAY, now=NOW)
    path = saved(tmp_path / "m.json", evidence.proof_for_account(SHOP, month="2026-11"))
    whole = proof_file.verify_proof_file(path, last.proof_root)
    monkeypatch.setattr(proof_file, "WHOLE_MAX_BYTES", 16)
    assert proof_file.verify_proof_file(path, last.proof_root) == whole
    assert whole.holds and whole.checked == 9


def test_flipping_any_byte_of_a_proof_fails(tmp_path: Path) -> None:
    from xintui.foundation.evidence.proof_file import verify

    sell(1, 2, on=DAY)
    closed = evidence.close_day(DAY, now=NOW)
    good = "".join(evidence.proof_for_account(pending("pro1"), day=DAY)).encode()
    path = tmp_path / "p.json"
    note = good.index(b'"note"'), good.index(b'"records"')
    survived = []
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1
        path.write_bytes(bad)
        if verify(path, closed.proof_root).exit_code == 0:
            survived.append(at)
    outside = [at for at in survived if not note[0] <= at < note[1] and not good[at : at + 1].isspace()]
    assert outside == []  # only the courtesy note and blanks between fields may change
    assert len(good) > 2000


def test_nothing_is_proved_of_a_day_that_is_open() -> None:
    sell(1)
    with pytest.raises(evidence.DayNotClosed):
        evidence.proof_for_day(DAY)
    with pytest.raises(evidence.DayNotClosed):
        evidence.proof_for_account(SHOP, day=DAY)
    with pytest.raises(evidence.DayNotClosed):
        evidence.proof_for_account(SHOP, month="2026-11")


def test_a_posting_under_way_is_inside_the_day_it_is_dated(superuser_url: str) -> None:
    """The close waits for it: a move can neither slip in behind the root nor be left out of it."""
    import threading

    import psycopg

    with psycopg.connect(superuser_url) as slow:
        slow.execute(
            "SELECT ledger_post('shop', '{test.slow/1}', '{0}', '{promoter.debt:x@CNY}', '{platform.fee:x@CNY}',"
            " '{5}', '{2026-11-20}')"
        )
        found: list[evidence.ClosedDay] = []

        def close() -> None:
            try:
                found.append(evidence.close_day(DAY, now=NOW))
            finally:
                connection.close()

        thread = threading.Thread(target=close)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive() and found == []
        slow.commit()
        thread.join(10)
    assert [day.count for day in found] == [1]
    assert ledger.posting("test.slow/1").moves[0].debit == Account(Kind.PROMOTER_DEBT, "x")
    assert sale(1).on == DAY

"""Every committed move ends up in exactly one block, and nothing sealed can change unnoticed."""

import threading
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foundation.evidence.books import DAY, NEXT, NOW, sell, tampering
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.rules import leaf_bytes, leaf_hash
from xintui.foundation.evidence.rules.blocks import GENESIS
from xintui.foundation.ledger import facade as ledger

committing = pytest.mark.django_db(transaction=True)


@committing
def test_a_block_holds_every_committed_move_and_the_next_one_names_it() -> None:
    sell(1, 2)
    first = evidence.seal(NOW)
    assert first is not None
    assert (first.n, first.previous, first.count, first.sum_fen) == (1, GENESIS, 6, 20003 + 200 + 2000)
    assert evidence.seal(NOW) is None
    sell(3)
    sell(1, books="files-x")
    second = evidence.seal(NOW)
    assert second is not None
    assert (second.n, second.previous, second.count) == (2, first.hash, 6)
    assert second.tx_from == first.tx_to
    report = evidence.verify_chain()
    assert (report.blocks, report.moves, report.head_hash, report.faults) == (2, 12, second.hash, ())


@committing
def test_a_transaction_that_began_first_and_commits_last_is_not_skipped(superuser_url: str) -> None:
    post = (
        "SELECT ledger_post('shop', ARRAY[%s], '{0}', '{promoter.debt:x@CNY}', '{platform.fee:x@CNY}',"
        " '{5}', '{2026-11-20}')"
    )
    with psycopg.connect(superuser_url) as slow, psycopg.connect(superuser_url) as fast:
        slow.execute(post, ["test.slow/1"])
        slow_tx = slow.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
        fast.execute(post.replace("x@", "y@"), ["test.fast/1"])
        fast_tx = fast.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
        fast.commit()
        assert slow_tx < fast_tx

        assert evidence.seal(NOW) is None  # the fast one is committed, but an elder is still open: both wait
        slow.commit()
    block = evidence.seal(NOW)
    assert block is not None
    assert block.count == 2 and block.tx_from <= slow_tx < fast_tx < block.tx_to
    assert evidence.verify_chain().moves == 2


@committing
def test_sealers_side_by_side_make_one_chain_without_gaps() -> None:
    sell(*range(20))
    errors: list[BaseException] = []

    def work(offset: int) -> None:
        try:
            for n in range(offset, offset + 15):
                sell(n)
                evidence.seal(NOW)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(1000 * i,)) for i in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    evidence.seal(NOW)
    report = evidence.verify_chain()
    assert report.faults == ()
    assert report.moves == 3 * (20 + 4 * 15)


def _three_blocks() -> None:
    for n in range(3):
        sell(10 * n + 1, 10 * n + 2, 10 * n + 3)
        evidence.seal(NOW)


OF_BLOCK_2 = "(SELECT DISTINCT reason_id FROM ledger_move WHERE reason = 'orders.paid/ord0012')"
OTHER_OF_2 = "(SELECT DISTINCT reason_id FROM ledger_move WHERE reason = 'orders.paid/ord0013')"
EDITS = {
    "an amount": f"UPDATE ledger_move SET fen = fen + 1 WHERE reason_id = {OF_BLOCK_2} AND seq = 0",
    "balanced: both legs of two moves": f"UPDATE ledger_move SET fen = fen * 2 WHERE reason_id = {OF_BLOCK_2}",
    "balanced: one adds what another loses": "UPDATE ledger_move SET fen = fen + CASE reason WHEN"
    " 'orders.paid/ord0012' THEN 500 ELSE -500 END"
    " WHERE reason IN ('orders.paid/ord0012', 'orders.paid/ord0013') AND seq = 0",
    "swapped amounts": "UPDATE ledger_move m SET fen = o.fen FROM ledger_move o WHERE m.seq = 0 AND o.seq = 0 AND"
    " (m.reason, o.reason) IN (('orders.paid/ord0012', 'orders.paid/ord0013'),"
    " ('orders.paid/ord0013', 'orders.paid/ord0012'))",
    "another account": f"UPDATE ledger_move SET credit_id = (SELECT id FROM ledger_account WHERE code LIKE"
    f" 'platform.fee%') WHERE reason_id = {OF_BLOCK_2} AND seq = 2",
    "the date": f"UPDATE ledger_move SET on_date = '2026-11-19' WHERE reason_id = {OF_BLOCK_2}",
    "the reason's text": f"UPDATE ledger_move SET reason = 'orders.paid/ord0099' WHERE reason_id = {OF_BLOCK_2}",
    "the time": f"UPDATE ledger_move SET at = at + interval '1 microsecond' WHERE reason_id = {OF_BLOCK_2} AND seq = 1",
    "the books": f"UPDATE ledger_move SET ledger = 'other' WHERE reason_id = {OF_BLOCK_2} AND seq = 1",
    "a deleted posting": f"DELETE FROM ledger_move WHERE reason_id = {OF_BLOCK_2}",
    "a deleted leg": f"DELETE FROM ledger_move WHERE reason_id = {OF_BLOCK_2} AND seq = 2",
    "an inserted posting": "INSERT INTO ledger_move SELECT ledger_id('shop', 'x/1'), seq, ledger, 'x/1', debit_id,"
    f" credit_id, fen, on_date, tx, at FROM ledger_move WHERE reason_id = {OTHER_OF_2}",
    "the account's name": "UPDATE ledger_account SET code = 'promoter.pending:thief@CNY'"
    " WHERE code = 'promoter.pending:pro1@CNY'",
    "the account is gone": "DELETE FROM ledger_account WHERE code = 'promoter.pending:pro1@CNY'",
    "the block's root": "UPDATE evidence_block SET root = previous WHERE n = 2",
    "the block's count": "UPDATE evidence_block SET count = count + 1 WHERE n = 2",
    "the block's sum": "UPDATE evidence_block SET sum = sum + 1 WHERE n = 2",
    "the block's hash": "UPDATE evidence_block SET hash = root WHERE n = 2",
    "the block is gone": "DELETE FROM evidence_block WHERE n = 2",
}
FIRST_BAD = {"the account's name": 1, "the account is gone": 1}


@committing
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edit_behind_the_triggers_is_found_and_its_block_named(
    edit: str, request: pytest.FixtureRequest, superuser_url: str
) -> None:
    _three_blocks()
    assert evidence.verify_chain().holds
    with tampering(superuser_url) as admin:
        assert admin.execute(edit).rowcount > 0
    report = evidence.verify_chain()
    assert report.first_bad == FIRST_BAD.get(request.node.callspec.id, 2)
    assert report.faults[0].subject == f"第 {report.first_bad} 块"


@committing
def test_a_move_pushed_into_another_block_spoils_both(superuser_url: str) -> None:
    _three_blocks()
    with tampering(superuser_url) as admin:
        admin.execute(
            "UPDATE ledger_move SET tx = (SELECT tx_from FROM evidence_block WHERE n = 3)"
            " WHERE reason = 'orders.paid/ord0012'"
        )
    assert {fault.block for fault in evidence.verify_chain().faults} == {2, 3}


@committing
def test_a_block_rewritten_to_fit_its_forged_moves_no_longer_fits_the_next(superuser_url: str) -> None:
    from xintui.foundation.evidence.rules import block_hash

    _three_blocks()
    with tampering(superuser_url) as admin:
        admin.execute(f"UPDATE ledger_move SET fen = fen + 1 WHERE reason_id = {OF_BLOCK_2} AND seq = 0")
        block = evidence.blocks(limit=3).items[1]
        leaves = [
            bytes.fromhex(row[0])
            for row in admin.execute(
                "SELECT encode(ledger_sealed(m.ledger, m.seq, m.tx, m.at, ledger_leaf(m.reason, d.code, c.code, m.fen,"
                " m.on_date)), 'hex') FROM ledger_move m JOIN ledger_account d ON d.id = debit_id"
                " JOIN ledger_account c ON c.id = credit_id WHERE tx >= %s AND tx < %s ORDER BY tx, reason_id, seq",
                [block.tx_from, block.tx_to],
            )
        ]
        root = evidence.bulk_root(leaves)
        forged = block_hash(block.previous, root, block.count, block.sum_fen + 1)
        admin.execute("UPDATE evidence_block SET root = %s, sum = sum + 1, hash = %s WHERE n = 2", [root, forged])
    report = evidence.verify_chain()
    assert [(fault.block, fault.says) for fault in report.faults] == [
        (3, "没有接在前一块之后：前块被改写，或本块的前块哈希被改动")
    ]
    known = {2: block.hash}
    assert evidence.verify_chain(known).first_bad == 2  # whoever kept block 2's hash elsewhere is told of block 2


@committing
def test_cutting_off_the_newest_blocks_is_seen_by_the_day_that_named_them(superuser_url: str) -> None:
    _three_blocks()
    evidence.close_day(DAY, now=NOW)
    with tampering(superuser_url) as admin:
        admin.execute("DELETE FROM evidence_block WHERE n = 3")
    assert evidence.verify_chain().first_bad == 3


@committing
@pytest.mark.parametrize("table", ["evidence_block", "evidence_day"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET count = 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_program_may_not_and_the_superuser_is_refused(table: str, verb: str, superuser_url: str) -> None:
    sell(1)
    evidence.seal(NOW)
    evidence.close_day(DAY, now=NOW)
    statement = verb.format(table)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with psycopg.connect(superuser_url) as admin, pytest.raises(psycopg.errors.CheckViolation, match="append-only"):
        admin.execute(statement)


@committing
def test_a_block_that_does_not_continue_the_chain_is_refused_by_the_database() -> None:
    sell(1)
    block = evidence.seal(NOW)
    assert block is not None
    call = "SELECT evidence_seal(%s, %s, %s, 1, 1, %s, %s, %s, now())"
    h = bytes(32)
    for n, previous, tx_from, tx_to in (
        (1, GENESIS, 0, block.tx_to),
        (3, block.hash, block.tx_to, block.tx_to + 1),
        (2, h, block.tx_to, block.tx_to + 1),
        (2, block.hash, block.tx_from, block.tx_to + 1),
        (2, block.hash, block.tx_to, 2**62),
    ):
        with pytest.raises(DatabaseError, match="does not continue"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(call, [n, previous, h, tx_from, tx_to, h])


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reason=TEXTS | st.sampled_from(["推客🎉/订单①", "𠮷野家", "é", "é", 'a,b\n"c"']),
    debit=TEXTS,
    credit=TEXTS,
    fen=st.integers(1, 10**18),
    on=st.dates(date(2000, 1, 1), date(2200, 12, 31)),
    seq=st.integers(0, 32767),
    tx=st.integers(0, 2**63 - 1),
    at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
)
def test_sql_and_python_write_the_same_leaves(reason, debit, credit, fen, on, seq, tx, at) -> None:
    move = leaf_hash(
        leaf_bytes(
            "move",
            {"reason": reason, "debit": debit, "credit": credit, "amount_fen": fen, "accounting_date": on},
        )
    )
    sealed = leaf_hash(leaf_bytes("sealed_move", {"books": debit, "seq": seq, "tx": tx, "at": at, "move": move}))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_leaf(%s, %s, %s, %s, %s),"
            " ledger_sealed(%s, %s::smallint, %s, %s, ledger_leaf(%s, %s, %s, %s, %s))",
            [reason, debit, credit, fen, on, debit, seq, tx, at, reason, debit, credit, fen, on],
        )
        assert tuple(map(bytes, cursor.fetchone())) == (move, sealed)


@pytest.mark.django_db
def test_the_leaves_of_today_are_the_leaves_of_ten_years_from_now() -> None:
    """Frozen: a change of these bytes would orphan every root that was ever published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(ledger_leaf('orders.paid/ord1', 'gateway.clearing:微信@CNY', 'merchant.payable:m🎉@CNY',"
            " 1250, '2026-11-23'), 'hex'), encode(ledger_sealed('shop', 0::smallint, 7411,"
            " '2026-11-23 12:00:00.123456+00', decode(repeat('44', 32), 'hex')), 'hex')"
        )
        assert cursor.fetchone() == (
            "b397146b4b622bc8b04a1d2a0c8253ba114e605ab82af11a52ccc9c0ae4a2272",
            "b833c371d6eac57d335ee192e55e0c4a2f59fd06631883c3d1e175cb182ee961",
        )


@pytest.mark.django_db
def test_leaves_streamed_from_the_database_are_those_of_the_rows() -> None:
    sell(1)
    sell(2, on=NEXT)
    moves = list(ledger.day_moves(NEXT))
    assert [placed.position for placed in moves] == [0, 1, 2]
    assert list(ledger.leaves(day=NEXT)) == [
        leaf_hash(
            leaf_bytes(
                "move",
                {
                    "reason": placed.reason,
                    "debit": str(placed.move.debit),
                    "credit": str(placed.move.credit),
                    "amount_fen": placed.move.fen,
                    "accounting_date": placed.on,
                },
            )
        )
        for placed in moves
    ]

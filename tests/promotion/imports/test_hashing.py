"""The process that hashes beside a settlement may be killed by the machine; the run then ends with a sentence."""

from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from xintui.promotion.imports import hashing
from xintui.promotion.imports.contracts import ProofInterrupted

HEAD = b"reason,debit_account,credit_account,amount_fen,accounting_date\n"
ROW = b"commission.accrue/o1/1,merchant.payable:m1@CNY,promoter.pending:p1@CNY,125,2026-11-28\n"


def test_the_same_rows_have_the_same_root_however_they_are_cut(tmp_path: Path) -> None:
    roots = set()
    for chunks in ([HEAD + ROW], [HEAD, ROW]):
        with hashing.beside() as hashed:
            hashed.save(tmp_path / "moves.csv", chunks)
            roots.add(hashed.root())
    assert len(roots) == 1
    assert (tmp_path / "moves.csv").read_bytes() == HEAD + ROW


def kill() -> None:
    for child in active_children():
        child.kill()
        child.join()


def test_a_process_that_dies_while_rows_are_written_is_noticed(tmp_path: Path) -> None:
    def rows() -> Iterator[bytes]:
        yield HEAD
        kill()
        for _ in range(3):
            yield ROW * 20_000

    with pytest.raises(ProofInterrupted), hashing.beside() as hashed:
        hashed.save(tmp_path / "moves.csv", rows())


def test_a_process_that_dies_before_it_has_answered_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(ProofInterrupted), hashing.beside() as hashed:
        hashed.save(tmp_path / "moves.csv", [HEAD, ROW])
        hashed.root()  # it has answered; asked again, nobody is there
        kill()
        hashed.root()

"""`xintui settle` and an event-by-event oracle written by another hand agree on every line, statement and balance."""

from pathlib import Path

import pytest

from tests.oracles import cases
from xintui.foundation.ledger import facade as ledger
from xintui.promotion.commission import facade as commission
from xintui.promotion.imports.settlement import Job, settle

pytestmark = pytest.mark.django_db


def job(case: Path, out: Path, books: str) -> Job:
    withdrawals = case / "withdrawals.csv"
    return Job(
        orders=case / "orders.csv",
        refunds=case / "refunds.csv",
        promoters=case / "promoters.csv",
        withdrawals=withdrawals if withdrawals.exists() else None,
        plan=case / "plan.json",
        out=out,
        as_of=cases.as_of(case),
        books=books,
    )


@pytest.mark.parametrize("seed", range(24))
def test_a_random_case_settles_as_the_oracle_says(seed: int, tmp_path: Path) -> None:
    case = cases.make_case(seed, tmp_path)
    out = tmp_path / "out"
    settle(job(case, out, f"case-{seed}"))
    assert cases.compare(out, cases.expected(case)) == []
    assert commission.audit(books=f"case-{seed}") == []
    assert ledger.audit() == []

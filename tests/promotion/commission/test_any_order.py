"""The order of rows and the number of runs decide nothing: the same events settle to the same bytes."""

import csv
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles import cases
from tests.oracles.settlement import Row
from xintui.promotion.imports.settlement import Job, settle

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


class Undo(Exception):
    """Ends an example: its rows are rolled back."""


class Case:
    """The good rows of a random case: no refund beyond what was paid, so that none is refused whatever comes first."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.folder = cases.make_case(seed, folder)
        maker = cases.Maker(seed, self.folder)
        self.as_of, self.orders, self.promoters = cases.as_of(self.folder), maker.orders, maker.promoters
        self.currency = maker.with_currency
        left = Counter({(o["order_id"], o["line_id"]): int(o["paid_fen"]) for o in self.orders})
        self.refunds: list[Row] = []
        for row in maker.refunds:
            key = row["order_id"], row["line_id"]
            if int(row["refund_fen"]) <= left[key]:
                left[key] -= int(row["refund_fen"])
                self.refunds.append(row)
        self.runs = 0

    def run(
        self, books: str, orders: Sequence[Row], refunds: Sequence[Row], withdrawals: Sequence[Row], as_of: datetime
    ) -> dict[str, bytes]:
        """Settle these rows into the books; the three answers."""
        self.runs += 1
        place = self.folder / f"run-{self.runs}"
        place.mkdir()
        columns = [*cases.ORDER, "currency"] if self.currency else cases.ORDER
        tables = {
            "orders": (columns, orders),
            "refunds": (cases.REFUND, refunds),
            "promoters": (cases.PROMOTER, self.promoters),
            "withdrawals": (cases.WITHDRAWAL, withdrawals),
        }
        for name, (header, rows) in tables.items():
            with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header)
                writer.writeheader()
                writer.writerows(rows)
        files = {name: place / f"{name}.csv" for name in tables}
        settle(Job(**files, plan=self.folder / "plan.json", out=place / "out", as_of=as_of, books=books))
        return {name: (place / "out" / f"{name}.csv").read_bytes() for name in ("lines", "statements", "balances")}

    def accepted_withdrawals(self) -> list[Row]:
        """Withdrawals of the case that are good in one run over everything."""
        path = self.folder / "withdrawals.csv"
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{key: row[key] for key in cases.WITHDRAWAL} for row in csv.DictReader(file)]
        wanted = [row for row in rows if row["amount_fen"].isascii() and row["amount_fen"].isdigit()]
        with transaction.atomic():
            self.run("filter", self.orders, self.refunds, wanted, self.as_of)
            with (self.folder / f"run-{self.runs}" / "out" / "rejects.csv").open(newline="") as file:
                refused = {int(r["row"]) for r in csv.DictReader(file) if r["file"] == "withdrawals.csv"}
            transaction.set_rollback(True)
        return [row for number, row in enumerate(wanted, start=2) if number not in refused]


def shuffled(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    return chance.sample(list(rows), len(rows))


def by_time(rows: Sequence[Row], column: str, since: datetime, until: datetime) -> list[Row]:
    return [row for row in rows if since < datetime.fromisoformat(row[column]) <= until]


SEEDS = st.integers(0, 2**32)


@settings(max_examples=6, deadline=None, database=None)
@given(seed=SEEDS, order=SEEDS, batches=st.integers(1, 4))
def test_rows_in_any_order_and_refunds_in_any_batches_settle_to_the_same_bytes(
    seed: int, order: int, batches: int
) -> None:
    chance = random.Random(order)
    with TemporaryDirectory() as folder, pytest.raises(Undo), transaction.atomic():
        case = Case(seed, Path(folder))
        wanted = case.run("whole", case.orders, case.refunds, (), case.as_of)
        mixed = shuffled(case.refunds, chance)
        cuts = sorted(chance.choices(range(len(mixed) + 1), k=batches))
        for since, until in pairwise([0, *cuts, len(mixed)]):
            got = case.run("parts", shuffled(case.orders, chance), mixed[since:until], (), case.as_of)
        assert got == wanted
        raise Undo


@settings(max_examples=6, deadline=None, database=None)
@given(seed=SEEDS, order=SEEDS, runs=st.integers(1, 4))
def test_runs_that_follow_time_end_where_one_run_at_the_end_does(seed: int, order: int, runs: int) -> None:
    chance = random.Random(order)
    with TemporaryDirectory() as folder, pytest.raises(Undo), transaction.atomic():
        case = Case(seed, Path(folder))
        withdrawals = case.accepted_withdrawals()
        wanted = case.run("whole", case.orders, case.refunds, withdrawals, case.as_of)
        moments = [datetime.fromisoformat(o["paid_at"]) for o in case.orders]
        moments += [datetime.fromisoformat(r["refunded_at"]) for r in case.refunds]
        stops = sorted({m for m in chance.choices(moments, k=runs) if m < case.as_of})
        for since, until in pairwise([LONG_AGO, *stops, case.as_of]):
            got = case.run(
                "parts",
                shuffled(case.orders, chance),
                shuffled(by_time(case.refunds, "refunded_at", since, until), chance),
                shuffled(by_time(withdrawals, "withdrawn_at", since, until), chance),
                until,
            )
        assert got == wanted
        raise Undo

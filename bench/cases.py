"""Random settlement cases: our settlement against the oracle that another hand wrote, seed by seed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.cluster import cluster, say
from bench.figures import Bench, Figure
from tests.oracles import cases


def run(seed: int, count: int) -> Iterator[Figure]:
    """Seeds `seed` … `seed + count - 1`."""
    bench = Bench("cases", seed)
    with cluster(), tempfile.TemporaryDirectory(prefix="xintui-cases-") as place:
        agreed = sum(_agrees(one, Path(place)) for one in range(seed, seed + count))
        yield bench.count("与独立对照逐行一致的案例", agreed, count, exactly=count)


def _agrees(seed: int, place: Path) -> bool:
    from xintui.foundation.ledger import facade as ledger
    from xintui.promotion.commission import facade as commission
    from xintui.promotion.imports.settlement import Job, settle

    case = cases.make_case(seed, place)
    out, withdrawals = case / "out", case / "withdrawals.csv"
    settle(
        Job(
            orders=case / "orders.csv",
            refunds=case / "refunds.csv",
            promoters=case / "promoters.csv",
            withdrawals=withdrawals if withdrawals.exists() else None,
            plan=case / "plan.json",
            out=out,
            as_of=cases.as_of(case),
            books=f"case-{seed}",
        )
    )
    found = cases.compare(out, cases.expected(case))
    found += [str(finding) for finding in commission.audit(books=f"case-{seed}")]
    if seed % 50 == 0:
        found += [str(finding) for finding in ledger.audit()]
        say(f"cases: 种子 {seed}")
    for line in found[:5]:
        say(f"  种子 {seed}：{line}")
    return not found

"""How well `xintui graph raters` tells good raters from bad ones on the public Bitcoin-OTC and Alpha networks.

No labels are used, here or in the method: as REV2 (Kumar et al., WSDM 2018) describes theirs, whom an early central
trader rated highly counts as good (and the trader), whom these uniformly rated very low as bad. Several traders are
taken in turn, so the figure does not hang on one; the area under the curve is printed with a bootstrap interval.

    python tools/rater_quality.py soc-sign-bitcoinotc.csv 1:2 1:5 35:2 7:1
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import click
import numpy as np
from scipy.stats import rankdata

from xintui.trust.graph.rules.raters import rater_trust

Rows = list[tuple[int, int, float, float]]
VERY_LOW = -5


def proxy(rows: Rows, trader: int, highly: int) -> tuple[set[int], set[int]]:
    """Good and bad raters by the word of one trader and of those she rates highly."""
    good = {whom for who, whom, value, _ in rows if who == trader and value >= highly} | {trader}
    said = defaultdict(list)
    for who, whom, value, _ in rows:
        if who in good:
            said[whom].append(value)
    return good, {whom for whom, values in said.items() if max(values) <= VERY_LOW} - good


def area(good: np.ndarray, bad: np.ndarray) -> float:
    """The chance that a good rater is trusted more than a bad one."""
    ranks = rankdata(np.concatenate([good, bad]))
    return float((ranks[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / (len(good) * len(bad)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("traders", nargs="+", metavar="TRADER:HIGHLY")
    given = parser.parse_args()
    with given.file.open(encoding="utf-8") as file:
        rows = [(int(who), int(whom), float(value), float(at)) for who, whom, value, at in csv.reader(file)]
    who, whom, value, at = (np.array(column) for column in zip(*rows, strict=True))
    made = rater_trust(who, whom, value / 10, at)
    trust = dict(zip(made.rater.tolist(), made.trust.tolist(), strict=True))
    random = np.random.default_rng(1)
    for choice in given.traders:
        trader, highly = map(int, choice.split(":"))
        good, bad = (
            np.array([trust[one] for one in sorted(some) if one in trust]) for some in proxy(rows, trader, highly)
        )
        again = [area(random.choice(good, len(good)), random.choice(bad, len(bad))) for _ in range(2000)]
        low, high = np.percentile(again, [2.5, 97.5])
        counts = f"trader {trader} >= {highly}: good {len(good)} bad {len(bad)}"
        click.echo(f"{given.file.name} {counts} AUC {area(good, bad):.3f} [{low:.3f}, {high:.3f}]")


if __name__ == "__main__":
    main()

"""F4: 1,000 withdrawals on 64 connections, released together: exactly ⌊balance / amount⌋ succeed, none goes below zero.

    XINTUI_HOME=/tmp/f4 python -m bench.withdrawals --requests 1000 --connections 64 --seed 7

The negative control: `--control` takes the ledger's CHECK away first (use a home of its own), and the figure must fail.
"""

import argparse
import json
import sys

from xintui.entrypoints.setup import prepare
from xintui.infra import database


def main() -> int:
    """Run on a database of one's own; exit code 0 when the figure holds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    with database.serving():
        prepare()
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    from django.db import connections, transaction

    from tests.promotion.money import earn
    from tests.promotion.payouts.storm import withdraw_at_once
    from tests.promotion.people import promoter
    from xintui.foundation.ledger import facade as ledger
    from xintui.infra import tenancy
    from xintui.promotion.payouts import facade as payouts
    from xintui.promotion.promoters import facade as promoters

    if given.control:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_not_overdrawn")
    fen, due = 100, 100 * (given.requests // 10) + 99
    with tenancy.as_platform():
        with transaction.atomic():
            known = promoters.by_user(f"usr{given.seed:08d}")
            one = (known or promoter(given.seed)).id
            due -= payouts.wallet(one).available_fen
            if due > 0:
                earn(one, due, name=f"{given.seed}/{due}/{payouts.wallet(one).held_fen}")
            before = payouts.wallet(one)
        storm = withdraw_at_once(
            one, fen, requests=given.requests, connections_at_once=given.connections, seed=given.seed
        )
        after, audit = payouts.wallet(one), ledger.audit()
    expected = min(given.requests, before.available_fen // fen)
    holds = (
        (storm.accepted, storm.refused, storm.other) == (expected, given.requests - expected, ())
        and after.available_fen == before.available_fen - expected * fen >= 0
        and audit == []
    )
    report = {
        "figure": "F4", "seed": given.seed, "requests": given.requests, "connections": given.connections,
        "expected": expected, "accepted": storm.accepted, "refused": storm.refused, "other": storm.other,
        "available_before_fen": before.available_fen, "available_after_fen": after.available_fen,
        "seconds": round(storm.seconds, 2), "holds": holds,
    }  # fmt: skip
    print(json.dumps(report, ensure_ascii=False))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

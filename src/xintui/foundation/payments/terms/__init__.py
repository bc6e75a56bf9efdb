"""到账周期与费率: what the contract with the gateway says, as dated data with its source (F-09)."""

import json
import os
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from xintui.foundation.payments.contracts import SettlementTerms, SplitTerms
from xintui.kernel.money import share


@cache
def _all() -> tuple[SettlementTerms, ...]:
    rows = json.loads((files(__package__) / "settlement.json").read_text("utf-8"))
    return tuple(
        SettlementTerms(
            psp=row["psp"],
            scene=row["scene"],
            name=row["name"],
            valid_from=date.fromisoformat(row["from"]),
            days=row["days"],
            fee_bp=row["fee_bp"],
            source=row["source"],
            verified_on=date.fromisoformat(row["verified_on"]),
        )
        for row in rows
    )


def settlement_terms(scene: str, on: date, psp: str = "wechat") -> SettlementTerms:
    """The terms that held on a day: the latest that had begun. Raises `KeyError` for a scene nobody described."""
    found = [one for one in _all() if (one.psp, one.scene) == (psp, scene) and one.valid_from <= on]
    if not found:
        raise KeyError(scene)
    return max(found, key=lambda one: one.valid_from)


def expected_arrival(paid_on: date, scene: str = "ordinary", *, received_on: date | None = None) -> date:
    """The day the money should be with the merchant. Days are calendar days.

    In a trading mini-program the clock starts when the buyer (or the system) confirms receipt, so without
    `received_on` this is the earliest day possible.
    """
    terms = settlement_terms(scene, paid_on)
    start = (received_on or paid_on) if scene == "trading_miniprogram" else paid_on
    return start + timedelta(days=terms.days)


def expected_gateway_fee(amount_fen: int, on: date, scene: str = "ordinary") -> int:
    """The gateway's fee as its tables give it: half a fen and more rounds up. The bill has the last word."""
    return share(2 * amount_fen, settlement_terms(scene, on).fee_bp) + 1 >> 1


def split_terms(on: date) -> SplitTerms:
    """The limits of 分账 in force on a day."""
    rows = json.loads((files(__package__) / "splits.json").read_text("utf-8"))
    row = max((one for one in rows if date.fromisoformat(one["from"]) <= on), key=lambda one: one["from"])
    return SplitTerms(
        valid_from=date.fromisoformat(row["from"]),
        max_bp=row["max_bp"],
        requests=row["requests"],
        wait_seconds=row["wait_seconds"],
        window_days=row["window_days"],
        source=row["source"],
        verified_on=date.fromisoformat(row["verified_on"]),
    )


def expected_refund(asked_on: date) -> date:
    """The last day on which a refund should be with the buyer."""
    rows = json.loads((files(__package__) / "refunds.json").read_text("utf-8"))
    row = max((one for one in rows if date.fromisoformat(one["from"]) <= asked_on), key=lambda one: one["from"])
    return asked_on + timedelta(days=row["days"])


def settlement_scene() -> str:
    """How this installation's account is settled: `XINTUI_SETTLEMENT_SCENE`, one of the table's scenes."""
    return os.environ.get("XINTUI_SETTLEMENT_SCENE") or "ordinary"

"""The vectors that `web/tests/verify.test.ts` is held to are what this house writes: one bundle, two verifiers."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.foundation.evidence.books import DAY, NOW, pending, sell
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.contracts import Unreadable
from xintui.foundation.evidence.rules.bundles import verify_bundle
from xintui.kernel.times import month_of

VECTORS = Path(__file__).parents[3] / "web/tests/vectors/account-month.json"


def _holds(bundle: Any, root: bytes) -> bool:
    """A day whose close was changed has no close left, and its bundle is no bundle."""
    try:
        return verify_bundle(bundle, root).holds
    except Unreadable:
        return False


def test_the_vectors_hold_here_too() -> None:
    """And are refused with one fen more, whichever record it is in."""
    document: Any = json.loads(VECTORS.read_text())
    root = bytes.fromhex(document["published"][max(document["published"])])
    assert verify_bundle(document["bundle"], root).holds
    for proof in document["bundle"]["proofs"]:
        for item in proof["records"]:
            name = "amount_fen" if item["what"] == "move" else "moves_sum_fen"
            item["record"][name] += 1
            assert not _holds(document["bundle"], root)
            item["record"][name] -= 1


@pytest.mark.django_db
def test_what_is_written_today_has_the_shape_of_the_vectors() -> None:
    sell(1, 2, 3)
    evidence.close_day(DAY, now=NOW)
    text = "".join(evidence.proof_for_account(pending("pro1"), month=month_of(DAY)))
    made, kept = json.loads(text), json.loads(VECTORS.read_text())["bundle"]
    assert made.keys() == kept.keys()
    assert made["proofs"][0].keys() == kept["proofs"][0].keys()
    for n in (0, 1):
        assert made["proofs"][0]["records"][n].keys() == kept["proofs"][0]["records"][n].keys()
        assert made["proofs"][0]["records"][n]["record"].keys() == kept["proofs"][0]["records"][n]["record"].keys()

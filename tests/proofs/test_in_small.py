"""The proofs in small, each in a process and on a durable cluster of its own, as the command prints its figures."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def figures(name: str, count: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench", name, "--count", str(count), "--seed", "5"],
        check=False,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    # 1: some aim was not met, as a window may stay unhit by three kills; the tests say which aims count in small.
    assert done.returncode in (0, 1), done.stderr
    return {one["figure"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}


@pytest.mark.slow
def test_three_kills_lose_nothing_and_create_nothing() -> None:
    told = figures("F1", 3)
    assert (told["kill -9"], told["丢失"], told["多出"], told["审计发现"]) == (3, 0, 0, 0)
    assert told["确认"] > 0


@pytest.mark.slow
def test_a_superusers_edits_of_every_kind_are_found_and_their_block_is_named() -> None:
    told = figures("F10", 12)
    assert (told["超级用户篡改"], told["被发现"], told["指明了所在的块"], told["未篡改时的发现"]) == (12, 12, 12, 0)
    assert told["只看余额与合计会漏掉的"] > 0

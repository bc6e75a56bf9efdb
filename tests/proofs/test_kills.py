"""F1 in small: three kill -9 of a durable cluster of its own, and the figures as the command prints them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_three_kills_lose_nothing_and_create_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "F1", "--count", "3", "--seed", "5"],
        check=False,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    figures = {one["figure"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}
    assert (figures["kill -9"], figures["丢失"], figures["多出"], figures["审计发现"]) == (3, 0, 0, 0), done.stderr
    assert figures["确认"] > 0

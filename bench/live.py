"""What open streams cost everybody else: p95 of ordinary requests with none and with N of them, against a running demo.

    .venv/bin/python bench/live.py --base http://127.0.0.1:8000 --streams 0,15,30

The machine's other load is in every figure; the columns are taken in one run, in turns.
"""

import argparse
import contextlib
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from xintui.entrypoints.demo.goods import PASSWORD

PATHS = ("/api/v1/catalog/products", "/api/v1/promoter/me/commission")


def logged_in(base: str, most: int) -> list[str]:
    """Tokens of the demo's promoters."""
    tokens: list[str] = []
    for n in range(1, most + 1):
        body = {"login": f"tuike{n}", "password": PASSWORD}
        answer = httpx.post(f"{base}/api/v1/auth/login", json=body, trust_env=False, timeout=30)
        if answer.status_code != 200:
            break
        tokens.append(answer.json()["access_token"])
    return tokens


@contextlib.contextmanager
def open_streams(base: str, tokens: list[str], wanted: int) -> Iterator[int]:
    """As many streams as there are people for (three each); how many are really open."""
    client = httpx.Client(base_url=base, trust_env=False, timeout=httpx.Timeout(10, read=None))
    seen, stack = 0, contextlib.ExitStack()
    with client, stack:
        for n in range(min(wanted, 3 * len(tokens))):
            headers = {"Authorization": f"Bearer {tokens[n // 3]}"}
            answer = stack.enter_context(client.stream("GET", "/api/v1/promoter/me/live", headers=headers))
            if answer.status_code == 200:
                lines = answer.iter_raw()
                next(lines)
                threading.Thread(target=lambda it=lines: _drain(it), daemon=True).start()
                seen += 1
        yield seen


def _drain(lines: Any) -> None:
    with contextlib.suppress(httpx.HTTPError, httpx.StreamError, RuntimeError, OSError):
        for _ in lines:
            pass


def measured(base: str, token: str, requests: int, at_once: int) -> list[float]:
    """Milliseconds of each request."""
    client = httpx.Client(base_url=base, trust_env=False, timeout=30, headers={"Authorization": f"Bearer {token}"})

    def one(n: int) -> float:
        began = time.perf_counter()
        assert client.get(PATHS[n % len(PATHS)]).status_code == 200
        return (time.perf_counter() - began) * 1000

    with client, ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, range(requests)))


def main() -> None:
    """Rounds of all columns, so that a noisy minute is in each of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--streams", default="0,15,30")
    parser.add_argument("--requests", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=4)
    given = parser.parse_args()
    columns = [int(one) for one in given.streams.split(",")]
    tokens = logged_in(given.base, 1 + max(columns) // 3)
    took: dict[int, list[float]] = {n: [] for n in columns}
    open_: dict[int, int] = {}
    for _ in range(given.rounds):
        for n in columns:
            with open_streams(given.base, tokens, n) as seen:
                open_[n] = seen
                took[n] += measured(given.base, tokens[0], given.requests, given.at_once)
    for n in columns:
        cut = statistics.quantiles(took[n], n=20)
        print(f"{open_[n]:3d} streams: {len(took[n])} requests, p50 {cut[9]:6.1f} ms, p95 {cut[18]:6.1f} ms")


if __name__ == "__main__":
    main()

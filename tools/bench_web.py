"""How heavy and how slow the phone shop is: bytes of the first load of a product, LCP on a slow phone, package sizes.

Needs a running demo (`make demo`, then `make bench-web BASE=…`). The network is 1.6 Mbit/s with 150 ms, the processor
a quarter of this machine's; the limits are those of issue 3.
"""

import argparse
import json
import os
import statistics
import sys
import urllib.request
from pathlib import Path
from typing import Any, Final

import click
from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "web/dist/build/mp-weixin"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SLOW: Final = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
WATCH: Final = """window.lcp = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.lcp = entry.startTime;
}).observe({type: 'largest-contentful-paint', buffered: true});"""


def look(browser: Browser, address: str) -> tuple[float, int, int]:
    """LCP in seconds, bytes of code (headers included) and of everything, on a phone that has never been here."""
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = phone.new_page()
    session = phone.new_cdp_session(page)
    came: dict[str, list[Any]] = {}
    session.on("Network.responseReceived", lambda e: came.setdefault(e["requestId"], [e["response"]["url"], 0]))
    session.on("Network.loadingFinished", lambda e: came[e["requestId"]].__setitem__(1, e["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_timeout(5000)
    seconds = float(page.evaluate("window.lcp")) / 1000
    phone.close()
    return seconds, sum(n for url, n in came.values() if "/api/" not in url), sum(n for _, n in came.values())


def weight(folder: Path, *, without: str = "") -> int:
    """Bytes of the files in a folder."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return sum(one.stat().st_size for one in files if not without or without not in one.relative_to(folder).parts)


def main() -> int:
    """Say the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    os.environ["NO_PROXY"] = "*"
    with urllib.request.urlopen(f"{given.base}/api/v1/catalog/products?sort=best_selling") as answer:  # noqa: S310
        product = json.load(answer)["items"][0]["id"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        runs = [look(browser, f"{given.base}/m/pages/product/index?id={product}") for _ in range(given.runs)]
    lcp, code, everything = statistics.median(run[0] for run in runs), runs[0][1], runs[0][2]
    package = weight(PACKAGE, without="promoter")
    times = ", ".join(f"{run[0]:.2f}" for run in runs)
    click.echo(f"product page, code of the first load  {code / 1000:.0f} kB on the wire (limit 150)")
    click.echo(f"product page, with picture and data   {everything / 1000:.0f} kB")
    click.echo(f"product page, LCP                     {lcp:.2f} s (limit 2.00), median of {times}")
    click.echo(f"mini-program, main package            {package / 1000:.0f} kB (limit 1500)")
    click.echo(f"mini-program, promoter sub-package    {weight(PACKAGE / 'promoter') / 1000:.0f} kB")
    return int(code > 150_000 or lcp > 2 or package > 1_500_000)


if __name__ == "__main__":
    sys.exit(main())

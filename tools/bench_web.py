"""How heavy and how slow the phone shop is: bytes of the first load of a product, LCP on a slow phone, package sizes.

Needs a running demo (`make demo`, then `make bench-web BASE=…`). The network is 1.6 Mbit/s with 150 ms, the processor
a quarter of this machine's; the limits are those of issue 3, and a figure over its limit fails the run. Machines are
noisy: `ARGS="--against http://127.0.0.1:8001"` looks at a second server in turn with the first, so that both have met
the same noise.
"""

import argparse
import json
import os
import statistics
import sys
import urllib.request
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import click
from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "web/dist/build/mp-weixin"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SLOW: Final = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
CODE: Final = 150_000
LCP: Final = 2.0
MAIN: Final = 1_500_000
WATCH: Final = """window.lcp = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.lcp = entry.startTime;
}).observe({type: 'largest-contentful-paint', buffered: true});"""


def look(browser: Browser, address: str, *, reads: str = "gzip") -> tuple[float, int, int]:
    """LCP in seconds, bytes of code (headers included) and of everything, on a phone that has never been here.

    The phone reads gzip, as over plain HTTP; "br" is what it reads besides over TLS.
    """
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = phone.new_page()
    session = phone.new_cdp_session(page)
    came: dict[str, list[Any]] = {}
    session.on("Network.responseReceived", lambda e: came.setdefault(e["requestId"], [e["response"]["url"], 0]))
    session.on("Network.loadingFinished", lambda e: came[e["requestId"]].__setitem__(1, e["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.setExtraHTTPHeaders", {"headers": {"Accept-Encoding": reads}})
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_timeout(5000)
    seconds = float(page.evaluate("window.lcp")) / 1000
    phone.close()
    return seconds, sum(n for url, n in came.values() if "/api/" not in url), sum(n for _, n in came.values())


def weight(folder: Path, *, without: Collection[str] = ()) -> int:
    """Bytes of the files in a folder, but for those in some of its folders."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return sum(one.stat().st_size for one in files if one.relative_to(folder).parts[0] not in without)


def address(base: str) -> str:
    """The product page that sells best there."""
    with urllib.request.urlopen(f"{base}/api/v1/catalog/products?sort=best_selling") as answer:  # noqa: S310
        return f"{base}/m/pages/product/index?id={json.load(answer)['items'][0]['id']}"


def told(name: str, runs: list[tuple[float, int, int]]) -> tuple[float, int]:
    """Say what a page weighs and takes; the median LCP and the bytes of code."""
    lcp, code = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
    times = ", ".join(f"{run[0]:.2f}" for run in runs)
    click.echo(f"{name}, code of the first load  {code / 1000:.0f} kB on the wire (limit {CODE / 1000:.0f})")
    click.echo(f"{name}, with picture and data   {runs[0][2] / 1000:.0f} kB")
    click.echo(f"{name}, LCP                     {lcp:.2f} s (limit {LCP:.2f}), median of {times}")
    return lcp, code


def main() -> int:
    """Say the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", default="", help="another server, looked at in turn with the first")
    given = parser.parse_args()
    os.environ["NO_PROXY"] = "*"
    bases = [given.base, given.against] if given.against else [given.base]
    pages = [address(base) for base in bases]
    runs: list[list[tuple[float, int, int]]] = [[] for _ in bases]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(given.runs):
            for page, seen in zip(pages, runs, strict=True):
                seen.append(look(browser, page))
        brotli = look(browser, pages[0], reads="gzip, br")
    lcp, code = told("product page", runs[0])
    click.echo(
        f"product page over TLS (Brotli)        {brotli[1] / 1000:.0f} kB, with picture and data {brotli[2] / 1000:.0f}"
    )
    if given.against:
        told("against      ", runs[1])
    parts = [part["root"] for part in json.loads((PACKAGE / "app.json").read_text())["subPackages"]]
    package = weight(PACKAGE, without=parts)
    click.echo(f"mini-program, main package            {package / 1000:.0f} kB (limit {MAIN / 1000:.0f})")
    for part in parts:
        click.echo(f"mini-program, sub-package {part:<12}{weight(PACKAGE / part) / 1000:.0f} kB")
    over = [name for name, far in (("code", code > CODE), ("LCP", lcp > LCP), ("package", package > MAIN)) if far]
    if over:
        click.echo(f"over the limit: {', '.join(over)}", err=True)
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())

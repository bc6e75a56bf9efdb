"""`python -m bench NAME [--seed N] [--count N]`: one JSON line per figure; exit code 1 if one misses its aim."""

import argparse
import importlib
import signal
import sys

from bench.catalogue import ENTRIES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=sorted(ENTRIES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave in order: the cluster is stopped and removed
    entry = ENTRIES[given.name]
    module, _, function = entry.run.partition(":")
    made = getattr(importlib.import_module(module), function)
    met = True
    for figure in made(given.seed, entry.count if given.count is None else given.count):
        print(figure.line(), flush=True)
        met &= figure.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

"""The simulator as a process of its own: its signatures and ours do not wait for one interpreter."""

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

PATIENCE_S = 60


@contextlib.contextmanager
def gateway(folder: Path, start: float | None, host: str, port: int) -> Iterator[str]:
    """The gateway's address, while it serves. It ends with us, however we end."""
    ours, theirs = multiprocessing.Pipe()
    beside = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(folder, start, host, port, theirs), name="xintui-gateway", daemon=True
    )
    beside.start()
    theirs.close()
    try:
        if not ours.poll(PATIENCE_S):
            raise TimeoutError("the gateway simulator did not start")
        yield ours.recv()
    finally:
        ours.close()
        beside.join(PATIENCE_S)


def _serve(folder: Path, start: float | None, host: str, port: int, line: Connection) -> None:
    """Serve until the other end of the line is closed. Ctrl-C is for whoever holds that end."""
    from xintui.simulator.config import Config
    from xintui.simulator.keys import make_keys
    from xintui.simulator.server import serve

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running = serve(Config(keys=make_keys(folder), state_file=folder / "state.json", start=start), host, port)
    try:
        line.send(running.url)
        with contextlib.suppress(EOFError):
            line.recv()
    finally:
        running.close()

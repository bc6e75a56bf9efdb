"""The simulator as a process of its own: its signatures and ours do not wait for one interpreter."""

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import ClassVar

from xintui.kernel.errors import DomainError, Kind

PATIENCE_S = 60


@dataclass(eq=False)
class GatewayNotStarted(DomainError):
    """The simulator's process has died or does not answer; what it said stands above."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "demo.gateway_not_started"
    says: ClassVar[str] = "网关模拟器没有在 {host}:{port} 启动；原因见上方，处理后重试"

    host: str
    port: int


@contextlib.contextmanager
def gateway(folder: Path, start: float | None, host: str, port: int) -> Iterator[str]:
    """The gateway's address, while it serves. It ends with us, however we end. Raises `GatewayNotStarted`."""
    ours, theirs = multiprocessing.Pipe()
    beside = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(folder, start, host, port, theirs), name="xintui-gateway", daemon=True
    )
    beside.start()
    theirs.close()
    try:
        yield _address(ours, host, port)
    finally:
        ours.close()
        beside.join(PATIENCE_S)


def _address(line: Connection, host: str, port: int) -> str:
    try:
        if line.poll(PATIENCE_S):
            return str(line.recv())
    except EOFError:
        pass
    raise GatewayNotStarted(host, port)


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

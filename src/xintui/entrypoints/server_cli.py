"""`xintui serve`, `work`, `gateway` and `demo`: the long-running commands."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from xintui.entrypoints.ports import require_free
from xintui.entrypoints.terminal import FOLDER, ready

GATEWAY_PORT: Final = 8619
ANSWERING: Final = 4
"""Threads that answer requests; each open stream has one of its own beside them (ADR 0009)."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="进程数")
@click.option("--no-worker", is_flag=True, help="不启动后台任务（另行运行 xintui work）")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the API, the shop and the consoles, with the background worker beside them."""
    with ready(owner=True):
        _serve(host, port, workers, worker=not no_worker)


@click.command()
def work() -> None:
    """Run the background work: callbacks, events, couriers, releases, sealing. One at a time does it."""
    with ready():
        from xintui.entrypoints import processes

        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        click.echo("后台任务已启动，Ctrl-C 停止")
        processes.work_forever(stop)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=GATEWAY_PORT, show_default=True)
@click.option("--keys", type=FOLDER, help="密钥目录；默认在数据目录下")
@click.option("--seed", default=0, show_default=True, help="故障的随机种子")
def gateway(host: str, port: int, keys: Path | None, seed: int) -> None:
    """Run the gateway simulator: WeChat Pay v3, Alipay and the mini-program API here, with keys of its own."""
    from xintui.infra.home import home
    from xintui.simulator import server

    require_free(host, port)
    folder = keys or home() / "gateway"
    server.run(host, port, folder, state=folder / "state.json", seed=seed, say=click.echo)


def _serve(host: str, port: int, workers: int, *, worker: bool) -> None:
    """granian in front, the worker beside; whoever ends first ends both."""
    from xintui.infra import live

    require_free(host, port)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "xintui.entrypoints.settings"}
    granian = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(ANSWERING + live.STREAMS),
        "--no-ws", "--log-level", "warning",
        "xintui.entrypoints.wsgi:application",
    ]  # fmt: skip
    commands = [granian]
    if worker:
        commands.append([sys.executable, "-c", "from xintui.entrypoints.cli import main; main()", "work"])
    with _children(commands, environment) as children:
        click.echo(f"已启动：http://{host}:{port}/    Ctrl-C 停止")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(0.5):
            if ended := [child for child in children if child.poll() is not None]:
                raise click.ClickException(f"子进程意外结束（退出码 {ended[0].returncode}）")


@contextlib.contextmanager
def _children(commands: list[list[str]], environment: dict[str, str]) -> Iterator[list[subprocess.Popen[Any]]]:
    children = [subprocess.Popen(command, env=environment, start_new_session=True) for command in commands]
    try:
        yield children
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(15)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # whatever it started and left behind goes too


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--gateway-port", default=GATEWAY_PORT, show_default=True, help="网关模拟器端口")
@click.option("--no-serve", is_flag=True, help="载入数据后退出")
@click.option("--no-settle", is_flag=True, help="跳过公开数据结算")
@click.option("--orders", type=click.IntRange(min=100), help="演示店铺的订单数；默认 20000，越多越久")
def demo(  # noqa: PLR0917 - click's options
    host: str, port: int, gateway_port: int, no_serve: bool, no_settle: bool, orders: int | None
) -> None:
    """Settle half a million real invoices, load a shop in Chinese, serve it and say how to get in."""
    from xintui.entrypoints.demo import run

    run.demo(
        host, port, gateway_port, serve=None if no_serve else _serve, settle=not no_settle, orders=orders or run.ORDERS
    )


COMMANDS: Final = (serve, work, gateway, demo)

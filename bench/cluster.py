"""A durable cluster of our own: fsync and synchronous_commit on, migrated once, gone afterwards."""

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from xintui.infra.postgres import DATABASE

FORK: Any = multiprocessing.get_context("fork")  # clients inherit the set-up Django; connections are closed before
CHECKOUT = Path(__file__).resolve().parent.parent


@contextmanager
def cluster(**settings: str) -> Iterator[Any]:
    """The migrated embedded server and Django on it, acting for the platform. Once per process."""
    os.environ.pop("XINTUI_DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="xintui-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o711)  # the server runs as another user and has to walk through
        os.environ["XINTUI_HOME"] = home
        from xintui.entrypoints import setup
        from xintui.infra import database, tenancy

        server = database.embedded()
        server.settings |= settings
        server.start()
        try:
            setup.prepare()
            with tenancy.as_platform():
                yield server
        finally:
            forget()
            server.stop()
            with suppress(OSError):
                server.socket.rmdir()


def forget() -> None:
    """Close this thread's or process's connections: before a fork, and after a thread's work."""
    from django.db import connections

    connections.close_all()


def side_by_side(work: Callable[[int], None], clients: int) -> None:
    """`work(0)` … `work(clients - 1)`, each in a process and on connections of its own."""
    forget()
    started = [FORK.Process(target=_client, args=(work, n)) for n in range(clients)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise SystemExit("a client process failed; its traceback is above")


def _client(work: Callable[[int], None], number: int) -> None:
    work(number)
    forget()


def superuser(server: Any) -> "psycopg.Connection[Any]":
    """A plain connection past Django, as the server's superuser; for floors and for looking."""
    return psycopg.connect(server.url(), autocommit=True)


def renewed(server: Any) -> None:
    """The database as it was when this was first called: a second run shall not pay for the rows of the first."""
    forget()
    with psycopg.connect(server.url(database="postgres"), autocommit=True) as connection:
        kept = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench_kept'").fetchone()
        if kept:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        source, target = ("bench_kept", DATABASE) if kept else (DATABASE, "bench_kept")
        connection.execute(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY file_copy")
        connection.execute("CHECKPOINT")


def seconds(what: Callable[[], Any]) -> float:
    """How long it took."""
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def say(text: str) -> None:
    """Progress, on stderr: figures alone go to stdout."""
    print(text, file=sys.stderr, flush=True)


def timed_process(*command: str, env: dict[str, str] | None = None) -> tuple[float, int]:
    """Run to the end: seconds and peak RSS in bytes. Exit codes 0 and 3 (done, with rejects) are fine."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | (env or {}), stdout=subprocess.DEVNULL, cwd=CHECKOUT)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command[:4])} … left with {process.returncode}")
    return took, usage.ru_maxrss * 1024


def peak_rss() -> int:
    """This process's own peak, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

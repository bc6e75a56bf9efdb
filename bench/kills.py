"""F1: kill -9 of PostgreSQL under load. What was acknowledged is there, once; what is there was acknowledged.

Each client is a process that writes its acknowledgements into a file outside the database and, after a crash, replays
the one posting it got no answer for. F1n is the same with synchronous_commit=off and must lose: the proof that the
files outside, not the checks inside, are what finds a loss (reliability.md, F1n).
"""

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from bench.cluster import FORK, cluster, forget, say, superuser
from bench.figures import Bench, Figure

DAY = date(2026, 11, 23)
CLIENTS = 6
TARGETS = ("postmaster", "backend", "walwriter")
PATIENCE = 60.0
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = %s AND pid <> pg_backend_pid() ORDER BY pid"


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` kills with synchronous_commit=on."""
    bench = Bench("F1", seed)
    with cluster() as server, tempfile.TemporaryDirectory(prefix="xintui-acks-") as place:
        killed = _under_load(server, Path(place), seed, count)
        told = _told(Path(place))
        recovered = sum(ack == "replayed" for ack in told.values())
        yield bench.count("kill -9", sum(killed.values()), len(told), exactly=count)
        for target in TARGETS:
            yield bench.count(f"其中 {target}", killed[target], len(told))
        yield bench.count("命中窗口（已提交、未答复，重放找回）", recovered, len(told), least=count // 3)
        yield bench.count("确认", len(told), len(told), least=1)
        lost, created = _compared(server, told)
        yield bench.count("丢失", lost, len(told), exactly=0)
        yield bench.count("多出", created, len(told), exactly=0)
        yield bench.count("审计发现", _findings(), len(told), exactly=0)


def negative(seed: int, count: int) -> Iterator[Figure]:
    """`count` kills with synchronous_commit=off: losses must show outside, while every check inside reads clean."""
    bench = Bench("F1n", seed)
    with cluster(synchronous_commit="off") as server, tempfile.TemporaryDirectory(prefix="xintui-acks-") as place:
        _under_load(server, Path(place), seed, count)
        told = _told(Path(place))
        lost, _ = _compared(server, told)
        yield bench.count("确认（关闭同步提交）", len(told), len(told), least=1)
        yield bench.count("丢失（必须大于 0）", lost, len(told), least=1)
        yield bench.count("审计发现（内部看不出）", _findings(), len(told), exactly=0)


# -- the load -------------------------------------------------------------------------------------------------------


def _fen(client: int, n: int) -> int:
    return 100 + (client * 7919 + n * 104_729) % 9_900


def _client(number: int, place: Path, stop: Any) -> None:
    """Post one reason after another; never go on before the last one is answered."""
    from django.db import Error

    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

    payable = Account(Kind.MERCHANT_PAYABLE, "everybody")
    due = Account(Kind.PROMOTER_DUE, f"pro{number}")
    n, retried = 0, False
    with (place / f"acks-{number}").open("a") as acks:
        while not stop.is_set():
            posting = Posting(f"bench.kill/{number}/{n}", (Move(payable, due, _fen(number, n)),), DAY)
            answer = None
            while answer is None:
                try:
                    answer = ledger.post(posting)
                except Error:
                    if os.getppid() == 1:
                        return  # our parent is gone
                    forget()
                    time.sleep(0.05)
                    retried = True
                else:
                    # 0 on a retry: the first try was committed and the crash ate its answer.
                    acks.write(f"{number}/{n} {'posted' if answer else 'replayed'}\n")
                    acks.flush()
                    assert answer or retried, "a fresh reason was known already"
            retried = False
            n += 1
    forget()


def _under_load(server: Any, place: Path, seed: int, count: int) -> dict[str, int]:
    """Kill `count` times while the clients post; how often each kind of process was hit."""
    forget()
    chance, stop = random.Random(seed), FORK.Event()
    clients = [FORK.Process(target=_client, args=(n, place, stop), daemon=True) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    killed = dict.fromkeys(TARGETS, 0)
    try:
        while sum(killed.values()) < count:
            _wait_for_progress(place)
            time.sleep(chance.uniform(0.05, 0.35))
            target = chance.choice(TARGETS)
            if _kill(server, target, chance):
                killed[target] += 1
                if sum(killed.values()) % 10 == 0:
                    say(f"kill -9：{sum(killed.values())} 次")
            _back(server)
        _wait_for_progress(place)
    finally:
        stop.set()
        for client in clients:
            client.join(PATIENCE)
    assert not any(client.exitcode for client in clients), "a client failed; its traceback is above"
    return killed


def _wait_for_progress(place: Path) -> None:
    """Until every client has been answered since now."""
    files = [place / f"acks-{n}" for n in range(CLIENTS)]
    before = [file.stat().st_size if file.exists() else 0 for file in files]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(file.exists() and file.stat().st_size > size for file, size in zip(files, before, strict=True)):
            return
        time.sleep(0.01)
    raise SystemExit(f"no progress for {PATIENCE:.0f} s after a crash")


def _kill(server: Any, target: str, chance: random.Random) -> bool:
    """kill -9 one process of our own cluster; False when it was not there."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    if target != "postmaster":
        kind = "client backend" if target == "backend" else target
        try:
            with superuser(server) as connection:
                pids = [row[0] for row in connection.execute(_BACKENDS, [kind])]
        except psycopg.Error:
            return False
        if not pids:
            return False
        pid = chance.choice(pids)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _back(server: Any) -> None:
    """Wait until the cluster answers again; where its postmaster is dead, start it as any owner would."""
    from xintui.infra.postgres import CannotStart

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        pid_file = server.data / "postmaster.pid"
        dead = not pid_file.exists() or _is_dead(int(pid_file.read_text().splitlines()[0]))
        if not dead:
            with suppress(psycopg.Error):
                superuser(server).close()
                return
            time.sleep(0.05)
            continue
        with suppress(CannotStart):  # its orphaned backends still hold the shared memory; a moment later they are gone
            server.revive()
            return
        time.sleep(0.1)
    raise SystemExit("the cluster did not come back")


def _is_dead(pid: int) -> bool:
    """Gone, or a zombie that nobody has waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


# -- the count ------------------------------------------------------------------------------------------------------


def _told(place: Path) -> dict[str, str]:
    lines = [line.split(" ") for file in sorted(place.glob("acks-*")) for line in file.read_text().splitlines()]
    return dict(lines)


def _compared(server: Any, told: dict[str, str]) -> tuple[int, int]:
    """Acknowledged but not (or not so) there; there but never acknowledged."""
    with superuser(server) as connection:
        rows = connection.execute("SELECT reason, fen FROM ledger_move WHERE reason LIKE 'bench.kill/%'").fetchall()
    there = {reason.removeprefix("bench.kill/"): fen for reason, fen in rows}
    wanted = {key: _fen(*map(int, key.split("/"))) for key in told}
    lost = sum(there.get(key) != fen for key, fen in wanted.items())
    return lost, len(there.keys() - wanted.keys()) + len(rows) - len(there)


def _findings() -> int:
    from xintui.foundation.ledger import facade as ledger

    return len(ledger.audit())

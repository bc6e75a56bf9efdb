"""备份与还原: the embedded cluster copied while it runs, each file with its checksum, and put back elsewhere.

`pg_basebackup` with the log streamed beside it is a copy as of its end. Every byte is read again against the manifest
when it is made and again before it is used: a backup that was never read is a hope.
"""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from xintui.infra.postgres import Embedded
from xintui.kernel.errors import DomainError, Kind

DATABASE: Final = "database"
FILES: Final = "files"
_NOT_OURS: Final = frozenset({"postgres", "static", "demo"})
"""The cluster is copied by its own tool; the others are made anew."""


@dataclass(eq=False)
class CannotBackUp(DomainError):
    """The folder is taken, or a tool said no."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "database.cannot_back_up"
    says: ClassVar[str] = "备份或还原未完成：{why}"

    why: str


def take(cluster: Embedded, home: Path, folder: Path) -> None:
    """Database and files of this installation into the empty `folder`, verified. Raises `CannotBackUp`."""
    if folder.exists() and any(folder.iterdir()):
        raise CannotBackUp(f"{folder} 不是空目录")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    _run(
        cluster, "pg_basebackup", "-D", str(folder / DATABASE), "-h", str(cluster.socket), "-U", "postgres",
        "-X", "stream", "-c", "fast", "--manifest-checksums=SHA256", "--no-password",
    )  # fmt: skip
    check(folder)
    (folder / FILES).mkdir(mode=0o700)
    for entry in home.iterdir():
        if entry.name not in _NOT_OURS and not entry.is_socket():
            copy: Any = shutil.copytree if entry.is_dir() else shutil.copy2
            copy(entry, folder / FILES / entry.name)


def check(folder: Path) -> None:
    """Re-read every byte of the database against the manifest, and the manifest against itself. Raises `CannotBackUp`.

    Ours, because the `pg_verifybackup` of the binaries we ship crashes. The log beside it has checksums of its own,
    which PostgreSQL checks when it replays it.
    """
    place = folder / DATABASE
    manifest = place / "backup_manifest"
    if not manifest.exists():
        raise CannotBackUp(f"{folder} 不是信推的备份")
    raw = manifest.read_bytes()
    body, _, seal = raw.rpartition(b'"Manifest-Checksum"')
    try:
        told = json.loads(raw)
    except ValueError:
        raise CannotBackUp("清单已损坏") from None
    if hashlib.sha256(body).hexdigest().encode() not in seal:
        raise CannotBackUp("清单与自身的校验和不符")
    for entry in told["Files"]:
        path = place / entry["Path"]
        if not path.is_file() or path.stat().st_size != entry["Size"] or _digest(path) != entry["Checksum"]:
            raise CannotBackUp(f"{entry['Path']} 与清单不符")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_back(cluster: Embedded, home: Path, folder: Path) -> None:
    """Into an installation that has no database yet. The server is not started. Raises `CannotBackUp`."""
    if cluster.data.exists():
        raise CannotBackUp(f"{cluster.data} 已有数据库；请另设空的 XINTUI_HOME")
    check(folder)
    for entry in (folder / FILES).iterdir():
        target = home / entry.name
        if entry.is_dir():
            shutil.copytree(entry, target, dirs_exist_ok=True)
        else:
            shutil.copy2(entry, target)
    cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = cluster.folder / "data.restored"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder / DATABASE, fresh)
    fresh.chmod(0o700)
    if cluster.user is not None:
        for path in (fresh, *fresh.rglob("*")):
            os.chown(path, cluster.user.pw_uid, cluster.user.pw_gid, follow_symlinks=False)
    fresh.rename(cluster.data)


def _run(cluster: Embedded, program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(cluster.bin / program), *arguments], check=False, capture_output=True, text=True, cwd="/"
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CannotBackUp(said[-1] if said else program)

"""A backup is taken while the shop runs, comes back in another folder, and proves itself; a changed one does not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

POST = """
from datetime import date
from xintui.entrypoints import setup
from xintui.infra import tenancy
setup.prepare(migrate=False)
from xintui.foundation.ledger.facade import Account, Kind, Move, Posting, post
shop, due = Account(Kind.MERCHANT_PAYABLE, "mch1"), Account(Kind.PROMOTER_DUE, "pro1")
with tenancy.as_platform():
    post(Posting("test.{n}", (Move(shop, due, 12345),), date(2026, 11, {n})))
"""


def xintui(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XINTUI_")}
    return subprocess.run(
        [sys.executable, "-c", "from xintui.entrypoints.cli import main; main()", *arguments],
        env=environment | {"XINTUI_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def posted(home: Path, n: int) -> None:
    """A posting by another process, in the installation's own books."""
    code = f"from xintui.entrypoints.terminal import ready\nwith ready():\n    exec({POST.format(n=n)!r})"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XINTUI_")}
    subprocess.run(
        [sys.executable, "-c", code], env=environment | {"XINTUI_HOME": str(home)}, check=True, timeout=240
    )  # fmt: skip


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An installation with a closed day and its backup."""
    folder = tmp_path_factory.mktemp("backup")
    home, copy = folder / "home", folder / "copy"
    posted(home, 20)
    assert xintui(home, "close", "2026-11-20").returncode == 0
    done = xintui(home, "backup", str(copy))
    assert done.returncode == 0, done.stderr
    posted(home, 21)  # after the backup: not in it
    return home, copy


def test_what_comes_back_has_the_roots_that_were_published(taken: tuple[Path, Path], tmp_path: Path) -> None:
    home, copy = taken
    state = json.loads((copy / "state.json").read_text())
    assert list(state["days"]) == ["2026-11-20"] and copy.stat().st_mode & 0o777 == 0o700
    assert (copy / "files" / "secret_key").read_bytes() == (home / "secret_key").read_bytes()
    new = tmp_path / "new"
    done = xintui(new, "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert "1 个日结的公布根与备份时一致" in done.stdout
    block = f"{state['block']['n']}:{state['block']['hash']}"
    audited = xintui(new, "audit", "ledger", "--block", block)
    assert (audited.returncode, "1 笔分录" in audited.stdout) == (0, True), audited.stdout + audited.stderr
    again = xintui(new, "restore", str(copy))
    assert again.returncode == 2 and "已有数据库" in again.stderr


def test_a_byte_changed_in_the_backup_is_found_before_it_is_used(taken: tuple[Path, Path], tmp_path: Path) -> None:
    _, copy = taken
    bad = tmp_path / "bad"
    shutil.copytree(copy, bad)
    pages = [path for path in (bad / "database" / "base").rglob("[0-9]*") if path.is_file()]
    page = max(pages, key=lambda path: path.stat().st_size)
    raw = bytearray(page.read_bytes())
    raw[len(raw) // 2] ^= 1
    page.write_bytes(raw)
    done = xintui(tmp_path / "new", "restore", str(bad))
    assert done.returncode == 2 and "database.cannot_back_up" in done.stderr
    assert not (tmp_path / "new" / "postgres" / "data").exists()


def test_a_root_that_does_not_fit_is_reported(taken: tuple[Path, Path], tmp_path: Path) -> None:
    _, copy = taken
    bad = tmp_path / "bad"
    shutil.copytree(copy, bad)
    state = json.loads((bad / "state.json").read_text())
    state["days"]["2026-11-20"] = "00" * 32
    (bad / "state.json").write_text(json.dumps(state))
    done = xintui(tmp_path / "new", "restore", str(bad))
    assert done.returncode == 1 and "2026-11-20 的公布根不符" in done.stderr


def test_a_folder_that_holds_something_is_not_written_into(taken: tuple[Path, Path]) -> None:
    home, copy = taken
    done = xintui(home, "backup", str(copy))
    assert done.returncode == 2 and "不是空目录" in done.stderr

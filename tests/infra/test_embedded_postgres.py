"""The embedded server is durable, has one owner, survives its owner's death and outlives nobody's work."""

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg
import pytest

from xintui.infra.postgres import AlreadyOwned, Embedded


@pytest.fixture
def cluster(tmp_path: Path) -> Embedded:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    return Embedded(tmp_path / "pg", shared_buffers="32MB")


def settings(cluster: Embedded) -> dict[str, str]:
    with psycopg.connect(cluster.url()) as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "listen_addresses")
        return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]


def test_it_is_durable_listens_to_no_network_and_refuses_a_second_owner(cluster: Embedded) -> None:
    cluster.start()
    try:
        assert settings(cluster) == {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "listen_addresses": "",
        }
        with pytest.raises(AlreadyOwned, match="正由另一个进程") as refusal:
            Embedded(cluster.folder).start()
        assert refusal.value.code == "database.already_owned"
    finally:
        cluster.stop()
    assert not cluster._answers()


def test_whoever_leaves_last_stops_the_server(cluster: Embedded) -> None:
    guest = Embedded(cluster.folder)
    cluster.start()
    guest.attach()
    cluster.stop()
    assert guest._answers(), "the guest's work goes on"
    guest.stop()
    assert not guest._answers()


def test_a_killed_owner_loses_nothing_and_its_server_is_taken_over(cluster: Embedded) -> None:
    script = textwrap.dedent(f"""
        import os, signal, psycopg
        from pathlib import Path
        from xintui.infra.postgres import Embedded
        cluster = Embedded(Path({str(cluster.folder)!r}), shared_buffers="32MB")
        cluster.start()
        with psycopg.connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    died = subprocess.run([sys.executable, "-c", script], check=False)
    assert died.returncode == -9
    started = time.monotonic()
    cluster.start()
    try:
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (42,)
        assert time.monotonic() - started < 30
    finally:
        cluster.stop()

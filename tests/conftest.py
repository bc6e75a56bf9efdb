"""Every test that asks for `db` gets real PostgreSQL: the embedded server, a fresh copy of a migrated template."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
HOME = ROOT / ".cache" / "test" / WORKER
HOME.mkdir(parents=True, exist_ok=True)
os.environ["XINTUI_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xintui.entrypoints.settings")
# Playwright keeps an event loop on the thread that later tests of the same worker use; none of our code is async.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
os.environ.setdefault("XINTUI_SECRET_KEY", "a key for tests only, never served")
sys.path.insert(0, str(ROOT))

from xintui.infra import database  # noqa: E402

CLUSTER = database.embedded()
CLUSTER.settings |= {"fsync": "off", "full_page_writes": "off", "shared_buffers": "256MB", "max_connections": "200"}
# Plans are the same in every run: nobody counts rows behind a test's back.
CLUSTER.settings |= {"autovacuum": "off"}


def pytest_configure(config: pytest.Config) -> None:
    """Whoever runs tests owns a server for the length of the run: each worker its own, the controller none.

    `xmin` belongs to a cluster: on a shared one a neighbour's long transaction would hold back folding and sealing.
    """
    controls = not WORKER and getattr(config.option, "numprocesses", None)
    if os.environ.get("XINTUI_DATABASE_URL") or controls:
        return
    CLUSTER.start()
    config.add_cleanup(CLUSTER.stop)


LONG = (
    "tests/browser/",
    "tests/api/test_isolation",
    "tests/entrypoints/test_console_leaks",
    "tests/api/test_schema_fuzz",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker takes a whole file, and all of the browser's: a world is built once, not once per worker."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "tests/browser" if file.startswith("tests/browser/") else file

    config.option.loadscopereorder = False  # they come in the order above
    return ByFile(config, log)


def _url(name: str) -> str:
    given = os.environ.get("XINTUI_DATABASE_URL")
    if not given:
        return CLUSTER.url(database=name)
    parts: dict[str, Any] = dict(conninfo_to_dict(given))
    return make_conninfo(**(parts | {"dbname": name}))


def _login(name: str, role: str) -> str:
    """The program logs in as itself where it can, as it does on an embedded server in production."""
    if role == database.APP and not os.environ.get("XINTUI_DATABASE_URL"):
        return CLUSTER.url(user=role, database=name)
    return _url(name)


def _admin(statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        found = connection.execute(statement)  # type: ignore[call-overload]
        return found.fetchall() if found.description else []


def _shape() -> str:
    """A digest of everything that decides what a migrated database looks like."""
    sources = sorted([*ROOT.glob("src/xintui/**/migrations/*.py"), *ROOT.glob("src/xintui/**/sql/*.sql")])
    sources += [ROOT / "uv.lock", ROOT / "src/xintui/entrypoints/settings.py", ROOT / "src/xintui/infra/database.py"]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(str(source.relative_to(ROOT)).encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:12]


def _template() -> str:
    """The migrated template for today's shape, made once and kept between runs."""
    name = f"template_{_shape()}"
    with open(HOME / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _admin(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return name
        for (old,) in _admin("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"):
            _admin(f'DROP DATABASE "{old}" WITH (FORCE)')
        _admin('CREATE DATABASE "template_fresh"')
        database.bootstrap(_url("template_fresh"), app_logs_in=not os.environ.get("XINTUI_DATABASE_URL"))
        _migrate("template_fresh")
        _admin(f'ALTER DATABASE "template_fresh" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    owner = connections["owner"]
    owner.close()
    owner.settings_dict.update(database.django_database(_url(name), database.OWNER))
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    owner.close()


def _fresh_copy(name: str, template: str) -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
    _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: the program's own role on a copy of the template."""
    from django.contrib.auth.hashers import Argon2PasswordHasher
    from django.db import connections
    from django.test import TransactionTestCase

    # A test's password guards nothing: true parameters make a hundred megabytes and a tenth of a second of each.
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8 * Argon2PasswordHasher.parallelism
    name = "test_" + getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        template = _template()
        _fresh_copy(name, template)
        # Append-only tables refuse TRUNCATE, so a test that really commits gets a new copy instead of a flush.
        TransactionTestCase._fixture_teardown = lambda self: _fresh_copy(name, template)
        for alias, role in (("default", database.APP), ("owner", database.OWNER)):
            connections[alias].close()
            connections[alias].settings_dict.update(database.django_database(_login(name, role), role))
    # Blocked again: a test without its mark would commit what the next one finds.
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()


@pytest.fixture(scope="session")
def superuser_url(django_db_setup: None) -> str:
    """A URL of the server's superuser on this worker's database, for tests that open connections of their own."""
    from django.db import connections

    return _url(str(connections["default"].settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _platform_scope() -> Iterator[None]:
    """Tests act for the platform unless they say otherwise (`tenancy.as_merchant`)."""
    from django.db import connection

    from xintui.infra import tenancy

    token = tenancy._tenant.set(tenancy.EVERYONE)
    if connection.in_atomic_block:
        tenancy.tell(connection)
    yield
    tenancy._tenant.reset(token)

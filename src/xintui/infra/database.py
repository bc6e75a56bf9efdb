"""Which server, which roles, and how a database becomes ours.

Tables belong to `xintui_owner` (no login). The program runs as `xintui_app`, which owns nothing and cannot bypass
row-level security; what it may do is granted, table by table.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from xintui.infra.home import database_url, home
from xintui.infra.postgres import Embedded
from xintui.kernel.errors import DomainError, Kind

OWNER, APP = "xintui_owner", "xintui_app"
_BOOTSTRAP_LOCK = 20_261_123


@dataclass(eq=False)
class CannotUse(DomainError):
    """The given server does not answer, or does not let us make our roles."""

    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    code: ClassVar[str] = "database.cannot_use"
    says: ClassVar[str] = "无法使用数据库：{why}"

    why: str


def embedded() -> Embedded:
    """The installation's own cluster."""
    return Embedded(home() / "postgres")


def admin_url() -> str:
    """The URL migrations are run with."""
    return database_url() or embedded().url()


def app_url() -> str:
    """The URL the program itself uses: it logs in as `xintui_app`, so no `RESET ROLE` can lead back to more.

    For a server of your own give `XINTUI_APP_DATABASE_URL`; without it the owner's login merely acts as `xintui_app`,
    which `xintui doctor` reports.
    """
    given = os.environ.get("XINTUI_APP_DATABASE_URL")
    return given or database_url() or embedded().url(user=APP)


def django_database(url: str, role: str) -> dict[str, Any]:
    """Django's settings for `url`, acting as `role` from the first statement on. Raises `CannotUse`."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        raise CannotUse("连接串不是 postgresql://… 的形式") from None
    acting = "" if parts.get("user") == role else f"-c role={role} "
    return {
        "ENGINE": "xintui.infra.backend",
        "NAME": parts.get("dbname") or parts.get("user") or "xintui",
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": f"{acting}-c lock_timeout=10s -c idle_in_transaction_session_timeout=600s",
        },
    }


def bootstrap(url: str, *, app_logs_in: bool = False) -> None:
    """Make the two roles (with `app_logs_in` the program's own may log in: on the embedded server's private socket)
    and hand the schema to the owner. Safe to repeat, safe side by side. Raises `CannotUse`."""
    try:
        _bootstrap(url, app_logs_in)
    except psycopg.Error as error:
        raise CannotUse(str(error).strip().splitlines()[0]) from error


def _bootstrap(url: str, app_logs_in: bool) -> None:
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_BOOTSTRAP_LOCK])
        for role in (OWNER, APP):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOBYPASSRLS").format(sql.Identifier(role)))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        if app_logs_in:
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(APP)))
        for statement in _GRANTS:
            connection.execute(sql.SQL(statement).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP)))


_GRANTS = (
    "GRANT ALL ON SCHEMA public TO {owner}",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


@contextlib.contextmanager
def serving(*, owner: bool = False) -> Iterator[None]:
    """The database is up for the length of a block; with `owner` this process must be the one that runs it.

    Raises `AlreadyOwned` (only with `owner`), `CannotStart`.
    """
    if database_url():
        yield
        return
    cluster = embedded()
    if owner:
        cluster.start()
    else:
        cluster.attach()
    try:
        yield
    finally:
        cluster.stop()

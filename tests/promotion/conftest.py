"""For tests with several real connections: a database of their own, thrown away afterwards."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo


@pytest.fixture
def committed(superuser_url: str, django_db_blocker: Any) -> Iterator[str]:
    """A fresh copy of the template in which transactions really commit; its superuser URL."""
    from django.db import connections

    name = str(conninfo_to_dict(superuser_url)["dbname"]) + "_committed"
    admin = make_conninfo(superuser_url, dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as raw:
        (template,) = raw.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'").fetchone()  # type: ignore[misc]
        raw.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]
        raw.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')  # type: ignore[call-overload]
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    for alias in before:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    with django_db_blocker.unblock():
        try:
            yield make_conninfo(superuser_url, dbname=name)
        finally:
            for alias, old in before.items():
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = old
            with psycopg.connect(admin, autocommit=True) as raw:
                raw.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]

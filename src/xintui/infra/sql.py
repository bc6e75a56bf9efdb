"""Every statement longer than a line lives in its module's `sql/` folder and is called by name."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db import connection, migrations
from psycopg import ClientCursor


@cache
def text(package: str, name: str) -> str:
    """The statement `sql/<name>.sql` of `package`."""
    return (files(package) / "sql" / f"{name}.sql").read_text("utf-8")


_ROOMY: Final = {
    "work_mem": "256MB",  # a file's rows are sorted in memory; what does not fit is sorted through the disk
    # A second core sorts and sums half of it. What an index has in order already comes quicker from one.
    "max_parallel_workers_per_gather": "1",
    "parallel_setup_cost": "100",
    "parallel_tuple_cost": "0.02",
}


def roomy() -> None:
    """Let this transaction have what half a million rows in and out need: room to sort, and another core for it."""
    with connection.cursor() as cursor:
        for name, value in _ROOMY.items():
            cursor.execute(f"SET LOCAL {name} = '{value}'")


def run(package: str, name: str, params: Mapping[str, Any] | None = None) -> int:
    """Execute; the number of rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(text(package, name), params)
        return int(cursor.rowcount)


def rows(package: str, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Execute and fetch all rows as dicts."""
    with connection.cursor() as cursor:
        cursor.execute(text(package, name), params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def tuples(package: str, name: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Execute and fetch all rows as they come: for many rows of numbers."""
    with connection.cursor() as cursor:
        cursor.execute(text(package, name), params)
        return list(cursor.fetchall())


def one(package: str, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Execute and fetch the first row, or None."""
    found = rows(package, name, params)
    return found[0] if found else None


def migration(package: str, *names: str) -> list[migrations.RunSQL]:
    """Migration steps that run `sql/<name>.sql` files (functions, triggers, partitions, grants)."""
    return [migrations.RunSQL(text(package, name), migrations.RunSQL.noop) for name in names]


def copy_out(package: str, name: str, params: Mapping[str, Any], *, header: bool = True) -> Iterator[bytes]:
    """A query's rows as CSV chunks, straight from the server: memory stays flat whatever the size."""
    with connection.cursor() as cursor:
        statement = ClientCursor(connection.connection).mogrify(
            text(package, name), params
        )  # COPY binds nothing itself
        options = "FORMAT csv, HEADER true" if header else "FORMAT csv"
        with cursor.copy(f"COPY ({statement}) TO STDOUT ({options})") as copy:
            yield from copy


def copy_binary(package: str, name: str, params: Mapping[str, Any]) -> Iterator[bytes]:
    """A query's rows as PostgreSQL's binary copy, in pieces: a million rows of numbers without an object for each."""
    with connection.cursor() as cursor:
        statement = ClientCursor(connection.connection).mogrify(text(package, name), params)
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT binary)") as copy:
            yield from copy

"""租户隔离: whose rows a transaction may see. The second wall behind the application's own filters (rule R17).

The GUC `app.tenant` holds a merchant's id, `*` for work that rightly spans merchants, or nothing: then no row of a
tenant table is visible. It is set per transaction, never per session.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, Final

from django.db import connection, migrations

EVERYONE: Final = "*"
NOBODY: Final = ""
_tenant: ContextVar[str] = ContextVar("tenant", default=NOBODY)


def current() -> str:
    """The merchant id, `*` or nothing."""
    return _tenant.get()


def tell(wrapper: Any) -> None:
    """Tell the running transaction of `wrapper` who is asking."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant', %s, true)", [_tenant.get()])


@contextlib.contextmanager
def _as(tenant: str) -> Iterator[None]:
    token = _tenant.set(tenant)
    if connection.in_atomic_block:
        tell(connection)
    try:
        yield
    finally:
        _tenant.reset(token)
        if connection.in_atomic_block and not connection.needs_rollback:
            tell(connection)


def as_platform() -> "contextlib._GeneratorContextManager[None]":
    """Work that spans merchants: operators, workers, buyers and promoters (whose rows the application filters)."""
    return _as(EVERYONE)


def as_merchant(merchant_id: str) -> "contextlib._GeneratorContextManager[None]":
    """Work of one merchant: no other merchant's row can be read or written."""
    assert merchant_id and merchant_id != EVERYONE
    return _as(merchant_id)


def as_nobody() -> "contextlib._GeneratorContextManager[None]":
    """No tenant row at all."""
    return _as(NOBODY)


def wall(table: str, column: str = "merchant_id") -> migrations.RunSQL:
    """The migration step that puts row-level security around `table`, for its owner too.

    The sub-selects make the setting a constant of the statement: asked once instead of once a row, and the planner no
    longer takes the wall for a filter that one row in two hundred passes, which had it sort where it should hash.
    """
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON {table}
          USING ({column} = (SELECT nullif(current_setting('app.tenant', true), ''))
                 OR (SELECT current_setting('app.tenant', true) = '*'));
        """,
        f"""
        DROP POLICY tenant ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def sharded(table: str, *key: str) -> migrations.RunSQL:
    """The migration step that makes `key` (with the distribution column among it) the primary key of a hot `table`.

    Every primary key carries the distribution column (stack.md, "Growing past one machine"); Django goes on thinking of
    its own key alone. Its extra `…_like` index on a text key is dropped: ids are looked up whole.
    """
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_pkey;
        ALTER TABLE {table} ADD PRIMARY KEY ({", ".join(key)});
        DO $$ DECLARE extra text; BEGIN
          FOR extra IN SELECT indexname FROM pg_indexes
                        WHERE schemaname = 'public' AND tablename = '{table}' AND indexname LIKE '%\\_like' LOOP
            EXECUTE format('DROP INDEX %I', extra);
          END LOOP;
        END $$;
        """,
        migrations.RunSQL.noop,
    )

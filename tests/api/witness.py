"""What the victim's rows are, before and after; asked of PostgreSQL itself, table by table."""

from collections import Counter

from django.db import connection

from xintui.infra import tenancy

LEAST = 8
VOLATILE = {"throttle_bucket", "idempotency_request", "django_session", "outbox_event"}


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall() if name not in VOLATILE]


def changed() -> list[str]:
    """Where this transaction has updated or deleted a row, undone since or not: only there can a row be missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(pg_partition_root(relid), relid)::regclass::text FROM pg_stat_xact_user_tables"
            " WHERE n_tup_upd + n_tup_del > 0 AND schemaname = 'public' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall() if name not in VOLATILE]


def tenant_tables() -> dict[str, str]:
    """Every table with a merchant_id column, and whether its wall stands (FORCE)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND a.attname = 'merchant_id' AND NOT a.attisdropped ORDER BY 1"
        )
        return dict(cursor.fetchall())


def rows_about(markers: list[str], among: list[str]) -> Counter[tuple[str, str]]:
    """A digest per row that names one of `markers`, in any column. A marker of a digit or two would name every row."""
    markers = [marker for marker in markers if len(marker) >= LEAST]
    each = (f"SELECT '{name}', md5(t::text) FROM \"{name}\" t WHERE t::text LIKE ANY(%(marks)s)" for name in among)
    with tenancy.as_platform(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each), {"marks": [f"%{marker}%" for marker in markers]})
        return Counter(cursor.fetchall())

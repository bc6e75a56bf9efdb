"""What the migrated database must look like: whose tables, which keys, which walls. Asked of pg_catalog itself."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.architecture.house import module_of, modules
from xintui.infra.distribution import DISTRIBUTION, LOCAL, REFERENCE

pytestmark = pytest.mark.django_db
DJANGOS = ("auth_", "django_")

WITHOUT_WALL = {
    "attribution_link": "a link is public: whoever has its code may follow it; the merchant is only where it leads",
    "attribution_window": "how a shop attributes is shown to everybody (the platform's own row has no merchant)",
}
"""Tables with a `merchant_id` that need no row-level security, and why."""

APPEND_ONLY = {
    "ledger_move",
    "ledger_close",
    "commission_entry",
    "commission_refund",
    "commission_withdrawal",
    "commission_sweep",
    "identity_audit_entry",
    "catalog_stock_move",
    "catalog_change",
    "merchants_event",
    "orders_event",
    "payments_log",
    "attribution_touch",
    "attribution_attribution",
    "attribution_sale",
    "payouts_event",
    "promoters_event",
    "promoters_level_change",
    "promoters_payee",
    "agreements_acceptance",
    "privacy_consent",
}
"""Facts and trails: must be append-only. Whatever else has lost its UPDATE and DELETE grants must be guarded too."""


def rows(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def tables() -> list[str]:
    """Our ordinary and partitioned tables; partitions follow their parent."""
    found = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition ORDER BY 1"
    )
    return [name for (name,) in found if not name.startswith(DJANGOS)]


def test_every_table_is_named_after_its_module() -> None:
    strangers = [name for name in tables() if module_of(name.split("_")[0]) is None]
    assert not strangers
    labels = {m.name for m in modules()}
    wrong = [m._meta.db_table for m in apps.get_models() if m._meta.app_label in labels]
    assert all(name.split("_")[0] in labels for name in wrong)
    misnamed = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in labels and not model._meta.db_table.startswith(f"{model._meta.app_label}_")
    ]
    assert not misnamed


def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_foreign_keys_point_home_or_down() -> None:
    found = rows(
        "SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace"
    )
    for table, target in found:
        here, there = module_of(table.split("_")[0]), module_of(target.split("_")[0])
        if here is not None:
            assert there is not None and there.floor <= here.floor, f"{table} → {target}"


# -- distribution ---------------------------------------------------------------------------------------------------


def test_every_table_has_said_where_it_would_live() -> None:
    unplaced = [t for t in tables() if not ({t, t.split("_")[0]} & LOCAL.keys()) and t not in DISTRIBUTION | REFERENCE]
    assert not unplaced, "say in infra/distribution.py how these would be distributed"
    existing = set(tables())
    assert not (DISTRIBUTION.keys() | REFERENCE.keys()) - existing, "these tables do not exist"


@pytest.mark.parametrize(("table", "column"), DISTRIBUTION.items(), ids=DISTRIBUTION)
def test_every_key_of_a_hot_table_carries_its_distribution_column(table: str, column: str) -> None:
    keys = rows(
        "SELECT i.relname, array_agg(a.attname) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey::int2[])"
        " WHERE x.indrelid = %s::regclass AND x.indisunique GROUP BY 1",
        table,
    )
    wrong = {name: columns for name, columns in keys if column not in columns}
    assert not wrong, f"{table} is distributed by {column}"
    columns = rows(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s AND NOT attisdropped",
        table,
        column,
    )
    assert columns == [(True,)], f"{table}.{column} must exist and be NOT NULL"


def test_no_foreign_key_touches_a_hot_table() -> None:
    found = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    assert not [pair for pair in found if set(pair) & DISTRIBUTION.keys()]


# -- tenants --------------------------------------------------------------------------------------------------------


def test_every_table_with_a_merchant_has_its_wall_enabled_and_forced() -> None:
    found = rows(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        "       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"
        "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'merchant_id'"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    open_ones = {table for table, forced, policy in found if not (forced and policy)}
    assert open_ones == WITHOUT_WALL.keys()
    assert len(found) > 12


def test_views_look_with_the_eyes_of_whoever_asks_and_nothing_is_materialized() -> None:
    found = rows(
        "SELECT relname, relkind, coalesce(array_to_string(reloptions, ','), '') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    assert found, "there are published views"
    for name, kind, options in found:
        assert kind == "v", f"{name} is materialized: it leaks other tenants' rows"
        assert "security_invoker=true" in options, name


def test_the_program_owns_nothing_and_cannot_bypass_the_walls() -> None:
    assert rows("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'xintui_app'") == [(False, False)]
    assert rows("SELECT current_user") == [("xintui_app",)]
    owned = rows("SELECT relname FROM pg_class WHERE relowner = 'xintui_app'::regrole AND relpersistence <> 't'")
    assert not owned


# -- append-only ----------------------------------------------------------------------------------------------------


def changeable(table: str) -> bool:
    """Whether the program may change or remove a row, as a whole or in one column."""
    ((may,),) = rows(
        "SELECT has_any_column_privilege('xintui_app', %s, 'UPDATE')"
        " OR has_table_privilege('xintui_app', %s, 'DELETE') OR has_table_privilege('xintui_app', %s, 'TRUNCATE')",
        table,
        table,
        table,
    )
    return bool(may)


def guards(table: str) -> set[str]:
    """Which events are refused by an ENABLE ALWAYS trigger. tgtype bits: 8 DELETE, 16 UPDATE, 32 TRUNCATE."""
    found = rows(
        "SELECT tgtype FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE tgrelid = %s::regclass AND tgenabled = 'A' AND p.proname LIKE '%%\\_refuse'",
        table,
    )
    bits = {"DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
    return {event for event, bit in bits.items() if any(kind & bit for (kind,) in found)}


def test_append_only_tables_are_guarded_by_grant_and_by_trigger() -> None:
    assert APPEND_ONLY <= set(tables())
    assert not [table for table in sorted(APPEND_ONLY) if changeable(table)]
    insert_only = {
        t
        for t in tables()
        if not changeable(t) and rows("SELECT has_table_privilege('xintui_app', %s, 'INSERT')", t)[0][0]
    }
    weak = {t: guards(t) for t in sorted(APPEND_ONLY | insert_only) if guards(t) != {"DELETE", "UPDATE", "TRUNCATE"}}
    assert not weak


def test_a_partition_by_itself_is_nobodys_to_touch() -> None:
    found = rows("SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r'")
    assert found
    for (name,) in found:
        for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            assert not rows("SELECT has_table_privilege('xintui_app', %s, %s)", name, privilege)[0][0], name

"""只增不改: tables whose rows are facts. Nothing updates, deletes or truncates them, whoever asks (rule R3)."""

from django.db import migrations

_REFUSE = """
CREATE OR REPLACE FUNCTION infra_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23514';
END $$;
"""


def append_only(*tables: str) -> migrations.RunSQL:
    """The migration step that makes `tables` append-only: by grant for the program, by trigger for everybody else.

    Row triggers never see TRUNCATE, so there is one for each; ALWAYS, so that a replica role does not slip past.
    """
    return migrations.RunSQL(_REFUSE + "".join(map(_guarded, tables)), migrations.RunSQL.noop)


def _guarded(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION infra_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION infra_refuse();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM xintui_app;
"""

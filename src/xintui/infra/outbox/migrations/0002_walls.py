"""Walls built before the setting became a constant of the statement are rebuilt (see `tenancy.wall`)."""

from django.db import migrations

_REBUILD = """
DO $$
DECLARE
  v_wall record;
  v_told constant text := $q$NULLIF(current_setting('app.tenant'::text, true), ''::text)$q$;
  v_all constant text := $q$(current_setting('app.tenant'::text, true) = '*'::text)$q$;
BEGIN
  FOR v_wall IN SELECT polrelid::regclass AS around, pg_get_expr(polqual, polrelid) AS rule
                  FROM pg_policy WHERE polname = 'tenant'
  LOOP
    IF v_wall.rule NOT LIKE '%SELECT%' THEN
      EXECUTE format('ALTER POLICY tenant ON %s USING (%s)', v_wall.around,
                     replace(replace(v_wall.rule, v_told, '(SELECT ' || v_told || ')'), v_all, '(SELECT ' || v_all || ')'));
    END IF;
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = (("outbox", "0001_initial"),)
    operations = (migrations.RunSQL(_REBUILD, migrations.RunSQL.noop),)

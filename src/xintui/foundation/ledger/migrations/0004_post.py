"""Balances move by a plan that is made once, and accounts are only opened where one is new."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("ledger", "0003_post"),)
    operations = (
        *sql.migration("xintui.foundation.ledger", "post"),
        migrations.RunSQL("DROP FUNCTION IF EXISTS ledger_move_balances(bigint[], bigint[])", ""),
    )

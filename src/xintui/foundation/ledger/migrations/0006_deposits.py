"""Deposits have accounts of their own, for books that were opened before there were any."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("ledger", "0005_post"),)
    operations = (
        migrations.RunSQL(
            "INSERT INTO ledger_kind VALUES ('promoter.deposit', 1, 0), ('merchant.deposit', 1, 0) ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    )

"""A buyer who was paid first and was not right owes it: an account of its own, for books that were opened before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("ledger", "0006_deposits"),)
    operations = (
        migrations.RunSQL(
            "INSERT INTO ledger_kind VALUES ('buyer.debt', -1, 0) ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    )

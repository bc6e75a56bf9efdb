"""Posting a long stretch sums per pair of accounts and opens accounts only where one is new."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_post"),)
    operations = (*sql.migration("xintui.foundation.ledger", "post"),)

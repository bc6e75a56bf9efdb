"""Deposits as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (
        ("ledger", "0001_initial"),
        ("deposits", "0001_initial"),
    )
    operations = (*sql.migration("xintui.trust.deposits", "facts"),)

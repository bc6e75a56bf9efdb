"""Posting lives in a file of its own and has a quick way for stretches of new reasons."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (*sql.migration("xintui.foundation.ledger", "post"),)

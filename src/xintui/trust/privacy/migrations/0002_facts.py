"""Everybody's last word, as other modules' statements may read it."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("privacy", "0001_initial"),)
    operations = (*sql.migration("xintui.trust.privacy", "facts"),)

"""Confirmed cases as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("violations", "0001_initial"),)
    operations = (*sql.migration("xintui.trust.violations", "facts"),)

"""How goods present themselves and how their stock moved, for whoever compares."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("catalog", "0005_facts"),)
    operations = (*sql.migration("xintui.commerce.catalog", "insight"),)

"""Which lines came to after-sales, for whoever compares."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("orders", "0007_quality"),)
    operations = (*sql.migration("xintui.commerce.orders", "concentration_facts"),)

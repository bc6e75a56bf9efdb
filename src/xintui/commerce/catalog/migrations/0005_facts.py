"""Goods as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("catalog", "0004_stock_times"),)
    operations = (*sql.migration("xintui.commerce.catalog", "facts"),)

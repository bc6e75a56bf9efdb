"""The planner is told less, and sooner."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("commission", "0003_sku"),)
    operations = (*sql.migration("xintui.promotion.commission", "analyze"),)

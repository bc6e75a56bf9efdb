"""The day of an instant costs an addition."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("commission", "0005_four_eyes"),)
    operations = (*sql.migration("xintui.promotion.commission", "wall"),)

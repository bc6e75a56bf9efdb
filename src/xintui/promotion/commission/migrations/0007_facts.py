"""Promoted sales as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("commission", "0006_wall"),)
    operations = (*sql.migration("xintui.promotion.commission", "facts"),)

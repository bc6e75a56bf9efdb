"""Promoted sales with their rate, as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("commission", "0008_hold"),)
    operations = (*sql.migration("xintui.promotion.commission", "facts_rate"),)

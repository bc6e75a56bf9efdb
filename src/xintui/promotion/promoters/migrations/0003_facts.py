"""Promoters as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("promoters", "0002_below"),)
    operations = (*sql.migration("xintui.promotion.promoters", "facts"),)

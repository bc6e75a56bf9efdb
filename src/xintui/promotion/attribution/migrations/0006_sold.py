"""Promoters' sales as other modules' statements may read them."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("attribution", "0005_goods"),)
    operations = (*sql.migration("xintui.promotion.attribution", "sold"),)

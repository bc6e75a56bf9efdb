"""Clicks by promoter, product and channel, for whoever compares."""

from django.db import migrations

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("attribution", "0006_sold"),)
    operations = (*sql.migration("xintui.promotion.attribution", "looked"),)

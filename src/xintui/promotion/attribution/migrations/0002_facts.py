"""Clicks by day and orders by channel: what the dashboards count."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = [("attribution", "0001_initial")]

    operations = [
        migrations.AddIndex(model_name="touch", index=models.Index(models.F("at"), name="attribution_touch_at")),
        *sql.migration("xintui.promotion.attribution", "facts"),
    ]

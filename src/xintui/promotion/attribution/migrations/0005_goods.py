"""Who shares a product: they are told when it may not be promoted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attribution", "0004_spread")]

    operations = [
        migrations.AddIndex(
            model_name="link",
            index=models.Index(models.F("target_id"), models.F("id"), name="attribution_link_to"),
        ),
    ]

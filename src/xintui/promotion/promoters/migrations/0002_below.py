"""A team is read step by step, and nobody looks for a second step where there is none."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = (("promoters", "0001_initial"),)
    operations = (
        migrations.AddIndex(
            "promoter", models.Index(fields=["id"], name="promoters_deep", condition=models.Q(depth__gte=2))
        ),
        *sql.migration("xintui.promotion.promoters", "below"),
    )

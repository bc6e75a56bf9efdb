"""Reviews by the day they were written: what goods' quality is judged by."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                models.F("merchant_id"),
                models.F("written_at"),
                condition=models.Q(("hidden", False)),
                name="reviews_by_day",
            ),
        ),
        *sql.migration("xintui.commerce.reviews", "facts"),
    ]

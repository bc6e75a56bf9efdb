"""What goods' quality is judged by, in its own indexes; and a referral that leaves out what is not promoted."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_tails")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("merchant_id"),
                models.F("received_at"),
                condition=models.Q(("received_at__isnull", False)),
                name="orders_order_received",
            ),
        ),
        migrations.AddIndex(
            model_name="aftersale",
            index=models.Index(models.F("merchant_id"), models.F("applied_at"), name="orders_aftersale_asked"),
        ),
        *sql.migration("xintui.commerce.orders", "quality_facts", "place"),
    ]

"""Orders by the day they were placed, paid and refunded: what the dashboards count."""

from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_returns")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(models.F("merchant_id"), models.F("placed_at"), name="orders_order_placed"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("merchant_id"),
                models.F("paid_at"),
                condition=models.Q(("paid_at__isnull", False)),
                name="orders_order_paid",
            ),
        ),
        migrations.AddIndex(
            model_name="aftersale",
            index=models.Index(
                models.F("merchant_id"),
                models.F("settled_at"),
                condition=models.Q(("settled_at__isnull", False)),
                name="orders_aftersale_settled",
            ),
        ),
        *sql.migration("xintui.commerce.orders", "facts"),
    ]

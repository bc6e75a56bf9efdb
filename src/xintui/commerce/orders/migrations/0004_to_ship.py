"""What waits for a parcel, the oldest first: the first page of both consoles counts it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_facts")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(models.F("paid_at"), condition=models.Q(("state", "paid")), name="orders_order_to_ship"),
        ),
    ]

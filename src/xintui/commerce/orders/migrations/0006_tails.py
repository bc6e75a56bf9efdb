"""What people know of an order: the last eight characters of its number, the last four digits of the phone.

Columns, not indexes over an expression: behind row-level security the planner uses an index only for what no function
has to see first.
"""

import django.db.models.fields.json
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_place_many")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="tail",
            field=models.GeneratedField(
                expression=django.db.models.functions.text.Right("id", 8),
                output_field=models.TextField(),
                db_persist=True,
                verbose_name="编号末八位",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="phone_tail",
            field=models.GeneratedField(
                expression=django.db.models.functions.text.Right(django.db.models.fields.json.KT("address__phone"), 4),
                output_field=models.TextField(),
                db_persist=True,
                verbose_name="手机尾号",
            ),
        ),
        migrations.AddIndex(model_name="order", index=models.Index(models.F("tail"), name="orders_order_by_tail")),
        migrations.AddIndex(
            model_name="order", index=models.Index(models.F("phone_tail"), name="orders_order_by_phone")
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """An application names what the shop wants to sell, and keeps why it waits for a person (C-01)."""

    dependencies = [("merchants", "0003_staff")]

    operations = [
        migrations.AddField(
            model_name="merchant",
            name="wanted",
            field=models.JSONField(db_default=[], default=list, verbose_name="拟经营类目"),
        ),
        migrations.AddField(
            model_name="merchant",
            name="findings",
            field=models.JSONField(db_default=[], default=list, verbose_name="待人工审核的原因"),
        ),
    ]

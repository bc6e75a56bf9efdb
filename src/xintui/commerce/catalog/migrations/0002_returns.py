from django.db import migrations, models

from xintui.infra import sql


class Migration(migrations.Migration):
    """Goods say how they may be sent back (消费者权益保护法第二十五条)."""

    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="return_class",
            field=models.TextField(db_default="standard", verbose_name="无理由退货类别"),
        ),
        *sql.migration("xintui.commerce.catalog", "quote"),
    ]

"""Which link decided, with which material it was made, and what it brought."""

from django.db import migrations, models

from xintui.infra import guards, tenancy


class Migration(migrations.Migration):
    dependencies = [("attribution", "0002_facts")]

    operations = [
        migrations.AddField(
            "attribution",
            "link_id",
            models.CharField(blank=True, db_default="", max_length=32, verbose_name="判定的链接"),
        ),
        migrations.AddField(
            "link",
            "material_id",
            models.CharField(blank=True, db_default="", max_length=32, verbose_name="素材版本"),
        ),
        migrations.RemoveConstraint("link", "attribution_link_once"),
        migrations.AddConstraint(
            "link",
            models.UniqueConstraint(
                fields=("promoter_id", "target_kind", "target_id", "channel", "material_id"),
                name="attribution_link_once",
            ),
        ),
        migrations.AddIndex(
            "link",
            models.Index(
                models.F("material_id"),
                condition=models.Q(("material_id", ""), _negated=True),
                name="attribution_link_material",
            ),
        ),
        migrations.CreateModel(
            name="Sale",
            fields=[
                ("promoter_id", models.CharField(max_length=32, verbose_name="推客号")),
                ("reason", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="事由")),
                ("link_id", models.CharField(blank=True, max_length=32, verbose_name="链接号")),
                ("merchant_id", models.CharField(max_length=32, verbose_name="商家号")),
                ("order_id", models.CharField(max_length=32, verbose_name="订单号")),
                ("fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("self_purchase", models.BooleanField(verbose_name="自购")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "推广成绩",
                "verbose_name_plural": "推广成绩",
                "db_table": "attribution_sale",
                "indexes": [
                    models.Index(models.F("promoter_id"), models.F("link_id"), name="attribution_sale_link"),
                    models.Index(models.F("order_id"), name="attribution_sale_order"),
                ],
            },
        ),
        tenancy.sharded("attribution_sale", "promoter_id", "reason"),
        tenancy.wall("attribution_sale"),
        guards.append_only("attribution_sale"),
    ]

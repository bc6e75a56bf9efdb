from django.db import migrations, models

from xintui.infra import tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("orders", "0003_facts"), ("attribution", "0002_facts")]

    operations = [
        migrations.CreateModel(
            name="Stale",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("day", models.DateField(verbose_name="日期")),
            ],
            options={
                "verbose_name": "待重算",
                "verbose_name_plural": "待重算",
                "db_table": "analytics_stale",
            },
        ),
        migrations.CreateModel(
            name="Daily",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id",
                        "part",
                        "day",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("merchant_id", models.TextField(verbose_name="商家")),
                (
                    "part",
                    models.TextField(
                        choices=[
                            ("shop", "店铺"),
                            ("product", "商品"),
                            ("promoter", "推客"),
                            ("province", "省份"),
                            ("channel", "渠道"),
                            ("click", "点击"),
                        ],
                        verbose_name="划分",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("key", models.TextField(verbose_name="对象")),
                ("placed", models.IntegerField(default=0, verbose_name="下单数")),
                ("bought", models.IntegerField(default=0, verbose_name="其中已付款")),
                ("received", models.IntegerField(default=0, verbose_name="其中已收货")),
                ("kept", models.IntegerField(default=0, verbose_name="其中未全退")),
                ("orders", models.IntegerField(default=0, verbose_name="付款订单")),
                ("units", models.IntegerField(default=0, verbose_name="件数")),
                ("paid_fen", models.BigIntegerField(default=0, verbose_name="成交（分）")),
                ("refunds", models.IntegerField(default=0, verbose_name="退款笔数")),
                ("refunded_fen", models.BigIntegerField(default=0, verbose_name="退款（分）")),
                ("clicks", models.IntegerField(default=0, verbose_name="点击")),
            ],
            options={
                "verbose_name": "每日经营数据",
                "verbose_name_plural": "每日经营数据",
                "db_table": "analytics_daily",
                "indexes": [models.Index(models.F("part"), models.F("day"), name="analytics_daily_all_shops")],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False, verbose_name="编号")),
                ("through", models.DateTimeField(null=True, verbose_name="统计截至")),
            ],
            options={
                "verbose_name": "统计进度",
                "verbose_name_plural": "统计进度",
                "db_table": "analytics_progress",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="analytics_progress_one_row")
                ],
            },
        ),
        tenancy.wall("analytics_daily"),
        tenancy.wall("analytics_stale"),
    ]

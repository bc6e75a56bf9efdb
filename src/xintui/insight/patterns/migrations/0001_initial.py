"""What the nightly count has found."""

from django.db import migrations, models

from xintui.infra import tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Found",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id",
                        "subject",
                        "outcome",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("subject", models.TextField(choices=[("goods", "商品"), ("promoters", "推客")], verbose_name="对象")),
                (
                    "outcome",
                    models.TextField(
                        choices=[("conversion", "转化率（点击到付款）"), ("sales", "净销售额")], verbose_name="按什么"
                    ),
                ),
                ("day", models.DateField(verbose_name="统计日期")),
                ("body", models.JSONField(verbose_name="结果")),
                ("version", models.TextField(verbose_name="规则版本")),
            ],
            options={
                "verbose_name": "优质模式",
                "verbose_name_plural": "优质模式",
                "db_table": "patterns_found",
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False, verbose_name="编号")),
                ("counted_on", models.DateField(verbose_name="最近统计")),
            ],
            options={
                "verbose_name": "优质模式统计进度",
                "verbose_name_plural": "优质模式统计进度",
                "db_table": "patterns_progress",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="patterns_progress_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Turnover",
            fields=[
                (
                    "id",
                    models.TextField(db_column="product_id", primary_key=True, serialize=False, verbose_name="商品"),
                ),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("on_hand", models.BigIntegerField(verbose_name="现有库存")),
                ("sold", models.BigIntegerField(verbose_name="售出")),
                ("days", models.IntegerField(verbose_name="统计天数")),
                ("stock_sum", models.BigIntegerField(verbose_name="每日库存合计")),
                ("turnover_centi", models.BigIntegerField(null=True, verbose_name="周转次数（百分之一）")),
                ("days_left", models.BigIntegerField(null=True, verbose_name="可售天数")),
                ("slow", models.BooleanField(db_default=False, verbose_name="滞销")),
                ("counted_on", models.DateField(verbose_name="统计日期")),
            ],
            options={
                "verbose_name": "库存周转",
                "verbose_name_plural": "库存周转",
                "db_table": "patterns_turnover",
                "indexes": [models.Index(models.F("merchant_id"), models.F("id"), name="patterns_turnover_of_shop")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gt", 0), ("sold__gte", 0), ("stock_sum__gte", 0)),
                        name="patterns_turnover_not_negative",
                    )
                ],
            },
        ),
        tenancy.wall("patterns_found"),
        tenancy.wall("patterns_turnover"),
    ]

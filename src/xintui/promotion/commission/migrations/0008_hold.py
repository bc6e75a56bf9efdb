"""A line's commission may wait while a case is looked into."""

from django.db import migrations, models

from xintui.infra import sql, tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("commission", "0007_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommissionHeld",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="编号")),
                ("case_id", models.TextField(verbose_name="核查编号")),
                ("order_id", models.TextField(verbose_name="订单")),
                ("line_id", models.TextField(verbose_name="行")),
                ("promoter_id", models.TextField(verbose_name="推客")),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("says", models.TextField(verbose_name="原因")),
                ("held_at", models.DateTimeField(verbose_name="开始时间")),
                ("until", models.DateTimeField(verbose_name="最晚到")),
                ("release_at", models.DateTimeField(null=True, verbose_name="原定释放时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("ending", models.TextField(verbose_name="结束原因")),
                ("waiting", models.BooleanField(verbose_name="核查中")),
                ("fen", models.BigIntegerField(verbose_name="佣金（分）")),
            ],
            options={
                "verbose_name": "核查中的佣金",
                "verbose_name_plural": "核查中的佣金",
                "db_table": "commission_held",
                "managed": False,
            },
        ),
        migrations.AddField(
            model_name="commissionline",
            name="held",
            field=models.BooleanField(db_default=False, verbose_name="核查中"),
        ),
        migrations.CreateModel(
            name="CommissionHold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "promoter_id",
                        "case_id",
                        "order_id",
                        "line_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("promoter_id", models.TextField(db_collation="C", verbose_name="推客")),
                ("case_id", models.TextField(db_collation="C", verbose_name="核查编号")),
                ("order_id", models.TextField(db_collation="C", verbose_name="订单")),
                ("line_id", models.TextField(db_collation="C", verbose_name="行")),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("says", models.TextField(verbose_name="原因")),
                ("held_at", models.DateTimeField(verbose_name="开始时间")),
                ("until", models.DateTimeField(verbose_name="最晚到")),
                ("release_at", models.DateTimeField(null=True, verbose_name="应释放时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("ending", models.TextField(db_default="", verbose_name="结束原因")),
            ],
            options={
                "verbose_name": "核查中的佣金",
                "verbose_name_plural": "核查中的佣金",
                "db_table": "commission_hold",
                "indexes": [
                    models.Index(
                        models.F("case_id"), condition=models.Q(("ended_at", None)), name="commission_hold_open"
                    ),
                    models.Index(
                        models.F("until"), condition=models.Q(("ended_at", None)), name="commission_hold_over"
                    ),
                    models.Index(models.F("order_id"), models.F("line_id"), name="commission_hold_of_line"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("held_at"))), name="commission_hold_ends"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ending", "")),
                            models.Q(("ended_at__isnull", False), models.Q(("ending", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="commission_hold_ends_for_a_reason",
                    ),
                ],
            },
        ),
        tenancy.wall("commission_hold"),
        *sql.migration("xintui.promotion.commission", "held_view"),
    ]

"""Cases, the lines they are about, and how far everything was looked at."""

from django.db import migrations, models

from xintui.infra import tenancy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="核查编号")),
                (
                    "about",
                    models.TextField(
                        choices=[
                            ("product", "商品"),
                            ("reason", "商品同一原因"),
                            ("shop", "店铺"),
                            ("promoter", "推客的订单"),
                            ("region", "店铺同一地区"),
                        ],
                        verbose_name="类别",
                    ),
                ),
                ("merchant_id", models.TextField(db_default="", verbose_name="商家")),
                ("subject_id", models.TextField(verbose_name="对象编号")),
                ("detail", models.TextField(db_default="", verbose_name="原因或地区")),
                ("title", models.TextField(db_default="", verbose_name="名称")),
                ("says", models.TextField(verbose_name="说明")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "待核查"),
                            ("confirmed", "已核实"),
                            ("cleared", "已排除"),
                            ("calm", "已平息"),
                            ("over", "到期结束"),
                        ],
                        db_default="open",
                        verbose_name="状态",
                    ),
                ),
                ("figures", models.JSONField(verbose_name="数据")),
                ("lines", models.IntegerField(db_default=0, verbose_name="涉及商品行")),
                ("asked", models.IntegerField(db_default=0, verbose_name="其中售后")),
                ("held_lines", models.IntegerField(db_default=0, verbose_name="核查中的佣金行")),
                ("held_fen", models.BigIntegerField(db_default=0, verbose_name="核查中的佣金（分）")),
                ("since", models.DateField(verbose_name="自")),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                ("seen_on", models.DateField(verbose_name="最近一次仍集中")),
                ("until", models.DateTimeField(verbose_name="最晚恢复")),
                ("decided_by", models.TextField(db_default="", verbose_name="处理人")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                ("reason", models.TextField(db_default="", verbose_name="处理说明")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("spared", models.JSONField(default=list, verbose_name="已申诉成立的推客")),
                ("spared_until", models.DateTimeField(null=True, verbose_name="此前不再自动核查")),
                ("version", models.TextField(verbose_name="规则版本")),
            ],
            options={
                "verbose_name": "售后核查",
                "verbose_name_plural": "售后核查",
                "db_table": "concentration_case",
                "indexes": [
                    models.Index(models.F("merchant_id"), models.F("id"), name="concentration_of_shop"),
                    models.Index(models.F("subject_id"), models.F("id"), name="concentration_of_subject"),
                    models.Index(models.F("state"), models.F("found_at"), name="concentration_by_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("about"),
                        models.F("merchant_id"),
                        models.F("subject_id"),
                        models.F("detail"),
                        condition=models.Q(("state__in", ["confirmed", "open"])),
                        name="concentration_one_live_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ["confirmed", "open"])),
                            models.Q(
                                models.Q(("state__in", ["confirmed", "open"]), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="concentration_ended_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(
                                models.Q(("decided_by", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="concentration_confirmed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id",
                        "case_id",
                        "order_id",
                        "line_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("merchant_id", models.TextField(verbose_name="商家")),
                ("case_id", models.TextField(verbose_name="核查编号")),
                ("order_id", models.TextField(verbose_name="订单")),
                ("line_id", models.TextField(verbose_name="行")),
                ("product_id", models.TextField(verbose_name="商品")),
                ("promoter_id", models.TextField(db_default="", verbose_name="推客")),
                ("paid_at", models.DateTimeField(verbose_name="付款时间")),
                ("reason", models.TextField(db_default="", verbose_name="售后原因")),
                ("added_at", models.DateTimeField(verbose_name="记入时间")),
            ],
            options={
                "verbose_name": "售后核查涉及的商品",
                "verbose_name_plural": "售后核查涉及的商品",
                "db_table": "concentration_line",
                "indexes": [
                    models.Index(
                        models.F("case_id"),
                        models.F("order_id"),
                        models.F("line_id"),
                        name="concentration_line_of_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False, verbose_name="编号")),
                ("looked_on", models.DateField(verbose_name="最近统计")),
            ],
            options={
                "verbose_name": "售后集中统计进度",
                "verbose_name_plural": "售后集中统计进度",
                "db_table": "concentration_progress",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="concentration_progress_one_row")
                ],
            },
        ),
        tenancy.wall("concentration_case"),
        tenancy.wall("concentration_line"),
    ]

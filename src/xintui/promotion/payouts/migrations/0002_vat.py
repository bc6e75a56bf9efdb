import django.db.models.expressions
from django.db import migrations, models

from xintui.infra import guards, sql


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxProfile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("promoter_id", models.CharField(max_length=32, verbose_name="推客号")),
                ("from_month", models.CharField(max_length=7, verbose_name="自月份起")),
                ("resident", models.BooleanField(verbose_name="居民个人")),
                (
                    "registration",
                    models.CharField(
                        choices=[("natural", "自然人"), ("registered", "个体工商户")],
                        max_length=12,
                        verbose_name="税务登记",
                    ),
                ),
                ("country", models.CharField(max_length=3, verbose_name="国家或地区")),
                ("proof", models.CharField(max_length=200, verbose_name="依据材料")),
                ("set_by", models.CharField(max_length=32, verbose_name="设定人")),
                ("set_at", models.DateTimeField(verbose_name="设定时间")),
            ],
            options={
                "verbose_name": "税务身份",
                "verbose_name_plural": "税务身份",
                "db_table": "payouts_tax_profile",
            },
        ),
        migrations.CreateModel(
            name="VatLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("withdrawal_id", models.CharField(max_length=32, verbose_name="提现号")),
                ("promoter_id", models.CharField(max_length=32, verbose_name="推客号")),
                ("month", models.CharField(max_length=7, verbose_name="所属月份")),
                ("on", models.DateField(verbose_name="计税日")),
                (
                    "period",
                    models.CharField(
                        choices=[("month", "按月"), ("quarter", "按季"), ("each", "按次")],
                        max_length=8,
                        verbose_name="起征点口径",
                    ),
                ),
                ("version", models.CharField(max_length=24, verbose_name="版本")),
                ("gross_fen", models.BigIntegerField(verbose_name="本次含税收入（分）")),
                ("sales_fen", models.BigIntegerField(verbose_name="本期不含税销售额（分）")),
                ("rate_bp", models.IntegerField(verbose_name="征收率（万分之）")),
                ("due_fen", models.BigIntegerField(verbose_name="本期应计（分）")),
                ("before_fen", models.BigIntegerField(verbose_name="此前已计（分）")),
                ("vat_fen", models.BigIntegerField(verbose_name="本次计税（分）")),
                ("carried_fen", models.BigIntegerField(default=0, verbose_name="结转下一笔（分）")),
                ("lines", models.JSONField(verbose_name="计算过程")),
                ("reversed_at", models.DateTimeField(blank=True, null=True, verbose_name="冲回时间")),
            ],
            options={
                "verbose_name": "增值税明细",
                "verbose_name_plural": "增值税明细",
                "db_table": "payouts_vat_line",
            },
        ),
        migrations.RemoveConstraint(
            model_name="taxmonth",
            name="payouts_tax_month_sane",
        ),
        migrations.RemoveConstraint(
            model_name="withdrawal",
            name="payouts_tax",
        ),
        migrations.AddField(
            model_name="policy",
            name="vat_method",
            field=models.CharField(
                choices=[("month", "代办申报，按月"), ("each", "不代办，按次（日）")],
                db_default="month",
                max_length=8,
                verbose_name="增值税口径",
            ),
        ),
        migrations.AddField(
            model_name="taxmonth",
            name="vat_fen",
            field=models.BigIntegerField(default=0, verbose_name="已计增值税（分）"),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="vat_fen",
            field=models.BigIntegerField(default=0, verbose_name="代缴增值税（分）"),
        ),
        migrations.AddConstraint(
            model_name="taxmonth",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("income_fen__gte", 0),
                    ("vat_fen__gte", 0),
                    ("withheld_fen__gte", 0),
                    ("withheld_fen__lte", models.F("income_fen")),
                ),
                name="payouts_tax_month_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tax_fen__gte", 0),
                    (
                        "tax_fen__lt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("amount_fen"), "-", models.F("vat_fen")
                        ),
                    ),
                    ("vat_fen__gte", 0),
                ),
                name="payouts_tax",
            ),
        ),
        migrations.AddIndex(
            model_name="taxprofile",
            index=models.Index(models.F("promoter_id"), models.F("from_month"), name="payouts_profile_of"),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__regex", "^[A-Z]{3}$")), name="payouts_profile_country"
            ),
        ),
        migrations.AddIndex(
            model_name="vatline",
            index=models.Index(models.F("withdrawal_id"), name="payouts_vat_line_of"),
        ),
        migrations.AddIndex(
            model_name="vatline",
            index=models.Index(models.F("promoter_id"), models.F("on"), name="payouts_vat_day"),
        ),
        migrations.AddConstraint(
            model_name="vatline",
            constraint=models.UniqueConstraint(fields=("promoter_id", "withdrawal_id"), name="payouts_vat_line_once"),
        ),
        migrations.AddConstraint(
            model_name="vatline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_fen__gte", 0), ("vat_fen__gte", 0), ("vat_fen__lt", models.F("gross_fen"))
                ),
                name="payouts_vat_line_sane",
            ),
        ),
        *sql.migration("xintui.promotion.payouts", "vat"),
        guards.append_only("payouts_tax_profile"),
    ]

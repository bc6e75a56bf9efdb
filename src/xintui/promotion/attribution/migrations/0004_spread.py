"""传播层级: through how many hands a link went, and by whose share the maker of a link had come."""

from django.db import migrations, models

from xintui.infra import guards, tenancy

CHANNELS = [
    ("moments", "朋友圈"), ("group", "微信群"), ("article", "公众号"), ("search", "搜一搜"), ("live", "直播"), ("video", "视频号"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("attribution", "0003_results")]

    operations = [
        migrations.AddField(
            "touch", "parent_id", models.CharField(blank=True, db_default="", max_length=32, verbose_name="转发自")
        ),
        migrations.AddField("touch", "depth", models.SmallIntegerField(db_default=1, verbose_name="传播层级")),
        migrations.AddConstraint(
            "touch",
            models.CheckConstraint(
                condition=models.Q(("depth", 1), ("parent_id", ""))
                | models.Q(("depth__in", [0, 2, 3]), models.Q(("parent_id", ""), _negated=True)),
                name="attribution_touch_depth",
            ),
        ),
        migrations.AddIndex(
            "touch", models.Index(models.F("promoter_id"), models.F("at"), name="attribution_touch_spread")
        ),
        migrations.AddField(
            "attribution",
            "touch_id",
            models.CharField(blank=True, db_default="", max_length=32, verbose_name="判定的点击"),
        ),
        migrations.AddField("sale", "depth", models.SmallIntegerField(db_default=1, verbose_name="传播层级")),
        migrations.AddConstraint(
            "sale",
            models.CheckConstraint(
                condition=models.Q(("depth__gte", 0), ("depth__lte", 3)), name="attribution_sale_depth"
            ),
        ),
        migrations.AddIndex(
            "sale", models.Index(models.F("promoter_id"), models.F("at"), name="attribution_sale_spread")
        ),
        migrations.CreateModel(
            name="Branch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("promoter_id", models.CharField(max_length=32, verbose_name="推客号")),
                ("link_id", models.CharField(max_length=32, verbose_name="链接号")),
                ("maker_id", models.CharField(max_length=32, verbose_name="创建人")),
                ("depth", models.SmallIntegerField(verbose_name="创建人的层级")),
                ("channel", models.CharField(choices=CHANNELS, max_length=12, verbose_name="最初渠道")),
                ("touch_id", models.CharField(max_length=32, verbose_name="来时的点击")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "传播分支",
                "verbose_name_plural": "传播分支",
                "db_table": "attribution_branch",
                "constraints": [
                    models.UniqueConstraint(fields=("promoter_id", "link_id"), name="attribution_branch_once"),
                    models.CheckConstraint(condition=models.Q(("depth__in", [1, 2])), name="attribution_branch_depth"),
                    models.CheckConstraint(
                        condition=models.Q(("promoter_id", models.F("maker_id")), _negated=True),
                        name="attribution_branch_other",
                    ),
                ],
                "indexes": [models.Index(models.F("link_id"), name="attribution_branch_link")],
            },
        ),
        tenancy.sharded("attribution_branch", "promoter_id", "id"),
        guards.append_only("attribution_branch"),
    ]

"""Cases, and what visitors say of shares."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="违规号")),
                (
                    "subject_kind",
                    models.TextField(choices=[("promoter", "推客"), ("merchant", "商家")], verbose_name="主体"),
                ),
                ("subject_id", models.TextField(verbose_name="当事人")),
                ("code", models.TextField(verbose_name="类别")),
                ("title", models.TextField(verbose_name="类别名称")),
                ("evidence", models.TextField(verbose_name="证据")),
                ("ref", models.TextField(db_default="", verbose_name="相关单号")),
                ("key", models.TextField(db_default="", verbose_name="线索编号")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("reported", "待核实"),
                            ("dismissed", "不成立"),
                            ("confirmed", "处理中"),
                            ("lifted", "已解除"),
                            ("revoked", "申诉成立，已撤销"),
                        ],
                        db_default="reported",
                        verbose_name="状态",
                    ),
                ),
                ("times", models.SmallIntegerField(db_default=0, verbose_name="此前次数")),
                (
                    "penalty",
                    models.TextField(
                        choices=[("expel", "清退"), ("rectify", "限期整改"), ("links", "限制推广")],
                        db_default="",
                        verbose_name="处理",
                    ),
                ),
                ("points", models.SmallIntegerField(db_default=0, verbose_name="扣分")),
                ("until", models.DateTimeField(null=True, verbose_name="期限")),
                ("rectified", models.TextField(db_default="", verbose_name="整改说明")),
                ("reported_by", models.TextField(verbose_name="登记人")),
                ("reported_at", models.DateTimeField(verbose_name="登记时间")),
                ("decided_by", models.TextField(db_default="", verbose_name="核实人")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="核实时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("reason", models.TextField(db_default="", verbose_name="核实说明")),
                ("version", models.TextField(verbose_name="规则版本")),
            ],
            options={
                "verbose_name": "违规记录",
                "verbose_name_plural": "违规记录",
                "db_table": "violations_case",
                "indexes": [
                    models.Index(models.F("subject_id"), models.F("id"), name="violations_of_subject"),
                    models.Index(models.F("state"), models.F("reported_at"), name="violations_by_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("key",), name="violations_noticed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("penalty", ""), ("state__in", ["reported", "dismissed"])),
                            models.Q(
                                models.Q(("state__in", ["reported", "dismissed"]), _negated=True),
                                models.Q(("penalty", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="violations_penalty_when_confirmed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShareReport",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="举报号")),
                ("promoter_id", models.TextField(verbose_name="推客")),
                ("link_id", models.TextField(verbose_name="分享链接")),
                ("reason", models.TextField(verbose_name="原因代码")),
                ("code", models.TextField(verbose_name="违规类别")),
                ("title", models.TextField(verbose_name="原因")),
                ("words", models.TextField(db_default="", verbose_name="补充说明")),
                ("reporter", models.BinaryField(verbose_name="举报人（摘要）")),
                ("bought", models.BooleanField(verbose_name="买过东西的人")),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "待看"), ("taken_up", "已登记违规"), ("set_aside", "不采纳")],
                        db_default="open",
                        verbose_name="状态",
                    ),
                ),
                ("case_id", models.TextField(db_default="", verbose_name="违规号")),
                ("at", models.DateTimeField(verbose_name="举报时间")),
            ],
            options={
                "verbose_name": "分享举报",
                "verbose_name_plural": "分享举报",
                "db_table": "violations_share_report",
                "indexes": [
                    models.Index(
                        models.F("promoter_id"), models.F("code"), models.F("at"), name="violations_share_report_of"
                    ),
                    models.Index(models.F("at"), name="violations_share_report_at"),
                    models.Index(
                        models.F("at"), condition=models.Q(("state", "open")), name="violations_share_report_open"
                    ),
                    models.Index(models.F("reporter"), name="violations_share_report_by"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("link_id"), models.F("reporter"), name="violations_share_report_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "taken_up"), ("case_id", ""), _connector="XOR"),
                        name="violations_share_report_taken_up_has_case",
                    ),
                ],
            },
        ),
    ]

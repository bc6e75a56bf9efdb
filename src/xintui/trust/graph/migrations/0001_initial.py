"""Runs, scores, relations, rings and their members; marks, what is shared and by whom."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="计算号")),
                ("at", models.DateTimeField(verbose_name="计算时间")),
                ("version", models.TextField(verbose_name="规则版本")),
                ("nodes", models.IntegerField(verbose_name="对象")),
                ("pairs", models.IntegerField(verbose_name="成交关系")),
                ("seeds", models.IntegerField(verbose_name="信任起点")),
                ("rings", models.IntegerField(verbose_name="团伙线索")),
                ("fresh", models.IntegerField(verbose_name="新线索")),
                ("shares", models.IntegerField(db_default=0, verbose_name="共用关系")),
                ("clusters", models.IntegerField(db_default=0, verbose_name="共用标识线索")),
                ("market_digest", models.TextField(verbose_name="输入摘要")),
                ("result_digest", models.TextField(verbose_name="结果摘要")),
            ],
            options={
                "verbose_name": "图谱计算",
                "verbose_name_plural": "图谱计算",
                "db_table": "graph_run",
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                ("person_id", models.TextField(verbose_name="账号")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("installation", "安装标识"),
                            ("payee", "收款账户"),
                            ("payer", "付款账户"),
                            ("address", "收货地址"),
                        ],
                        verbose_name="种类",
                    ),
                ),
                ("digest", models.BinaryField(verbose_name="摘要")),
                ("first_at", models.DateTimeField(verbose_name="第一次")),
                ("last_at", models.DateTimeField(verbose_name="最近一次")),
                ("ends_at", models.DateTimeField(verbose_name="保存到")),
            ],
            options={
                "verbose_name": "标识摘要",
                "verbose_name_plural": "标识摘要",
                "db_table": "graph_mark",
                "indexes": [
                    models.Index(models.F("person_id"), name="graph_mark_of"),
                    models.Index(models.F("ends_at"), name="graph_mark_end"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"), models.F("digest"), models.F("person_id"), name="graph_mark_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pair",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="关系")),
                ("left", models.TextField(db_column="left_id", verbose_name="一方")),
                ("right", models.TextField(db_column="right_id", verbose_name="另一方")),
                ("orders", models.BigIntegerField(verbose_name="留存订单")),
                ("money_fen", models.BigIntegerField(verbose_name="留存金额（分）")),
            ],
            options={
                "verbose_name": "成交关系",
                "verbose_name_plural": "成交关系",
                "db_table": "graph_pair",
                "indexes": [models.Index(models.F("right"), name="graph_pair_right")],
                "constraints": [
                    models.UniqueConstraint(models.F("left"), models.F("right"), name="graph_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("money_fen__gte", 0), ("orders__gte", 1)), name="graph_pair_kept"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False, verbose_name="线索号")),
                (
                    "shape",
                    models.TextField(
                        choices=[("block", "互相成交密集"), ("star", "围绕一位推客"), ("shared", "共用标识")],
                        verbose_name="形状",
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("open", "待核查"), ("confirmed", "属实"), ("cleared", "排除")],
                        db_default="open",
                        verbose_name="状态",
                    ),
                ),
                ("buyers", models.IntegerField(verbose_name="买家")),
                ("promoters", models.IntegerField(verbose_name="推客")),
                ("merchants", models.IntegerField(verbose_name="商家")),
                ("density", models.IntegerField(verbose_name="密度（百分比）")),
                ("core", models.IntegerField(verbose_name="最少往来")),
                ("orders", models.BigIntegerField(verbose_name="内部订单")),
                ("money_fen", models.BigIntegerField(verbose_name="内部金额（分）")),
                ("weight", models.IntegerField(db_default=0, verbose_name="证据分")),
                ("marks", models.JSONField(default=dict, verbose_name="共用的标识")),
                ("found_at", models.DateTimeField(verbose_name="发现时间")),
                ("seen_at", models.DateTimeField(verbose_name="最近一次发现")),
                ("gone_at", models.DateTimeField(null=True, verbose_name="不再出现")),
                ("decided_by", models.TextField(db_default="", verbose_name="核查人")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="核查时间")),
                ("reason", models.TextField(db_default="", verbose_name="核查结论")),
            ],
            options={
                "verbose_name": "团伙线索",
                "verbose_name_plural": "团伙线索",
                "db_table": "graph_ring",
                "indexes": [
                    models.Index(
                        models.F("found_at"),
                        condition=models.Q(("gone_at", None), ("state", "open")),
                        name="graph_ring_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("decided_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="graph_ring_decided_has_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("subject_id", models.TextField(primary_key=True, serialize=False, verbose_name="对象")),
                (
                    "kind",
                    models.TextField(
                        choices=[("buyer", "买家"), ("promoter", "推客"), ("merchant", "商家")], verbose_name="身份"
                    ),
                ),
                ("score", models.IntegerField(verbose_name="信任分")),
                ("closeness", models.IntegerField(verbose_name="到达程度（万分比）")),
                ("breadth", models.IntegerField(verbose_name="往来广度（万分比）")),
                ("seed", models.BooleanField(verbose_name="信任起点")),
                ("partners", models.IntegerField(verbose_name="往来对象")),
                ("reach", models.BigIntegerField(verbose_name="信任到达（十亿分比）")),
                ("before", models.BigIntegerField(verbose_name="上一步到达（十亿分比）")),
                ("strength", models.BigIntegerField(verbose_name="关系权重之和")),
            ],
            options={
                "verbose_name": "信用图谱",
                "verbose_name_plural": "信用图谱",
                "db_table": "graph_score",
                "indexes": [
                    models.Index(
                        models.F("kind"), models.F("score"), models.F("subject_id"), name="graph_score_by_kind"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("score__range", (0, 10000))), name="graph_score_within")
                ],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("installation", "安装标识"),
                            ("payee", "收款账户"),
                            ("payer", "付款账户"),
                            ("address", "收货地址"),
                        ],
                        verbose_name="种类",
                    ),
                ),
                ("digest", models.BinaryField(verbose_name="摘要")),
                ("subject_id", models.TextField(verbose_name="对象")),
                (
                    "subject_kind",
                    models.TextField(
                        choices=[("buyer", "买家"), ("promoter", "推客"), ("merchant", "商家")], verbose_name="身份"
                    ),
                ),
            ],
            options={
                "verbose_name": "共用关系",
                "verbose_name_plural": "共用关系",
                "db_table": "graph_share",
                "indexes": [models.Index(models.F("subject_id"), name="graph_share_of")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("kind"), models.F("digest"), models.F("subject_id"), name="graph_share_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                ("subject_id", models.TextField(verbose_name="成员")),
                (
                    "kind",
                    models.TextField(
                        choices=[("buyer", "买家"), ("promoter", "推客"), ("merchant", "商家")], verbose_name="身份"
                    ),
                ),
                (
                    "ring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="graph.ring", verbose_name="线索"
                    ),
                ),
            ],
            options={
                "verbose_name": "团伙成员",
                "verbose_name_plural": "团伙成员",
                "db_table": "graph_member",
                "indexes": [models.Index(models.F("subject_id"), name="graph_member_of")],
                "constraints": [
                    models.UniqueConstraint(models.F("ring"), models.F("subject_id"), name="graph_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("installation", "安装标识"),
                            ("payee", "收款账户"),
                            ("payer", "付款账户"),
                            ("address", "收货地址"),
                        ],
                        verbose_name="种类",
                    ),
                ),
                ("n", models.SmallIntegerField(verbose_name="第几个")),
                ("subject_id", models.TextField(verbose_name="成员")),
                (
                    "ring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="graph.ring", verbose_name="线索"
                    ),
                ),
            ],
            options={
                "verbose_name": "共用的标识",
                "verbose_name_plural": "共用的标识",
                "db_table": "graph_tie",
                "indexes": [models.Index(models.F("subject_id"), name="graph_tie_of")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ring"), models.F("kind"), models.F("n"), models.F("subject_id"), name="graph_tie_once"
                    )
                ],
            },
        ),
    ]

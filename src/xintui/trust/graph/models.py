"""What a run has seen (pairs, shares) and found (scores, rings): replaced as a whole; what people decided stays.

Marks come in as they are heard and end by themselves.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.graph.contracts import KIND_NAMES, MARK_NAMES, SHAPE_NAMES, STATE_NAMES

KINDS = [(one.value, says) for one, says in KIND_NAMES.items()]
MARKS = [(one.value, says) for one, says in MARK_NAMES.items()]


class Run(models.Model):
    """A calculation; the digests say what went in and what came out."""

    id = models.TextField("计算号", primary_key=True)
    at = models.DateTimeField("计算时间")
    version = models.TextField("规则版本")
    nodes = models.IntegerField("对象")
    pairs = models.IntegerField("成交关系")
    seeds = models.IntegerField("信任起点")
    rings = models.IntegerField("团伙线索")
    fresh = models.IntegerField("新线索")
    shares = models.IntegerField("共用关系", db_default=0)
    clusters = models.IntegerField("共用标识线索", db_default=0)
    market_digest = models.TextField("输入摘要")
    result_digest = models.TextField("结果摘要")

    class Meta:
        db_table = "graph_run"
        verbose_name = verbose_name_plural = "图谱计算"

    def __str__(self) -> str:
        return self.id


class Score(models.Model):
    """`reach` in billionths, and what it was a step before: what each partner gave is counted with that."""

    subject_id = models.TextField("对象", primary_key=True)
    kind = models.TextField("身份", choices=KINDS)
    score = models.IntegerField("信任分")
    closeness = models.IntegerField("到达程度（万分比）")
    breadth = models.IntegerField("往来广度（万分比）")
    seed = models.BooleanField("信任起点")
    partners = models.IntegerField("往来对象")
    reach = models.BigIntegerField("信任到达（十亿分比）")
    before = models.BigIntegerField("上一步到达（十亿分比）")
    strength = models.BigIntegerField("关系权重之和")

    class Meta:
        db_table = "graph_score"
        verbose_name = verbose_name_plural = "信用图谱"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__range=(0, 10_000)), name="graph_score_within"),
        ]
        indexes: ClassVar = [models.Index("kind", "score", "subject_id", name="graph_score_by_kind")]

    def __str__(self) -> str:
        return self.subject_id


class Pair(models.Model):
    id = models.TextField("关系", primary_key=True)
    left = models.TextField("一方", db_column="left_id")
    right = models.TextField("另一方", db_column="right_id")
    orders = models.BigIntegerField("留存订单")
    money_fen = models.BigIntegerField("留存金额（分）")

    class Meta:
        db_table = "graph_pair"
        verbose_name = verbose_name_plural = "成交关系"
        constraints: ClassVar = [
            models.UniqueConstraint("left", "right", name="graph_pair_once"),
            models.CheckConstraint(condition=Q(orders__gte=1, money_fen__gte=0), name="graph_pair_kept"),
        ]
        indexes: ClassVar = [models.Index("right", name="graph_pair_right")]


class Ring(models.Model):
    id = models.TextField("线索号", primary_key=True)
    shape = models.TextField("形状", choices=[(one.value, says) for one, says in SHAPE_NAMES.items()])
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()], db_default="open"
    )
    buyers = models.IntegerField("买家")
    promoters = models.IntegerField("推客")
    merchants = models.IntegerField("商家")
    density = models.IntegerField("密度（百分比）")
    core = models.IntegerField("最少往来")
    orders = models.BigIntegerField("内部订单")
    money_fen = models.BigIntegerField("内部金额（分）")
    weight = models.IntegerField("证据分", db_default=0)
    marks = models.JSONField("共用的标识", default=dict)
    found_at = models.DateTimeField("发现时间")
    seen_at = models.DateTimeField("最近一次发现")
    gone_at = models.DateTimeField("不再出现", null=True)
    decided_by = models.TextField("核查人", db_default="")
    decided_at = models.DateTimeField("核查时间", null=True)
    reason = models.TextField("核查结论", db_default="")

    class Meta:
        db_table = "graph_ring"
        verbose_name = verbose_name_plural = "团伙线索"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="graph_ring_decided_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("found_at", name="graph_ring_open", condition=Q(state="open", gone_at=None)),
        ]

    def __str__(self) -> str:
        return self.id


class Member(models.Model):
    id = models.BigAutoField("序号", primary_key=True)
    ring = models.ForeignKey(Ring, models.CASCADE, verbose_name="线索")
    subject_id = models.TextField("成员")
    kind = models.TextField("身份", choices=KINDS)

    class Meta:
        db_table = "graph_member"
        verbose_name = verbose_name_plural = "团伙成员"
        constraints: ClassVar = [models.UniqueConstraint("ring", "subject_id", name="graph_member_once")]
        indexes: ClassVar = [models.Index("subject_id", name="graph_member_of")]


class Mark(models.Model):
    """A person was seen with an identifier, of which only a keyed hash is known. Kept until `ends_at`."""

    id = models.BigAutoField("序号", primary_key=True)
    person_id = models.TextField("账号")
    kind = models.TextField("种类", choices=MARKS)
    digest = models.BinaryField("摘要")
    first_at = models.DateTimeField("第一次")
    last_at = models.DateTimeField("最近一次")
    ends_at = models.DateTimeField("保存到")

    class Meta:
        db_table = "graph_mark"
        verbose_name = verbose_name_plural = "标识摘要"
        constraints: ClassVar = [models.UniqueConstraint("kind", "digest", "person_id", name="graph_mark_once")]
        indexes: ClassVar = [
            models.Index("person_id", name="graph_mark_of"),
            models.Index("ends_at", name="graph_mark_end"),
        ]


class Share(models.Model):
    """What the last run has counted: identifiers that several people share, and by whom; replaced as a whole."""

    id = models.BigAutoField("序号", primary_key=True)
    kind = models.TextField("种类", choices=MARKS)
    digest = models.BinaryField("摘要")
    subject_id = models.TextField("对象")
    subject_kind = models.TextField("身份", choices=KINDS)

    class Meta:
        db_table = "graph_share"
        verbose_name = verbose_name_plural = "共用关系"
        constraints: ClassVar = [models.UniqueConstraint("kind", "digest", "subject_id", name="graph_share_once")]
        indexes: ClassVar = [models.Index("subject_id", name="graph_share_of")]


class Tie(models.Model):
    """A member of a group shares the `n`-th identifier of a kind; which identifier it is stands nowhere here."""

    id = models.BigAutoField("序号", primary_key=True)
    ring = models.ForeignKey(Ring, models.CASCADE, verbose_name="线索")
    kind = models.TextField("种类", choices=MARKS)
    n = models.SmallIntegerField("第几个")
    subject_id = models.TextField("成员")

    class Meta:
        db_table = "graph_tie"
        verbose_name = verbose_name_plural = "共用的标识"
        constraints: ClassVar = [models.UniqueConstraint("ring", "kind", "n", "subject_id", name="graph_tie_once")]
        indexes: ClassVar = [models.Index("subject_id", name="graph_tie_of")]

"""Tables of the promoters. Sponsor, depth and user are written once: the program's role has no UPDATE right on them."""

from typing import ClassVar

from django.db import models

from xintui.promotion.promoters.contracts import PayeeChannel, PromoterKind, State, Step

KINDS = [(PromoterKind.INDIVIDUAL.value, "个人"), (PromoterKind.COMPANY.value, "企业")]
STATES = [
    (State.APPLYING.value, "申请中"),
    (State.REVIEW.value, "待审核"),
    (State.ACTIVE.value, "有效"),
    (State.REFUSED.value, "未通过"),
    (State.SUSPENDED.value, "已停用"),
]
STEPS = [
    (Step.IDENTITY.value, "身份信息"),
    (Step.AGREEMENT.value, "协议与测验"),
    (Step.PAYEE.value, "收款账户"),
    (Step.DONE.value, "已提交"),
]
CHANNELS = [(PayeeChannel.WECHAT.value, "微信零钱"), (PayeeChannel.BANK.value, "对公账户")]


class Promoter(models.Model):
    id = models.CharField("推客号", primary_key=True, max_length=32)
    user_id = models.CharField("用户号", max_length=32)
    kind = models.CharField("主体", max_length=12, choices=KINDS)
    state = models.CharField("状态", max_length=12, choices=STATES)
    step = models.CharField("申请步骤", max_length=12, choices=STEPS)
    level = models.CharField("等级", max_length=24, default="junior")
    display_name = models.CharField("名称（脱敏）", max_length=60)
    reason = models.CharField("原因代码", max_length=40, blank=True, default="")
    sponsor_id = models.CharField("邀请人", max_length=32, null=True, blank=True)
    sponsor_depth = models.SmallIntegerField("邀请人层级", null=True, blank=True)
    sponsor_source = models.CharField("邀请来源", max_length=32, blank=True, default="")
    depth = models.SmallIntegerField("层级", default=0)
    applied_at = models.DateTimeField("申请时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    joined_at = models.DateTimeField("生效时间", null=True, blank=True)

    class Meta:
        db_table = "promoters_promoter"
        verbose_name = verbose_name_plural = "推客"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id"], name="promoters_one_per_user"),
            models.UniqueConstraint(fields=["id", "depth"], name="promoters_id_depth"),
            # T-14: no configuration can go below the third level.
            models.CheckConstraint(condition=models.Q(depth__gte=0, depth__lte=3), name="promoters_depth_at_most_3"),
            # Depth grows by one along the relation, so a cycle cannot be written down.
            models.CheckConstraint(
                condition=models.Q(sponsor_id__isnull=True, sponsor_depth__isnull=True, depth=0)
                | models.Q(sponsor_id__isnull=False, sponsor_depth=models.F("depth") - 1),
                name="promoters_depth_is_sponsors_plus_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index("sponsor_id", "id", name="promoters_team", condition=models.Q(sponsor_id__isnull=False)),
            models.Index("state", "id", name="promoters_queue"),
            # Where the relation may have one step only, as is the default, this is empty and says so at once.
            models.Index(fields=["id"], name="promoters_deep", condition=models.Q(depth__gte=2)),
        ]

    def __str__(self) -> str:
        return f"{self.display_name}（{self.id}）"


class Identity(models.Model):
    promoter_id = models.CharField("推客号", primary_key=True, max_length=32)
    name_sealed = models.BinaryField("姓名或名称（加密）")
    number_sealed = models.BinaryField("证件号（加密）")
    number_digest = models.CharField("证件号盲索引", max_length=64)
    number_masked = models.CharField("证件号（脱敏）", max_length=32)
    agreement_version = models.CharField("协议版本", max_length=24, blank=True, default="")
    agreed_at = models.DateTimeField("同意时间", null=True, blank=True)

    class Meta:
        db_table = "promoters_identity"
        verbose_name = verbose_name_plural = "推客身份信息"


class Document(models.Model):
    number_digest = models.CharField("证件号盲索引", primary_key=True, max_length=64)
    promoter_id = models.CharField("推客号", max_length=32)

    class Meta:
        db_table = "promoters_document"
        verbose_name = verbose_name_plural = "证件占用"


class Payee(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    version = models.IntegerField("版本")
    channel = models.CharField("收款方式", max_length=12, choices=CHANNELS)
    account_sealed = models.BinaryField("账户（加密）")
    account_digest = models.CharField("账户盲索引", max_length=64)
    account_masked = models.CharField("账户（脱敏）", max_length=32)
    holder_sealed = models.BinaryField("户名（加密）")
    digest = models.CharField("快照摘要", max_length=64)
    changed_at = models.DateTimeField("变更时间")

    class Meta:
        db_table = "promoters_payee"
        verbose_name = verbose_name_plural = "收款账户"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "version"], name="promoters_payee_version"),
        ]
        indexes: ClassVar = [models.Index("account_digest", name="promoters_payee_account")]


class Event(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    at = models.DateTimeField("时间")
    verb = models.CharField("动作", max_length=24)
    state = models.CharField("之后状态", max_length=12, choices=STATES)
    actor = models.CharField("操作人", max_length=40)
    reason = models.CharField("原因代码", max_length=40, blank=True, default="")
    note = models.CharField("备注", max_length=200, blank=True, default="")

    class Meta:
        db_table = "promoters_event"
        verbose_name = verbose_name_plural = "推客记录"
        indexes: ClassVar = [models.Index("promoter_id", "id", name="promoters_event_of")]


class LevelChange(models.Model):
    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    at = models.DateTimeField("时间")
    before = models.CharField("原等级", max_length=24, blank=True, default="")
    after = models.CharField("新等级", max_length=24)
    actor = models.CharField("操作人", max_length=40)
    reason = models.CharField("原因代码", max_length=40)

    class Meta:
        db_table = "promoters_level_change"
        verbose_name = verbose_name_plural = "等级历史"
        indexes: ClassVar = [models.Index("promoter_id", "id", name="promoters_level_of")]


class Policy(models.Model):
    version = models.CharField("版本", primary_key=True, max_length=24)
    effective_from = models.DateField("生效日")
    max_depth = models.SmallIntegerField("关系最大层数")
    min_age = models.SmallIntegerField("最低年龄")
    source = models.CharField("依据", max_length=300)
    verified_on = models.DateField("核对日")

    class Meta:
        db_table = "promoters_policy"
        verbose_name = verbose_name_plural = "推客规则"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["effective_from"], name="promoters_policy_day"),
            models.CheckConstraint(
                condition=models.Q(max_depth__gte=0, max_depth__lte=3), name="promoters_policy_depth_at_most_3"
            ),
            models.CheckConstraint(condition=models.Q(min_age__gte=16), name="promoters_policy_min_age"),
        ]

"""One row per certificate handed in; its pictures, sealed; the list of what is not accepted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.qualification.contracts import HOLDER_NAMES, STATE_NAMES, Kind
from xintui.trust.qualification.rules.numbers import TITLES

HOLDERS = [(one.value, says) for one, says in HOLDER_NAMES.items()]
KINDS = [(one.value, "营业执照" if one is Kind.BUSINESS else says) for one, says in TITLES.items()]


class Certificate(models.Model):
    """`number` is what may be shown; of a person's the whole is in `sealed`. `number_key` finds equals."""

    id = models.TextField("资质号", primary_key=True)
    holder_kind = models.TextField("主体", choices=HOLDERS)
    holder_id = models.TextField("持有人")
    kind = models.TextField("类别", choices=KINDS)
    number = models.TextField("编号")
    sealed = models.TextField("编号（加密）", db_default="")
    number_key = models.TextField("编号索引")
    name = models.TextField("证书名称")
    issued_on = models.DateField("发证日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    files = models.JSONField("图片", default=list)
    state = models.TextField("状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()])
    findings = models.JSONField("核查结果", default=list)
    submitted_by = models.TextField("提交人")
    submitted_at = models.DateTimeField("提交时间")
    decided_by = models.TextField("审核人", db_default="")
    decided_at = models.DateTimeField("审核时间", null=True)
    reason = models.TextField("审核说明", db_default="")
    checked_at = models.DateTimeField("最近核验", null=True)
    check_on = models.DateField("下次核验", null=True)
    check_since = models.DateTimeField("待复核起", null=True)
    reminded_days = models.SmallIntegerField("已提醒（剩余天数）", db_default=32767)
    version = models.TextField("规则版本")

    class Meta:
        db_table = "qualification_certificate"
        verbose_name = verbose_name_plural = "资质"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "holder_kind", "holder_id", "kind", condition=Q(state="passed"), name="qualification_one_in_force"
            ),
            models.UniqueConstraint(
                "holder_kind", "holder_id", "kind", condition=Q(state="review"), name="qualification_one_in_review"
            ),
            models.CheckConstraint(
                condition=Q(state="passed", decided_at__isnull=False, check_on__isnull=False) | ~Q(state="passed"),
                name="qualification_passed_is_checked_again",
            ),
            models.CheckConstraint(
                condition=Q(check_since=None) | Q(state="passed"), name="qualification_only_passed_is_checked"
            ),
        ]
        indexes: ClassVar = [
            models.Index("holder_id", "id", name="qualification_of_holder"),
            models.Index("kind", "number_key", name="qualification_same_number"),
            models.Index("expires_on", name="qualification_expiring", condition=Q(state="passed")),
            models.Index("check_on", name="qualification_to_check", condition=Q(state="passed", check_since=None)),
            models.Index("submitted_at", name="qualification_waiting", condition=Q(state="review")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class File(models.Model):
    """A picture of a paper, sealed: licences name people and addresses. Named by the hash of its re-encoded bytes."""

    id = models.TextField("图片号", primary_key=True)
    owner = models.TextField("上传人")
    sha256 = models.TextField("指纹")
    size = models.IntegerField("字节数")
    sealed = models.TextField("内容（加密）")
    at = models.DateTimeField("上传时间")

    class Meta:
        db_table = "qualification_file"
        verbose_name = verbose_name_plural = "资质图片"
        constraints: ClassVar = [models.UniqueConstraint("owner", "sha256", name="qualification_file_once")]


class Blocked(models.Model):
    """A number or a name that the platform does not accept, and why."""

    id = models.TextField("编号", primary_key=True)
    value = models.TextField("证书编号或名称")
    reason = models.TextField("原因")
    by = models.TextField("登记人")
    at = models.DateTimeField("登记时间")
    lifted_at = models.DateTimeField("解除时间", null=True)

    class Meta:
        db_table = "qualification_blocked"
        verbose_name = verbose_name_plural = "资质停用名单"
        constraints: ClassVar = [
            models.UniqueConstraint("value", condition=Q(lifted_at=None), name="qualification_blocked_once")
        ]

    def __str__(self) -> str:
        return self.value

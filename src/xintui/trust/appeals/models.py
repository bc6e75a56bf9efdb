"""One row per appeal; the decision itself stays in its own module."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.trust.appeals.contracts import ABOUT_NAMES, PARTY_NAMES, STATE_NAMES


class Appeal(models.Model):
    id = models.TextField("申诉号", primary_key=True)
    about = models.TextField("事项", choices=[(one.value, says) for one, says in ABOUT_NAMES.items()])
    subject_id = models.TextField("原决定编号")
    party_kind = models.TextField("申诉人身份", choices=[(one.value, says) for one, says in PARTY_NAMES.items()])
    party_id = models.TextField("申诉人")
    title = models.TextField("原决定")
    words = models.TextField("申诉理由")
    state = models.TextField(
        "状态", choices=[(one.value, says) for one, says in STATE_NAMES.items()], db_default="open"
    )
    filed_at = models.DateTimeField("提出时间")
    answer_by = models.DateTimeField("应答复时间")
    answer = models.TextField("答复", db_default="")
    decided_by = models.TextField("答复人", db_default="")
    decided_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        db_table = "appeals_appeal"
        verbose_name = verbose_name_plural = "申诉"
        constraints: ClassVar = [
            # One that was withdrawn may be filed anew; one that was answered is final.
            models.UniqueConstraint(
                "about", "subject_id", condition=~Q(state="withdrawn"), name="appeals_one_per_decision"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeals_decided_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index("party_id", "id", name="appeals_of_party"),
            models.Index("answer_by", name="appeals_waiting", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.id

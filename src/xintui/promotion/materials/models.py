"""Versions of materials, how often they were used, and the mini-program codes of links."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from xintui.promotion.attribution.contracts import CHANNEL_TITLES
from xintui.promotion.materials.contracts import KIND_NAMES, STATE_NAMES, Act

KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
CHANNELS = [(channel.value, title) for channel, title in CHANNEL_TITLES.items()]
ACTS = [(Act.SHOWN.value, "看过"), (Act.COPIED.value, "复制"), (Act.SAVED.value, "保存")]


class Version(models.Model):
    """What it says is written once (by grant: see sql/shape.sql); only its state moves."""

    id = models.TextField("版本号", primary_key=True)
    material_id = models.TextField("素材号")
    number = models.IntegerField("版本")
    merchant_id = models.TextField("商家", default="", blank=True)
    kind = models.TextField("类型", choices=KINDS)
    title = models.TextField("名称")
    text = models.TextField("文字", default="")
    pictures = models.JSONField("图片", default=list)
    template = models.JSONField("海报模板", null=True)
    address = models.TextField("视频链接", default="")
    product_id = models.TextField("商品", default="")
    category = models.TextField("类目", default="")
    state = models.TextField("状态", choices=STATES)
    author_id = models.TextField("作者")
    created_at = models.DateTimeField("创建时间")
    submitted_at = models.DateTimeField("提交时间", null=True)
    decided_by = models.TextField("审核人", default="")
    decided_at = models.DateTimeField("审核时间", null=True)
    reason = models.TextField("说明", default="")
    valid_from = models.DateTimeField("生效时间")
    valid_until = models.DateTimeField("失效时间", null=True)

    class Meta:
        db_table = "materials_version"
        verbose_name = verbose_name_plural = "推广素材"
        indexes: ClassVar = [
            models.Index("product_id", "category", "id", name="materials_shown", condition=Q(state="approved")),
            models.Index("merchant_id", "id", name="materials_by_shop"),
            models.Index("state", "id", name="materials_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "material_id", "number"], name="materials_number_once"),
            models.UniqueConstraint(
                fields=["merchant_id", "material_id"], condition=Q(state="approved"), name="materials_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | (~Q(decided_by="") & ~Q(decided_by=F("author_id"))),
                name="materials_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="materials_valid_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · 第 {self.number} 版"


class Use(models.Model):
    """Counters in slots: promoters who use the same material at the same moment wait for nobody."""

    version_id = models.TextField("素材版本")
    merchant_id = models.TextField("商家", default="", blank=True)
    channel = models.TextField("渠道", choices=CHANNELS)
    act = models.TextField("动作", choices=ACTS)
    slot = models.SmallIntegerField("格")
    times = models.BigIntegerField("次数", default=0)

    class Meta:
        db_table = "materials_use"
        verbose_name = verbose_name_plural = "素材使用"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "version_id", "channel", "act", "slot"], name="materials_use_once"
            ),
            models.CheckConstraint(condition=Q(times__gt=0), name="materials_use_positive"),
        ]


class Code(models.Model):
    """小程序码 of a link: WeChat is asked once."""

    link_id = models.TextField("链接", primary_key=True)
    promoter_id = models.TextField("推客")
    mime = models.TextField("类型")
    picture = models.BinaryField("图片")
    made_at = models.DateTimeField("生成时间")

    class Meta:
        db_table = "materials_code"
        verbose_name = verbose_name_plural = "小程序码"

"""Tables of attribution. Touches and attributions are append-only; hot tables carry no foreign keys."""

from typing import ClassVar

from django.db import models

from xintui.promotion.attribution.contracts import CHANNEL_TITLES, ChosenBy, ClickRule, TargetKind

CHANNELS = [(channel.value, title) for channel, title in CHANNEL_TITLES.items()]
TARGETS = [(TargetKind.PRODUCT.value, "商品"), (TargetKind.SHOP.value, "店铺"), (TargetKind.HOME.value, "首页")]
CLICK_RULES = [(ClickRule.LAST.value, "最后点击"), (ClickRule.FIRST.value, "首次点击")]
CHOSEN = [
    (ChosenBy.LAST_CLICK.value, "最后点击"),
    (ChosenBy.FIRST_CLICK.value, "首次点击"),
    (ChosenBy.LOCK.value, "锁客"),
]


class Link(models.Model):
    id = models.CharField("链接号", primary_key=True, max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    handle = models.CharField("短码标识", max_length=16)
    code = models.CharField("短码", max_length=32)
    target_kind = models.CharField("目标类型", max_length=12, choices=TARGETS)
    target_id = models.CharField("目标", max_length=32)
    merchant_id = models.CharField("商家号", max_length=32, blank=True)
    title = models.CharField("标题", max_length=120, blank=True)
    channel = models.CharField("渠道", max_length=12, choices=CHANNELS)
    material_id = models.CharField("素材版本", max_length=32, blank=True, db_default="")
    created_at = models.DateTimeField("创建时间")

    class Meta:
        db_table = "attribution_link"
        verbose_name = verbose_name_plural = "推广链接"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handle"], name="attribution_link_handle"),
            models.UniqueConstraint(
                fields=["promoter_id", "target_kind", "target_id", "channel", "material_id"],
                name="attribution_link_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "id", name="attribution_link_mine"),
            models.Index("target_id", "id", name="attribution_link_to"),
            models.Index("material_id", name="attribution_link_material", condition=~models.Q(material_id="")),
        ]


class Touch(models.Model):
    id = models.CharField("点击号", primary_key=True, max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    link_id = models.CharField("链接号", max_length=32)
    merchant_id = models.CharField("商家号", max_length=32, blank=True)
    channel = models.CharField("渠道", max_length=12, choices=CHANNELS)
    visitor_id = models.CharField("访客号", max_length=64)
    buyer_id = models.CharField("买家号", max_length=32, blank=True)
    parent_id = models.CharField("转发自", max_length=32, blank=True, db_default="")
    depth = models.SmallIntegerField("传播层级", db_default=1)
    """How many hands the link went through, up to three; 0: more than that, not told apart."""
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "attribution_touch"
        verbose_name = verbose_name_plural = "推广点击"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(depth=1, parent_id="") | (models.Q(depth__in=[0, 2, 3]) & ~models.Q(parent_id="")),
                name="attribution_touch_depth",
            ),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "at", name="attribution_touch_spread"),
            models.Index("visitor_id", "at", name="attribution_touch_visitor"),
            models.Index("buyer_id", "at", name="attribution_touch_buyer", condition=~models.Q(buyer_id="")),
            models.Index("promoter_id", "link_id", name="attribution_touch_link"),
            models.Index("at", name="attribution_touch_at"),
        ]


class Branch(models.Model):
    """Whoever made this link had come by a share of this promoter: written when the link is made, for good."""

    id = models.BigAutoField(primary_key=True)
    promoter_id = models.CharField("推客号", max_length=32)
    link_id = models.CharField("链接号", max_length=32)
    maker_id = models.CharField("创建人", max_length=32)
    depth = models.SmallIntegerField("创建人的层级")
    channel = models.CharField("最初渠道", max_length=12, choices=CHANNELS)
    touch_id = models.CharField("来时的点击", max_length=32)
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "attribution_branch"
        verbose_name = verbose_name_plural = "传播分支"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promoter_id", "link_id"], name="attribution_branch_once"),
            # A visitor of the link stands one deeper, and nothing is counted below the third depth.
            models.CheckConstraint(condition=models.Q(depth__in=[1, 2]), name="attribution_branch_depth"),
            models.CheckConstraint(
                condition=~models.Q(promoter_id=models.F("maker_id")), name="attribution_branch_other"
            ),
        ]
        indexes: ClassVar = [models.Index("link_id", name="attribution_branch_link")]


class VisitorBuyer(models.Model):
    id = models.BigAutoField(primary_key=True)
    buyer_id = models.CharField("买家号", max_length=32)
    visitor_id = models.CharField("访客号", max_length=64)
    at = models.DateTimeField("首次登录时间")

    class Meta:
        db_table = "attribution_visitor_buyer"
        verbose_name = verbose_name_plural = "访客与买家"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["buyer_id", "visitor_id"], name="attribution_visitor_buyer_once"),
        ]


class Window(models.Model):
    id = models.BigAutoField(primary_key=True)
    merchant_id = models.CharField("商家号", max_length=32, blank=True)
    version = models.IntegerField("版本")
    effective_from = models.DateTimeField("生效时间")
    click_days = models.SmallIntegerField("点击有效天数")
    click_rule = models.CharField("点击规则", max_length=8, choices=CLICK_RULES)
    lock_days = models.SmallIntegerField("锁客天数")
    source = models.CharField("依据", max_length=200)

    class Meta:
        db_table = "attribution_window"
        verbose_name = verbose_name_plural = "归因规则"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "version"], name="attribution_window_version"),
            models.CheckConstraint(
                condition=models.Q(click_days__gte=1, click_days__lte=90), name="attribution_window_click"
            ),
            models.CheckConstraint(
                condition=models.Q(lock_days__gte=0, lock_days__lte=365), name="attribution_window_lock"
            ),
        ]


class Lock(models.Model):
    id = models.BigAutoField(primary_key=True)
    merchant_id = models.CharField("商家号", max_length=32)
    buyer_id = models.CharField("买家号", max_length=32)
    promoter_id = models.CharField("推客号", max_length=32)
    attribution_id = models.CharField("归因号", max_length=32)
    since = models.DateTimeField("起")
    until = models.DateTimeField("止")

    class Meta:
        db_table = "attribution_lock"
        verbose_name = verbose_name_plural = "锁客关系"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "buyer_id"], name="attribution_lock_once"),
        ]


class Attribution(models.Model):
    id = models.CharField("归因号", primary_key=True, max_length=32)
    merchant_id = models.CharField("商家号", max_length=32)
    buyer_id = models.CharField("买家号", max_length=32)
    visitor_id = models.CharField("访客号", max_length=64, blank=True)
    frozen_at = models.DateTimeField("冻结时间")
    promoter_id = models.CharField("推客号", max_length=32, blank=True)
    link_id = models.CharField("判定的链接", max_length=32, blank=True, db_default="")
    touch_id = models.CharField("判定的点击", max_length=32, blank=True, db_default="")
    chosen_by = models.CharField("判定依据", max_length=12, choices=CHOSEN, blank=True)
    self_purchase = models.BooleanField("自购")
    buyer_promoter_id = models.CharField("买家的推客号", max_length=32, blank=True)
    window = models.JSONField("规则快照")
    candidates = models.JSONField("候选点击")

    class Meta:
        db_table = "attribution_attribution"
        verbose_name = verbose_name_plural = "订单归因"
        indexes: ClassVar = [models.Index("merchant_id", "id", name="attribution_of_merchant")]


class Sale(models.Model):
    """A paid order (`paid/<order>`) or a refund of it (`refund/…`, negative), under the link that decided."""

    promoter_id = models.CharField("推客号", max_length=32)
    reason = models.CharField("事由", primary_key=True, max_length=80)
    link_id = models.CharField("链接号", max_length=32, blank=True)
    merchant_id = models.CharField("商家号", max_length=32)
    order_id = models.CharField("订单号", max_length=32)
    fen = models.BigIntegerField("金额（分）")
    self_purchase = models.BooleanField("自购")
    depth = models.SmallIntegerField("传播层级", db_default=1)
    """That of the click that decided; without a link (锁客) it says nothing."""
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "attribution_sale"
        verbose_name = verbose_name_plural = "推广成绩"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(depth__gte=0, depth__lte=3), name="attribution_sale_depth"),
        ]
        indexes: ClassVar = [
            models.Index("promoter_id", "at", name="attribution_sale_spread"),
            models.Index("promoter_id", "link_id", name="attribution_sale_link"),
            models.Index("order_id", name="attribution_sale_order"),
        ]

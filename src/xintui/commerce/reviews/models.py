"""Reviews, and each product's counters of stars."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Review(models.Model):
    id = models.TextField("评价编号", primary_key=True)
    merchant_id = models.TextField("商家")
    product_id = models.TextField("商品")
    order_id = models.TextField("订单")
    line_id = models.TextField("订单行")
    buyer_id = models.TextField("买家")
    author = models.TextField("署名（已遮蔽）")
    spec = models.TextField("规格")
    stars = models.SmallIntegerField("星级")
    text = models.TextField("评价", default="")
    pictures = models.JSONField("图片", default=list)
    written_at = models.DateTimeField("评价时间")
    more = models.TextField("追评", default="")
    more_at = models.DateTimeField("追评时间", null=True)
    reply = models.TextField("商家回复", default="")
    reply_at = models.DateTimeField("回复时间", null=True)
    hidden = models.BooleanField("已隐藏", default=False)
    hidden_reason = models.TextField("隐藏原因", default="")

    class Meta:
        db_table = "reviews_review"
        verbose_name = verbose_name_plural = "评价"
        indexes: ClassVar = [
            models.Index("product_id", "id", name="reviews_shown", condition=Q(hidden=False)),
            models.Index("product_id", "id", name="reviews_pictured", condition=Q(hidden=False) & ~Q(pictures=[])),
            models.Index("buyer_id", "id", name="reviews_by_buyer"),
            models.Index("merchant_id", "id", name="reviews_by_shop"),
            models.Index("merchant_id", "written_at", name="reviews_by_day", condition=Q(hidden=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="reviews_stars"),
            models.UniqueConstraint(fields=["merchant_id", "line_id"], name="reviews_once_a_line"),
        ]


class Score(models.Model):
    """How many stars a product was given; changed relatively, in the transaction of the review."""

    id = models.TextField("商品", primary_key=True, db_column="product_id")
    merchant_id = models.TextField("商家")
    one = models.IntegerField("一星", default=0)
    two = models.IntegerField("二星", default=0)
    three = models.IntegerField("三星", default=0)
    four = models.IntegerField("四星", default=0)
    five = models.IntegerField("五星", default=0)

    class Meta:
        db_table = "reviews_score"
        verbose_name = verbose_name_plural = "商品评分"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(one__gte=0, two__gte=0, three__gte=0, four__gte=0, five__gte=0),
                name="reviews_score_positive",
            )
        ]

"""What each month's review found. The level itself stands with the promoter."""

from typing import ClassVar

from django.db import models

from xintui.promotion.growth.contracts import OUTCOME_NAMES


class Review(models.Model):
    id = models.BigAutoField("编号", primary_key=True)
    promoter_id = models.TextField("推客")
    month = models.DateField("复核月份")
    before = models.TextField("复核前")
    after = models.TextField("复核后")
    outcome = models.TextField("结果", choices=[(one.value, says) for one, says in OUTCOME_NAMES.items()])
    credit = models.SmallIntegerField("信用分")
    net_fen = models.BigIntegerField("成交净额（分）")
    orders = models.IntegerField("成交订单")
    tenure_days = models.IntegerField("加入天数")
    version = models.TextField("规则版本")
    at = models.DateTimeField("时间")

    class Meta:
        db_table = "growth_review"
        verbose_name = verbose_name_plural = "成长复核"
        constraints: ClassVar = [models.UniqueConstraint("promoter_id", "month", name="growth_once_a_month")]

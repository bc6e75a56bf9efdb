"""A buyer's addresses, and the book that counts them and names the default one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from xintui.commerce.addresses.rules import LIMIT


class Book(models.Model):
    """One row per buyer: the counter that keeps the book small, and the name of the default, so never two of them."""

    id = models.TextField("买家", primary_key=True, db_column="buyer_id")
    held = models.SmallIntegerField("地址数")
    default_id = models.TextField("默认地址", default="")

    class Meta:
        db_table = "addresses_book"
        verbose_name = verbose_name_plural = "地址簿"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(held__range=(0, LIMIT)), name="addresses_book_size")
        ]


class Address(models.Model):
    id = models.TextField("地址编号", primary_key=True)
    buyer_id = models.TextField("买家")
    name = models.TextField("收货人")
    phone = models.TextField("手机号")
    region_code = models.TextField("地区代码")
    region = models.TextField("所在地区")
    street = models.TextField("详细地址")
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        db_table = "addresses_address"
        verbose_name = verbose_name_plural = "收货地址"

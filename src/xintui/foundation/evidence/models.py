"""Tables without verbs: append-only, and only `evidence_*` functions write them (rules R2, R3)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class EvidenceBlock(models.Model):
    """Every move of transactions `tx_from ≤ tx < tx_to`, of all sets of books, under one hash that names the last."""

    n = models.BigIntegerField("块号", primary_key=True)
    previous = models.BinaryField("前块哈希")
    root = models.BinaryField("默克尔根")
    count = models.BigIntegerField("分录数")
    sum = models.DecimalField("发生额（分）", max_digits=38, decimal_places=0)
    tx_from = models.BigIntegerField("起始事务号")
    tx_to = models.BigIntegerField("截止事务号")
    hash = models.BinaryField("块哈希")
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        db_table = "evidence_block"
        verbose_name = verbose_name_plural = "封存块"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(n__gte=1, count__gte=1, sum__gte=1, tx_to__gt=models.F("tx_from")),
                name="evidence_block_goes_on",
            ),
        ]


class EvidenceDay(models.Model):
    """A closed accounting day of a set of books and the root that was published for it."""

    pk = models.CompositePrimaryKey("ledger", "day")
    ledger = models.TextField("账套")
    day = models.DateField("会计日")
    postings_root = models.BinaryField("分录根")
    count = models.BigIntegerField("分录数")
    sum = models.DecimalField("发生额（分）", max_digits=38, decimal_places=0)
    previous = models.BinaryField("前一日公布根")
    chain_n = models.BigIntegerField("最新块号")
    chain_head = models.BinaryField("最新块哈希")
    proof_root = models.BinaryField("公布根")
    head_path = models.BinaryField("日结路径")  # leaf 0's siblings: a day can be proved without hashing it again
    trial = models.JSONField("试算平衡")  # {"promoter.due@CNY": closing_fen}: tomorrow opens with these
    closed_at = models.DateTimeField("关账时间", db_default=Now())

    class Meta:
        db_table = "evidence_day"
        verbose_name = verbose_name_plural = "日结凭证"


# Views for the consoles (`sql/pages.sql`): Django's admin wants one key a row and nobody reads bytes.


class DayPage(models.Model):
    id = models.TextField("编号", primary_key=True)
    ledger = models.TextField("账套")
    day = models.DateField("会计日")
    count = models.BigIntegerField("分录数")
    sum = models.DecimalField("发生额（分）", max_digits=38, decimal_places=0)
    proof_root = models.TextField("公布根")
    postings_root = models.TextField("分录根")
    previous = models.TextField("前一日公布根")
    chain_n = models.BigIntegerField("最新块号")
    chain_head = models.TextField("最新块哈希")
    trial = models.JSONField("试算平衡")
    closed_at = models.DateTimeField("关账时间")

    class Meta:
        managed = False
        db_table = "evidence_day_page"
        verbose_name = verbose_name_plural = "日结凭证"

    def __str__(self) -> str:
        return f"{'商城' if self.ledger == 'shop' else self.ledger} {self.day}"


class BlockPage(models.Model):
    n = models.BigIntegerField("块号", primary_key=True)
    hash = models.TextField("块哈希")
    root = models.TextField("默克尔根")
    previous = models.TextField("前块哈希")
    count = models.BigIntegerField("分录数")
    sum = models.DecimalField("发生额（分）", max_digits=38, decimal_places=0)
    tx_from = models.BigIntegerField("起始事务号")
    tx_to = models.BigIntegerField("截止事务号")
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        managed = False
        db_table = "evidence_block_page"
        verbose_name = verbose_name_plural = "封存块"

    def __str__(self) -> str:
        return f"第 {self.n} 块"

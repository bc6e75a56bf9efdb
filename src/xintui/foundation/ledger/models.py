"""Tables without verbs. The application role may read them; only `ledger_*` functions write (rule R2)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from xintui.foundation.ledger.contracts import KIND_NAMES


class LedgerAccount(models.Model):
    """`id` is a hash of set of books and code, so that no look-up is needed to address an account."""

    id = models.BigIntegerField("账户编号", primary_key=True)
    ledger = models.TextField("账套")
    code = models.TextField("账户")
    normal = models.SmallIntegerField("余额方向")  # +1 grows by credit, -1 grows by debit
    floor_fen = models.BigIntegerField("下限（分）", null=True)  # NULL: no hot balance row; `posted_fen` is the fold
    posted_fen = models.BigIntegerField("余额（分）", db_default=0)
    held_fen = models.BigIntegerField("冻结（分）", db_default=0)

    class Meta:
        db_table = "ledger_account"
        verbose_name = verbose_name_plural = "账户"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(floor_fen=None)
                | models.Q(posted_fen__gte=models.F("floor_fen") + models.F("held_fen")),
                name="ledger_account_not_overdrawn",
            ),
            models.CheckConstraint(condition=models.Q(held_fen__gte=0), name="ledger_account_held_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code


class LedgerMove(models.Model):
    """One row per move. `reason_id` (hash of set of books and reason) is the distribution column."""

    pk = models.CompositePrimaryKey("reason_id", "seq")
    reason_id = models.BigIntegerField("事由编号")
    seq = models.SmallIntegerField("序")
    ledger = models.TextField("账套")
    reason = models.TextField("事由", db_collation="C")
    debit_id = models.BigIntegerField("借方")
    credit_id = models.BigIntegerField("贷方")
    fen = models.BigIntegerField("金额（分）")
    on = models.DateField("会计日", db_column="on_date")
    tx = models.BigIntegerField("事务号")  # pg_current_xact_id(): the only order there is
    at = models.DateTimeField("入账时间", db_default=Now())

    class Meta:
        db_table = "ledger_move"
        verbose_name = verbose_name_plural = "分录"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(fen__gt=0, fen__lte=10**18), name="ledger_move_fen_in_range"),
            models.CheckConstraint(condition=~models.Q(debit_id=models.F("credit_id")), name="ledger_move_goes_away"),
        ]
        indexes: ClassVar = [
            models.Index("debit_id", name="ledger_move_debit"),
            models.Index("credit_id", name="ledger_move_credit"),
        ]


class LedgerHold(models.Model):
    """预占: pending → posted | voided | expired."""

    pk = models.CompositePrimaryKey("account_id", "key")
    account_id = models.BigIntegerField("账户编号")
    key = models.TextField("冻结编号")
    fen = models.BigIntegerField("金额（分）")
    state = models.TextField("状态", db_default="pending")
    until = models.DateTimeField("到期")
    at = models.DateTimeField("冻结时间", db_default=Now())

    class Meta:
        db_table = "ledger_hold"
        verbose_name = verbose_name_plural = "冻结"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(fen__gt=0), name="ledger_hold_fen_positive"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "posted", "voided", "expired"]), name="ledger_hold_state"
            ),
        ]


class LedgerClose(models.Model):
    """A closed accounting day of a set of books."""

    pk = models.CompositePrimaryKey("ledger", "day")
    ledger = models.TextField("账套")
    day = models.DateField("会计日")
    at = models.DateTimeField("关账时间", db_default=Now())
    moves = models.BigIntegerField("分录数")
    moved_fen = models.BigIntegerField("发生额（分）")

    class Meta:
        db_table = "ledger_close"
        verbose_name = verbose_name_plural = "日结"


class LedgerFold(models.Model):
    """How far floorless accounts are folded: every move with tx below the watermark is inside `posted_fen`."""

    id = models.SmallIntegerField("序号", primary_key=True)
    watermark = models.BigIntegerField("水位")

    class Meta:
        db_table = "ledger_fold"
        verbose_name = verbose_name_plural = "折叠水位"


# Views for the consoles (`sql/pages.sql`): Django's admin wants one key a row.


class MovePage(models.Model):
    id = models.TextField("编号", primary_key=True)
    ledger = models.TextField("账套")
    reason = models.TextField("事由")
    seq = models.SmallIntegerField("序")
    debit = models.TextField("借方账户")
    credit = models.TextField("贷方账户")
    debit_kind = models.TextField("借方科目", choices=[(k.value, n) for k, n in KIND_NAMES.items()])
    credit_kind = models.TextField("贷方科目", choices=[(k.value, n) for k, n in KIND_NAMES.items()])
    fen = models.BigIntegerField("金额（分）")
    on = models.DateField("会计日", db_column="on_date")
    tx = models.BigIntegerField("事务号")
    at = models.DateTimeField("入账时间")

    class Meta:
        managed = False
        db_table = "ledger_move_page"
        verbose_name = verbose_name_plural = "分录"

    def __str__(self) -> str:
        return f"{self.reason} 第 {self.seq + 1} 笔"


class HoldPage(models.Model):
    id = models.TextField("编号", primary_key=True)
    ledger = models.TextField("账套")
    account = models.TextField("账户")
    key = models.TextField("冻结编号")
    fen = models.BigIntegerField("金额（分）")
    state = models.TextField(
        "状态", choices=[("pending", "冻结中"), ("posted", "已入账"), ("voided", "已解冻"), ("expired", "已过期")]
    )
    until = models.DateTimeField("到期")
    at = models.DateTimeField("冻结时间")

    class Meta:
        managed = False
        db_table = "ledger_hold_page"
        verbose_name = verbose_name_plural = "冻结"

    def __str__(self) -> str:
        return f"{self.fen // 100}.{self.fen % 100:02d} 元的冻结"


class ClosePage(models.Model):
    id = models.TextField("编号", primary_key=True)
    ledger = models.TextField("账套")
    day = models.DateField("会计日")
    moves = models.BigIntegerField("分录数")
    moved_fen = models.BigIntegerField("发生额（分）")
    at = models.DateTimeField("关账时间")

    class Meta:
        managed = False
        db_table = "ledger_close_page"
        verbose_name = verbose_name_plural = "日结"

    def __str__(self) -> str:
        return f"{'商城' if self.ledger == 'shop' else self.ledger} {self.day}"

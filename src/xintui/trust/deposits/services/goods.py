"""What a deposit stands behind: counted by its row, so that nobody gets one more than the quota."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.kernel.times import accounting_date
from xintui.trust.deposits import holdings, models, rules, tables
from xintui.trust.deposits.contracts import DepositNeeded, Holder, QuotaUsed, RiskClass, State


def stand_behind(holder: Holder, product_id: str, category: str, *, now: datetime) -> None:
    """Let the holder promote this: nothing is asked for low-risk goods, and twice is once.

    Raises `DepositNeeded`, `QuotaUsed`.
    """
    terms = tables.terms(accounting_date(now))
    wanted = terms.class_of(category)
    if wanted is not RiskClass.LOW:
        _count(holder, product_id, wanted, terms.titles[wanted], now)


@transaction.atomic
def _count(holder: Holder, product_id: str, wanted: RiskClass, title: str, now: datetime) -> None:
    row = holdings.live(holder)
    if row is None or row.state != State.OPEN or rules.rank(RiskClass(row.risk_class)) < rules.rank(wanted):
        raise DepositNeeded(title, wanted.value)
    one = models.Goods(deposit_id=row.id, product_id=product_id, since=now)
    try:
        with transaction.atomic():
            # The counter's row first: everybody who counts waits there, and the goods' key tells who came before.
            models.Deposit.objects.filter(id=row.id).update(goods=F("goods") + 1)
            one.save(force_insert=True)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if models.Goods.objects.filter(deposit_id=row.id, product_id=product_id).exists():
            return
        if constraint == "deposits_within_quota":
            raise QuotaUsed(row.quota or 0) from error
        raise


@transaction.atomic
def let_go(holder: Holder, product_id: str) -> bool:
    """The holder no longer promotes this; there is room for another. False: it was not among them."""
    row = holdings.live(holder, lock=True)
    if row is None:
        return False
    gone, _ = models.Goods.objects.filter(deposit_id=row.id, product_id=product_id).delete()
    if gone:
        models.Deposit.objects.filter(id=row.id).update(goods=F("goods") - 1)
    return bool(gone)

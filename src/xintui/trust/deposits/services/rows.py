"""The locked row, and a quota that follows what is there."""

from datetime import datetime

from xintui.foundation.ledger import facade as ledger
from xintui.trust.deposits import holdings, models, rules, tables
from xintui.trust.deposits.contracts import DepositNotFound, State, Verb


def locked(deposit_id: str) -> models.Deposit:
    """Raises `DepositNotFound`. First of all locks of this module; the ledger's come after it."""
    row = models.Deposit.objects.select_for_update().filter(id=deposit_id).first()
    if row is None:
        raise DepositNotFound(deposit_id)
    return row


def settle(row: models.Deposit, *, now: datetime) -> None:
    """Bring quota, goods and state to what is there now. Inside the verb's transaction, its row locked, last."""
    if row.state == State.CLOSED:
        return
    leaving = row.state == State.LEAVING
    allowed = 0 if leaving else rules.quota(holdings.cover_fen(row), row.target_fen, tables.version(row.version))
    if allowed is not None:
        _let_go(row, allowed)
    row.quota = allowed
    if leaving and ledger.balance(holdings.account(row)).posted_fen == 0:
        row.state, row.closed_at = rules.FLOW.after(State(row.state), Verb.EMPTY), now
    row.save()


def _let_go(row: models.Deposit, allowed: int) -> None:
    """The goods that came last are the first that the deposit no longer stands behind."""
    kept = models.Goods.objects.filter(deposit_id=row.id).order_by("id")[:allowed]
    gone, _ = (
        models.Goods.objects.filter(deposit_id=row.id).exclude(id__in=list(kept.values_list("id", flat=True))).delete()
    )
    row.goods -= gone

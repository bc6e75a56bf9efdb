"""The platform's verbs before money moves: two different people, neither of them the payee (reliability row 21)."""

from datetime import datetime

from django.db import transaction

from xintui.promotion.payouts import models, queries
from xintui.promotion.payouts.contracts import FourEyes, State, Withdrawal
from xintui.promotion.payouts.rules.flow import FLOW, Verb
from xintui.promotion.payouts.services import rows


@transaction.atomic
def propose(withdrawal_id: str, *, actor: str, note: str = "", now: datetime) -> Withdrawal:
    """The first pair of eyes. Raises `FourEyes`, `NoSuchMove`."""
    row = rows.locked(withdrawal_id)
    FLOW.after(State(row.state), Verb.APPROVE)
    _not_the_payee(row, actor)
    if row.maker:
        raise FourEyes("已有初审人")
    row.maker = actor
    row.save(update_fields=["maker"])
    rows.log(row, "propose", actor=actor, now=now, note=note)
    return queries.as_contract(row)


@transaction.atomic
def approve(withdrawal_id: str, *, actor: str, note: str = "", now: datetime) -> Withdrawal:
    """The second pair of eyes; money may be sent. Raises `FourEyes`, `NoSuchMove`."""
    row = rows.locked(withdrawal_id)
    FLOW.after(State(row.state), Verb.APPROVE)
    _not_the_payee(row, actor)
    if not row.maker:
        raise FourEyes("尚无初审")
    if row.maker == actor:
        raise FourEyes("初审与复核不能为同一人")
    rows.move(row, Verb.APPROVE, actor=actor, now=now, note=note, checker=actor)
    return queries.as_contract(row)


@transaction.atomic
def reject(withdrawal_id: str, *, actor: str, reason: str, now: datetime) -> Withdrawal:
    """No payment; the money is due again. Raises `FourEyes`, `NoSuchMove`."""
    row = rows.locked(withdrawal_id)
    _not_the_payee(row, actor)
    rows.move(row, Verb.REJECT, actor=actor, now=now, note=reason, reason=reason[:120], settled_at=now)
    rows.give_back(row, reason=reason, now=now)
    return queries.as_contract(row)


def _not_the_payee(row: models.Withdrawal, actor: str) -> None:
    if actor == row.user_id:
        raise FourEyes("不能审批自己的提现")

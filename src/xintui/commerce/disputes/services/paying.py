"""What became of the refund that a ruling sent, and who bears it.

The refund itself is posted by orders: out of what the shop is owed, as every refund. What is posted here fills that up
again: from the deposit that was held, and where a promoter is at fault and her deposit is too small, from her debt.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from xintui.commerce.disputes import models, rules, tables
from xintui.commerce.disputes.contracts import DisputeReversed, Side, State, Undone, Verb
from xintui.commerce.disputes.services import claims, filing, rows
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleMoved, AfterSaleState, AfterSaleVerb
from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move, Posting
from xintui.infra.outbox import facade as outbox
from xintui.kernel.times import accounting_date

NO_TIME: Final = timedelta()
HEARD: Final = {AfterSaleVerb.SETTLE.value, AfterSaleVerb.FAIL.value, AfterSaleVerb.CANCEL.value}


def refund_moved(events: Sequence[AfterSaleMoved]) -> None:
    """The refund has arrived, or it has not, or the buyer wants no other. Each once."""
    heard = {event.after_sale_id: event for event in events if event.verb in HEARD}
    ours = Q(aftersale_id__in=list(heard)) | Q(more_id__in=list(heard))
    ids = models.Case.objects.filter(ours, state=State.RULED).order_by("id")
    for dispute_id in list(ids.values_list("id", flat=True)):
        row = rows.locked(dispute_id)
        event = heard.get(under_way(row))
        if row.state != State.RULED or event is None:
            continue
        if event.verb == AfterSaleVerb.SETTLE:
            _paid(row, event)
        elif event.verb == AfterSaleVerb.FAIL:
            rows.note(row, "pay_failed", Side.PLATFORM, by=SYSTEM, now=event.at, words=event.note, audited=False)
            rows.wait(row, Side.PLATFORM, event.at + rows.AGAIN)
            row.save()
        else:
            _given_up(row, event.at)


def under_way(row: models.Case) -> str:
    """The after-sale whose refund is, or was last, on its way."""
    return row.more_id or row.aftersale_id


def _given_up(row: models.Case, now: datetime) -> None:
    """The gateway refuses, and the buyer wants no other refund."""
    if row.more_id:
        rows.move(row, Verb.KEEP)
        row.ruled_fen = row.paid_fen
        claims.release(row, "加判部分未能退回", by=SYSTEM, now=now)
        rows.wait(row, None, max(now, row.appeal_until or now))
        rows.step(row, Verb.KEEP, Side.BUYER, by=SYSTEM, now=now, before=State.RULED)
        return
    rows.move(row, Verb.WITHDRAW)
    row.ruled_fen = 0
    filing.end_withdrawn(row, by=SYSTEM, now=now)
    rows.step(row, Verb.WITHDRAW, Side.BUYER, by=SYSTEM, now=now, before=State.RULED)


def _paid(row: models.Case, event: AfterSaleMoved) -> None:
    now, shop = event.at, Account(Kind.MERCHANT_PAYABLE, row.merchant_id)
    taken = claims.take(row, event.total_fen, shop, by=SYSTEM, now=now)
    owed = event.total_fen - taken
    rows.move(row, Verb.PAY)
    row.paid_fen += event.total_fen
    row.ruled_fen, row.paid_at = row.paid_fen, now
    row.deposit_fen, row.owed_fen = row.deposit_fen + taken, row.owed_fen + owed
    if owed and row.liable == Side.PROMOTER:
        debt = Move(Account(Kind.PROMOTER_DEBT, row.promoter_id), shop, owed)
        reason = f"disputes.owed/{row.id}" + ("/more" if row.more_id else "")
        ledger.post(Posting(reason, (debt,), ledger.open_date(accounting_date(now))))
    rows.wait(row, None, _appealable_until(row, now))
    rows.step(row, Verb.PAY, Side.PLATFORM, by=SYSTEM, now=now, fen=event.total_fen, before=State.RULED)


def _appealable_until(row: models.Case, now: datetime) -> datetime:
    """The window opens with the payment of a ruling; what an appeal decided opens none, and closes none either."""
    if not row.more_id:
        row.appeal_until = now + (NO_TIME if row.rule == "appeal" else tables.version(row.version).appeal)
    return max(now, row.appeal_until or now)


def chase(row: models.Case, now: datetime) -> None:
    """A refund that should have arrived: sent again where the gateway refused, else watched."""
    sale = orders.after_sale(under_way(row))
    if sale.state is AfterSaleState.REFUND_FAILED:
        orders.pay_ruling_again(sale.id, now=now)
        rows.note(row, "pay_again", Side.PLATFORM, by=SYSTEM, now=now, audited=False)
    row.late = row.late or (row.pay_by is not None and row.pay_by <= now)
    rows.wait(row, Side.PLATFORM, now + rows.AGAIN)
    row.save()


def undo(row: models.Case, *, now: datetime) -> None:
    """A reversal: the buyer owes what was paid first, and whoever bore it has it back. Whoever counted the refund as
    one (commission) hears that it is none."""
    buyer = Account(Kind.BUYER_DEBT, row.buyer_id)
    if row.deposit_fen:
        claims.restore(row, buyer, by=SYSTEM, now=now)
    moves = [Move(buyer, to, fen) for to, fen in _bearers(row) if fen]
    if moves:
        on = ledger.open_date(accounting_date(now))
        ledger.post(Posting(f"disputes.reversed/{row.id}", tuple(moves), on))
    sales = [orders.after_sale(one) for one in (row.aftersale_id, row.more_id) if one]
    parts = tuple(
        Undone(part.id, part.line_id, part.fen)
        for sale in sales if sale.state is AfterSaleState.REFUNDED for part in sale.parts
    )  # fmt: skip
    outbox.publish(DisputeReversed(row.id, row.order_id, row.merchant_id, parts, now))


def _bearers(row: models.Case) -> list[tuple[Account, int]]:
    if row.liable == Side.MERCHANT:
        return [(Account(Kind.MERCHANT_PAYABLE, row.merchant_id), row.owed_fen)]
    debt = Account(Kind.PROMOTER_DEBT, row.promoter_id)
    _, still_fen, earned_fen = rules.given_back(row.paid_fen, row.deposit_fen, ledger.balance(debt).posted_fen)
    return [(debt, still_fen), (Account(Kind.PROMOTER_DUE, row.promoter_id), earned_fen)]

"""A refund is undone: what it took from commission is given back, to the fen and once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.foundation.ledger import facade as ledger
from xintui.kernel.times import accounting_date
from xintui.promotion.commission.batch import stage
from xintui.promotion.commission.contracts import SHOP, Outcome
from xintui.promotion.commission.services import Run


def restore(refund_ids: Sequence[str], *, now: datetime) -> Outcome:
    """Undo these refunds (`refund_id/line_id`) of the shop's books; those that are not booked are left out.

    Each comes once more with the opposite sign at its own instant, through the same statements, so that the two leave
    nothing behind wherever the line stands by now. Only the accounting day is today's.
    """
    with transaction.atomic(), ledger.translated():
        run = Run.open(SHOP, "CNY", now, None, alone=False)
        run.open_from = max(run.open_from, accounting_date(now))
        run.batch = stage((), (), ())
        run.batch.staged["refund"] = run.run("restore_stage", refunds=list(refund_ids))
        run.check_refunds()
        run.apply_refunds(last=True)
        run.post()
        return run.outcome

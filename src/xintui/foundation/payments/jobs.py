"""What the worker runs again and again. Each job is safe beside itself, and safe to be killed anywhere."""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from xintui.foundation.payments import gateways, models
from xintui.foundation.payments.contracts import BillBroken, BillNotReady, BillReport, Method
from xintui.foundation.payments.services import courier, inbox, reconcile, shares, till
from xintui.kernel.times import accounting_date, day_start

log = logging.getLogger("xintui.payments")
BATCH: Final = 200


def send_due(now: datetime, *, limit: int = BATCH) -> int:
    """Carry out refunds, transfers and 分账 that the gateway has not yet accepted."""
    states = dict.fromkeys(courier.DESKS, courier.UNSENT)
    return sum(courier.run(one, states, now=now, limit=limit) for one in gateways.configured().values())


def poll_due(now: datetime, *, limit: int = BATCH) -> int:
    """Ask after everything that is under way, because a callback is never promised."""
    states = {kind: desk.pending for kind, desk in courier.DESKS.items()}
    done = 0
    for gateway in gateways.configured().values():
        done += till.run(gateway, now=now, limit=limit) + courier.run(gateway, states, now=now, limit=limit)
    return done


def take_inbox(now: datetime, *, limit: int = 1000) -> inbox.Taken:
    """Turn kept callbacks into states and events."""
    return inbox.take(gateways.configured(), now=now, limit=limit)


def release_due(now: datetime, *, limit: int = BATCH) -> int:
    """Release what nobody split before the gateway's window ends."""
    return shares.release_due(now, limit=limit)


def import_due(now: datetime) -> list[BillReport]:
    """Import the bills of the last seven days that are still missing: ready from ten the next morning, in Shanghai."""
    today = accounting_date(now)
    ready = today if now >= day_start(today) + reconcile.BILL_READY else today - timedelta(days=1)
    wanted = [ready - timedelta(days=n) for n in range(7, 0, -1)]
    found = []
    for psp in gateways.configured():
        known = models.Bill.objects.filter(psp=psp, day__in=wanted).values_list("day", flat=True)
        for day in sorted(set(wanted) - set(known)):
            try:
                found.append(import_bill(day, now=now, psp=psp))
            except (BillNotReady, BillBroken) as no:
                # Tomorrow's run tries again; a bill that stays broken stays visible in the log and as a missing day.
                log.error("ALARM %s bill of %s: %s", psp, day, no)
    return found


def import_bill(day: date, *, now: datetime, psp: str = Method.WECHAT) -> BillReport:
    """Import and match one gateway's bill of `day`; ready from ten o'clock the next morning.

    Raises `BillNotReady`, `BillBroken`, `GatewayNotConfigured`.
    """
    return reconcile.import_bill(gateways.of(psp), day, now=now)

"""What the worker runs again and again. Each job is safe beside itself, and safe to be killed anywhere."""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from xintui.foundation.payments import gateways, models
from xintui.foundation.payments.contracts import BillBroken, BillNotReady, BillReport, GatewayNotConfigured, PayParams
from xintui.foundation.payments.gateway import Gateway
from xintui.foundation.payments.services import cashier, courier, inbox, reconcile, shares, till
from xintui.foundation.payments.wechat.envelope import KEPT
from xintui.kernel.times import accounting_date, day_start

log = logging.getLogger("xintui.payments")
BATCH: Final = 200
BILL_READY: Final = timedelta(hours=10, minutes=5)


def _gateway() -> Gateway | None:
    try:
        return gateways.current()
    except GatewayNotConfigured:
        return None


def pay_params(payment_id: str, *, now: datetime, client_ip: str = "") -> PayParams:
    """What the buyer's device needs to pay now. Speaks to the gateway: call it outside any transaction.

    Raises `NotFound`, `NotPayable`, `GatewayUnavailable`, `GatewayRefused`, `GatewayNotConfigured`.
    """
    return cashier.pay_params(gateways.current(), payment_id, now=now, client_ip=client_ip)


def receive_callback(headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
    """Keep a callback that proves itself; False for any other. Raises `GatewayNotConfigured`."""
    return inbox.receive(gateways.current(), headers, body, kept=KEPT, now=now)


def send_due(now: datetime, *, limit: int = BATCH) -> int:
    """Carry out refunds, transfers and 分账 that the gateway has not yet accepted."""
    gateway = _gateway()
    states = dict.fromkeys(courier.DESKS, courier.UNSENT)
    return courier.run(gateway, states, now=now, limit=limit) if gateway else 0


def poll_due(now: datetime, *, limit: int = BATCH) -> int:
    """Ask after everything that is under way, because a callback is never promised."""
    gateway = _gateway()
    if gateway is None:
        return 0
    states = {kind: desk.pending for kind, desk in courier.DESKS.items()}
    done = till.run(gateway, now=now, limit=limit)
    return done + courier.run(gateway, states, now=now, limit=limit)


def take_inbox(now: datetime, *, limit: int = 1000) -> inbox.Taken:
    """Turn kept callbacks into states and events."""
    gateway = _gateway()
    return inbox.take(gateway, now=now, limit=limit) if gateway else inbox.Taken()


def release_due(now: datetime, *, limit: int = BATCH) -> int:
    """Release what nobody split before the gateway's window ends."""
    return shares.release_due(now, limit=limit)


def import_due(now: datetime) -> list[BillReport]:
    """Import the bills of the last seven days that are still missing: ready from ten the next morning, in Shanghai."""
    today = accounting_date(now)
    ready = today if now >= day_start(today) + BILL_READY else today - timedelta(days=1)
    wanted = [ready - timedelta(days=n) for n in range(7, 0, -1)]
    if _gateway() is None:
        return []
    found = []
    for day in sorted(set(wanted) - set(models.Bill.objects.filter(day__in=wanted).values_list("day", flat=True))):
        try:
            found.append(import_bill(day, now=now))
        except (BillNotReady, BillBroken) as no:
            # Tomorrow's run tries again; a bill that stays broken stays visible in the log and as a missing day.
            log.error("ALARM bill of %s: %s", day, no)
    return found


def import_bill(day: date, *, now: datetime) -> BillReport:
    """Import and match the gateway's bill of `day`; ready from ten o'clock the next morning.

    Raises `BillNotReady`, `BillBroken`, `GatewayNotConfigured`.
    """
    return reconcile.import_bill(gateways.current(), day, now=now)

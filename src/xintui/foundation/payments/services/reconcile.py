"""对账: the gateway's bill of a day against our rows. Every difference is a row with an owner; nothing is adjusted."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, Move, Posting
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import BillBroken, BillNotReady, BillReport
from xintui.foundation.payments.gateway import Absent, BillFile, BillRow, Gateway, Refused, Unknown
from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import day_start, days

PACKAGE = "xintui.foundation.payments"
BILL_READY: Final = timedelta(hours=10, minutes=5)
"""After midnight in Shanghai, for the day before."""


def import_bill(gateway: Gateway, day: date, *, now: datetime) -> BillReport:
    """Fetch the day's trade bill, keep its lines, write down every difference. Repeating it finds nothing new.

    Speaks to the gateway: never inside a transaction. Raises `BillNotReady`, `BillBroken`.
    """
    found = gateway.trade_bill(day)
    if isinstance(found, Absent):
        if now < day_start(day) + days(1) + BILL_READY:
            raise BillNotReady(day.isoformat(), "账单尚未生成")  # Alipay has one word for "none yet" and "none"
        # A day without trade has no file; ours must be empty too, so it is matched like any other.
        found = BillFile(day, "", ())
    if isinstance(found, Unknown):
        raise BillNotReady(day.isoformat(), found.message or found.code)
    if isinstance(found, Refused):
        if found.code in ("BAD_HASH", "BAD_BILL", "FOREIGN_URL"):
            raise BillBroken(day.isoformat(), found.message)
        raise BillNotReady(day.isoformat(), found.message or found.code)
    return _keep(gateway.psp, found, now)


@transaction.atomic(durable=True)
def _keep(psp: str, found: BillFile, now: datetime) -> BillReport:
    locks.exclusive(f"payments.bill/{psp}/{found.day}")
    bill = models.Bill.objects.filter(psp=psp, day=found.day).first()
    fee_before = bill.fee_fen if bill else 0
    if bill is None or bill.sha1 != found.sha1:
        bill = _write(bill, psp, found, now)
        _post_fee(bill, bill.fee_fen - fee_before)
    _find_differences(bill, now)
    return report(psp, found.day)


def _write(bill: models.Bill | None, psp: str, found: BillFile, now: datetime) -> models.Bill:
    """The file as it came; a newer file of the same day takes the place of the older one."""
    fields = {
        "sha1": found.sha1,
        "lines": len(found.rows),
        "paid_fen": sum(row.amount_fen for row in found.rows if row.kind == "payment"),
        "refunded_fen": sum(row.amount_fen for row in found.rows if row.kind == "refund"),
        "fee_fen": sum(row.fee_fen for row in found.rows),
        "imported_at": now,
    }
    if bill is None:
        bill = models.Bill(id=new_id("bil"), psp=psp, day=found.day, **fields)
        bill.save(force_insert=True)
    else:
        models.BillLine.objects.filter(bill=bill).delete()
        for name, value in fields.items():
            setattr(bill, name, value)
        bill.save()
    models.BillLine.objects.bulk_create((_line(bill, row) for row in found.rows), batch_size=2000)
    return bill


def _line(bill: models.Bill, row: BillRow) -> models.BillLine:
    return models.BillLine(
        bill=bill,
        kind=row.kind,
        number=row.number,
        gateway_id=row.gateway_id,
        at=row.at,
        amount_fen=row.amount_fen,
        fee_fen=row.fee_fen,
        state=row.state,
        raw=dict(row.raw),
    )


def _post_fee(bill: models.Bill, fen: int) -> None:
    """手续费 is a line of its own (F-09): it comes out of the clearing account and out of our service fee."""
    if fen == 0:
        return
    clearing = Account(Kind.GATEWAY_CLEARING, bill.psp)
    fee = Account(Kind.PLATFORM_FEE, "platform")
    move = Move(fee, clearing, fen) if fen > 0 else Move(clearing, fee, -fen)
    reason = f"payments.gateway_fee/{bill.psp}{bill.day:%Y%m%d}{bill.sha1[:12]}"
    ledger.post(Posting(reason, (move,), ledger.open_date(bill.day)))


def _find_differences(bill: models.Bill, now: datetime) -> None:
    start = day_start(bill.day)
    rows = sql.rows(PACKAGE, "differences", {"bill": bill.id, "start": start, "end": start + days(1), "psp": bill.psp})
    models.Difference.objects.bulk_create(
        (
            models.Difference(id=new_id("dif"), bill=bill, psp=bill.psp, day=bill.day, found_at=now, **row)
            for row in rows
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


def report(psp: str, day: date) -> BillReport:
    """What the import of this day found."""
    bill = models.Bill.objects.get(psp=psp, day=day)
    return BillReport(
        psp=psp,
        day=day,
        lines=bill.lines,
        paid_fen=bill.paid_fen,
        refunded_fen=bill.refunded_fen,
        fee_fen=bill.fee_fen,
        differences=models.Difference.objects.filter(bill=bill).count(),
    )

"""分账, 分账回退 and 解冻: instruction rows like the others; what may be split is a counter on the payment's row."""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from xintui.foundation.payments import models, queries
from xintui.foundation.payments.contracts import (
    NotFound,
    NotPayable,
    NotReturnable,
    Receiver,
    RequestedDifferently,
    Share,
    ShareKind,
    ShareState,
    SplitOver,
    SplitTooMuch,
)
from xintui.foundation.payments.services.requests import Known, checked, constraint_means
from xintui.foundation.payments.terms import split_terms
from xintui.kernel.ids import new_id
from xintui.kernel.money import share as part_of
from xintui.kernel.times import accounting_date


@transaction.atomic
def request_split(
    share_id: str, payment_id: str, receivers: Sequence[Receiver], *, finish: bool, description: str, now: datetime
) -> Share:
    """分账: parts of a captured, shared payment to receivers; `finish` unfreezes what is left.

    Raises `NotFound`, `NotPayable`, `SplitTooMuch`, `SplitOver`, `RequestedDifferently`, `BadAmount`.
    """
    for one in receivers:
        checked(one.amount_fen)
    amount = sum(one.amount_fen for one in receivers)
    checked(amount)
    row, known = _payment(payment_id), _known(share_id)
    if known is None:
        _open(row, now)
        assert row.paid_at is not None
        terms = split_terms(accounting_date(row.paid_at))
        if now > row.paid_at + timedelta(days=terms.window_days):
            raise SplitOver(payment_id)
        limit = part_of(row.captured_fen, terms.max_bp)
        # The counter decides; the row is locked, so that the refusal can name what is left.
        taken = models.Payment.objects.filter(
            id=payment_id,
            split_fen__lte=limit - amount,
            splits__lt=terms.requests,
            captured_fen__gte=F("refunded_fen") + F("split_fen") + amount,
        ).update(split_fen=F("split_fen") + amount, splits=F("splits") + 1)
        if not taken:
            left = max(0, min(limit, row.captured_fen - row.refunded_fen) - row.split_fen)
            raise SplitTooMuch(payment_id, left, terms.max_bp, terms.requests)
        if finish:
            models.Payment.objects.filter(id=payment_id).update(released_at=now)
        earliest = row.paid_at + timedelta(seconds=terms.wait_seconds)
    else:
        earliest = now
    parts = [asdict(one) for one in receivers]
    return _insert(
        share_id, row, ShareKind.SPLIT, amount, now,
        due_at=max(now, earliest), receivers=parts, finish=finish, description=description,
    )  # fmt: skip


@transaction.atomic
def request_split_return(
    share_id: str, of_share: str, receiver_mchid: str, amount_fen: int, *, description: str, now: datetime
) -> Share:
    """分账回退: money back from a merchant receiver (persons cannot return; facts §4.1).

    Raises `NotFound`, `NotReturnable`, `RequestedDifferently`, `BadAmount`.
    """
    checked(amount_fen)
    seen = models.Share.objects.filter(id=of_share, kind="split").first()
    if seen is None:
        raise NotFound(of_share)
    row = _payment(seen.payment_id)
    split = models.Share.objects.select_for_update().get(id=of_share)
    if _known(share_id) is None:
        if amount_fen > _returnable(split, receiver_mchid):
            raise NotReturnable(of_share, receiver_mchid, amount_fen)
        with constraint_means("payments_share_returned", NotReturnable(of_share, receiver_mchid, amount_fen)):
            models.Share.objects.filter(id=of_share).update(returned_fen=F("returned_fen") + amount_fen)
    parts = [asdict(Receiver("MERCHANT_ID", receiver_mchid, amount_fen, description))]
    return _insert(
        share_id, row, ShareKind.RETURN, amount_fen, now, of_share=of_share, receivers=parts, description=description
    )


@transaction.atomic
def request_unfreeze(share_id: str, payment_id: str, *, description: str, now: datetime) -> Share:
    """解冻: even an order that was never split must be released, under a new number (facts §4.1)."""
    row = _payment(payment_id)
    if _known(share_id) is None:
        _open(row, now)
        models.Payment.objects.filter(id=payment_id).update(released_at=now)
    return _insert(share_id, row, ShareKind.UNFREEZE, 0, now, finish=True, description=description)


def release_due(now: datetime, *, limit: int = 200) -> int:
    """Sweep: what nobody has released a day before the gateway's window ends; how many.

    The gateway would release it by itself then; asked for, it is an instruction with a number and an end.
    """
    window = timedelta(days=split_terms(accounting_date(now)).window_days - 1)
    due = models.Payment.objects.filter(
        state="captured", shared=True, released_at=None, paid_at__lte=now - window
    ).order_by("paid_at")
    done = 0
    for payment_id in list(due.values_list("id", flat=True)[:limit]):
        with contextlib.suppress(SplitOver):  # somebody was faster
            request_unfreeze(new_id("shr"), payment_id, description="分账期满解冻", now=now)
            done += 1
    return done


def _payment(payment_id: str) -> models.Payment:
    row = models.Payment.objects.select_for_update().filter(id=payment_id).first()
    if row is None:
        raise NotFound(payment_id)
    return row


def _open(row: models.Payment, now: datetime) -> None:
    if row.state != "captured" or not row.shared:
        raise NotPayable(row.id, row.get_state_display())
    if row.released_at is not None:
        raise SplitOver(row.id)


def _known(share_id: str) -> models.Share | None:
    return models.Share.objects.filter(id=share_id).first()


def _returnable(split: models.Share, account: str) -> int:
    """What this receiver has got of this split and not given back; under the split's lock."""
    got = sum(
        int(one["amount"])
        for one in split.results
        if (one["type"], one["account"], one["result"]) == ("MERCHANT_ID", account, "SUCCESS")
    )
    back = models.Share.objects.filter(kind="return", of_share=split.id).exclude(state="failed")
    gone = sum(row.amount_fen for row in back if row.receivers[0]["account"] == account)
    return got - gone


def _insert(  # noqa: PLR0917 - the row's columns
    share_id: str, row: models.Payment, kind: ShareKind, amount_fen: int, now: datetime, due_at: datetime | None = None,
    **more: object,
) -> Share:  # fmt: skip
    """The row, once; the same number with other terms is refused."""
    terms: dict[str, object] = {"payment_id": row.id, "kind": kind.value, "amount_fen": amount_fen, **more}
    with contextlib.suppress(Known), constraint_means("payments_share_pkey", Known()):
        models.Share(id=share_id, state=ShareState.CREATED, created_at=now, due_at=due_at or now, **terms).save(
            force_insert=True
        )
    kept = models.Share.objects.get(id=share_id)
    if any(getattr(kept, name) != value for name, value in terms.items()):
        raise RequestedDifferently(share_id)
    return queries.as_share(kept)

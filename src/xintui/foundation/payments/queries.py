"""Reads. Rows become contracts here, so that no model leaves the module."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model, QuerySet, Sum

from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import (
    Attempt,
    Channel,
    Difference,
    DifferenceKind,
    DifferenceState,
    Health,
    NotFound,
    Payment,
    PaymentState,
    Receiver,
    Refund,
    RefundState,
    Share,
    ShareKind,
    ShareState,
    Transfer,
    TransferState,
)
from xintui.infra import paging
from xintui.infra.paging import Page
from xintui.kernel.times import accounting_date

M = TypeVar("M", bound=Model)
O = TypeVar("O")


def as_payment(row: models.Payment) -> Payment:
    return Payment(
        id=row.id,
        subject=row.subject,
        amount_fen=row.amount_fen,
        currency=row.currency,
        psp=row.psp,
        channel=Channel(row.channel),
        payer_openid=row.paid_by_openid or row.payer_openid,
        description=row.description,
        state=PaymentState(row.state),
        transaction_id=row.transaction_id,
        captured_fen=row.captured_fen,
        refunded_fen=row.refunded_fen,
        shared=row.shared,
        split_fen=row.split_fen,
        released_at=row.released_at,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )


def as_refund(row: models.Refund) -> Refund:
    return Refund(
        id=row.id,
        payment_id=row.payment_id,
        subject=row.payment.subject,
        amount_fen=row.amount_fen,
        reason=row.reason,
        state=RefundState(row.state),
        attempts=row.attempts,
        last_code=row.last_code,
        last_message=row.last_message,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def as_transfer(row: models.Transfer) -> Transfer:
    state = TransferState(row.state)
    return Transfer(
        id=row.id,
        subject=row.subject,
        openid=row.openid,
        amount_fen=row.amount_fen,
        remark=row.remark,
        state=state,
        package_info=row.package_info if state is TransferState.WAITING else "",
        attempts=row.attempts,
        last_code=row.last_code,
        last_message=row.last_message,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def as_share(row: models.Share) -> Share:
    return Share(
        id=row.id,
        kind=ShareKind(row.kind),
        payment_id=row.payment_id,
        amount_fen=row.amount_fen,
        receivers=tuple(Receiver(**one) for one in row.receivers),
        results=tuple(row.results),
        of_share=row.of_share,
        returned_fen=row.returned_fen,
        finish=row.finish,
        description=row.description,
        state=ShareState(row.state),
        last_code=row.last_code,
        last_message=row.last_message,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def as_difference(row: models.Difference) -> Difference:
    return Difference(
        id=row.id,
        psp=row.psp,
        day=row.day,
        kind=DifferenceKind(row.kind),
        subject_kind=row.subject_kind,
        number=row.number,
        ours_fen=row.ours_fen,
        theirs_fen=row.theirs_fen,
        detail=row.detail,
        state=DifferenceState(row.state),
        owner=row.owner,
        note=row.note,
        found_at=row.found_at,
        closed_at=row.closed_at,
    )


def _one(rows: QuerySet[M], number: str) -> M:
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotFound(number)
    return found


def payment(payment_id: str) -> Payment:
    return as_payment(_one(models.Payment.objects.all(), payment_id))


def payments_of(subjects: Sequence[str]) -> list[Payment]:
    """All payments of these subjects, oldest first."""
    return [as_payment(row) for row in models.Payment.objects.filter(subject__in=subjects).order_by("created_at", "id")]


def payers(payment_ids: Collection[str]) -> dict[str, str]:
    """Of each of these payments the account that paid, as its gateway calls it; one query."""
    rows = models.Payment.objects.filter(id__in=list(payment_ids))
    return {one: paid_by or asked for one, paid_by, asked in rows.values_list("id", "paid_by_openid", "payer_openid")}


def refund(refund_id: str) -> Refund:
    return as_refund(_one(models.Refund.objects.select_related("payment"), refund_id))


def transfer(transfer_id: str) -> Transfer:
    return as_transfer(_one(models.Transfer.objects.all(), transfer_id))


def share(share_id: str) -> Share:
    return as_share(_one(models.Share.objects.all(), share_id))


def shares_of(payment_id: str) -> list[Share]:
    """Every 分账, 回退 and 解冻 of a payment, oldest first."""
    return [as_share(row) for row in models.Share.objects.filter(payment_id=payment_id).order_by("created_at", "id")]


def attempts(number: str) -> list[Attempt]:
    """Every call made for a number, in order."""
    names = ("kind", "number", "verb", "started_at", "finished_at", "outcome", "code", "message")
    return [Attempt(**row) for row in models.Attempt.objects.filter(number=number).order_by("id").values(*names)]


def _page(rows: QuerySet[M], make: Callable[[M], O], page: tuple[str, int], filters: Mapping[str, object]) -> Page[O]:
    """Newest first by id: ids grow with time, so the id is the key of the page."""
    given = {name: value for name, value in filters.items() if value not in ("", None)}
    after, limit = page
    return paging.page(rows.filter(**given), make, keys=["id"], kinds=[str], after=after, limit=limit)


def payments(*, after: str = "", limit: int = 50, state: str = "", subject: str = "") -> Page[Payment]:
    return _page(models.Payment.objects.all(), as_payment, (after, limit), {"state": state, "subject": subject})


def refunds(*, after: str = "", limit: int = 50, state: str = "", payment_id: str = "") -> Page[Refund]:
    rows = models.Refund.objects.select_related("payment")
    return _page(rows, as_refund, (after, limit), {"state": state, "payment_id": payment_id})


def transfers(*, after: str = "", limit: int = 50, state: str = "", subject: str = "") -> Page[Transfer]:
    return _page(models.Transfer.objects.all(), as_transfer, (after, limit), {"state": state, "subject": subject})


def differences(
    *, after: str = "", limit: int = 50, state: str = "", day: date | None = None, owner: str = ""
) -> Page[Difference]:
    filters = {"state": state, "day": day, "owner": owner}
    return _page(models.Difference.objects.all(), as_difference, (after, limit), filters)


def unmatched_fen() -> int:
    """Money in differences that nobody has closed (rule R16)."""
    rows = models.Difference.objects.exclude(state="closed")
    sums = rows.aggregate(theirs=Sum("theirs_fen", default=0), ours=Sum("ours_fen", default=0))
    return abs(int(sums["theirs"]) - int(sums["ours"]))


def rejections(at: datetime) -> dict[str, int]:
    """How many callbacks did not prove themselves on the accounting day of `at`, by reason."""
    rows = models.Rejection.objects.filter(day=accounting_date(at)).order_by("reason")
    return dict(rows.values_list("reason", "count"))


def health(now: datetime) -> Health:
    """The state of money on its way, in seven figures."""
    instructions = (models.Refund, models.Transfer, models.Share)
    return Health(
        unknown=sum(model.objects.filter(state="unknown").count() for model in instructions),
        abnormal_refunds=models.Refund.objects.filter(state="abnormal").count(),
        quarantined=models.Quarantine.objects.exclude(state="closed").count(),
        open_differences=models.Difference.objects.exclude(state="closed").count(),
        unmatched_fen=unmatched_fen(),
        dead_callbacks=models.InboxEvent.objects.filter(state="dead").count(),
        rejected_today=sum(rejections(now).values()),
    )

"""Instruction rows. Nothing here speaks to the gateway: what is committed here, the courier carries out."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from xintui.foundation.payments import models, queries, rules, vault
from xintui.foundation.payments.contracts import (
    BadAmount,
    Channel,
    Charge,
    Method,
    MethodNotOffered,
    NotFound,
    NotPayable,
    Payment,
    Refund,
    RefundRequest,
    RefundTooMuch,
    RequestedDifferently,
    Transfer,
)
from xintui.infra import sql
from xintui.infra.rows import plain
from xintui.kernel.errors import DomainError
from xintui.kernel.ids import new_id
from xintui.kernel.money import LIMIT_MINOR


@contextlib.contextmanager
def constraint_means(name: str, refusal: DomainError) -> Iterator[None]:
    """A savepoint in which the violation of constraint `name` is the refusal, and any other is a bug."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if name in (getattr(diagnosis, "constraint_name", None) or ""):
            raise refusal from error
        raise


def checked(amount_fen: int) -> None:
    if type(amount_fen) is not int or not 1 <= amount_fen <= LIMIT_MINOR:
        raise BadAmount(amount_fen, "须为正整数")


def open_payment(
    subject: str,
    amount_fen: int,
    payer_openid: str,
    description: str,
    channel: Channel | str,
    *,
    now: datetime,
    currency: str = "CNY",
    expires_at: datetime | None = None,
    shared: bool = False,
    psp: str = Method.WECHAT,
) -> Payment:
    """The one live payment of `subject`. Asked again with the same terms it is found again; asked for another way to
    pay the same money, the earlier one is closed at its gateway and a new one takes its place.

    `shared` marks an order whose money may be split (分账): WeChat Pay only. Raises `RequestedDifferently`,
    `NotPayable`, `MethodNotOffered`, `BadAmount`.
    """
    return open_payments([
        Charge(subject, amount_fen, payer_openid, description, Channel(channel), now, currency, expires_at, shared, psp)
    ])[0]  # fmt: skip


@transaction.atomic
def open_payments(charges: Sequence[Charge]) -> list[Payment]:
    """`open_payment` for many subjects, all or none, in a fixed number of statements."""
    drafts = {charge.subject: _drafted(charge) for charge in charges}
    assert len(drafts) == len(charges), "one charge a subject"
    live = _live(list(drafts))
    opened = {subject: row for subject, row in live.items() if _same(row, drafts[subject])}
    leaving = {
        row.id: charge.now for charge in charges if (row := live.get(charge.subject)) and row.subject not in opened
    }
    for number, now in leaving.items():
        models.Payment.objects.filter(id=number).update(close_asked_at=now, due_at=now)
    # Whatever is in the way of a new row is the subject's live payment: the only other key is the id, which is new.
    fresh = [draft for subject, draft in drafts.items() if subject not in opened]
    if fresh:
        models.Payment.objects.bulk_create(plain(fresh), ignore_conflicts=True)
        for subject, row in _live([draft.subject for draft in fresh]).items():
            if not _same(row, drafts[subject], closing=False):
                raise RequestedDifferently(row.id)
            opened[subject] = row
    return [queries.as_payment(opened[charge.subject]) for charge in charges]


def _drafted(charge: Charge) -> models.Payment:
    """The row as it would be written. Raises `BadAmount`, `MethodNotOffered`."""
    checked(charge.amount_fen)
    method, openid, shared = Method(charge.psp), charge.payer_openid, charge.shared
    if method is not Method.WECHAT:
        if charge.channel is Channel.JSAPI:
            raise MethodNotOffered
        openid, shared = "", False  # an openid is WeChat's, and so is 分账
    due = charge.expires_at or charge.now + rules.PAY_WITHIN
    return models.Payment(
        id=new_id("pay"),
        subject=charge.subject,
        amount_fen=charge.amount_fen,
        currency=charge.currency,
        payer_openid=openid,
        channel=charge.channel.value,
        psp=method.value,
        description=charge.description[:127] or "商品订单",
        shared=shared,
        created_at=charge.now,
        expires_at=due,
        due_at=due,
    )


def _live(subjects: Sequence[str]) -> dict[str, models.Payment]:
    """What each subject was paid with, else what it can still be paid with."""
    rows = models.Payment.objects.select_for_update().filter(subject__in=subjects).exclude(state="closed")
    found: dict[str, models.Payment] = {}
    for row in rows.filter(Q(close_asked_at=None) | Q(state="captured")).order_by("id"):
        if row.subject not in found or row.state == "captured":
            found[row.subject] = row
    return found


def _same(row: models.Payment, draft: models.Payment, *, closing: bool = True) -> bool:
    """Whether the row is what is asked for; with `closing`, False where it may make way for another way to pay."""
    money = (row.amount_fen, row.currency) == (draft.amount_fen, draft.currency)
    way = (row.payer_openid, row.channel, row.psp) == (draft.payer_openid, draft.channel, draft.psp)
    if row.state == "captured" and not (money and way):
        raise NotPayable(row.id, row.get_state_display())
    if closing and not money:
        raise RequestedDifferently(row.id)
    return money and way


class Known(DomainError):
    """Inside these services: the row is there already."""

    code: ClassVar[str] = "payments.known"
    says: ClassVar[str] = "已提交过"


@transaction.atomic
def close_payment(payment_id: str, *, now: datetime) -> None:
    """Ask that no money be taken any more. `PaymentClosed` or `PaymentCaptured` tells how it ended."""
    asked = models.Payment.objects.filter(id=payment_id, state__in=["created", "prepaid"]).update(
        close_asked_at=now, due_at=now
    )
    if not asked:
        row = models.Payment.objects.filter(id=payment_id).first()
        if row is None:
            raise NotFound(payment_id)
        if row.state != "closed":
            raise NotPayable(payment_id, row.get_state_display())


def request_refund(refund_id: str, payment_id: str, amount_fen: int, reason: str, *, now: datetime) -> Refund:
    """Reserve the amount on the payment and write the instruction. The same id with the same terms is one refund.

    Raises `NotFound`, `RefundTooMuch`, `RequestedDifferently`, `BadAmount`.
    """
    return request_refunds([RefundRequest(refund_id, payment_id, amount_fen, reason, now)])[0]


@transaction.atomic
def request_refunds(asked: Sequence[RefundRequest]) -> list[Refund]:
    """`request_refund` for many, all or none, in a fixed number of statements."""
    for one in asked:
        checked(one.amount_fen)
    ids = {one.refund_id for one in asked}
    assert len(ids) == len(asked), "a refund is asked for once"
    paid = {one.payment_id for one in asked}
    payments = {row.id: row for row in models.Payment.objects.select_for_update().filter(id__in=paid).order_by("id")}
    if missing := paid - payments.keys():
        raise NotFound(min(missing))
    rows = {row.id: row for row in models.Refund.objects.filter(id__in=ids)}
    for one in asked:
        known = rows.get(one.refund_id)
        if known is not None and (known.payment_id, known.amount_fen) != (one.payment_id, one.amount_fen):
            raise RequestedDifferently(one.refund_id)
    if fresh := [one for one in asked if one.refund_id not in rows]:
        rows |= {row.id: row for row in _instructed(fresh)}
    for row in rows.values():
        row.payment = payments[row.payment_id]
    return [queries.as_refund(rows[one.refund_id]) for one in asked]


def _instructed(asked: Sequence[RefundRequest]) -> list[models.Refund]:
    """The counter row decides, not a sum that was read (rule R6); 0 captured refuses by the same CHECK."""
    first = asked[0]  # what is refused in a batch is asked again until it stands alone
    columns = {"payments": [one.payment_id for one in asked], "fens": [one.amount_fen for one in asked]}
    with constraint_means("payments_refund", RefundTooMuch(first.payment_id, first.amount_fen)):
        sql.run("xintui.foundation.payments", "set_aside", columns)
    with constraint_means("payments_refund_pkey", RequestedDifferently(first.refund_id)):
        return models.Refund.objects.bulk_create(
            plain(
                models.Refund(
                    id=one.refund_id,
                    payment_id=one.payment_id,
                    amount_fen=one.amount_fen,
                    reason=one.reason[:80],
                    created_at=one.now,
                    due_at=one.now,
                )
                for one in asked
            )
        )


@transaction.atomic
def request_transfer(  # noqa: PLR0917 - the facade's contract
    transfer_id: str, subject: str, openid: str, amount_fen: int, user_name: str, remark: str, *,
    now: datetime, appid: str = "",
) -> Transfer:  # fmt: skip
    """Write the instruction to pay a person (`appid`: the app that knows the openid, if it is not our own).

    The same id with the same terms is one transfer.

    Raises `BadAmount` for what the gateway would never take, `RequestedDifferently`.
    """
    checked(amount_fen)
    if why := rules.transfer_problem(amount_fen, user_name):
        raise BadAmount(amount_fen, why)
    terms = {"subject": subject, "openid": openid, "amount_fen": amount_fen, "remark": remark[:32] or "推广佣金"}
    terms["appid"] = appid
    with contextlib.suppress(Known), constraint_means("payments_transfer_pkey", Known()):
        models.Transfer(
            id=transfer_id, user_name=vault.seal(user_name, transfer_id), created_at=now, due_at=now, **terms
        ).save(force_insert=True)
    row = models.Transfer.objects.get(id=transfer_id)
    if any(getattr(row, name) != value for name, value in terms.items()):
        raise RequestedDifferently(transfer_id)
    return queries.as_transfer(row)


@transaction.atomic
def cancel_transfer(transfer_id: str, *, now: datetime) -> None:
    """Ask the gateway to withdraw a transfer its payee has not confirmed. `TransferSettled` tells how it ended."""
    if not models.Transfer.objects.filter(id=transfer_id).exists():
        raise NotFound(transfer_id)
    models.Transfer.objects.filter(id=transfer_id, settled_at=None).update(cancel_asked_at=now, due_at=now)

"""Instruction rows. Nothing here speaks to the gateway: what is committed here, the courier carries out."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from xintui.foundation.payments import models, queries, rules, vault
from xintui.foundation.payments.contracts import (
    BadAmount,
    Channel,
    Method,
    MethodNotOffered,
    NotFound,
    NotPayable,
    Payment,
    Refund,
    RefundTooMuch,
    RequestedDifferently,
    Transfer,
)
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


@transaction.atomic
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
    checked(amount_fen)
    channel, method = Channel(channel), Method(psp)
    if method is not Method.WECHAT:
        if channel is Channel.JSAPI:
            raise MethodNotOffered
        payer_openid, shared = "", False  # an openid is WeChat's, and so is 分账
    money = {"amount_fen": amount_fen, "currency": currency}
    way = {"payer_openid": payer_openid, "channel": channel.value, "psp": method.value}
    known = _live(subject)
    if known is not None and (known.state == "captured" or _is(known, money | way)):
        return _again(known, money | way)
    if known is not None and not _is(known, money):
        raise RequestedDifferently(known.id)
    models.Payment.objects.filter(id=known.id if known else "").update(close_asked_at=now, due_at=now)
    row = models.Payment(
        id=new_id("pay"),
        subject=subject,
        description=description[:127] or "商品订单",
        shared=shared,
        created_at=now,
        expires_at=expires_at or now + rules.PAY_WITHIN,
        due_at=expires_at or now + rules.PAY_WITHIN,
        **money,
        **way,
    )
    with contextlib.suppress(Known), constraint_means("payments_one_live_per_subject", Known()):
        row.save(force_insert=True)
        return queries.as_payment(models.Payment.objects.get(pk=row.id))
    faster = _live(subject)
    assert faster is not None, "somebody else's row is why ours was refused"
    return _again(faster, money | way)


def _live(subject: str) -> models.Payment | None:
    """What the subject was paid with, else what it can still be paid with."""
    rows = models.Payment.objects.select_for_update().filter(subject=subject).exclude(state="closed")
    found = rows.filter(Q(close_asked_at=None) | Q(state="captured"))
    return min(found, key=lambda row: row.state != "captured", default=None)


def _is(row: models.Payment, terms: Mapping[str, object]) -> bool:
    return all(getattr(row, name) == value for name, value in terms.items())


def _again(known: models.Payment, terms: Mapping[str, object]) -> Payment:
    if not _is(known, terms):
        if known.state == "captured":
            raise NotPayable(known.id, known.get_state_display())
        raise RequestedDifferently(known.id)
    return queries.as_payment(known)


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


@transaction.atomic
def request_refund(refund_id: str, payment_id: str, amount_fen: int, reason: str, *, now: datetime) -> Refund:
    """Reserve the amount on the payment and write the instruction. The same id with the same terms is one refund.

    Raises `NotFound`, `RefundTooMuch`, `RequestedDifferently`, `BadAmount`.
    """
    checked(amount_fen)
    if not models.Payment.objects.select_for_update().filter(id=payment_id).exists():
        raise NotFound(payment_id)
    known = models.Refund.objects.select_related("payment").filter(id=refund_id).first()
    if known is not None:
        if (known.payment_id, known.amount_fen) != (payment_id, amount_fen):
            raise RequestedDifferently(refund_id)
        return queries.as_refund(known)
    # The counter row decides, not a sum that was read (rule R6); 0 captured refuses by the same CHECK.
    with constraint_means("payments_refund", RefundTooMuch(payment_id, amount_fen)):
        models.Payment.objects.filter(id=payment_id).update(
            refunded_fen=F("refunded_fen") + amount_fen, refunds=F("refunds") + 1
        )
    with constraint_means("payments_refund_pkey", RequestedDifferently(refund_id)):
        models.Refund(
            id=refund_id, payment_id=payment_id, amount_fen=amount_fen, reason=reason[:80], created_at=now, due_at=now
        ).save(force_insert=True)
    return queries.refund(refund_id)


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

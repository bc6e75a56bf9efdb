"""A shop asks, a promoter answers. Nothing is paid and nobody is recruited: accepted, it is the way to a link."""

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductNotFound
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import models, queries, tables
from xintui.promotion.screening.contracts import (
    AlreadyInvited,
    DailyCapReached,
    Invitation,
    InvitationAnswered,
    InvitationNotFound,
    InvitationOver,
    InvitationSent,
    LeadsOutside,
    NotFound,
    NotInvitable,
    NotOnSale,
    State,
    Verb,
)
from xintui.promotion.screening.rules.flow import FLOW
from xintui.trust.compliance import facade as compliance

PREFIX: Final = "inv"
CONTACT: Final = re.compile(
    r"\d[\d\s-]{5,}\d|微信号?\s*[:：]?\s*[a-z][\w-]{4,}|加\s*(?:我|个)?\s*(?:微信|v|vx|wx)", re.IGNORECASE
)


@transaction.atomic
def invite(
    merchant_id: str, promoter_id: str, message: str, *, product_id: str = "", by: Principal, now: datetime
) -> Invitation:
    """Ask somebody to promote the shop's goods.

    Raises `NotFound`, `NotInvitable`, `NotOnSale`, `LeadsOutside`, `CopyRefused`, `DailyCapReached`, `AlreadyInvited`.
    """
    today = accounting_date(now)
    if not queries.profiles([promoter_id]):
        raise NotFound(promoter_id)
    _check_words(message, now)
    if product_id:
        _check_goods(merchant_id, product_id)
    if not queries.visibility(promoter_id, today=today).invitable or _blocked(promoter_id, merchant_id):
        raise NotInvitable
    terms = tables.terms(today)
    models.Day.objects.get_or_create(
        merchant_id=merchant_id, day=today, defaults={"sent": 0, "allowed": terms.invitations_a_day}
    )
    row = models.Invitation(
        id=new_id(PREFIX), merchant_id=merchant_id, promoter_id=promoter_id, product_id=product_id, message=message,
        state=State.OPEN, sent_by=by.user_id, sent_at=now, expires_at=now + timedelta(days=terms.invitation_days),
    )  # fmt: skip
    expire([row.merchant_id], promoter_id=promoter_id, now=now)
    try:
        with transaction.atomic():
            # The counter's row first: everybody of the shop who invites waits there.
            models.Day.objects.filter(merchant_id=merchant_id, day=today).update(sent=F("sent") + 1)
            row.save(force_insert=True)
    except IntegrityError as error:
        constraint = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
        if constraint == "screening_day_within":
            raise DailyCapReached(terms.invitations_a_day) from error
        assert constraint == "screening_one_open_invitation", constraint
        raise AlreadyInvited from error
    made = queries.contracts([row])[0]
    told = {"promoter": promoter_id, "product": product_id, "message": message}
    identity.audit(by, "screening.invite", ("invitation", row.id), None, told)
    outbox.publish(
        InvitationSent(
            row.id, merchant_id, made.merchant_name, promoter_id, made.product_title, row.expires_at, now
        )
    )  # fmt: skip
    return made


def _check_words(message: str, now: datetime) -> None:
    if compliance.bears_address(message) or CONTACT.search(message):
        raise LeadsOutside
    compliance.require_usable(message, accounting_date(now))


def _check_goods(merchant_id: str, product_id: str) -> None:
    try:
        ours = catalog.on_sale(product_id).merchant_id == merchant_id
    except ProductNotFound:
        ours = False
    if not ours:
        raise NotOnSale(product_id)


def _blocked(promoter_id: str, merchant_id: str) -> bool:
    return models.Blocked.objects.filter(promoter_id=promoter_id, merchant_id=merchant_id).exists()


@transaction.atomic
def answer(invitation_id: str, promoter_id: str, *, accept: bool, by: Principal, now: datetime) -> Invitation:
    """Yes or no. Raises `InvitationNotFound`, `InvitationOver`, `NoSuchMove`."""
    row = _locked(invitation_id, promoter_id=promoter_id)
    if row.state == State.OPEN and row.expires_at <= now:
        raise InvitationOver(invitation_id)
    _end(row, Verb.ACCEPT if accept else Verb.DECLINE, by, now)
    made = queries.contracts([row])[0]
    outbox.publish(InvitationAnswered(row.id, row.merchant_id, promoter_id, made.name, made.product_title, accept, now))
    return made


@transaction.atomic
def withdraw(invitation_id: str, merchant_id: str, *, by: Principal, now: datetime) -> Invitation:
    """The shop takes it back. Raises `InvitationNotFound`, `NoSuchMove`."""
    row = _locked(invitation_id, merchant_id=merchant_id)
    _end(row, Verb.WITHDRAW, by, now)
    return queries.contracts([row])[0]


def _end(row: models.Invitation, verb: Verb, by: Principal, now: datetime) -> None:
    before = row.state
    row.state, row.answered_at = FLOW.after(State(row.state), verb), now
    row.save(update_fields=["state", "answered_at"])
    identity.audit(by, f"screening.{verb}", ("invitation", row.id), {"state": before}, {"state": row.state})


def _locked(invitation_id: str, **whose: str) -> models.Invitation:
    row = models.Invitation.objects.select_for_update().filter(id=invitation_id, **whose).first()
    if row is None:
        raise InvitationNotFound(invitation_id)
    return row


def expire(merchant_ids: list[str] | None = None, *, promoter_id: str = "", now: datetime) -> int:
    """Those whose time is over; how many. One statement."""
    rows = models.Invitation.objects.filter(state=State.OPEN, expires_at__lte=now)
    if merchant_ids is not None:
        rows = rows.filter(merchant_id__in=merchant_ids, promoter_id=promoter_id)
    return rows.update(state=FLOW.after(State.OPEN, Verb.EXPIRE), answered_at=F("expires_at"))

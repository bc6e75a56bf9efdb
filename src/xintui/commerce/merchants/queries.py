"""Reading merchants."""

from collections.abc import Collection
from datetime import datetime

from xintui.commerce.merchants.contracts import (
    Invitation,
    Merchant,
    MerchantEvent,
    MerchantNotFound,
    MerchantState,
    Settings,
)
from xintui.commerce.merchants.models import Invitation as InvitationRow
from xintui.commerce.merchants.models import Merchant as Row
from xintui.commerce.merchants.models import MerchantEvent as EventRow
from xintui.commerce.merchants.rules import mask_phone
from xintui.foundation.identity.contracts import Role


def contract(row: Row) -> Merchant:
    """The row as strangers see it."""
    return Merchant(
        id=row.id,
        name=row.name,
        intro=row.intro,
        contact_name=row.contact_name,
        contact_phone_masked=mask_phone(row.contact_phone),
        state=MerchantState(row.state),
        legal_name=row.legal_name,
        credit_code=row.credit_code,
        settings=Settings(
            auto_receipt_days=row.auto_receipt_days,
            freeze_config=row.freeze_config,
            freight_fen=row.freight_fen,
            free_freight_from_fen=row.free_freight_from_fen,
            return_address=row.return_address,
            shares_profit=row.shares_profit,
        ),
        applied_at=row.applied_at,
        activated_at=row.activated_at,
        wanted=tuple(row.wanted),
        findings=tuple(row.findings),
    )


def get(merchant_id: str) -> Merchant:
    """Raises `MerchantNotFound`."""
    row = Row.objects.filter(id=merchant_id).first()
    if row is None:
        raise MerchantNotFound(merchant_id)
    return contract(row)


def get_many(merchant_ids: Collection[str]) -> dict[str, Merchant]:
    """By id, in one query; unknown ids are left out."""
    return {row.id: contract(row) for row in Row.objects.filter(id__in=list(merchant_ids))}


def listing(*, state: str = "", text: str = "", after: str = "", limit: int = 20) -> list[Merchant]:
    """Merchants by id (that is: by time of application), newest first; `after` is the last id of the page before."""
    found = Row.objects.order_by("-id")
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(name__contains=text)
    if after:
        found = found.filter(id__lt=after)
    return [contract(row) for row in found[:limit]]


def active_after(after: str, *, limit: int) -> list[str]:
    """The next shops by id that are open; for whoever goes through all of them."""
    rows = Row.objects.filter(state=MerchantState.ACTIVE, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])


def history(merchant_id: str) -> list[MerchantEvent]:
    """What was decided about a merchant, oldest first."""
    return [
        MerchantEvent(verb=e.verb, state=MerchantState(e.state), actor=e.actor, note=e.note, at=e.at)
        for e in EventRow.objects.filter(merchant_id=merchant_id).order_by("id")
    ]


def invitation(row: InvitationRow, now: datetime) -> Invitation:
    """The row as strangers see it at `now`."""
    ended = "accepted" if row.accepted_at else "withdrawn" if row.withdrawn_at else ""
    return Invitation(
        id=row.id,
        merchant_id=row.merchant_id,
        to=row.login or mask_phone(row.phone),
        by_phone=bool(row.phone),
        roles=tuple(Role(role) for role in row.roles),
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=ended or ("open" if row.expires_at > now else "expired"),
    )


def invitations(merchant_id: str, *, now: datetime, limit: int = 50) -> list[Invitation]:
    """A shop's invitations, newest first."""
    return [
        invitation(row, now) for row in InvitationRow.objects.filter(merchant_id=merchant_id).order_by("-id")[:limit]
    ]

"""Applying, deciding, settings. One verb = one transaction; every change leaves a line in the log."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.commerce.merchants.contracts import (
    Merchant,
    MerchantActivated,
    MerchantNotFound,
    MerchantState,
    MerchantSuspended,
    MerchantVerb,
    NameTaken,
    Profile,
    Settings,
)
from xintui.commerce.merchants.models import Merchant as Row
from xintui.commerce.merchants.models import MerchantEvent
from xintui.commerce.merchants.queries import contract
from xintui.commerce.merchants.rules import MERCHANT_FLOW, check_settings
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id


@transaction.atomic
def register(
    *,
    name: str,
    contact_name: str,
    contact_phone: str,
    actor: str,
    now: datetime,
    intro: str = "",
    merchant_id: str = "",
) -> Merchant:
    """A new tenant, waiting for review. Raises `NameTaken`."""
    row = Row(
        id=merchant_id or new_id("mch"),
        name=name.strip(),
        intro=intro.strip(),
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        state=MerchantState.APPLIED,
        applied_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "merchants_name_unique" in str(error):
            raise NameTaken(row.name) from None
        raise
    _log(row, "apply", actor, "", now)
    return contract(row)


@transaction.atomic
def activate(merchant_id: str, *, actor: str, now: datetime, note: str = "") -> Merchant:
    """The operator has reviewed the application: the shop may trade."""
    row = _move(merchant_id, MerchantVerb.ACTIVATE, actor, note, now)
    Row.objects.filter(id=merchant_id).update(activated_at=now)
    row.activated_at = now
    outbox.publish(MerchantActivated(merchant_id, now))
    return contract(row)


@transaction.atomic
def reject(merchant_id: str, *, actor: str, now: datetime, note: str = "") -> Merchant:
    """The application does not pass; the note says why."""
    return contract(_move(merchant_id, MerchantVerb.REJECT, actor, note, now))


@transaction.atomic
def suspend(merchant_id: str, *, actor: str, now: datetime, note: str = "") -> Merchant:
    """Nothing more can be bought here; orders already paid are carried out and refunds still work."""
    row = _move(merchant_id, MerchantVerb.SUSPEND, actor, note, now)
    outbox.publish(MerchantSuspended(merchant_id, note, now))
    return contract(row)


@transaction.atomic
def resume(merchant_id: str, *, actor: str, now: datetime, note: str = "") -> Merchant:
    """Trade goes on."""
    row = _move(merchant_id, MerchantVerb.RESUME, actor, note, now)
    outbox.publish(MerchantActivated(merchant_id, now))
    return contract(row)


@transaction.atomic
def decide(merchant_id: str, verb: str, *, by: Principal, now: datetime, note: str = "") -> Merchant:
    """An operator's decision with its line in the audit trail; who applied becomes the owner when the shop opens."""
    before = _locked(merchant_id).state
    verbs = {"activate": activate, "reject": reject, "suspend": suspend, "resume": resume}
    made = verbs[verb](merchant_id, actor=by.user_id, now=now, note=note)
    if verb == "activate":
        identity.grant_role(
            by, applicant_of(merchant_id), Role.MERCHANT_OWNER, merchant_id, reason="入驻审核通过", now=now
        )
    identity.audit(
        by, f"merchants.{verb}", ("merchant", merchant_id), {"state": before}, {"state": made.state.value}, reason=note
    )
    return made


@transaction.atomic
def change_settings(merchant_id: str, settings: Settings, *, actor: str | Principal, now: datetime) -> Merchant:
    """New settings hold for orders placed and parcels shipped from now on. Raises `BadSetting`."""
    check_settings(settings)
    row = _locked(merchant_id)
    fields = (
        "auto_receipt_days",
        "freeze_config",
        "freight_fen",
        "free_freight_from_fen",
        "return_address",
        "shares_profit",
    )
    named = {field.name: field.verbose_name for field in Row._meta.fields}
    changed = [f for f in fields if getattr(row, f) != getattr(settings, f)]
    if changed:
        note = "；".join(f"{named[f]}：{getattr(row, f)} → {getattr(settings, f)}" for f in changed)
        before = {f: getattr(row, f) for f in changed}
        for f in changed:
            setattr(row, f, getattr(settings, f))
        row.save(update_fields=changed)
        _log(row, "settings", actor if isinstance(actor, str) else actor.user_id, note, now)
        if not isinstance(actor, str):
            after = {f: getattr(row, f) for f in changed}
            identity.audit(actor, "merchants.settings", ("merchant", merchant_id), before, after)
    return contract(row)


@transaction.atomic
def change_profile(merchant_id: str, profile: Profile, *, by: Principal, now: datetime) -> Merchant:
    """Who runs the shop. Raises `BadCreditCode` for a code that no company can have."""
    code = identity.credit_code(profile.credit_code) if profile.credit_code.strip() else ""
    row = _locked(merchant_id)
    given = {
        "intro": profile.intro.strip(),
        "legal_name": profile.legal_name.strip(),
        "credit_code": code,
        "contact_name": profile.contact_name.strip() or row.contact_name,
    }
    before = {name: getattr(row, name) for name, value in given.items() if getattr(row, name) != value}
    if before:
        after = {name: given[name] for name in before}
        for name, value in after.items():
            setattr(row, name, value)
        row.save(update_fields=list(before))
        _log(row, "profile", by.user_id, "", now)
        identity.audit(by, "merchants.profile", ("merchant", merchant_id), before, after)
    return contract(row)


@transaction.atomic
def reveal_contact(merchant_id: str, *, actor: str, reason: str, now: datetime) -> str:
    """The full phone number. Who looked and why is written down first (reliability row 23)."""
    row = _locked(merchant_id)
    _log(row, "reveal", actor, reason, now)
    return row.contact_phone


def applicant_of(merchant_id: str) -> str:
    """Who asked for the shop."""
    return str(MerchantEvent.objects.filter(merchant_id=merchant_id, verb="apply").values_list("actor", flat=True)[0])


def _locked(merchant_id: str) -> Row:
    row = Row.objects.select_for_update().filter(id=merchant_id).first()
    if row is None:
        raise MerchantNotFound(merchant_id)
    return row


def _move(merchant_id: str, verb: MerchantVerb, actor: str, note: str, now: datetime) -> Row:
    row = _locked(merchant_id)
    row.state = MERCHANT_FLOW.after(MerchantState(row.state), verb)
    row.save(update_fields=["state"])
    _log(row, verb, actor, note, now)
    return row


def _log(row: Row, verb: str, actor: str, note: str, now: datetime) -> None:
    MerchantEvent.objects.create(merchant_id=row.id, verb=verb, state=row.state, actor=actor, note=note, at=now)

"""Verbs: the three steps of joining, review, suspension, levels, payee. One verb, one transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import models, queries, rules, sealed, tables
from xintui.promotion.promoters.contracts import (
    AlreadyApplied,
    BadSponsor,
    IdentityInfo,
    NoSuchPromoter,
    OldAgreement,
    OwnReview,
    Payee,
    PayeeChanged,
    PayeeChannel,
    Promoter,
    PromoterActivated,
    PromoterKind,
    PromoterRefused,
    PromoterSuspended,
    QuizFailed,
    State,
    Step,
    StepOutOfOrder,
    TooDeep,
    UnknownLevel,
    UnknownReason,
)
from xintui.trust.agreements import facade as agreements

SYSTEM = "system"
FIRST_LEVEL = "junior"


@transaction.atomic
def apply_identity(
    user_id: str, info: IdentityInfo, *, sponsor_id: str = "", sponsor_source: str = "", now: datetime
) -> Promoter:
    """Step 1: who applies, and through whom. The sponsor is written once, here, and can never change.

    Raises `BadIdentity`, `BadSponsor`, `TooDeep`, `AlreadyApplied`.
    """
    checked = rules.checked_identity(info)
    row = models.Promoter.objects.select_for_update().filter(user_id=user_id).first()
    if row is None:
        row = _insert(user_id, checked, sponsor_id, sponsor_source, now)
    elif row.state == State.REFUSED:
        _move(row, rules.Verb.REAPPLY, actor=user_id, now=now)
    elif row.state != State.APPLYING:
        raise AlreadyApplied(row.id)
    row.kind, row.step = checked.kind.value, Step.AGREEMENT.value
    row.display_name = rules.masked_name(checked.name, checked.kind)
    row.save(update_fields=["kind", "step", "display_name"])
    models.Identity.objects.update_or_create(
        promoter_id=row.id,
        defaults={
            "name_sealed": sealed.seal(checked.name, f"{row.id}/name"),
            "number_sealed": sealed.seal(checked.number, f"{row.id}/number"),
            "number_digest": sealed.blind(checked.number, "number"),
            "number_masked": rules.masked_number(checked.number),
        },
    )
    return queries.as_contract(row)


def _insert(user_id: str, info: IdentityInfo, sponsor_id: str, source: str, now: datetime) -> models.Promoter:
    depth = _depth_below(sponsor_id, user_id, now) if sponsor_id else 0
    row = models.Promoter(
        id=new_id("pro"),
        user_id=user_id,
        kind=info.kind.value,
        state=State.APPLYING.value,
        step=Step.IDENTITY.value,
        level=FIRST_LEVEL,
        display_name=rules.masked_name(info.name, info.kind),
        sponsor_id=sponsor_id or None,
        sponsor_depth=depth - 1 if sponsor_id else None,
        sponsor_source=source if sponsor_id else "",
        depth=depth,
        applied_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as refused:
        if "promoters_one_per_user" not in str(refused):
            raise
        raise AlreadyApplied("") from None  # the same person, twice at once
    _log(row, "apply", actor=user_id, now=now)
    return row


def _depth_below(sponsor_id: str, user_id: str, now: datetime) -> int:
    """The depth of someone who joins through `sponsor_id`, who must be active at this moment."""
    sponsor = models.Promoter.objects.select_for_update(no_key=True).filter(id=sponsor_id).first()
    if sponsor is None or sponsor.state != State.ACTIVE or sponsor.user_id == user_id:
        raise BadSponsor
    policy = queries.policy(accounting_date(now))
    if sponsor.depth + 1 > policy.max_depth:
        raise TooDeep(policy.max_depth)
    return sponsor.depth + 1


@transaction.atomic
def apply_agreement(user_id: str, *, version: str, answers: Mapping[str, int], now: datetime) -> Promoter:
    """Step 2: the text in force is agreed to and the duty to disclose is understood.

    Raises `OldAgreement`, `QuizFailed`, `StepOutOfOrder`.
    """
    row = _at_step(user_id, Step.AGREEMENT)
    in_force = tables.agreement(accounting_date(now)).version
    if version != in_force:
        raise OldAgreement(in_force)
    if wrong := rules.wrong_answers(tables.right_answers(), answers):
        raise QuizFailed(wrong)
    models.Identity.objects.filter(promoter_id=row.id).update(agreement_version=version, agreed_at=now)
    agreements.accept(user_id, "promoter", version, now=now)
    row.step = Step.PAYEE.value
    row.save(update_fields=["step"])
    _log(row, "agree", actor=user_id, now=now, note=version)
    return queries.as_contract(row)


@transaction.atomic
def apply_payee(user_id: str, *, channel: PayeeChannel, account: str, holder: str, now: datetime) -> Promoter:
    """Step 3: where money goes; then the automatic rules decide: active, review queue, or refused.

    Raises `BadPayee`, `StepOutOfOrder`.
    """
    row = _at_step(user_id, Step.PAYEE)
    _write_payee(row, channel, account, holder, now)
    row.step, row.submitted_at = Step.DONE.value, now
    row.save(update_fields=["step", "submitted_at"])
    findings = _findings(row, now)
    _move(row, rules.verdict(findings), actor=SYSTEM, now=now, reason=findings[0] if findings else "approved")
    return queries.as_contract(row)


@transaction.atomic
def change_payee(promoter_id: str, *, channel: PayeeChannel, account: str, holder: str, now: datetime) -> Payee:
    """A new version of the payee; the old one stays on record and payouts cool off. Raises `BadPayee`."""
    row = _locked(promoter_id)
    if row.state not in (State.ACTIVE, State.SUSPENDED):
        raise StepOutOfOrder(row.step)
    payee = _write_payee(row, channel, account, holder, now)
    _log(row, "change_payee", actor=row.user_id, now=now, note=f"版本 {payee.version}")
    outbox.publish(PayeeChanged(row.id, payee.version, now))
    return payee


@transaction.atomic
def review(promoter_id: str, *, approve: bool, reason: str, actor: str, note: str = "", now: datetime) -> Promoter:
    """A person decides what the rules could not. Raises `UnknownReason`, `OwnReview`, `NoSuchMove`."""
    row = _decidable(promoter_id, reason, actor)
    verb = rules.Verb.APPROVE if approve else rules.Verb.REFUSE
    if approve:
        _claim_document(row)
    _move(row, verb, actor=actor, now=now, reason=reason, note=note)
    return queries.as_contract(row)


@transaction.atomic
def suspend(promoter_id: str, *, reason: str, actor: str, note: str = "", now: datetime) -> Promoter:
    """Links stop counting from now on; what was earned stays. Raises `UnknownReason`, `NoSuchMove`."""
    row = _decidable(promoter_id, reason, actor)
    _move(row, rules.Verb.SUSPEND, actor=actor, now=now, reason=reason, note=note)
    outbox.publish(PromoterSuspended(row.id, reason, now))
    return queries.as_contract(row)


@transaction.atomic
def restore(promoter_id: str, *, reason: str, actor: str, note: str = "", now: datetime) -> Promoter:
    """Back to active. Raises `UnknownReason`, `NoSuchMove`."""
    row = _decidable(promoter_id, reason, actor)
    _move(row, rules.Verb.RESTORE, actor=actor, now=now, reason=reason, note=note)
    return queries.as_contract(row)


@transaction.atomic
def set_level(promoter_id: str, level: str, *, actor: str, reason: str, now: datetime) -> Promoter:
    """A level from the table, with its history. Raises `UnknownLevel`, `UnknownReason`."""
    if level not in {row.code for row in tables.levels()}:
        raise UnknownLevel(level)
    row = _decidable(promoter_id, reason, actor)
    if row.level != level:
        models.LevelChange.objects.create(
            promoter_id=row.id, at=now, before=row.level, after=level, actor=actor, reason=reason
        )
        row.level = level
        row.save(update_fields=["level"])
    return queries.as_contract(row)


@transaction.atomic
def consent_withdrawn(user_id: str, *, now: datetime) -> None:
    """Without the consent that the file rests on links count no longer; what was earned stays."""
    row = models.Promoter.objects.select_for_update().filter(user_id=user_id, state=State.ACTIVE.value).first()
    if row is not None:
        _move(row, rules.Verb.SUSPEND, actor=SYSTEM, now=now, reason="own_request", note="撤回个人信息同意")
        outbox.publish(PromoterSuspended(row.id, "own_request", now))


@transaction.atomic
def forget(user_id: str, *, now: datetime) -> None:
    """Somebody who has left: the number stays for the books, the person behind it does not."""
    row = models.Promoter.objects.select_for_update().filter(user_id=user_id).first()
    if row is None:
        return
    if row.state == State.ACTIVE:
        _move(row, rules.Verb.SUSPEND, actor=SYSTEM, now=now, reason="own_request", note="账号注销")
    row.display_name = "已注销"
    row.save(update_fields=["display_name"])
    models.Identity.objects.filter(promoter_id=row.id).update(
        name_sealed=b"", number_sealed=b"", number_masked="", number_digest=f"left/{row.id}"
    )
    models.Document.objects.filter(promoter_id=row.id).delete()


def _locked(promoter_id: str) -> models.Promoter:
    row = models.Promoter.objects.select_for_update().filter(id=promoter_id).first()
    if row is None:
        raise NoSuchPromoter(promoter_id)
    return row


def _at_step(user_id: str, step: Step) -> models.Promoter:
    row = models.Promoter.objects.select_for_update().filter(user_id=user_id).first()
    if row is None or row.state != State.APPLYING or row.step != step:
        raise StepOutOfOrder(row.step if row else Step.IDENTITY.value)
    return row


def _decidable(promoter_id: str, reason: str, actor: str) -> models.Promoter:
    if reason not in tables.reasons():
        raise UnknownReason(reason)
    row = _locked(promoter_id)
    if actor == row.user_id:
        raise OwnReview
    return row


def _move(
    row: models.Promoter, verb: rules.Verb, *, actor: str, now: datetime, reason: str = "", note: str = ""
) -> None:
    after = rules.FLOW.after(State(row.state), verb)
    row.state, row.reason = after.value, reason
    changed = ["state", "reason"]
    if after is State.ACTIVE and row.joined_at is None:
        row.joined_at = now
        changed.append("joined_at")
        models.LevelChange.objects.create(
            promoter_id=row.id, at=now, before="", after=row.level, actor=actor, reason="approved"
        )
    row.save(update_fields=changed)
    _log(row, verb.value, actor=actor, now=now, reason=reason, note=note)
    if after is State.ACTIVE:
        outbox.publish(PromoterActivated(row.id, row.user_id, now))
    if after is State.REFUSED:
        outbox.publish(PromoterRefused(row.id, row.user_id, reason, now))


def _log(row: models.Promoter, verb: str, *, actor: str, now: datetime, reason: str = "", note: str = "") -> None:
    models.Event.objects.create(
        promoter_id=row.id, at=now, verb=verb, state=row.state, actor=actor, reason=reason, note=note
    )


def _findings(row: models.Promoter, now: datetime) -> list[str]:
    """What the automatic rules have to say, gravest first."""
    identity = models.Identity.objects.get(promoter_id=row.id)
    found = []
    if row.kind == PromoterKind.INDIVIDUAL:
        today = accounting_date(now)
        number = sealed.unseal(identity.number_sealed, f"{row.id}/number")
        if rules.age_on(number, today) < queries.policy(today).min_age:
            found.append("under_age")
    else:
        found.append("company_documents")
    if not found and not _claim_document(row):
        found.append("duplicate_identity")
    account = models.Payee.objects.filter(promoter_id=row.id).order_by("-version")[0].account_digest
    if models.Payee.objects.filter(account_digest=account).exclude(promoter_id=row.id).exists():
        found.append("shared_payee")
    return found


def _claim_document(row: models.Promoter) -> bool:
    """One document, one promoter without a person looking; the unique row decides between two at once."""
    digest = models.Identity.objects.get(promoter_id=row.id).number_digest
    claim, _ = models.Document.objects.get_or_create(number_digest=digest, defaults={"promoter_id": row.id})
    return bool(claim.promoter_id == row.id)


def _write_payee(row: models.Promoter, channel: PayeeChannel, account: str, holder: str, now: datetime) -> Payee:
    """The next version; the promoter's row is locked, so versions have no gaps and no twins."""
    identity = models.Identity.objects.get(promoter_id=row.id)
    name = sealed.unseal(identity.name_sealed, f"{row.id}/name")
    rules.checked_payee(PromoterKind(row.kind), channel, account, holder, name)
    last = models.Payee.objects.filter(promoter_id=row.id).order_by("-version").first()
    version = last.version + 1 if last else 1
    made = models.Payee.objects.create(
        promoter_id=row.id,
        version=version,
        channel=channel.value,
        account_sealed=sealed.seal(account, f"{row.id}/account"),
        account_digest=sealed.blind(account, "account"),
        account_masked="*" * 6 + account[-4:],
        holder_sealed=sealed.seal(name, f"{row.id}/holder"),
        digest=rules.payee_digest(row.id, version, channel, account, name),
        changed_at=now,
    )
    return queries.payee_contract(made)

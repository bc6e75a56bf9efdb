"""Reads. Everything returned is a contract."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from xintui.infra import sql
from xintui.promotion.promoters import models, rules, sealed
from xintui.promotion.promoters.contracts import (
    DepthCount,
    LevelChange,
    LogLine,
    NoSuchPromoter,
    NotAPromoter,
    Page,
    Payee,
    PayeeChannel,
    Policy,
    Promoter,
    PromoterKind,
    Recruiter,
    State,
    Step,
    TaxIdentity,
)
from xintui.trust.privacy import facade as privacy


def as_contract(row: models.Promoter) -> Promoter:
    """One row as others see it."""
    return Promoter(
        id=row.id,
        user_id=row.user_id,
        kind=PromoterKind(row.kind),
        state=State(row.state),
        step=Step(row.step),
        level=row.level,
        display_name=row.display_name,
        reason=row.reason,
        sponsor_id=row.sponsor_id or "",
        sponsor_source=row.sponsor_source,
        depth=row.depth,
        applied_at=row.applied_at,
        joined_at=row.joined_at,
    )


def by_user(user_id: str) -> Promoter | None:
    """The promoter that this user is, in any state."""
    row = models.Promoter.objects.filter(user_id=user_id).first()
    return as_contract(row) if row else None


def by_users(user_ids: Iterable[str]) -> dict[str, Promoter]:
    """The promoters that these users are, in any state, by user, in one query."""
    found = models.Promoter.objects.filter(user_id__in=set(user_ids))
    return {row.user_id: as_contract(row) for row in found}


def active_by_user(user_id: str) -> Promoter:
    """The active promoter that this user is. Raises `NotAPromoter`."""
    found = by_user(user_id)
    if found is None or not found.is_active:
        raise NotAPromoter(found.state.value if found else "none")
    return found


def get(ids: Iterable[str]) -> dict[str, Promoter]:
    """Those of `ids` that exist, by id, in one query."""
    return {row.id: as_contract(row) for row in models.Promoter.objects.filter(id__in=set(ids))}


def active_after(promoter_id: str, *, limit: int) -> list[Promoter]:
    """Active promoters by id, after this one."""
    rows = models.Promoter.objects.filter(state=State.ACTIVE, id__gt=promoter_id).order_by("id")[:limit]
    return [as_contract(row) for row in rows]


def one(promoter_id: str) -> Promoter:
    """Raises `NoSuchPromoter`."""
    row = models.Promoter.objects.filter(id=promoter_id).first()
    if row is None:
        raise NoSuchPromoter(promoter_id)
    return as_contract(row)


def search(
    *, states: Iterable[State] = (), text: str = "", level: str = "", after: str | None = None, limit: int = 50
) -> Page:
    """Newest first; `text` finds an exact promoter or user id, or the start of a (masked) name."""
    found = models.Promoter.objects.order_by("-id")
    if wanted := [state.value for state in states]:
        found = found.filter(state__in=wanted)
    if level:
        found = found.filter(level=level)
    if text:
        found = found.filter(id=text) | found.filter(user_id=text) | found.filter(display_name__startswith=text)
    if after:
        found = found.filter(id__lt=after)
    rows = list(found[: limit + 1])
    return Page(tuple(map(as_contract, rows[:limit])), rows[limit - 1].id if len(rows) > limit else None)


def depths(*, since: datetime) -> tuple[DepthCount, ...]:
    """The live relation by depth (T-14)."""
    return tuple(DepthCount(**row) for row in sql.rows(__package__, "depths", {"since": since}))


def recruiters(*, since: datetime, limit: int = 100) -> tuple[Recruiter, ...]:
    """Who has most people below him, for the one who looks for a pyramid. Pays nobody."""
    return tuple(Recruiter(**row) for row in sql.rows(__package__, "relation", {"since": since, "limit": limit}))


def history(promoter_id: str) -> tuple[LogLine, ...]:
    """What happened to this promoter, oldest first."""
    rows = models.Event.objects.filter(promoter_id=promoter_id).order_by("id")[:200]
    return tuple(LogLine(r.at, r.verb, State(r.state), r.actor, r.reason, r.note) for r in rows)


def level_history(promoter_id: str) -> tuple[LevelChange, ...]:
    """Every level this promoter has had, oldest first."""
    rows = models.LevelChange.objects.filter(promoter_id=promoter_id).order_by("id")[:200]
    return tuple(LevelChange(r.at, r.before, r.after, r.actor, r.reason) for r in rows)


def payee(promoter_id: str) -> Payee | None:
    """Where this promoter's money goes now."""
    row = models.Payee.objects.filter(promoter_id=promoter_id).order_by("-version").first()
    return payee_contract(row) if row else None


def payee_marks(promoter_ids: Collection[str]) -> dict[str, str]:
    """A keyed hash of each one's present account: equal for equal accounts, and nothing else. One query."""
    rows = models.Payee.objects.filter(promoter_id__in=list(promoter_ids)).order_by("version")
    return dict(rows.values_list("promoter_id", "account_digest"))


def payee_contract(row: models.Payee) -> Payee:
    """One payee row, opened."""
    return Payee(
        promoter_id=row.promoter_id,
        version=row.version,
        channel=PayeeChannel(row.channel),
        account=sealed.unseal(row.account_sealed, f"{row.promoter_id}/account"),
        holder=sealed.unseal(row.holder_sealed, f"{row.promoter_id}/holder"),
        changed_at=row.changed_at,
        digest=row.digest,
    )


def tax_identities(ids: Iterable[str]) -> dict[str, TaxIdentity]:
    """Promoters unmasked, those who have left as the law keeps them: five queries whatever their number.

    The caller writes the audit line.
    """
    from pydantic import TypeAdapter  # dear to load, and few processes file taxes

    wanted = set(ids)
    identities = {row.promoter_id: row for row in models.Identity.objects.filter(promoter_id__in=wanted)}
    payees = {row.promoter_id: row for row in models.Payee.objects.filter(promoter_id__in=wanted).order_by("version")}
    stopped = models.Event.objects.filter(promoter_id__in=wanted, verb=rules.Verb.SUSPEND.value).order_by("id")
    ended = {row.promoter_id: row.at for row in stopped}
    made = {
        key: TypeAdapter(TaxIdentity).validate_python(kept) for key, kept in privacy.for_duty("tax", wanted).items()
    }
    for row in models.Promoter.objects.filter(id__in=wanted - made.keys()):
        known, payee_row = identities.get(row.id), payees.get(row.id)
        made[row.id] = TaxIdentity(
            promoter_id=row.id,
            user_id=row.user_id,
            kind=PromoterKind(row.kind),
            name=sealed.unseal(known.name_sealed, f"{row.id}/name") if known and known.name_sealed else "",
            number=sealed.unseal(known.number_sealed, f"{row.id}/number") if known and known.number_sealed else "",
            account=sealed.unseal(payee_row.account_sealed, f"{row.id}/account") if payee_row else "",
            channel=payee_row.channel if payee_row else "",
            started_at=row.joined_at,
            ended_at=ended.get(row.id) if row.state == State.SUSPENDED else None,
        )
    return made


def policy(on: date) -> Policy:
    """The rules of joining in force on a day."""
    row = models.Policy.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
    assert row is not None, "the migration seeds the first policy"
    return Policy(row.version, row.effective_from, row.max_depth, row.min_age, row.source)
